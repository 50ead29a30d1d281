import {
  CreateIdMappingWorkflowCommand, CreateMatchingWorkflowCommand, CreateSchemaMappingCommand, DeleteIdMappingWorkflowCommand,
  GetIdMappingJobCommand, JobType, ListIdMappingJobsCommand, paginateListIdMappingJobs, StartIdMappingJobCommand, StartIdMappingJobCommandInput,
} from '@aws-sdk/client-entityresolution';
import {
  clientOf, endedJob, ENTITY_RESOLUTION_ARN, errorOf, idMappingWorkflow, matchingWorkflow, ROLE, schema, startServer, TestServer,
} from './test-server';
import { JobFault } from '../../src/rest-json/fault-plan';

let local: TestServer;

beforeEach(async () => {
  local = await startServer();
  const { client } = local;
  await client.send(new CreateSchemaMappingCommand(schema()));
  await client.send(new CreateMatchingWorkflowCommand(matchingWorkflow()));
  await client.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow()));
  await client.send(new CreateIdMappingWorkflowCommand(
    idMappingWorkflow({ workflowName: INCREMENTAL, incrementalRunConfig: { incrementalRunType: 'ON_DEMAND' } })));
});

afterEach(async () => {
  await local.server.close();
});

const WORKFLOW = 'crm-to-loyalty';
const INCREMENTAL = 'incremental';

async function start(input: Partial<StartIdMappingJobCommandInput> = {}): Promise<string> {
  const { jobId } = await local.client.send(new StartIdMappingJobCommand({ workflowName: WORKFLOW, ...input }));
  return jobId!;
}

/** What becomes of the jobs to come: they need no data then. */
async function planJobs(...jobs: readonly JobFault[]): Promise<void> {
  await local.control.planFaults({ faults: jobs.map((job) => ({ operation: 'StartIdMappingJob', job })) });
}

async function status(jobId: string): Promise<string | undefined> {
  return (await local.client.send(new GetIdMappingJobCommand({ workflowName: WORKFLOW, jobId }))).status;
}

test('a started job has a jobId of 32 hexadecimal digits, is queued, runs, ends', async () => {
  await planJobs({ holdQueued: 'queued', holdRunning: 'running', failure: 'as planned' });
  const jobId = await start();

  expect(jobId).toMatch(/^[a-f0-9]{32}$/);
  expect(await status(jobId)).toBe('QUEUED');
  await local.control.release('queued');
  await local.control.held('running');
  expect(await status(jobId)).toBe('RUNNING');
  await local.control.release('running');
  const { startTime, endTime, ...job } = await endedJob(local.client, WORKFLOW, jobId);
  expect(job).toMatchObject({ jobId, status: 'FAILED', jobType: 'BATCH', errorDetails: { errorMessage: 'as planned' } });
  expect(endTime!.getTime()).toBeGreaterThanOrEqual(startTime!.getTime());
});

test('a workflow may be named by its ARN', async () => {
  await planJobs({ failure: 'as planned' });
  const workflowName = `${ENTITY_RESOLUTION_ARN}:idmappingworkflow/${WORKFLOW}`;
  const jobId = await start({ workflowName });

  expect(await endedJob(local.client, workflowName, jobId)).toMatchObject({ jobId });
  expect((await local.client.send(new ListIdMappingJobsCommand({ workflowName }))).jobs).toMatchObject([{ jobId, status: 'FAILED' }]);
});

test.each<[string, JobType | undefined, JobType]>([
  [WORKFLOW, undefined, 'BATCH'],
  [WORKFLOW, 'BATCH', 'BATCH'],
  [INCREMENTAL, undefined, 'INCREMENTAL'],
  [INCREMENTAL, 'INCREMENTAL', 'INCREMENTAL'],
  [INCREMENTAL, 'BATCH', 'BATCH'],
  [INCREMENTAL, 'DELETE_ONLY', 'DELETE_ONLY'],
])('a job of the workflow %s asked for with the type %s is of type %s', async (workflowName, jobType, expected) => {
  await planJobs({ failure: 'as planned' });
  const answer = await local.client.send(new StartIdMappingJobCommand({ workflowName, jobType }));

  expect(answer.jobType).toBe(expected);
  expect(await endedJob(local.client, workflowName, answer.jobId)).toMatchObject({ jobType: expected });
});

