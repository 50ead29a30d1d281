import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { CRASHES, ENDED_EVENT, FINAL_OUTCOMES, LONGEST_RUN_SECONDS, NextStep, Outcome, STATES, Step, StepName } from './run-protocol';

/** What Lambda's own refusals are called: the function was not invoked, or it is not known whether it was. */
const OF_LAMBDA = [
  'Lambda.TooManyRequestsException', 'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException', 'Lambda.ClientExecutionTimeoutException',
];

/** What becomes of a run when one of its steps crashes again and again: there is something wrong with the runner itself. */
const GIVING_UP: Record<StepName, string> = {
  START: goesTo('ANSWER', 'FAILED'),
  POLL: goesTo('ANSWER', 'UNWATCHED'),
  // CloudFormation can't be told. A job that was started is looked at all the same; nothing is started for a deployment that must fail.
  ANSWER: `{ 'answer': 'GIVEN_UP', 'next':
    $states.input.outcome in ${list(FINAL_OUTCOMES)} ? ($exists($states.input.follow) or $states.input.callback.requestType = 'Delete' ? 'END' : 'PUBLISH')
    : $exists($states.input.jobId) or $exists($states.input.follow) ? 'POLL' : 'START' }`,
  CONTINUE: goesTo('ANSWER', 'UNWATCHED'),
};

function goesTo(next: NextStep, outcome: Outcome): string {
  return `{ 'outcome': '${outcome}', 'next': '${next}' }`;
}

function list(values: readonly string[]): string {
  return `[${values.map((value) => `'${value}'`).join(', ')}]`;
}

/**
 * A start that crashed may have started a job if the jobs before it were known. Its job is looked for from the beginning, whatever was looked for
 * before.
 */
const LOST = `$exists($states.input.mark) ? {
  'lostStartAt': $exists($states.input.lostStartAt) ? $states.input.lostStartAt : $states.context.State.EnteredTime, 'lookedInVain': false, 'survey': null
} : {}`;

/**
 * What a step that has crashed is followed by: the same step, after a wait that grows. It never counts as done: what it did is found out.
 *
 * While Lambda itself refuses to invoke the function, nothing has crashed: the run goes on when Lambda does. Any other name of an error is the
 * function's own, whatever the runtime calls it.
 *
 * Only a step that was done can go on in a new execution. So the waits grow while none is: with at least a minute a turn, a day fits into one.
 */
function crashed(step: StepName): string {
  const lost = step === 'START' ? LOST : '{}';
  return oneLine(`{% (
    $isOfLambda := $states.errorOutput.Error in ${list(OF_LAMBDA)};
    $crashes := $sum([$states.input.crashes, $isOfLambda ? 0 : 1]);
    $failures := $sum([$states.input.failures, 1]);
    $isOver := $millis() - $toMillis($states.context.Execution.StartTime) > ${LONGEST_RUN_SECONDS * 1000};
    $merge([$states.input, ${lost}, {
      'crashes': $crashes,
      'failures': $failures,
      'turns': $sum([$states.input.turns, 1]),
      'retrySeconds': $min([60, 5 * $power(2, $min([$failures, 4]))]),
      'reason': 'the runner crashed at the step ${step}: ' & $string($states.errorOutput.Error),
      'next': '${step}'
    }, $crashes >= ${CRASHES} or $isOver ? ${GIVING_UP[step]} : {}])
  ) %}`);
}

/** Not every reader of a definition takes an expression of several lines. */
function oneLine(expression: string): string {
  return expression.replaceAll(/\s*\n\s*/g, ' ');
}

const EVENT = oneLine(`{% $merge([{
  'status': $states.input.outcome,
  'reason': $states.input.reason,
  'jobKind': $states.input.run.jobKind,
  'workflowName': $states.input.run.request.workflowName,
  'membershipIdentifier': $states.input.run.request.membershipIdentifier,
  'idMappingTableIdentifier': $states.input.run.request.idMappingTableIdentifier,
  'jobId': $states.input.jobId,
  'metrics': $states.input.metrics,
  'stackId': $states.input.callback.stackId,
  'logicalResourceId': $states.input.callback.logicalResourceId
}]) %}`);

/**
 * The states that a run goes through. Each step of the worker says what comes next.
 *
 * @param worker the function that does the steps
 */
export function stateMachineDefinition(scope: Construct, worker: lambda.IFunction): sfn.IChainable {
  const step = (name: StepName) => {
    const payload: Record<keyof Step, string> = {
      step: name,
      state: '{% $states.input %}',
      startedAt: '{% $states.context.Execution.StartTime %}',
      executionName: '{% $states.context.Execution.Name %}',
      stateMachineArn: '{% $states.context.StateMachine.Id %}',
    };
    return tasks.LambdaInvoke.jsonata(scope, STATES[name], {
      lambdaFunction: worker,
      payload: sfn.TaskInput.fromObject(payload),
      outputs: '{% $states.result.Payload %}',
      // Each attempt is a turn of its own, so that the events of an execution can be counted.
      retryOnServiceExceptions: false,
    });
  };
  const wait = (id: string, seconds: string) => sfn.Wait.jsonata(scope, id, {
    time: sfn.WaitTime.seconds(`{% $exists($states.input.retrySeconds) ? $states.input.retrySeconds : ${seconds} %}`),
  });
  const waitSeconds = '$exists($states.input.waitSeconds) ? $states.input.waitSeconds : 0';

  const steps = { START: step('START'), POLL: step('POLL'), ANSWER: step('ANSWER'), CONTINUE: step('CONTINUE') };
  const publish = tasks.EventBridgePutEvents.jsonata(scope, STATES.PUBLISH, {
    entries: [{ ...ENDED_EVENT, detail: sfn.TaskInput.fromText(EVENT) }],
    outputs: '{% $states.input %}',
  });
  const succeeded = sfn.Succeed.jsonata(scope, 'Succeeded');
  const failed = sfn.Fail.jsonata(scope, 'Failed', { error: '{% $states.input.outcome %}', cause: '{% $states.input.reason %}' });

  // What an execution begins with has no next step: the worker says whether it understands it.
  const whatNext = sfn.Choice.jsonata(scope, 'What next?')
    .when(is('next', 'POLL'), wait('Wait for the job', waitSeconds).next(steps.POLL))
    .when(is('next', 'ANSWER'), wait('Wait to answer', '0').next(steps.ANSWER))
    .when(is('next', 'CONTINUE'), wait('Wait to continue', '0').next(steps.CONTINUE))
    .when(is('next', 'PUBLISH'), publish)
    .when(is('next', 'END'), succeeded)
    .otherwise(wait('Wait to start', waitSeconds).next(steps.START));
  const hasSucceeded = sfn.Choice.jsonata(scope, 'Has it succeeded?')
    .when(is('outcome', 'SUCCEEDED'), succeeded)
    .otherwise(failed);

  for (const [name, task] of Object.entries(steps)) {
    task.addCatch(whatNext, { errors: ['States.ALL'], outputs: crashed(name as StepName) }).next(whatNext);
  }
  publish.addRetry({ errors: ['States.ALL'], interval: Duration.seconds(2), backoffRate: 2, maxAttempts: 6 })
    .addCatch(hasSucceeded, { errors: ['States.ALL'], outputs: '{% $states.input %}' }).next(hasSucceeded);
  return whatNext;
}

function is(field: 'next' | 'outcome', value: NextStep | Outcome): sfn.Condition {
  return sfn.Condition.jsonata(`{% $states.input.${field} = '${value}' %}`);
}
