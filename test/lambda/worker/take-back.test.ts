import { Progress, RunState } from '../../../lambda/worker/run-state';
import { takeBackRuns } from '../../../lambda/worker/take-back';
import { EntityResolutionServer } from '../../../local/src/entity-resolution/server';
import { ControlClient } from '../../../local/src/rest-json/control-client';
import { Callback } from '../../../src/runs/private/run-protocol';
import { Account, startServer } from '../account';
import { givenRun } from '../runs';
import { StepFunctions } from '../step-functions';

const DELETION = 'FirstRun1A2B3C4D-takeback-0123456789abcdef0123456789abcdef';
const WAITING = 'FirstRun1A2B3C4D-01234567-0123456789abcdef0123456789abcdef';

describe('a deletion', () => {
  let server: EntityResolutionServer;
  let control: ControlClient;
  let stepFunctions: StepFunctions;
  let account: Account;

  beforeAll(async () => {
    [server, stepFunctions] = await Promise.all([startServer(), StepFunctions.start()]);
    control = new ControlClient(server.url);
  });

  afterAll(() => Promise.all([server.close(), stepFunctions.close()]));

  beforeEach(async () => {
    stepFunctions.reset();
    await control.planFaults({ faults: [{ operation: 'StartIdMappingJob', job: { runningSeconds: 600 } }] });
    account = new Account(server.url);
    await account.createWorkflow('crm');
  });

  const given = (callback: Partial<Callback> = {}, state: Partial<RunState> = {}): RunState =>
    givenRun('http://127.0.0.1', { callback: { requestType: 'Delete', ...callback } }, state);
  const step = async (run: RunState): Promise<RunState> =>
    ({ ...await takeBackRuns(run, { clients: account.clients, executions: stepFunctions.client(), executionName: DELETION }), next: 'START' });

  /** The steps until it has found out what there is to do. */
  async function takeBack(run: RunState): Promise<Progress> {
    let after = run;
    do after = await step(after); while (after.outcome === undefined);
    return after;
  }

  async function waiting(state: string, progress: Partial<RunState> = {}, name = WAITING): Promise<void> {
    await stepFunctions.client().start(name, givenRun('http://127.0.0.1', {}, { answer: 'GIVEN', outcome: 'BUSY', ...progress }));
    stepFunctions.all().at(-1)!.state = state;
  }
  const statuses = () => stepFunctions.all().map(({ status }) => status);

  test('takes back the runs of the resource that have no job yet, and only these', async () => {
    await waiting('Wait to start');
    await waiting('Wait for the job', { outcome: 'STARTED', jobId: 'f'.repeat(32) }, `${WAITING.slice(0, -1)}0`);
    await waiting('Wait to start', {}, WAITING.replace('First', 'Second'));

    expect(await takeBack(given())).toMatchObject({ outcome: 'NOT_RUN' });

    expect(statuses()).toEqual(['ABORTED', 'RUNNING', 'RUNNING']);
    expect(stepFunctions.all()[0].cause).toBe('what asked for the run was deleted, or its deployment rolled back');
  });

  test.each<[string, string, Partial<RunState>, string]>([
    ['and gets none, takes it back', 'Wait to start', { outcome: 'BUSY' }, 'ABORTED'],
    ['and gets it, leaves it alone', 'What next?', { outcome: 'STARTED', jobId: 'f'.repeat(32) }, 'RUNNING'],
    ['and fails, leaves it alone', 'Answer', { outcome: 'FAILED' }, 'RUNNING'],
  ])('waits for a run that is asking for its job, %s', async (_what, state, progress, status) => {
    await waiting('Start');
    const unsettled = await step(given());
    expect(unsettled).toMatchObject({ waitSeconds: 1 });
    expect(unsettled.outcome).toBeUndefined();
    const [execution] = stepFunctions.all();
    Object.assign(execution, { state, run: { ...execution.run, ...progress } });

    await takeBack(unsettled);

    expect(statuses()).toEqual([status]);
  });

  test('waits for a job that runs when the workflow is deleted, too', async () => {
    const jobId = await account.startJob('crm');

    expect(await takeBack(given({ awaitsJob: true }))).toMatchObject({ outcome: 'RUNNING', jobId, waitSeconds: 1 });
  });

  test('does not wait for a job of a workflow that stays, and says what to do if it is deleted by another stack', async () => {
    const jobId = await account.startJob('crm');

    const after = await takeBack(given());

    expect(after.outcome).toBe('NOT_RUN');
    expect(after.jobId).toBeUndefined();
    expect(after.reason).toBe(`Job ${jobId} of ID mapping workflow crm still runs. Its workflow can be deleted when the job has ended: `
      + `look at it with: aws entityresolution get-id-mapping-job --workflow-name crm --job-id ${jobId}`);
  });

  test('does not wait when no job runs', async () => {
    await control.plantJobs({ workflowName: 'crm', count: 3, account: account.accountId, region: account.region });

    const after = await takeBack(given({ awaitsJob: true }));

    expect(after).toMatchObject({ outcome: 'NOT_RUN' });
    expect(after.reason).toBeUndefined();
  });

  test('of a resource that only waits looks for no job', async () => {
    await account.startJob('crm');

    const lists = await control.callCount('ListIdMappingJobs');

    const after = await step({ ...given({ awaitsJob: true }), run: undefined });

    expect(after).toMatchObject({ outcome: 'NOT_RUN' });
    expect(after.reason).toBeUndefined();
    expect(await control.callCount('ListIdMappingJobs')).toBe(lists);
  });

  test.each<[string, () => unknown]>([
    ['jobs can not be listed', () => control.planFaults({ faults: [{ operation: 'ListIdMappingJobs', before: 'AccessDeniedException', count: 99 }] })],
    ['executions can not be listed', () => { stepFunctions.refusals = Array(99).fill({ status: 400, error: 'AccessDeniedException' }); }],
  ])('ends, after some attempts, when %s', async (_what, happen) => {
    await happen();
    const steps = [];
    let after: RunState = given({ awaitsJob: true });
    do {
      after = await step(after);
      steps.push(after.waitSeconds);
    } while (after.outcome === undefined);

    expect(after).toMatchObject({ outcome: 'NOT_RUN', reason: expect.stringContaining('Exception') });
    expect(steps).toHaveLength(5);
  });

  test('ends at once when the workflow is gone, and with it its jobs', async () => {
    await account.deleteWorkflow('crm');

    const after = await step(given({ awaitsJob: true }));

    expect(after).toMatchObject({ outcome: 'NOT_RUN' });
    expect(after.reason).toBeUndefined();
  });

  test('goes on when a failure passes', async () => {
    const jobId = await account.startJob('crm');
    await control.planFaults({ faults: [{ operation: 'ListIdMappingJobs', before: 'AccessDeniedException', count: 2 }] });

    expect(await takeBack(given({ awaitsJob: true }))).toMatchObject({ outcome: 'RUNNING', jobId });
  });
});