test.each<JobType>(['INCREMENTAL', 'DELETE_ONLY'])('a workflow without incrementalRunConfig runs no job of type %s', async (jobType) => {
  expect(await errorOf(start({ jobType }))).toEqual({
    name: 'ValidationException',
    status: 400,
    message: `the ID mapping workflow "crm-to-loyalty" has no incrementalRunConfig: its jobs are of type BATCH, not ${jobType}`,
  });
});

test('an output of the job itself is given back', async () => {
  await planJobs({ failure: 'as planned' });
  const outputSourceConfig = [{ roleArn: ROLE, outputS3Path: 's3://other/path', KMSArn: 'arn:aws:kms:us-east-1:000000000000:key/1' }];
  const answer = await local.client.send(new StartIdMappingJobCommand({ workflowName: WORKFLOW, outputSourceConfig }));

  expect(answer).toMatchObject({ outputSourceConfig });
  expect(await endedJob(local.client, WORKFLOW, answer.jobId)).toMatchObject({ outputSourceConfig });
});

test('jobs are listed newest first, in pages, each workflow on its own', async () => {
  const jobIds: string[] = [];
  await planJobs(...Array.from({ length: 4 }, () => ({ failure: 'as planned' })));
  for (let index = 0; index < 3; index++) {
    const jobId = await start();
    await endedJob(local.client, WORKFLOW, jobId);
    jobIds.unshift(jobId);
  }
  await start({ workflowName: INCREMENTAL });

  const pages: (string | undefined)[][] = [];
  for await (const { jobs } of paginateListIdMappingJobs({ client: local.client, pageSize: 2 }, { workflowName: WORKFLOW })) {
    pages.push(jobs!.map(({ jobId }) => jobId));
  }
  expect(pages).toEqual([jobIds.slice(0, 2), jobIds.slice(2)]);
});

const NO_WORKFLOW = { name: 'ResourceNotFoundException', status: 404, message: 'there is no ID mapping workflow "none" in this account and Region' };

test('the jobs of a workflow that does not exist are a 404 ResourceNotFoundException', async () => {
  const workflowName = 'none';

  expect(await errorOf(start({ workflowName }))).toEqual(NO_WORKFLOW);
  expect(await errorOf(local.client.send(new GetIdMappingJobCommand({ workflowName, jobId: '0'.repeat(32) })))).toEqual(NO_WORKFLOW);
  expect(await errorOf(local.client.send(new ListIdMappingJobsCommand({ workflowName })))).toEqual(NO_WORKFLOW);
});

test('a workflow of another Region is a 404 ResourceNotFoundException', async () => {
  const workflowName = `arn:aws:entityresolution:eu-west-1:000000000000:idmappingworkflow/${WORKFLOW}`;

  expect(await errorOf(start({ workflowName }))).toEqual({
    name: 'ResourceNotFoundException', status: 404, message: `there is no ID mapping workflow ${workflowName} in this account and Region`,
  });
});

test('a job that does not exist is a 404 ResourceNotFoundException', async () => {
  const jobId = '0'.repeat(32);

  expect(await errorOf(local.client.send(new GetIdMappingJobCommand({ workflowName: WORKFLOW, jobId })))).toEqual({
    name: 'ResourceNotFoundException', status: 404, message: `the ID mapping workflow "crm-to-loyalty" has no job ${jobId}`,
  });
});

test('a jobId with hyphens is a 400 ValidationException', async () => {
  const jobId = '01234567-89ab-cdef-0123-456789abcdef';

  expect(await errorOf(local.client.send(new GetIdMappingJobCommand({ workflowName: WORKFLOW, jobId })))).toMatchObject({
    name: 'ValidationException',
    message: `1 validation error detected: Value '${jobId}' at 'jobId' failed to satisfy constraint: ` +
      'Member must satisfy regular expression pattern: [a-f0-9]{32}',
  });
});

