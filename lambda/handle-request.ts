import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type {
  CloudFormationCustomResourceCreateEvent,
  CloudFormationCustomResourceEvent,
  CloudFormationCustomResourceUpdateEvent,
} from 'aws-lambda';
import { Answer, attributes } from './answer-cloudformation';
import { changesWhatIsRun, runRequestOf } from './custom-resource-request';

/** What a request is handled with. */
export interface Services {
  readonly cloudFormation: CloudFormationClient;
  readonly stepFunctions: SFNClient;
  readonly stateMachineArn: string;
}

/**
 * Handles a request of CloudFormation.
 *
 * @returns the answer, or nothing when the runner will answer
 */
export async function handleRequest(event: CloudFormationCustomResourceEvent, services: Services): Promise<Answer | undefined> {
  switch (event.RequestType) {
    case 'Create':
      return startRun(event, services);
    case 'Update':
      return update(event, services);
    case 'Delete':
      // A job can't be stopped, and its output is data of the user: there is nothing to take back.
      return { Status: 'SUCCESS', Data: {} };
  }
}

async function update(event: CloudFormationCustomResourceUpdateEvent, services: Services): Promise<Answer | undefined> {
  const runs = changesWhatIsRun(event.ResourceProperties, event.OldResourceProperties)
    && !await isRollingBack(event.StackId, services.cloudFormation);
  return runs ? startRun(event, services) : { Status: 'SUCCESS', Data: attributes({ outcome: 'NOT_RUN' }) };
}

async function startRun(
  event: CloudFormationCustomResourceCreateEvent | CloudFormationCustomResourceUpdateEvent, services: Services,
): Promise<Answer | undefined> {
  const request = runRequestOf(event);
  try {
    // The name makes it one execution per request, however often the request is delivered.
    await services.stepFunctions.send(new StartExecutionCommand({
      stateMachineArn: services.stateMachineArn,
      name: event.RequestId,
      input: JSON.stringify({ request }),
    }));
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
  return request.waitFor === 'ACCEPTED' ? { Status: 'SUCCESS', Data: attributes({ outcome: 'ACCEPTED' }) } : undefined;
}

/** CloudFormation sends a rollback as a plain update to the old properties: only the stack's status tells. */
async function isRollingBack(stackId: string, cloudFormation: CloudFormationClient): Promise<boolean> {
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackId }));
  return /ROLLBACK/.test(Stacks?.[0].StackStatus ?? '');
}
