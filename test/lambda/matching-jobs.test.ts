import { setTimeout as wait } from 'node:timers/promises';
import { Account, startServer } from './account';
import { CloudFormation } from './cloudformation';
import { createEvent, deleteEvent, updateEvent } from './events';
import { Fault } from './faults';
import { givenRequest, givenRun } from './runs';
import { StepFunctions } from './step-functions';
import { answerCloudFormation } from '../../lambda/answer-cloudformation';
import { handleRequest } from '../../lambda/handle-request';
import { pollJob } from '../../lambda/poll-job';
import { Run, RunRequest } from '../../lambda/run';
import { Progress, startJob } from '../../lambda/start-job';
import { ControlClient } from '../../local/src';
import { EntityResolutionServer } from '../../local/src/entity-resolution/server';

const JOB_ID = '0123456789abcdef0123456789abcdef';
const LOG = 'Log group: /runner.';
const ATTRIBUTES = ['JobId', 'Status', 'InputRecords', 'TotalRecordsProcessed', 'RecordsNotProcessed', 'DeleteRecordsProcessed', 'MatchIDs'];

/** Jobs that outlast their test. */
const LONG_JOB: Fault = { operation: 'StartMatchingJob', job: { runningSeconds: 600 } };

describe('a matching job', () => {
  let server: EntityResolutionServer;
  let control: ControlClient;
  let cloudFormation: CloudFormation;
  let stepFunctions: StepFunctions;
  let account: Account;

  beforeAll(async () => {
    [server, cloudFormation, stepFunctions] = await Promise.all([startServer(), CloudFormation.start(), StepFunctions.start()]);
    control = new ControlClient(server.url);
  });

  afterAll(() => Promise.all([server.close(), cloudFormation.close(), stepFunctions.close()]));

  beforeEach(async () => {
    cloudFormation.reset();
    stepFunctions.reset();
    await control.planFaults({ faults: [LONG_JOB] });
    account = new Account(server.url);
    await account.createMatchingWorkflow('loyalty');
    jest.spyOn(console, 'log').mockImplementation();
  });

  afterEach(() => jest.restoreAllMocks());

  const given = (request: Partial<RunRequest> = {}, run: Partial<Run> = {}) =>
    givenRun(givenRequest(cloudFormation.url, { jobKind: 'MATCHING', workflowName: 'loyalty', ...request }), run);
  const start = (run: Run) => startJob(
    run, { clients: account.clients, startOnce: account.startOnce, cloudFormation: cloudFormation.client }, 0);
  const poll = (run: Run) => pollJob(run, account.clients, 0);
  const again = (progress: Progress): Run => ({ ...progress, next: 'START' });
  const asMatching = <T extends object>(event: T): T => ({ ...event, ResourceType: 'Custom::MatchingJob' });
  const handle = (event: Parameters<typeof handleRequest>[0]) => handleRequest(
    asMatching(event), { cloudFormation: cloudFormation.client, clients: account.clients, executions: stepFunctions.client() });
  const executions = () => [...stepFunctions.executions.values()];

  describe('at its start', () => {
    test('gives back its id, and is asked for by the name of the workflow alone', async () => {
      const after = await start(given());

      expect(after).toMatchObject({ outcome: 'STARTED', jobId: (await account.matchingJobIds('loyalty'))[0], waitSeconds: 5 });
      const call = (await control.calls()).filter(({ operation }) => operation === 'StartMatchingJob').at(-1);
      expect(call!.members).toEqual(['workflowName']);
    });

    test('waits while another matching job runs', async () => {
      await account.startMatchingJob('loyalty');

      expect(await start(given())).toMatchObject({ outcome: 'BUSY', repeats: 1, reason: expect.stringContaining('ConflictException') });
      expect(await account.matchingJobIds('loyalty')).toHaveLength(1);
    });

    test('does not wait for an ID mapping job', async () => {
      await control.planFaults({ faults: [{ operation: 'StartIdMappingJob', job: { runningSeconds: 600 } }, LONG_JOB] });
      await account.createWorkflow('crm');
      await account.startJob('crm');

      expect((await start(given())).outcome).toBe('STARTED');
    });

    test('joins a job of the same workflow that runs when it may', async () => {
      const jobId = await account.startMatchingJob('loyalty');

      expect(await start(given({ onBusy: 'JOIN' }))).toMatchObject({ outcome: 'STARTED', jobId });
      expect(await account.matchingJobIds('loyalty')).toEqual([jobId]);
    });

    test.each(['DROP', 'NO_ANSWER', 'InternalServerException'])('is found again when the answer is lost (%s)', async (after) => {
      await control.planFaults({ faults: [{ ...LONG_JOB, after }] });
      const lost = await start(given());
      expect(lost).toMatchObject({ outcome: 'UNKNOWN', lostStartAt: expect.any(String) });

      const found = await start(again(lost));

      expect(found).toMatchObject({ outcome: 'STARTED', jobId: expect.any(String) });
      expect(await account.matchingJobIds('loyalty')).toEqual([found.jobId]);
    });

    test('starts again when the answer is lost and no job is there', async () => {
      await control.planFaults({ faults: [{ operation: 'StartMatchingJob', before: 'InternalServerException' }, LONG_JOB] });

      const looked = await start(again(await start(given())));

      expect((await start(again(looked))).outcome).toBe('STARTED');
      expect(await account.matchingJobIds('loyalty')).toHaveLength(1);
    });

    test('comes to nothing while the stack is rolled back', async () => {
      cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';

      expect((await start(given())).outcome).toBe('FAILED');
      expect(await account.matchingJobIds('loyalty')).toEqual([]);
    });
  });

  describe('when it is looked at', () => {
    test('runs', async () => {
      const jobId = await account.startMatchingJob('loyalty');

      expect(await poll(given({}, { jobId }))).toMatchObject({ outcome: 'RUNNING', reason: 'the job is RUNNING', repeats: 1, jobId });
    });

    test('tells the message of the service when it failed', async () => {
      await control.planFaults({ faults: [{ operation: 'StartMatchingJob', job: { failure: 'no object at s3://data/loyalty/' } }] });
      const jobId = await account.startMatchingJob('loyalty');
      await wait(100);

      expect(await poll(given({}, { jobId }))).toMatchObject({ outcome: 'FAILED', reason: 'no object at s3://data/loyalty/' });
    });
  });

  describe('in the answer to CloudFormation', () => {
    async function answered(run: Run) {
      await answerCloudFormation(run, 600, '/runner');
      expect(Object.keys(cloudFormation.answers[0].body.Data)).toEqual(ATTRIBUTES);
      return cloudFormation.answers[0].body;
    }

    test('has its own metrics', async () => {
      const metrics = { inputRecords: 7, totalRecordsProcessed: 6, recordsNotProcessed: 1, deleteRecordsProcessed: 0, matchIDs: 5 };

      const { Status, Data } = await answered(given({ waitFor: 'SUCCEEDED' }, { outcome: 'SUCCEEDED', jobId: JOB_ID, metrics }));

      expect([Status, ...Object.values(Data)]).toEqual(['SUCCESS', JOB_ID, 'SUCCEEDED', '7', '6', '1', '0', '5']);
    });

    test.each<[string, Partial<Run>, string]>([
      ['has failed', { outcome: 'FAILED', jobId: JOB_ID, reason: 'no object at s3://data/' },
        `Job ${JOB_ID} of matching workflow loyalty failed: no object at s3://data/. Correct the input or the workflow and deploy again. ${LOG}`],
      ['was not started', { outcome: 'FAILED', reason: 'ResourceNotFoundException: no such workflow' },
        `No job of matching workflow loyalty was started: ResourceNotFoundException: no such workflow. ${LOG}`],
      ['takes too long', { outcome: 'RUNNING', jobId: JOB_ID, reason: 'the job is RUNNING' },
        `Job ${JOB_ID} of matching workflow loyalty did not end within 10 minutes. It goes on and is billed; `
        + `look at it with: aws entityresolution get-matching-job --workflow-name loyalty --job-id ${JOB_ID}. ${LOG}`],
    ])('says that it %s, and what to do next', async (_what, run, reason) => {
      const { Status, Reason } = await answered(given({ waitFor: 'SUCCEEDED', timeoutSeconds: 600 }, run));

      expect({ Status, Reason }).toEqual({ Status: 'FAILED', Reason: reason });
    });
  });

  describe('on a request of CloudFormation', () => {
    test('to create is asked for by its kind', async () => {
      expect(await handle(createEvent(cloudFormation.url, { WorkflowName: 'loyalty' }))).toBeUndefined();

      expect(executions()[0].run).toMatchObject({ next: 'START', request: { jobKind: 'MATCHING', workflowName: 'loyalty' } });
    });

    test.each([
      ['ACCEPTED', () => createEvent(cloudFormation.url, { WaitFor: 'ACCEPTED' })],
      ['NOT_RUN', () => updateEvent(cloudFormation.url)],
    ])('has its own attributes although it is %s', async (status, event) => {
      const answer = await handle(event());

      expect(Object.keys(answer!.Data)).toEqual(ATTRIBUTES);
      expect(answer!.Data.Status).toBe(status);
    });

    test('to delete is waited for while it runs when the workflow is deleted too', async () => {
      const jobId = await account.startMatchingJob('loyalty');

      expect(await handle(deleteEvent(cloudFormation.url, { WorkflowName: 'loyalty', WorkflowInStack: 'true' }))).toBeUndefined();

      const [{ run }] = executions();
      expect(run).toMatchObject({ jobId, next: 'POLL' });
      expect((await poll(run)).outcome).toBe('RUNNING');
    });

    test('to delete takes back the runs that have no job yet', async () => {
      await handle(createEvent(cloudFormation.url, { WorkflowName: 'loyalty' }));

      expect(await handle(deleteEvent(cloudFormation.url, { WorkflowName: 'loyalty' }))).toEqual({ Status: 'SUCCESS', Data: {} });
      expect(executions()).toMatchObject([{
        status: 'ABORTED', cause: 'the deployment that asked for the run was rolled back, or its MatchingJob deleted',
      }]);
    });
  });
});

test('a run of before there were kinds is of an ID mapping job', async () => {
  const cloudFormation = await CloudFormation.start();
  try {
    const run = givenRun(givenRequest(cloudFormation.url, { waitFor: 'SUCCEEDED' }), { outcome: 'SUCCEEDED', jobId: JOB_ID, metrics: { totalMappedRecords: 3 } });
    expect(run.request.jobKind).toBeUndefined();

    await answerCloudFormation(run, 0, '/runner');

    expect(cloudFormation.answers[0].body.Data).toMatchObject({ TotalMappedRecords: '3' });
  } finally {
    await cloudFormation.close();
  }
});