describe('while a job is queued or runs', () => {
  const busy = { operation: 'StartIdMappingJob', job: { holdQueued: 'queued', holdRunning: 'running', failure: 'as planned' } };
  const release = async () => Promise.all(['queued', 'running'].map(async (gate) => local.control.release(gate)));

  test.each([WORKFLOW, INCREMENTAL])('a job of the workflow %s is a 400 ConflictException, and none once it has ended', async (workflowName) => {
    await planJobs(busy.job, { failure: 'as planned' });
    const jobId = await start();
    const refusal = {
      name: 'ConflictException',
      status: 400,
      message: 'a workflow is currently running: one ID mapping job runs at a time in an account and Region; ' +
        'wait until it has ended, then start this one again',
    };

    expect(await errorOf(start({ workflowName }))).toEqual(refusal);
    await local.control.release('queued');
    await local.control.held('running');
    expect(await errorOf(start({ workflowName }))).toEqual(refusal);
    await local.control.release('running');
    await endedJob(local.client, WORKFLOW, jobId);
    await planJobs({ failure: 'as planned' });
    expect(await start({ workflowName })).toMatch(/^[a-f0-9]{32}$/);
  });

  test('another account has a turn of its own', async () => {
    await planJobs(busy.job, { failure: 'as planned' });
    await start();
    const other = clientOf(local.server.url, { accessKeyId: '111111111111' });
    await other.send(new CreateSchemaMappingCommand(schema()));
    const [source] = idMappingWorkflow().inputSourceConfig!;
    await other.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow({ inputSourceConfig: [source, { ...source, type: 'TARGET' }] })));

    expect((await other.send(new StartIdMappingJobCommand({ workflowName: WORKFLOW }))).jobId).toMatch(/^[a-f0-9]{32}$/);
  });

  test('another job may be a 402 ExceedsLimitException', async () => {
    await local.control.planFaults({ whenBusy: 'ExceedsLimitException', faults: [busy] });
    await start();

    expect(await errorOf(start())).toEqual({
      name: 'ExceedsLimitException',
      status: 402,
      message: 'the quota "Concurrent ID mapping jobs" allows 1 per account and Region',
      quotaName: 'Concurrent ID mapping jobs',
      quotaValue: 1,
    });
  });

  test('another job may stay QUEUED until the first has ended', async () => {
    const faults = ['first', 'second'].map((gate) => ({ operation: 'StartIdMappingJob', job: { holdRunning: gate, failure: 'as planned' } }));
    await local.control.planFaults({ whenBusy: 'QUEUED', faults });
    const [first, second] = [await start(), await start()];

    await local.control.held('first');
    expect([await status(first), await status(second)]).toEqual(['RUNNING', 'QUEUED']);
    await local.control.release('first');
    await local.control.held('second');
    expect([await status(first), await status(second)]).toEqual(['FAILED', 'RUNNING']);
    await local.control.release('second');
    await endedJob(local.client, WORKFLOW, second);
  });

  test('its workflow can not be deleted, another one can', async () => {
    await planJobs(busy.job);
    const jobId = await start();

    expect(await errorOf(local.client.send(new DeleteIdMappingWorkflowCommand({ workflowName: WORKFLOW })))).toEqual({
      name: 'ConflictException', status: 400, message: 'the ID mapping workflow "crm-to-loyalty" is currently running: wait until its job has ended',
    });
    await local.client.send(new DeleteIdMappingWorkflowCommand({ workflowName: INCREMENTAL }));
    await release();
    await endedJob(local.client, WORKFLOW, jobId);
    await local.client.send(new DeleteIdMappingWorkflowCommand({ workflowName: WORKFLOW }));
  });

  test('the server can be closed', async () => {
    await planJobs({ runningSeconds: 3600 });
    await start();
    const { server } = local;
    local = await startServer();

    await server.close();
  });
});

test('a workflow that is made again has no jobs of the old one', async () => {
  await planJobs({ failure: 'as planned' });
  await endedJob(local.client, WORKFLOW, await start());
  await local.client.send(new DeleteIdMappingWorkflowCommand({ workflowName: WORKFLOW }));
  await local.client.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow()));

  expect((await local.client.send(new ListIdMappingJobsCommand({ workflowName: WORKFLOW }))).jobs).toEqual([]);
});
