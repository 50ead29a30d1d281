import { attributes, RunStatus } from './attributes';
import { deliver } from './deliver';
import { isAnswerDue, isSignalDue } from './next-step';
import { reasonOf } from './reason';
import { Callback, hasEnded, Run } from './run';
import { Progress } from './start-job';

/** CloudFormation's answer to a custom resource's request. */
export interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly Data: Record<string, string>;
}

/** A signal to a WaitCondition. Its data are the resource's attributes, each behind a bar, because a template can only split a text. */
export interface Signal {
  readonly Status: 'SUCCESS' | 'FAILURE';
  readonly UniqueId: 'run';
  readonly Reason: string;
  readonly Data: string;
}

/** Gives CloudFormation what is due: the answer to its request, the signal to its WaitCondition. */
export async function answerCloudFormation(run: Run, secondsSinceAsked: number, logGroupName: string): Promise<Progress> {
  const { request } = run;
  const answered = run.answered || isAnswerDue(run, secondsSinceAsked);
  const signalled = run.signalled || isSignalDue(run, secondsSinceAsked);
  if (answered && !run.answered) {
    await deliverAnswer(request.callback, answerOf(run, logGroupName));
  }
  if (signalled && !run.signalled) {
    await deliver(request.waitHandleUrl!, signalOf(run, logGroupName));
  }
  return { ...run, answered, signalled };
}

/** Puts the answer to a request where CloudFormation waits for it. */
export async function deliverAnswer(callback: Callback, answer: Answer): Promise<void> {
  await deliver(callback.responseUrl, {
    ...answer,
    PhysicalResourceId: callback.physicalResourceId,
    StackId: callback.stackId,
    RequestId: callback.requestId,
    LogicalResourceId: callback.logicalResourceId,
  });
}

/** What CloudFormation is told of a run for which an answer is due. */
export function answerOf(run: Run, logGroupName: string): Answer {
  if (run.request.requestType === 'Delete') return { Status: 'SUCCESS', Data: {} };
  const status = statusOf(run, run.request.waitFor === 'SUCCEEDED' && run.request.waitHandleUrl === undefined);
  const Data = attributes(run.request, status, run);
  return fails(run, status) ? { Status: 'FAILED', Reason: reasonOf(run, logGroupName), Data } : { Status: 'SUCCESS', Data };
}

/** What a WaitCondition is told of a run for which a signal is due. */
export function signalOf(run: Run, logGroupName: string): Signal {
  const status = statusOf(run, true);
  const failed = fails(run, status);
  return {
    Status: failed ? 'FAILURE' : 'SUCCESS',
    UniqueId: 'run',
    Reason: failed ? reasonOf(run, logGroupName) : status,
    Data: signalData(attributes(run.request, status, run)),
  };
}

/** @see Signal */
export function signalData(data: Record<string, string>): string {
  return ['', ...Object.values(data), ''].join('|');
}

function statusOf(run: Run, endIsWaitedFor: boolean): RunStatus {
  if (hasEnded(run)) return run.outcome as RunStatus;
  if (endIsWaitedFor) return 'TIMED_OUT';
  return run.jobId ? 'STARTED' : 'WAITING';
}

function fails({ request }: Run, status: RunStatus): boolean {
  return request.onFailure === 'FAIL' && (status === 'FAILED' || status === 'UNWATCHED' || status === 'TIMED_OUT');
}
