import {
  CreateIdMappingWorkflowCommand, CreateMatchingWorkflowCommand, CreateSchemaMappingCommand, GetIdMappingJobCommand, ListIdMappingJobsCommand,
  ListSchemaMappingsCommand, StartIdMappingJobCommand,
} from '@aws-sdk/client-entityresolution';
import { endedJob, errorOf, idMappingWorkflow, matchingWorkflow, ROLE, schema, startServer, TestServer } from './test-server';
import { JobFault } from '../../src/rest-json/fault-plan';

const WORKFLOW = { workflowName: 'crm-to-loyalty' };
const OPERATION = 'StartIdMappingJob';

let local: TestServer;

beforeEach(async () => {
  local = await startServer();
  await local.client.send(new CreateSchemaMappingCommand(schema()));
  await local.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow()));
  await local.client.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow()));
});

afterEach(async () => {
  await local.server.close();
});

async function startedJob(job: JobFault): Promise<string> {
  await local.control.planFaults({ faults: [{ operation: OPERATION, job }] });
  const { jobId } = await local.client.send(new StartIdMappingJobCommand(WORKFLOW));
  return jobId!;
}

const job = async (jobId: string) => local.client.send(new GetIdMappingJobCommand({ ...WORKFLOW, jobId }));

async function listed(maxResults?: number): Promise<string[]> {
  const jobs: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await local.client.send(new ListIdMappingJobsCommand({ ...WORKFLOW, maxResults, nextToken }));
    jobs.push(...page.jobs!.map(({ jobId }) => jobId!));
    ({ nextToken } = page);
  } while (nextToken !== undefined);
  return jobs;
}

describe('gates', () => {
  test.each([['holdQueued', 'QUEUED'], ['holdRunning', 'RUNNING']] as const)('%s: a job is %s until it is released', async (hold, status) => {
    const jobId = await startedJob({ [hold]: 'here', failure: 'as planned' });
    await local.control.held('here');
    expect(await job(jobId)).toMatchObject({ status });

    // A plan that comes later lets nobody go on.
    await local.control.planFaults({});
    expect(await job(jobId)).toMatchObject({ status });

    await local.control.release('here');
    expect(await endedJob(local.client, WORKFLOW.workflowName, jobId)).toMatchObject({ status: 'FAILED' });
  });

  test.each([['holdCall', 0], ['holdAnswer', 1]] as const)('%s: a call waits, and %i jobs are there', async (hold, jobs) => {
    await local.control.planFaults({ faults: [{ operation: OPERATION, [hold]: 'here', job: { holdQueued: 'job' } }] });
    let answered = false;
    const call = local.client.send(new StartIdMappingJobCommand(WORKFLOW)).finally(() => { answered = true; });
    await local.control.held('here');
    await local.control.called(OPERATION);

    expect(await listed()).toHaveLength(jobs);
    expect(answered).toBe(false);
    await local.control.release('here');
    await call;
    expect(await listed()).toHaveLength(1);
  });

  test('two calls wait at one gate', async () => {
    await local.control.planFaults({ faults: [{ operation: 'ListSchemaMappings', holdCall: 'here', count: 2 }] });
    const calls = [1, 2].map(async () => local.client.send(new ListSchemaMappingsCommand()));
    await local.control.held('here', 2);
    await local.control.release('here');
    await Promise.all(calls);
    expect(await local.control.callCount('ListSchemaMappings')).toBe(2);
  });

  test('a server that closes holds nobody', async () => {
    await startedJob({ holdRunning: 'here' });
    await local.server.close();
  });
});

describe('answers that are none of the service\'s', () => {
  test.each([
    [200, ''], [200, '{}'], [200, '<html>Sign in</html>'], [302, '<html>Moved</html>'], [307, ''], [408, '<html>'], [413, '<html>'], [429, 'slow down'],
  ])('%i %j in place of the answer, and the job is started', async (status, body) => {
    const after = { status, body, headers: { 'content-type': body.startsWith('<') ? 'text/html' : 'application/json' } };
    await local.control.planFaults({ faults: [{ operation: OPERATION, after, job: { holdQueued: 'job' } }] });
    const response = await fetch(`${local.server.url}/idmappingworkflows/crm-to-loyalty/jobs`, {
      method: 'POST',
      body: '{}',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'authorization': 'AWS4-HMAC-SHA256 Credential=000000000000/20261122/us-east-1/entityresolution/aws4_request, SignedHeaders=host, Signature=0',
      },
    });

    expect([response.status, await response.text()]).toEqual([status, body]);
    expect(await listed()).toHaveLength(1);
  });

  test.each([[{ status: 503, body: '<html>' }], ['DROP']])('%j in place of the call: nothing is done', async (before) => {
    await local.control.planFaults({ faults: [{ operation: OPERATION, before }] });
    await expect(local.client.send(new StartIdMappingJobCommand(WORKFLOW))).rejects.toThrow();
    expect(await listed()).toEqual([]);
  });
});

