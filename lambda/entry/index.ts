import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SFNClient } from '@aws-sdk/client-sfn';
import { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { answerTo } from './custom-resource-request';
import { handleRequest } from './handle-request';
import { Answer, deliverAnswer } from '../aws/answer';
import { cut } from '../aws/cut';
import { Executions } from '../aws/executions';
import { messageOf } from '../aws/service-error';

// Without these a call that is not answered lasts as long as the function may.
const requestHandler = { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

const executions = new Executions(new SFNClient({ requestHandler }), process.env.STATE_MACHINE_ARN!);
const cloudFormation = new CloudFormationClient({ requestHandler });

/** Takes a request of CloudFormation and hands it to the runner. */
export async function entry(event: CloudFormationCustomResourceEvent): Promise<void> {
  const answer = await handleRequest(event, { cloudFormation, executions })
    .catch((error: unknown): Answer => ({
      Status: 'FAILED',
      Reason: cut(`No run was started: ${messageOf(error)}. Log group: ${process.env.LOG_GROUP_NAME!}.`),
      Data: {},
    }));
  console.log(JSON.stringify({ requestType: event.RequestType, resource: event.LogicalResourceId, answered: answer?.Status ?? 'by the runner' }));
  const failure = answer && await deliverAnswer(answerTo(event), answer);
  // Lambda delivers the event again.
  if (failure) throw new Error(`the answer could not be delivered to CloudFormation: ${failure}`);
}
