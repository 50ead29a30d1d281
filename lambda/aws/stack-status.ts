import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

/** A deployment that asks for a run is one of these. It is a list of what is allowed: what is not on it starts nothing. */
const FORWARD: readonly string[] = ['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'IMPORT_IN_PROGRESS'];

/** Nothing is deployed, or only what was replaced is cleaned up. A stack whose update or import has been rolled back is as good as before. */
const AT_REST: readonly string[] = [
  'CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'IMPORT_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_ROLLBACK_COMPLETE',
];

/** The statuses of a stack and of those that it is nested in, the innermost first. */
export type StackStatuses = readonly [string, ...string[]];

/**
 * The statuses of a stack and of those that it is nested in.
 *
 * CloudFormation sends a rollback as a plain update to the old properties: only the status tells, and a nested stack goes back after its parent.
 *
 * @param stackId the ARN of the stack
 */
export async function stackStatuses(stackId: string, client: CloudFormationClient): Promise<StackStatuses> {
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackId }));
  const { StackStatus, ParentId } = Stacks?.[0] ?? {};
  if (!StackStatus) throw new Error('CloudFormation has not told the status of the stack');
  return ParentId ? [StackStatus, ...await stackStatuses(ParentId, client)] : [StackStatus];
}

/** Whether a deployment that still waits for its answer goes forward. */
export function goesForward([own, ...ancestors]: StackStatuses): boolean {
  return FORWARD.includes(own) && ancestors.every(isForwardOrAtRest);
}

/** Whether nothing is taken back, so that a run of an earlier deployment may start. */
export function isStable(statuses: StackStatuses): boolean {
  return statuses.every(isForwardOrAtRest);
}

function isForwardOrAtRest(status: string): boolean {
  return FORWARD.includes(status) || AT_REST.includes(status);
}
