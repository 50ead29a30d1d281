import { hasEnded, NextStep, Run } from './run';
import { answerSeconds, signalSeconds } from './time-limits';

/**
 * What the state machine does next.
 *
 * @param secondsSinceAsked how long ago the run was asked for
 */
export function nextStep(run: Omit<Run, 'next'>, secondsSinceAsked: number): NextStep {
  if (isAnswerDue(run, secondsSinceAsked) || isSignalDue(run, secondsSinceAsked)) return 'ANSWER';
  if (hasEnded(run)) return run.request.requestType === 'Delete' ? 'END' : 'PUBLISH';
  return run.jobId ? 'POLL' : 'START';
}

/** Whether the run has come as far as CloudFormation waits for, can't come there any more, or takes too long. */
export function isAnswerDue(run: Omit<Run, 'next'>, secondsSinceAsked: number): boolean {
  const { request, answered, jobId } = run;
  if (answered) return false;
  // A run that a WaitCondition waits for only has to be started for the resource itself. A deletion waits for the end of a job always.
  const startSuffices = request.requestType !== 'Delete' && (request.waitFor !== 'SUCCEEDED' || request.waitHandleUrl !== undefined);
  return hasEnded(run) || (startSuffices && jobId !== undefined) || secondsSinceAsked >= answerSeconds(request);
}

/** Whether the WaitCondition, if there is one, has to be told. */
export function isSignalDue(run: Omit<Run, 'next'>, secondsSinceAsked: number): boolean {
  const { request, signalled } = run;
  if (request.waitHandleUrl === undefined || signalled) return false;
  return hasEnded(run) || secondsSinceAsked >= signalSeconds(request);
}
