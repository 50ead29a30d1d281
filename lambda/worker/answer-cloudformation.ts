import { canBeAnswered } from './next-step';
import { reasonOf } from './reason';
import { hasEnded, Progress, RunState } from './run-state';
import { growingWait } from './waits';
import { RunStatus } from '../../src/runs/private/run-protocol';
import { Answer, deliverAnswer } from '../aws/answer';
import { attributes, attributesOfLastRun, statusOf } from '../aws/attributes';
import { digestIn, Executions, FoundRun } from '../aws/executions';
import { messageOf } from '../aws/service-error';

/** Gives CloudFormation its answer, again and again until it has it or has given up. */
export async function answerCloudFormation(
  state: RunState, executions: Executions, executionName: string, secondsSinceAsked: number, logGroupName: string,
): Promise<Progress> {
  if (!state.callback || state.answer) return state;
  const last = state.outcome === 'NOT_RUN' && state.callback.requestType === 'Update' ? await lastRun(state, executions, executionName) : undefined;
  const failure = await deliverAnswer(state.callback, answerOf(state, executionName, logGroupName, last));
  if (failure === undefined) return { ...state, answer: 'GIVEN', repeats: 0 };
  const repeats = (state.repeats ?? 0) + 1;
  console.log(JSON.stringify({ resource: state.callback.logicalResourceId, notDelivered: failure }));
  return canBeAnswered(secondsSinceAsked) ? { ...state, repeats, retrySeconds: growingWait(1, repeats) } : { ...state, answer: 'GIVEN_UP' };
}

/** The run that the stack is back to: its execution has been named by what was run, as this one is. What runs nothing tells of the newest one. */
async function lastRun({ callback }: RunState, executions: Executions, executionName: string): Promise<FoundRun | undefined> {
  try {
    return await executions.lastRun(callback!, callback!.takesBackOnly ? undefined : digestIn(executionName), executionName);
  } catch (error) {
    console.log(JSON.stringify({ resource: callback!.logicalResourceId, ignored: messageOf(error) }));
    return undefined;
  }
}

/** What CloudFormation is told of a run for which an answer is due. */
export function answerOf(state: Progress, executionName: string, logGroupName: string, last?: FoundRun): Answer {
  const { callback, outcome, reason, jobId, metrics, follow, goesForward } = state;
  if (callback!.requestType === 'Delete') return { Status: 'SUCCESS', Reason: reason, Data: {} };

  const jobKind = (follow ?? state.run!).jobKind;
  // A rollback comes as an update, too, and must not fail because of us: an update that was never seen to go forward succeeds.
  const isTakenBack = outcome === 'NOT_RUN' || !goesForward;
  if (isTakenBack && callback!.requestType === 'Update') return { Status: 'SUCCESS', Data: attributesOfLastRun(jobKind, last) };

  const status = isTimedOut(state) ? 'TIMED_OUT' : statusOf(state);
  const Data = attributes(jobKind, { status, jobId, metrics, execution: follow?.execution ?? executionName, isNew: true });
  return fails(state, status) ? { Status: 'FAILED', Reason: reasonOf({ ...state, outcome: outcomeOf(status, state) }, logGroupName), Data } : { Status: 'SUCCESS', Data };
}

/** Whether the end is waited for here, and has not come. */
function isTimedOut(state: Progress): boolean {
  return !hasEnded(state) && state.callback!.waitFor === 'SUCCEEDED' && !state.callback!.handsOver;
}

function outcomeOf(status: RunStatus, { outcome }: Progress): Progress['outcome'] {
  return status === 'TIMED_OUT' ? 'TIMED_OUT' : outcome;
}

function fails({ callback }: Progress, status: RunStatus): boolean {
  if (status === 'NOT_RUN') return true;
  return callback!.onFailure === 'FAIL' && (status === 'FAILED' || status === 'UNWATCHED' || status === 'TIMED_OUT');
}
