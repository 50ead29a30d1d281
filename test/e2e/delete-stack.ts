import { CloudFormationClient, DeleteStackCommand, waitUntilStackDeleteComplete } from '@aws-sdk/client-cloudformation';

/** Deletes a stack, in a fraction of the time that `cdk destroy` takes. */
export async function deleteStack(StackName: string): Promise<void> {
  const client = new CloudFormationClient({});
  await client.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete({ client, minDelay: 1, maxDelay: 1, maxWaitTime: 120 }, { StackName });
}
