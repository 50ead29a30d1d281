import { setTimeout as wait } from 'node:timers/promises';
import { answerCloudFormation } from '../../../lambda/worker/answer-cloudformation';
import { pollJob } from '../../../lambda/worker/poll-job';
import { RunState } from '../../../lambda/worker/run-state';
import { JobRun } from '../../../lambda/worker/start-job';
import { takeBackRuns } from '../../../lambda/worker/take-back';
import { EntityResolutionServer } from '../../../local/src/entity-resolution/server';
import { ControlClient } from '../../../local/src/rest-json/control-client';
import { attributeOfMetric, METRICS, Run } from '../../../src/runs/private/run-protocol';
import { Account, startServer } from '../account';
import { CloudFormation } from '../cloudformation';
import { Fault } from '../faults';
import { Given, givenRun, JOB_ID } from '../runs';
import { attempt, EXECUTION } from '../starts';
import { StepFunctions } from '../step-functions';

const LOG = 'Log group: /runner.';
const RUN: Run = { jobKind: 'MATCHING', request: { workflowName: 'loyalty' } };

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
  });

  const given = (what: Given = {}, state: Partial<RunState> = {}) => givenRun(cloudFormation.url, { run: RUN, ...what }, state);
  const start = (run: JobRun) => attempt(run, { account, cloudFormation, stepFunctions });
  const poll = (run: JobRun) => pollJob(run, account.clients, 0);

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

      expect(await start(given({ settings: { onBusy: 'JOIN' } }))).toMatchObject({ outcome: 'STARTED', jobId });
      expect(await account.matchingJobIds('loyalty')).toEqual([jobId]);
    });

    test.each(['DROP', 'NO_ANSWER', 'InternalServerException'])('is found again when the answer is lost (%s)', async (after) => {
      await control.planFaults({ faults: [{ ...LONG_JOB, after }] });
      const lost = await start(given());
      expect(lost).toMatchObject({ outcome: 'UNKNOWN', lostStartAt: expect.any(String) });

      const found = await start(lost);

      expect(found).toMatchObject({ outcome: 'STARTED', jobId: expect.any(String) });
      expect(await account.matchingJobIds('loyalty')).toEqual([found.jobId]);
    });

    test('starts again when the answer is lost and no job is there', async () => {
      await control.planFaults({ faults: [{ operation: 'StartMatchingJob', before: 'InternalServerException' }, LONG_JOB] });

      const looked = await start(await start(given()));

      expect((await start(looked)).outcome).toBe('STARTED');
      expect(await account.matchingJobIds('loyalty')).toHaveLength(1);
    });

    test('comes to nothing while the stack is rolled back', async () => {
      cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';

      expect((await start(given())).outcome).toBe('NOT_RUN');
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
    async function answered(run: JobRun) {
      await answerCloudFormation(run, stepFunctions.client(), EXECUTION, 600, '/runner');
      expect(Object.keys(cloudFormation.answers[0].body.Data)).toEqual(['JobId', 'Status', 'Execution', 'IsNew', ...METRICS.MATCHING.map(attributeOfMetric)]);
      return cloudFormation.answers[0].body;
    }

    test('has its own metrics', async () => {
      const metrics = { inputRecords: 7, totalRecordsProcessed: 6, recordsNotProcessed: 1, deleteRecordsProcessed: 0, matchIDs: 5 };

      const { Status, Data } = await answered(given({ callback: { waitFor: 'SUCCEEDED' } }, { goesForward: true, outcome: 'SUCCEEDED', jobId: JOB_ID, metrics }));

      expect([Status, ...Object.values(Data)]).toEqual(['SUCCESS', JOB_ID, 'SUCCEEDED', EXECUTION, 'true', '7', '6', '1', '0', '5']);
    });

    test.each<[string, Partial<RunState>, string]>([
      ['has failed', { outcome: 'FAILED', jobId: JOB_ID, reason: 'no object at s3://data/' },
        `Job ${JOB_ID} of matching workflow loyalty failed: no object at s3://data/. Correct the input or the workflow and deploy again. ${LOG}`],
      ['was not started', { outcome: 'FAILED', reason: 'ResourceNotFoundException: no such workflow' },
        `No job of matching workflow loyalty was started: ResourceNotFoundException: no such workflow. ${LOG}`],
      ['takes too long', { outcome: 'RUNNING', jobId: JOB_ID, reason: 'the job is RUNNING' },
        `Job ${JOB_ID} of matching workflow loyalty did not end within 10 minutes. It goes on and is billed; `
        + `look at it with: aws entityresolution get-matching-job --workflow-name loyalty --job-id ${JOB_ID}. ${LOG}`],
    ])('says that it %s, and what to do next', async (_what, run, reason) => {
      const { Status, Reason } = await answered(given({ settings: { timeoutSeconds: 600 }, callback: { waitFor: 'SUCCEEDED' } }, { goesForward: true, ...run }));

      expect({ Status, Reason }).toEqual({ Status: 'FAILED', Reason: reason });
    });
  });

  test('that runs is waited for when its resource is deleted with its workflow', async () => {
    const jobId = await account.startMatchingJob('loyalty');
    const services = { clients: account.clients, executions: stepFunctions.client(), executionName: EXECUTION };

    const after = await takeBackRuns(given({ callback: { requestType: 'Delete', awaitsJob: true } }), services);

    expect(after).toMatchObject({ outcome: 'RUNNING', jobId });
    expect((await poll({ ...given(), ...after } as JobRun)).outcome).toBe('RUNNING');
    expect(await takeBackRuns(given({ callback: { requestType: 'Delete' } }), services)).toMatchObject({
      outcome: 'NOT_RUN', reason: expect.stringContaining(`aws entityresolution get-matching-job --workflow-name loyalty --job-id ${jobId}`),
    });
  });
});
