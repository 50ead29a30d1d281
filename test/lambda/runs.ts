import { randomUUID } from 'node:crypto';
import { Run, RunRequest } from '../../lambda/run';

export const STACK_ID = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Stack/5f2b1f30-0000-4000-8000-000000000001';

/** A request for a run as the runner carries it. */
export function givenRequest(responseUrl: string, changes: Partial<RunRequest> = {}): RunRequest {
  return {
    requestType: 'Create',
    workflowName: 'crm',
    waitFor: 'STARTED',
    onBusy: 'QUEUE',
    onFailure: 'FAIL',
    timeoutSeconds: 3_300,
    pollIntervalSeconds: 5,
    callback: {
      responseUrl: `${responseUrl}/answer?X-Amz-Signature=secret`,
      stackId: STACK_ID,
      requestId: randomUUID(),
      logicalResourceId: 'FirstRun1A2B3C4D',
      physicalResourceId: 'FirstRun1A2B3C4D-5f2b1f30-0000-4000-8000-000000000001',
    },
    ...changes,
  };
}

/** A run that has just been asked for. */
export function givenRun(request: RunRequest, changes: Partial<Run> = {}): Run {
  return { request, next: 'START', waitSeconds: 0, ...changes };
}
