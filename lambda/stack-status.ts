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

/** A stack whose update or import has been rolled back is as good as before. */
function isGoingBackStatus(status: string): boolean {
  return /^DELETE_|ROLLBACK/.test(status) && !/^(UPDATE|IMPORT)_ROLLBACK_COMPLETE$/.test(status);
}
