import { hasEnded, Progress } from './run-state';
import { answerSeconds, timeoutSeconds } from './time-limits';
import { LONGEST_RESOURCE_SECONDS, NextStep, TURNS_OF_AN_EXECUTION } from '../../src/runs/private/run-protocol';

/**
 * What the state machine does next.
 *
 * @param secondsSinceAsked how long ago the run was asked for
 */
export function nextStep(run: Progress, secondsSinceAsked: number): NextStep {
  if (run.continuedAs || isDoneFollowing(run)) return 'END';
  if (isAnswerDue(run, secondsSinceAsked)) return 'ANSWER';
  if (hasEnded(run)) return isRun(run) && run.outcome !== 'NOT_RUN' ? 'PUBLISH' : 'END';
  // The next resource of the chain follows the run by an execution of its own.
  if (run.follow && run.answer) return 'END';
  if ((run.turns ?? 0) >= TURNS_OF_AN_EXECUTION) return 'CONTINUE';
  return run.jobId || run.follow ? 'POLL' : 'START';
}

/** Whether the run has come as far as CloudFormation waits for, can't come there any more, or takes too long. */
export function isAnswerDue(run: Progress, secondsSinceAsked: number): boolean {
  const { callback, answer } = run;
  if (!callback || answer) return false;
  return hasEnded(run) || isFarEnough(run) || secondsSinceAsked >= answerSeconds(run) || isFollowedTooLong(run);
}

function isFarEnough({ callback, goesForward, jobId }: Progress): boolean {
  if (callback?.requestType === 'Delete') return false;
  return (callback?.waitFor === 'ACCEPTED' && goesForward === true) || (callback?.waitFor === 'STARTED' && jobId !== undefined);
}

/** The time of a run that is followed counts from when it was asked for itself. */
function isFollowedTooLong(run: Progress): boolean {
  return run.followedSince !== undefined && (Date.now() - Date.parse(run.followedSince)) / 1000 >= timeoutSeconds(run);
}

/** Who waits for it is all that a run is followed for. */
function isDoneFollowing({ follow, answer }: Progress): boolean {
  return follow !== undefined && answer !== undefined;
}

/** Whether the execution runs something, and does not only wait for what runs. */
function isRun({ follow, callback }: Progress): boolean {
  return follow === undefined && callback?.requestType !== 'Delete';
}

/** Whether CloudFormation, which gives up after an hour, may still be there. */
export function canBeAnswered(secondsSinceAsked: number): boolean {
  return secondsSinceAsked < LONGEST_RESOURCE_SECONDS;
}
