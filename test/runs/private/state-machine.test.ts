import { Template } from 'aws-cdk-lib/assertions';
import * as mapping from '../../../src';
import { givenStack } from '../../entity-resolution/given';

interface States {
  readonly StartAt: string;
  readonly QueryLanguage: string;
  readonly States: Record<string, { readonly Type: string; readonly [field: string]: unknown }>;
}

/** The definition of the runner's state machine, the references to resources in it as `${reference}`. */
function definition(): States {
  const stack = givenStack();
  mapping.IdMappingRunner.of(stack);
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  const [separator, parts] = Properties.DefinitionString['Fn::Join'] as [string, (string | { Ref?: string })[]];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : nameOf(part))).join(separator));
}

function nameOf(reference: { Ref?: string }): string {
  return reference.Ref === 'AWS::Partition' ? 'aws' : '${reference}';
}

const { StartAt, QueryLanguage, States } = definition();
const STEPS = [['Start', 'START'], ['Poll', 'POLL'], ['Answer', 'ANSWER'], ['Continue as a new execution', 'CONTINUE']] as const;

test('speaks JSONata and asks first what is next; an input that does not tell begins a run', () => {
  expect({ StartAt, QueryLanguage }).toEqual({ StartAt: 'What next?', QueryLanguage: 'JSONata' });
  expect(States['What next?']).toEqual({
    Type: 'Choice',
    Choices: [
      { Condition: "{% $states.input.next = 'POLL' %}", Next: 'Wait for the job' },
      { Condition: "{% $states.input.next = 'ANSWER' %}", Next: 'Wait to answer' },
      { Condition: "{% $states.input.next = 'CONTINUE' %}", Next: 'Wait to continue' },
      { Condition: "{% $states.input.next = 'PUBLISH' %}", Next: 'Publish how it ended' },
      { Condition: "{% $states.input.next = 'END' %}", Next: 'Succeeded' },
    ],
    Default: 'Wait to start',
  });
});

test.each([
  ['Wait to start', 'Start', '$exists($states.input.waitSeconds) ? $states.input.waitSeconds : 0'],
  ['Wait for the job', 'Poll', '$exists($states.input.waitSeconds) ? $states.input.waitSeconds : 0'],
  ['Wait to answer', 'Answer', '0'],
  ['Wait to continue', 'Continue as a new execution', '0'],
])('has the state %s before %s, whose time is that of a repeat, or what the worker says', (name, Next, otherwise) => {
  expect(States[name]).toEqual({ Type: 'Wait', Seconds: `{% $exists($states.input.retrySeconds) ? $states.input.retrySeconds : ${otherwise} %}`, Next });
});

test.each(STEPS)('has the state %s, a step of the worker, whose attempts are counted one by one', (name, step) => {
  expect(States[name]).toMatchObject({
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: {
      FunctionName: '${reference}',
      Payload: {
        step,
        state: '{% $states.input %}',
        startedAt: '{% $states.context.Execution.StartTime %}',
        executionName: '{% $states.context.Execution.Name %}',
        stateMachineArn: '{% $states.context.StateMachine.Id %}',
      },
    },
    Output: '{% $states.result.Payload %}',
    Next: 'What next?',
  });
  expect(States[name].Retry).toBeUndefined();
});

test.each(STEPS)('goes back to %s after a crash, which never counts as done', (name, step) => {
  expect(States[name].Catch).toEqual([{ ErrorEquals: ['States.ALL'], Next: 'What next?', Output: expect.stringContaining(`'next': '${step}'`) }]);
});

test('takes a start that crashed for one that may have started a job, and no other step', () => {
  const catching = STEPS.filter(([name]) => JSON.stringify(States[name].Catch).includes('lostStartAt')).map(([name]) => name);
  expect(catching).toEqual(['Start']);
});

test('publishes how a run ended, and ends like it', () => {
  const publish = States['Publish how it ended'];
  expect(publish).toMatchObject({
    Resource: 'arn:aws:states:::events:putEvents',
    Arguments: { Entries: [{ Source: 'cdk-id-mapping', DetailType: 'ID Mapping Run Ended', Detail: expect.stringContaining("'status': $states.input.outcome") }] },
    Next: 'Has it succeeded?',
  });
  expect(publish.Retry).toEqual([{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 6, BackoffRate: 2 }]);
  expect(publish.Catch).toEqual([expect.objectContaining({ ErrorEquals: ['States.ALL'], Next: 'Has it succeeded?' })]);
  expect(JSON.stringify(publish)).not.toContain('responseUrl');
  expect(States['Has it succeeded?']).toEqual({
    Type: 'Choice', Choices: [{ Condition: "{% $states.input.outcome = 'SUCCEEDED' %}", Next: 'Succeeded' }], Default: 'Failed',
  });
  expect(States.Failed).toEqual({ Type: 'Fail', Error: '{% $states.input.outcome %}', Cause: '{% $states.input.reason %}' });
});
