import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';

/** Steps that may be done twice are repeated when they crash; by what name the crash is reported differs, so any will do. */
const REPEAT: sfn.RetryProps = { errors: ['States.ALL'], interval: Duration.seconds(2), backoffRate: 2, maxAttempts: 6 };

/**
 * A start that crashed may have started a job, so it is no `REPEAT`: the next start looks for the job first.
 * One that keeps crashing for some minutes tells of something wrong with the runner itself.
 */
const START_CRASHED = `{% (
  $crashes := ($exists($states.input.crashes) ? $states.input.crashes : 0) + 1;
  $merge([{ 'lostStartAt': $states.context.State.EnteredTime }, $states.input, {
    'outcome': $crashes < 10 ? 'UNKNOWN' : 'FAILED',
    'reason': 'the runner crashed when it started the job, which may be running',
    'next': $crashes < 10 ? 'START' : 'ANSWER',
    'lookedInVain': false,
    'crashes': $crashes,
    'waitSeconds': 5 * $crashes
  }])
) %}`;

const POLL_CRASHED = `{% $merge([$states.input, {
  'outcome': 'UNWATCHED', 'reason': 'the runner crashed when it looked at the job', 'next': 'ANSWER'
}]) %}`;

/** CloudFormation can't be told; the run goes on without it. */
const ANSWER_CRASHED = `{% $merge([$states.input, {
  'answered': true, 'signalled': true,
  'next': $states.input.outcome in ['SUCCEEDED', 'FAILED', 'UNWATCHED', 'TIMED_OUT'] ? 'PUBLISH' : $exists($states.input.jobId) ? 'POLL' : 'START'
}]) %}`;

const EVENT = `{% {
  'status': $states.input.outcome,
  'reason': $states.input.reason,
  'jobKind': $exists($states.input.request.jobKind) ? $states.input.request.jobKind : 'ID_MAPPING',
  'workflowName': $states.input.request.workflowName,
  'membershipIdentifier': $states.input.request.membershipIdentifier,
  'idMappingTableIdentifier': $states.input.request.idMappingTableIdentifier,
  'jobId': $states.input.jobId,
  'metrics': $states.input.metrics,
  'stackId': $states.input.request.callback.stackId,
  'logicalResourceId': $states.input.request.callback.logicalResourceId
} %}`;

/**
 * The states that a run goes through. Each step of the worker says what comes next.
 *
 * @param worker the function that does the steps
 */
export function runDefinition(scope: Construct, worker: lambda.IFunction): sfn.IChainable {
  const step = (id: string, name: string) => tasks.LambdaInvoke.jsonata(scope, id, {
    lambdaFunction: worker,
    payload: sfn.TaskInput.fromObject({ step: name, run: '{% $states.input %}', askedAt: '{% $states.context.Execution.StartTime %}' }),
    outputs: '{% $states.result.Payload %}',
    retryOnServiceExceptions: false,
  });
  const wait = (id: string) => sfn.Wait.jsonata(scope, id, { time: sfn.WaitTime.seconds('{% $states.input.waitSeconds %}') });

  const start = step('Start', 'start');
  const poll = step('Poll', 'poll');
  const answer = step('Answer', 'answer');
  const publish = tasks.EventBridgePutEvents.jsonata(scope, 'Publish how it ended', {
    entries: [{ source: 'cdk-id-mapping', detailType: 'ID Mapping Run Ended', detail: sfn.TaskInput.fromText(EVENT) }],
    outputs: '{% $states.input %}',
  });
  const succeeded = sfn.Succeed.jsonata(scope, 'Succeeded');
  const failed = sfn.Fail.jsonata(scope, 'Failed', { error: '{% $states.input.outcome %}', cause: '{% $states.input.reason %}' });

  const whatNext = sfn.Choice.jsonata(scope, 'What next?')
    .when(is('next', 'START'), wait('Wait to start').next(start))
    .when(is('next', 'POLL'), wait('Wait for the job').next(poll))
    .when(is('next', 'ANSWER'), answer)
    .when(is('next', 'PUBLISH'), publish)
    .otherwise(succeeded);
  const hasSucceeded = sfn.Choice.jsonata(scope, 'Has it succeeded?')
    .when(is('outcome', 'SUCCEEDED'), succeeded)
    .otherwise(failed);

  start.addCatch(whatNext, { errors: ['States.ALL'], outputs: START_CRASHED }).next(whatNext);
  poll.addRetry(REPEAT).addCatch(whatNext, { errors: ['States.ALL'], outputs: POLL_CRASHED }).next(whatNext);
  answer.addRetry(REPEAT).addCatch(whatNext, { errors: ['States.ALL'], outputs: ANSWER_CRASHED }).next(whatNext);
  publish.addRetry(REPEAT).addCatch(hasSucceeded, { errors: ['States.ALL'], outputs: '{% $states.input %}' }).next(hasSucceeded);
  return whatNext;
}

function is(field: string, value: string): sfn.Condition {
  return sfn.Condition.jsonata(`{% $states.input.${field} = '${value}' %}`);
}
