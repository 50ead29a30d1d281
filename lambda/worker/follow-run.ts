import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { guard } from './guard';
import { lookAgain } from './poll-job';
import { hasEnded, Progress, RunState } from './run-state';
import { Executions } from '../aws/executions';
import { messageOf } from '../aws/service-error';

/** A run that waits for the end of another one. */
export type FollowingRun = RunState & Required<Pick<RunState, 'follow'>>;

/**
 * Looks how far the run has come that is followed, and takes over what it has come to.
 *
 * @param secondsSinceAsked how long ago the following was asked for
 */
export async function followRun(
  state: FollowingRun, executions: Executions, client: CloudFormationClient, secondsSinceAsked: number,
): Promise<Progress> {
  const { follow, settings, callback, askedAt, startedAt, goesForward, turns, part, repeats } = state;
  const own = { follow, settings, callback, askedAt, startedAt, goesForward: true, turns, part, repeats };
  try {
    const held = goesForward ? undefined : await guard(state, client);
    if (held) return held;
    const followed = await executions.look(follow.execution);
    if (!followed) return { ...own, waitSeconds: 0, outcome: 'UNWATCHED', reason: 'the run is not known any more' };
    const { run, outcome, reason, jobId, watch, metrics, lostStartAt } = followed.state;
    const seen = { ...own, run, jobId, watch, metrics, lostStartAt, reason, waitSeconds: 0, followedSince: followed.state.askedAt };
    if (followed.isStopped) return { ...seen, outcome: jobId ? 'UNWATCHED' : 'FAILED', reason: 'its execution was stopped' };
    return hasEnded(followed.state) ? { ...seen, outcome } : lookAgain(seen, reason ?? 'the run goes on', secondsSinceAsked);
  } catch (error) {
    return lookAgain(state, messageOf(error), secondsSinceAsked);
  }
}
