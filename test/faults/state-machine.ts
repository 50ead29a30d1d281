import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import jsonata from 'jsonata';
import { RunState } from '../../lambda/worker/run-state';
import * as mapping from '../../src';
import { STATES } from '../../src/runs/private/run-protocol';

/** A state as the definition has it. */
export interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: { readonly Condition: string; readonly Next: string }[];
  readonly Catch?: { readonly ErrorEquals: string[]; readonly Next: string; readonly Output: string }[];
  readonly [field: string]: unknown;
}

/** The definition of the state machine, with a name in place of each reference. */
export function definition(): { readonly StartAt: string; readonly States: Record<string, State> } {
  const stack = new Stack();
  mapping.IdMappingRunner.of(stack);
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  const [separator, parts] = Properties.DefinitionString['Fn::Join'] as [string, (string | { Ref?: string })[]];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : part.Ref === 'AWS::Partition' ? 'aws' : 'worker')).join(separator));
}

/** What `$states` is in an expression. */
export interface States {
  readonly input: unknown;
  readonly result?: unknown;
  readonly errorOutput?: { readonly Error: string; readonly Cause?: string };
  readonly context?: { readonly State: { readonly EnteredTime: string }; readonly Execution: { readonly StartTime: string; readonly Name?: string } };
}

/** Does what Step Functions does with a text in `{% %}`. */
export async function evaluate(text: string, states: States): Promise<unknown> {
  return jsonata(/^\{%(.*)%\}$/.exec(text)![1]).evaluate(undefined, { states });
}

const { States: DEFINED } = definition();

/** What an execution goes on with when the step that comes next has crashed. */
export async function afterCrash(run: RunState, error = 'Error', startTime = new Date()): Promise<RunState> {
  const [{ Output }] = DEFINED[STATES[run.next as keyof typeof STATES]].Catch!;
  return evaluate(Output, {
    input: run,
    errorOutput: { Error: error },
    context: { State: { EnteredTime: new Date().toISOString() }, Execution: { StartTime: startTime.toISOString() } },
  }) as Promise<RunState>;
}
