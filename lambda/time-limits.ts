import { RunRequest } from './run';

/** Permissions that were just made are not visible everywhere at once. */
export const PERMISSIONS_SETTLE_SECONDS = 120;

/** CloudFormation gives up on a custom resource after an hour; five minutes are for what happens before and after the waiting. */
export const LONGEST_ANSWER_SECONDS = 55 * 60;

/** A WaitCondition gives up after 12 hours; two minutes are for the last look at the job. */
const LONGEST_SIGNAL_SECONDS = 12 * 60 * 60 - 120;

/** Nothing is waited for any longer than this. One execution has room for 25,000 events, which a look every minute fills in two days. */
const LONGEST_RUN_SECONDS = 24 * 60 * 60;

/** The step that starts a job ends within this, well or by the timeout of the worker, which is a minute. */
export const START_STEP_SECONDS = 65;

/** What the entry function keeps of its time, to look for a job and to deliver an answer. */
export const ENTRY_ANSWER_SECONDS = 60;

/** After how many seconds CloudFormation needs its answer. */
export function answerSeconds({ timeoutSeconds }: RunRequest): number {
  return Math.min(timeoutSeconds, LONGEST_ANSWER_SECONDS);
}

/** After how many seconds a WaitCondition needs its signal. */
export function signalSeconds({ timeoutSeconds }: RunRequest): number {
  return Math.min(timeoutSeconds, LONGEST_SIGNAL_SECONDS);
}

/** After how many seconds a run that could not be started is given up: nobody wants a job that comes after the deployment has failed. */
export function startSeconds({ waitFor, timeoutSeconds }: RunRequest): number {
  return waitFor === 'SUCCEEDED' ? timeoutSeconds : LONGEST_RUN_SECONDS;
}

/** After how many seconds a job is not watched any longer. */
export function watchSeconds({ requestType, timeoutSeconds }: RunRequest): number {
  return requestType === 'Delete' ? timeoutSeconds : LONGEST_RUN_SECONDS;
}