describe('what the service may do', () => {
  const OUTPUT = [{ outputS3Path: 's3://output/mapping', roleArn: ROLE }];

  test.each([
    ['AS_GIVEN', 's3://output/mapping'], ['ADDED', 's3://output/mapping/'], ['REMOVED', 's3://output/mapping'],
  ] as const)('the path of the output ends otherwise (%s), and the type is left out', async (trailingSlash, outputS3Path) => {
    await local.control.planFaults({ trailingSlash, jobType: 'LEFT_OUT', faults: [{ operation: OPERATION, job: { holdQueued: 'job' } }] });
    const { jobId, jobType } = await local.client.send(new StartIdMappingJobCommand({ ...WORKFLOW, outputSourceConfig: OUTPUT }));
    const shown = await job(jobId!);

    expect(jobType).toBeUndefined();
    expect(shown).not.toHaveProperty('jobType');
    expect(shown.outputSourceConfig).toEqual([{ outputS3Path, roleArn: ROLE }]);
    await local.control.planFaults({});
    expect(await job(jobId!)).toMatchObject({ jobType: 'BATCH', outputSourceConfig: OUTPUT });
  });

  test.each([3600, -3600])('its clock is %i seconds ahead', async (clockAheadSeconds) => {
    const before = Date.now();
    await local.control.planFaults({ clockAheadSeconds, faults: [{ operation: OPERATION, job: { failure: 'as planned' } }] });
    const { jobId } = await local.client.send(new StartIdMappingJobCommand(WORKFLOW));
    const { startTime, endTime } = await endedJob(local.client, WORKFLOW.workflowName, jobId);

    // Times have whole seconds at least.
    expect(startTime!.getTime()).toBeGreaterThanOrEqual(before + clockAheadSeconds * 1000 - 1000);
    expect(endTime!.getTime()).toBeLessThanOrEqual(Date.now() + clockAheadSeconds * 1000);
  });

  test('thousands of jobs have ended long ago', async () => {
    const jobId = await startedJob({ holdRunning: 'here' });
    await local.control.plantJobs({ ...WORKFLOW, count: 2_000, newest: '2026-01-01T00:00:00Z' });
    const jobs = await listed();

    expect([jobs.length, new Set(jobs).size, jobs[0]]).toEqual([2_001, 2_001, jobId]);
    expect(await job(jobs[1])).toMatchObject({ status: 'SUCCEEDED', startTime: new Date('2026-01-01T00:00:00Z') });
    expect(await job(jobs[2_000])).toMatchObject({ status: 'SUCCEEDED', startTime: new Date(Date.parse('2026-01-01T00:00:00Z') - 1_999 * 60_000) });
  });

  test('a list is in any order', async () => {
    await local.control.plantJobs({ ...WORKFLOW, count: 60, status: 'FAILED' });
    const newestFirst = await listed();
    await local.control.planFaults({ listOrder: 'ARBITRARY' });
    const arbitrary = await listed();

    expect(arbitrary).not.toEqual(newestFirst);
    expect([...arbitrary].sort()).toEqual([...newestFirst].sort());
  });

  test('a page is late', async () => {
    await local.control.planFaults({ faults: [{ operation: 'ListIdMappingJobs', count: 2, delayMs: 40 }] });
    const before = performance.now();
    await listed();
    expect(performance.now() - before).toBeGreaterThanOrEqual(39);
  });

  test('a job is missing when it is looked at', async () => {
    const jobId = await startedJob({ holdRunning: 'here' });
    await local.control.planFaults({ faults: [{ operation: 'GetIdMappingJob', before: 'ResourceNotFoundException' }] });

    expect(await errorOf(job(jobId))).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
    expect(await job(jobId)).toMatchObject({ status: 'RUNNING' });
  });

  test('a job that is missing from a list is missing from all of its pages', async () => {
    await local.control.plantJobs({ ...WORKFLOW, count: 30 });
    const jobId = await startedJob({ holdRunning: 'here', missingFromLists: 1 });
    expect(await listed()).not.toContain(jobId);
    expect((await listed())[0]).toBe(jobId);
  });
});

describe('a plan', () => {
  test.each([
    [{ fault: [] }, /Unrecognized key: .*fault/],
    [{ faults: [{ operation: OPERATION, befor: 'ThrottlingException' }] }, /Unrecognized key: .*befor/],
    [{ faults: [{ operation: OPERATION, count: 0 }] }, 'expected number to be >0'],
    [{ faults: [{ operation: OPERATION, after: { status: 99 } }] }, 'faults[0].after'],
    [{ faults: [{ operation: OPERATION, job: { queuedSeconds: '1' } }] }, 'expected number, received string'],
    [{ whenBusy: 'ThrottlingException' }, 'whenBusy'],
    [[], 'expected object'],
  ])('%j is refused, and the plan before it stays', async (plan, message) => {
    await local.control.planFaults({ faults: [{ operation: 'ListSchemaMappings', before: 'ThrottlingException' }] });
    await expect(local.control.planFaults(plan as never)).rejects.toThrow(message);
    await expect(local.client.send(new ListSchemaMappingsCommand())).rejects.toThrow('ThrottlingException');
  });

  test.each([['not JSON', '{'], ['no body', '']])('that is %s is refused', async (_, body) => {
    const response = await fetch(`${local.server.url}/_control/faults`, { method: 'PUT', body });
    expect([response.status, await response.json()]).toEqual([400, { message: 'the body is not JSON' }]);
  });

  test('is not used up by a request that is invalid', async () => {
    await local.control.planFaults({ faults: [{ operation: 'ListSchemaMappings', before: 'ThrottlingException' }] });
    expect(await errorOf(local.client.send(new ListSchemaMappingsCommand({ maxResults: 26 })))).toMatchObject({ name: 'ValidationException' });
    await expect(local.client.send(new ListSchemaMappingsCommand())).rejects.toThrow('ThrottlingException');
  });
});
