import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { Progress, RunState } from './run-state';
import { goesForward, isStable, StackStatuses, stackStatuses } from '../aws/stack-status';

/**
 * Lets a run start only on the way forward: while the deployment that waits for it goes forward, or, when nobody waits any more, while nothing is taken
 * back.
 *
 * @returns nothing when the run may start
 */
export async function guard(run: RunState, client: CloudFormationClient): Promise<Progress | undefined> {
  const { callback, answer } = run;
  if (!callback) return undefined;
  if (answer === 'GIVEN_UP') return { ...run, outcome: 'NOT_RUN', reason: 'CloudFormation could not be answered, so the deployment fails' };
  const statuses = await stackStatuses(callback.stackId, client);
  // An update that was answered before it was seen to go forward may have been a rollback, and CloudFormation was told that nothing runs.
  const mayStartLater = run.goesForward || callback.requestType === 'Create';
  if (answer && mayStartLater) return isStable(statuses) ? undefined : held(run, statuses);
  if (!answer && goesForward(statuses)) return undefined;
  return { ...run, outcome: 'NOT_RUN', reason: `the stack is in ${statuses.join(', in ')}: a run starts only while it is created, updated or imported` };
}

/** Another deployment is taken back, after which an earlier one's run may go on; a stack that is deleted has no use for it. */
function held(run: RunState, statuses: StackStatuses): Progress {
  const reason = `the stack is in ${statuses.join(', in ')}`;
  return statuses.some((status) => /^DELETE_/.test(status)) ? { ...run, outcome: 'NOT_RUN', reason } : { ...run, outcome: 'HELD', reason };
}
