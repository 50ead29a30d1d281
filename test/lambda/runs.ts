import { randomUUID } from 'node:crypto';
import { RunState } from '../../lambda/worker/run-state';
import { JobRun } from '../../lambda/worker/start-job';
import { Callback, Run, Settings } from '../../src/runs/private/run-protocol';

export const STACK_ID = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Stack/5f2b1f30-0000-4000-8000-000000000001';
export const JOB_ID = '0123456789abcdef0123456789abcdef';
export const ID_MAPPING_RUN: Run = { jobKind: 'ID_MAPPING', request: { workflowName: 'crm' } };

/** For a request of CloudFormation that waits for the start of a job. */
export function givenCallback(responseUrl: string, changes: Partial<Callback> = {}): Callback {
  return {
    requestType: 'Create',
    responseUrl: `${responseUrl}/answer?X-Amz-Signature=secret`,
    stackId: STACK_ID,
    requestId: randomUUID(),
    logicalResourceId: 'FirstRun1A2B3C4D',
    physicalResourceId: 'FirstRun1A2B3C4D-5f2b1f30-0000-4000-8000-000000000001',
    waitFor: 'STARTED',
    onFailure: 'FAIL',
    ...changes,
  };
}

/** What a run is given with. */
export interface Given {
  readonly run?: Run;
  readonly settings?: Settings;
  readonly callback?: Partial<Callback>;
}

/** A run that has just been asked for. */
export function givenRun(responseUrl: string, { run = ID_MAPPING_RUN, settings, callback }: Given = {}, changes: Partial<RunState> = {}): JobRun {
  return {
    run,
    settings: { onBusy: 'QUEUE', timeoutSeconds: 3_300, pollIntervalSeconds: 5, ...settings },
    callback: givenCallback(responseUrl, callback),
    askedAt: new Date().toISOString(),
    startedAt: new Date().toISOString(),
    next: 'START',
    waitSeconds: 0,
    ...changes,
  };
}
