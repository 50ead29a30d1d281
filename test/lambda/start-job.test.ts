import { GetIdMappingJobCommand } from '@aws-sdk/client-entityresolution';
import { Account, startServer } from './account';
import { CloudFormation } from './cloudformation';
import { Fault } from './faults';
import { givenRequest, givenRun } from './runs';
import { Run, RunRequest } from '../../lambda/run';
import { Progress, startJob } from '../../lambda/start-job';
import { ControlClient } from '../../local/src';
import { EntityResolutionServer } from '../../local/src/entity-resolution/server';

/** Jobs that outlast their test. */
const LONG_JOB: Fault = { operation: 'StartIdMappingJob', job: { runningSeconds: 600 } };

describe('the start of a job', () => {
  let server: EntityResolutionServer;
  let control: ControlClient;
  let cloudFormation: CloudFormation;
  let account: Account;

  beforeAll(async () => {
    server = await startServer();
    control = new ControlClient(server.url);
    cloudFormation = await CloudFormation.start();
  });

  afterAll(async () => {
    await server.close();
    await cloudFormation.close();
  });

  beforeEach(async () => {
    cloudFormation.reset();
    await control.planFaults({ faults: [LONG_JOB] });
    account = new Account(server.url);
    await account.createWorkflow('crm');
  });

  const start = (run: Run, secondsSinceAsked = 0) => startJob(
    run, { clients: account.clients, startOnce: account.startOnce, cloudFormation: cloudFormation.client }, secondsSinceAsked);
  const given = (request: Partial<RunRequest> = {}, run: Partial<Run> = {}) => givenRun(givenRequest(cloudFormation.url, request), run);
  const again = (progress: Progress): Run => ({ ...progress, next: 'START' });

  test('gives back the id of the job, and when to look at it', async () => {
    const run = given();

    const after = await start(run);

    expect(after).toEqual({ request: run.request, outcome: 'STARTED', jobId: (await account.jobIds('crm'))[0], waitSeconds: 5 });
  });

  test('sends the type and the output that were asked for', async () => {
    await account.createWorkflow('loyalty', true);
    const outputSourceConfig = [{ roleArn: 'arn:aws:iam::111122223333:role/output', outputS3Path: 's3://elsewhere/', KMSArn: undefined }];

    const { jobId } = await start(given({ workflowName: 'loyalty', jobType: 'BATCH', outputSourceConfig }));

    const job = await account.client.send(new GetIdMappingJobCommand({ workflowName: 'loyalty', jobId }));
    expect({ jobType: job.jobType, path: job.outputSourceConfig![0].outputS3Path }).toEqual({ jobType: 'BATCH', path: 's3://elsewhere/' });
  });

  test('sends no type when none was asked for: the service chooses', async () => {
    await start(given());

    const call = (await control.calls()).filter(({ operation }) => operation === 'StartIdMappingJob').at(-1);
    expect(call!.members).toEqual(['workflowName']);
  });

  test.each(['ConflictException', 'ExceedsLimitException'] as const)('waits while another job runs, told by %s', async (whenBusy) => {
    await account.startJob('crm');
    await control.planFaults({ whenBusy });

    const after = await start(given());

    expect(after).toMatchObject({ outcome: 'BUSY', repeats: 1, reason: expect.stringContaining(whenBusy) });
    expect(after.waitSeconds).toBeGreaterThanOrEqual(3);
    expect(after.waitSeconds).toBeLessThanOrEqual(5);
    expect(await account.jobIds('crm')).toHaveLength(1);
  });

  test('counts as started when the service puts the job into a queue', async () => {
    await account.startJob('crm');
    await control.planFaults({ whenBusy: 'QUEUED' });

    expect((await start(given())).outcome).toBe('STARTED');
  });

  test('waits longer each time', async () => {
    await account.startJob('crm');

    const waits = [];
    for (let run = given(); waits.length < 12; run = again(await start(run))) waits.push(run.waitSeconds);

    expect(waits.at(-1)).toBeGreaterThanOrEqual(30);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60);
  });

  test('fails at once while another job runs when it is not to wait', async () => {
    await account.startJob('crm');

    expect(await start(given({ onBusy: 'FAIL' }))).toMatchObject({ outcome: 'FAILED', reason: expect.stringContaining('ConflictException') });
  });

  test('joins a job of the same workflow that runs when it may', async () => {
    const jobId = await account.startJob('crm');

    expect(await start(given({ onBusy: 'JOIN' }))).toMatchObject({ outcome: 'STARTED', jobId });
    expect(await account.jobIds('crm')).toEqual([jobId]);
  });

  test('joins no job of another workflow', async () => {
    await account.createWorkflow('loyalty');
    await account.startJob('loyalty');

    expect((await start(given({ onBusy: 'JOIN' }))).outcome).toBe('BUSY');
  });

  test('joins no job of another type', async () => {
    await account.createWorkflow('loyalty', true);
    await account.startJob('loyalty');

    expect((await start(given({ workflowName: 'loyalty', jobType: 'BATCH', onBusy: 'JOIN' }))).outcome).toBe('BUSY');
  });

  test('starts anew when the last job of the workflow has ended, although it may join', async () => {
    await control.planFaults({ faults: [{ operation: 'StartIdMappingJob', job: { failure: 'ended' } }] });
    const ended = await account.startJob('crm');
    await new Promise((resolve) => setTimeout(resolve, 100));

    const { jobId } = await start(given({ onBusy: 'JOIN' }));

    expect(jobId).not.toBe(ended);
  });

  test('waits when it is throttled', async () => {
    await control.planFaults({ faults: [{ operation: 'StartIdMappingJob', before: 'ThrottlingException' }] });

    const after = await start(given());

    expect(after.outcome).toBe('THROTTLED');
    expect(after.waitSeconds).toBeGreaterThanOrEqual(30);
  });

  describe.each([
    ['a denial', { before: 'AccessDeniedException' }],
    ['a role that can not be assumed', { before: 'ValidationException', message: 'Entity Resolution can not assume the role arn:aws:iam::111122223333:role/job' }],
  ])('takes %s', (_what, fault) => {
    test.each([[119, 'NOT_YET_ALLOWED'], [120, 'FAILED']])('after %i seconds for %s', async (seconds, outcome) => {
      await control.planFaults({ faults: [{ operation: 'StartIdMappingJob', ...fault }, LONG_JOB] });

      const after = await start(given(), seconds);

      expect(after).toMatchObject({ outcome, reason: expect.stringContaining(fault.before) });
      if (outcome === 'NOT_YET_ALLOWED') expect(await start(again(after), seconds)).toMatchObject({ outcome: 'STARTED' });
    });
  });

  test('fails when there is no such workflow, in the words of the service', async () => {
    const after = await start(given({ workflowName: 'nobody' }));

    expect(after).toMatchObject({ outcome: 'FAILED', reason: expect.stringContaining('ResourceNotFoundException: ') });
    expect(after.reason).toContain('nobody');
  });

  test('fails when the service finds the request invalid', async () => {
    expect(await start(given({ jobType: 'INCREMENTAL' }))).toMatchObject({ outcome: 'FAILED', reason: expect.stringContaining('ValidationException') });
  });

  describe.each(['DROP', 'NO_ANSWER', 'InternalServerException'])('whose answer is lost (%s)', (after) => {
    test('takes the job for its own that the service has started all the same', async () => {
      await control.planFaults({ faults: [{ ...LONG_JOB, after }] });
      const lost = await start(given());
      expect(lost).toMatchObject({ outcome: 'UNKNOWN', lostStartAt: expect.any(String) });

      const found = await start(again(lost));

      expect(found).toMatchObject({ outcome: 'STARTED', jobId: expect.any(String) });
      expect(await account.jobIds('crm')).toEqual([found.jobId]);
    });

    test('still looks for its job after the service has said that a job runs', async () => {
      await control.planFaults({ faults: [{ ...LONG_JOB, after }, { operation: 'ListIdMappingJobs', before: 'ThrottlingException', count: 3 }] });
      const lost = await start(given());
      const unseen = await start(again(lost));
      expect(unseen).toMatchObject({ outcome: 'THROTTLED', lostStartAt: lost.lostStartAt });

      const found = await start(again(unseen));

      expect(found.jobId).toBe((await account.jobIds('crm'))[0]);
      expect(await account.jobIds('crm')).toHaveLength(1);
    });
  });

  test('whose answer is lost starts again when no job is there', async () => {
    await control.planFaults({ faults: [{ operation: 'StartIdMappingJob', before: 'InternalServerException' }, LONG_JOB] });
    const lost = await start(given());
    expect(lost.outcome).toBe('UNKNOWN');

    const looked = await start(again(lost));
    expect(looked).toMatchObject({ outcome: 'UNKNOWN', waitSeconds: 15 });
    expect(await account.jobIds('crm')).toHaveLength(0);

    expect((await start(again(looked))).outcome).toBe('STARTED');
    expect(await account.jobIds('crm')).toHaveLength(1);
  });

  test.each(['ConflictException', 'ExceedsLimitException', 'QUEUED'] as const)(
    'whose answer is lost waits for its job although no list has it yet (%s)', async (whenBusy) => {
      await control.planFaults({ whenBusy, faults: [{ operation: 'StartIdMappingJob', after: 'DROP', job: { runningSeconds: 600, missingFromLists: 1 } }] });

      let run = again(await start(given()));
      while (run.outcome !== 'STARTED') run = again(await start(run));

      expect(await account.jobIds('crm')).toEqual([run.jobId]);
    });

  test('whose answer is lost meets its own job, which no list has yet, when it is tried again', async () => {
    await control.planFaults({ faults: [{ operation: 'StartIdMappingJob', after: 'DROP', job: { runningSeconds: 600, missingFromLists: 2 } }] });

    const outcomes = [];
    let run = given();
    for (; run.outcome !== 'STARTED'; outcomes.push(run.outcome)) run = again(await start(run));

    expect(outcomes).toEqual(['UNKNOWN', 'UNKNOWN', 'BUSY', 'STARTED']);
    expect(await account.jobIds('crm')).toEqual([run.jobId]);
  });

  test('whose answer is lost takes no job that was started before', async () => {
    const older = await account.startJob('crm');
    const run = given({}, { lostStartAt: new Date(Date.now() + 10_000).toISOString(), lookedInVain: true });

    const after = await start(run);

    expect(after.outcome).toBe('BUSY');
    expect(after.jobId).toBeUndefined();
    expect(await account.jobIds('crm')).toEqual([older]);
  });

  test('whose answer is lost waits for its job while the service is busy, although it is not to wait for others', async () => {
    await account.startJob('crm');
    const run = given({ onBusy: 'FAIL' }, { lostStartAt: new Date(Date.now() + 10_000).toISOString(), lookedInVain: true });

    expect((await start(run)).outcome).toBe('BUSY');
  });

  test.each(['ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS'] as const)('comes to nothing while the stack is in %s', async (status) => {
    cloudFormation.stackStatus = status;
    const reason = 'the stack is being rolled back or deleted';

    // CloudFormation may wait for the answer before it goes on with what it takes back.
    expect(await start(given())).toMatchObject({ outcome: 'FAILED', reason });
    expect(await start(given({}, { answered: true }))).toMatchObject({ outcome: 'HELD', reason });
    expect(await account.jobIds('crm')).toEqual([]);
  });

  test('is held while the status of the stack is not known', async () => {
    cloudFormation.stackStatus = 'AccessDenied';

    expect((await start(given())).outcome).toBe('NOT_YET_ALLOWED');
    expect(await account.jobIds('crm')).toEqual([]);
  });

  test.each([
    ['SUCCEEDED', 60, 'TIMED_OUT'],
    ['SUCCEEDED', 59, 'STARTED'],
    ['STARTED', 60, 'STARTED'],
    ['STARTED', 86_400, 'TIMED_OUT'],
  ] as const)('that is waited for until %s comes after %i seconds of 60 to %s', async (waitFor, seconds, outcome) => {
    const after = await start(given({ waitFor, timeoutSeconds: 60 }, { reason: 'ConflictException: busy' }), seconds);

    expect(after.outcome).toBe(outcome);
  });
});
