import { RunState } from './run-state';
import { LONGEST_ANSWER_SECONDS, LONGEST_RUN_SECONDS } from '../../src/runs/private/run-protocol';

type Limited = Pick<RunState, 'settings' | 'callback'>;

/** How long whoever waits for a run does so. */
export function timeoutSeconds({ settings }: Limited): number {
  return settings.timeoutSeconds ?? LONGEST_RUN_SECONDS;
}

/** After how many seconds CloudFormation needs its answer. */
export function answerSeconds(run: Limited): number {
  return Math.min(timeoutSeconds(run), LONGEST_ANSWER_SECONDS);
}

/**
 * After how many seconds a run that could not be started is given up. A deployment that waits for the end has failed by then, and nobody wants a job
 * that comes after it.
 */
export function startSeconds(run: Limited): number {
  return run.callback && run.callback.waitFor !== 'SUCCEEDED' ? LONGEST_RUN_SECONDS : timeoutSeconds(run);
}

/** After how many seconds a job is not watched any longer. */
export function watchSeconds(run: Limited): number {
  return run.callback?.requestType === 'Delete' ? answerSeconds(run) : LONGEST_RUN_SECONDS;
}
