import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

/**
 * Whether the stack is being rolled back or deleted, or is stuck in it.
 *
 * CloudFormation sends a rollback as a plain update to the old properties: only the stack's status tells.
 */
export async function isGoingBack(stackId: string, client: CloudFormationClient): Promise<boolean> {
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackId }));
  return isGoingBackStatus(Stacks?.[0].StackStatus ?? '');
}

/** A stack that has been rolled back to what it was (`UPDATE_ROLLBACK_COMPLETE`) is as good as before. */
export function isGoingBackStatus(status: string): boolean {
  return /^DELETE_|ROLLBACK/.test(status) && status !== 'UPDATE_ROLLBACK_COMPLETE';
}
