import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type {
  CloudFormationCustomResourceDeleteEvent,
  CloudFormationCustomResourceEvent,
  CloudFormationCustomResourceUpdateEvent,
} from 'aws-lambda';
import { Answer, signalData } from './answer-cloudformation';
import { attributes } from './attributes';
import { callbackOf, changesWhatIsRun, constructOf, isWorkflowInStack, newWaitHandleUrl, runRequestOf } from './custom-resource-request';
import { deliver } from './deliver';
import { Executions } from './executions';
import { findActiveJob } from './find-job';
import { jobKindOf } from './job-kinds';
import { JobClients } from './jobs';
import { isGoingBack } from './stack-status';

/** What a request is handled with. */
export interface Services {
  readonly cloudFormation: CloudFormationClient;
  readonly clients: JobClients;
  readonly executions: Executions;
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
      return remove(event, services);
  }
}

async function update(event: CloudFormationCustomResourceUpdateEvent, services: Services): Promise<Answer | undefined> {
  if (changesWhatIsRun(event)) {
    if (!await isGoingBack(event.StackId, services.cloudFormation)) return startRun(event, services);
    await tryTo(event, () => services.executions.cancelWaiting(callbackOf(event), constructOf(event)));
  }
  const answer: Answer = { Status: 'SUCCESS', Data: attributes(runRequestOf(event), 'NOT_RUN') };
  const waitHandleUrl = newWaitHandleUrl(event);
  if (waitHandleUrl) {
    await tryTo(event, () => deliver(waitHandleUrl, { Status: 'SUCCESS', UniqueId: 'run', Reason: 'NOT_RUN', Data: signalData(answer.Data) }));
  }
  return answer;
}

/** A job can't be stopped, and its output is data of the user: there is nothing to take back but what has not started. */
async function remove(event: CloudFormationCustomResourceDeleteEvent, services: Services): Promise<Answer | undefined> {
  await tryTo(event, () => services.executions.cancelWaiting(callbackOf(event), constructOf(event)));
  const waits = isWorkflowInStack(event) && await tryTo(event, () => waitForActiveJob(event, services));
  return waits ? undefined : { Status: 'SUCCESS', Data: {} };
}

/**
 * The service refuses to delete a workflow whose job runs, whoever started it.
 *
 * @returns whether there is a job to wait for
 */
async function waitForActiveJob(event: CloudFormationCustomResourceDeleteEvent, { clients, executions }: Services): Promise<boolean> {
  const request = runRequestOf(event);
  const jobId = await findActiveJob({}, jobKindOf(request).jobs(request, clients));
  if (!jobId) return false;
  await executions.start({ request, jobId, next: 'POLL', waitSeconds: request.pollIntervalSeconds });
  return true;
}

/** Does what must not fail a deletion or a rollback: a stack would be stuck. */
async function tryTo<T>(event: CloudFormationCustomResourceEvent, action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    console.log(JSON.stringify({ requestType: event.RequestType, resource: event.LogicalResourceId, ignored: (error as Error).name }));
    return undefined;
  }
}

async function startRun(event: CloudFormationCustomResourceEvent, services: Services): Promise<Answer | undefined> {
  const request = runRequestOf(event);
  const accepted = request.waitFor === 'ACCEPTED';
  await services.executions.start({ request, answered: accepted, next: 'START', waitSeconds: 0 });
  return accepted ? { Status: 'SUCCESS', Data: attributes(request, 'ACCEPTED') } : undefined;
}
