import { GetIdMappingJobCommand } from '@aws-sdk/client-entityresolution';
import { RunState } from '../../../lambda/worker/run-state';
import { EntityResolutionServer } from '../../../local/src/entity-resolution/server';
import { Behaviour, ControlClient, Fault } from '../../../local/src/rest-json/control-client';
import { Account, startServer } from '../account';
import { CloudFormation } from '../cloudformation';
import { Given, givenRun } from '../runs';
import { attempt, EXECUTION, Starting, startStep } from '../starts';
import { StepFunctions } from '../step-functions';

const START = 'StartIdMappingJob';

/** Jobs that outlast their test. */
const LONG_JOB: Fault = { operation: START, job: { runningSeconds: 600 } };

describe('the start of a job', () => {
  let server: EntityResolutionServer;
  let control: ControlClient;
  let cloudFormation: CloudFormation;
  let stepFunctions: StepFunctions;
  let account: Account;
  let starting: Starting;

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
    starting = { account, cloudFormation, stepFunctions };
    await account.createWorkflow('crm');
  });

  const given = (what: Given = {}, state: Partial<RunState> = {}) => givenRun(cloudFormation.url, what, state);
  const step = (run: ReturnType<typeof given>, seconds = 0) => startStep(run, starting, seconds);
  const start = (run: ReturnType<typeof given>, seconds = 0) => attempt(run, starting, seconds);
  const joining = { settings: { onBusy: 'JOIN' } } as const;
  const failing = { settings: { onBusy: 'FAIL' } } as const;
  const withRequest = (request: object, settings = {}): Given => ({ run: { jobKind: 'ID_MAPPING', request: { workflowName: 'crm', ...request } }, settings });

  /** How often a start was sent since. */
  async function startsSince(): Promise<() => Promise<number>> {
    const before = await control.callCount(START);
    return async () => await control.callCount(START) - before;
  }

  test('is seen to go forward, then the jobs that are there are listed, then it is sent, each in a step of its own', async () => {
    const older = await account.startJob('crm');
    await control.planFaults({ whenBusy: 'QUEUED', faults: [LONG_JOB] });
    const starts = await startsSince();
    const run = given();

    const accepted = await step(run);
    expect(accepted).toMatchObject({ outcome: 'ACCEPTED', goesForward: true, waitSeconds: 0 });

    const prepared = await step(accepted);
    expect(prepared).toMatchObject({ mark: { jobIds: [older] }, waitSeconds: 0 });
    expect(await starts()).toBe(0);

    const { run: what, settings, callback, askedAt, startedAt } = run;
    expect(await step(prepared)).toEqual({
      run: what, settings, callback, askedAt, startedAt, goesForward: true, next: 'START', outcome: 'STARTED', jobId: expect.not.stringMatching(older), waitSeconds: 5,
    });
    expect(await starts()).toBe(1);
  });

  test('is sent once for each list of the jobs that are there', async () => {
    await control.planFaults({ faults: [{ operation: START, before: 'ThrottlingException' }, LONG_JOB] });
    const starts = await startsSince();

    const refused = await start(given());
    expect(refused).toMatchObject({ outcome: 'THROTTLED', mark: undefined });
    expect(await step(refused)).toMatchObject({ mark: { jobIds: [] } });

    expect(await starts()).toBe(1);
  });

  test('sends the type and the output that were asked for', async () => {
    await account.createWorkflow('loyalty', true);
    const outputSourceConfig = [{ roleArn: 'arn:aws:iam::111122223333:role/output', outputS3Path: 's3://elsewhere/' }];

    const { jobId } = await start(given(withRequest({ workflowName: 'loyalty', jobType: 'BATCH', outputSourceConfig })));

    const job = await account.client.send(new GetIdMappingJobCommand({ workflowName: 'loyalty', jobId }));
    expect({ jobType: job.jobType, path: job.outputSourceConfig![0].outputS3Path }).toEqual({ jobType: 'BATCH', path: 's3://elsewhere/' });
  });

  test('sends no type when none was asked for: the service chooses', async () => {
    await start(given());

    const call = (await control.calls()).filter(({ operation }) => operation === START).at(-1);
    expect(call!.members).toEqual(['workflowName']);
  });

  test('comes to itself although nobody waits for it', async () => {
    expect(await start({ ...given(), callback: undefined })).toMatchObject({ outcome: 'STARTED' });
    expect(cloudFormation.questions).toBe(0);
  });

  describe('while another job runs', () => {
    test.each(['ConflictException', 'ExceedsLimitException'] as const)('waits, told by %s', async (whenBusy) => {
      await account.startJob('crm');
      await control.planFaults({ whenBusy });

      const after = await start(given());

      expect(after).toMatchObject({ outcome: 'BUSY', repeats: 1, reason: expect.stringContaining(whenBusy) });
      expect(after.lostStartAt).toBeUndefined();
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
      for (let run = await start(given()); waits.length < 12; run = await start(run)) waits.push(run.waitSeconds);

      expect(waits.at(-1)).toBeGreaterThanOrEqual(30);
      expect(Math.max(...waits)).toBeLessThanOrEqual(60);
    });

    test('fails at once when it is not to wait', async () => {
      await account.startJob('crm');

      expect(await start(given(failing))).toMatchObject({ outcome: 'FAILED', reason: expect.stringContaining('ConflictException') });
    });

    test('joins it when it may', async () => {
      const jobId = await account.startJob('crm');

      expect(await start(given(joining))).toMatchObject({ outcome: 'STARTED', jobId });
      expect(await account.jobIds('crm')).toEqual([jobId]);
    });

    test('joins no job of another workflow', async () => {
      await account.createWorkflow('loyalty');
      await account.startJob('loyalty');

      expect((await start(given(joining))).outcome).toBe('BUSY');
    });

    test('joins no job of another type', async () => {
      await account.createWorkflow('loyalty', true);
      await account.startJob('loyalty');

      expect((await start(given(withRequest({ workflowName: 'loyalty', jobType: 'BATCH' }, { onBusy: 'JOIN' })))).outcome).toBe('BUSY');
    });

    test('starts anew when the last job of the workflow has ended, although it may join', async () => {
      await control.plantJobs({ workflowName: 'crm', count: 3, account: account.accountId, region: account.region });
      const ended = await account.jobIds('crm');

      const { jobId } = await start(given(joining));

      expect(ended).not.toContain(jobId);
    });
  });

  test('waits like one in a crowd when it is throttled', async () => {
    await control.planFaults({ faults: [{ operation: START, before: 'ThrottlingException' }] });

    const after = await start(given());

    expect(after.outcome).toBe('THROTTLED');
    expect(after.waitSeconds).toBeGreaterThanOrEqual(30);
  });

  describe.each([
    ['a denial', { before: 'AccessDeniedException' }],
    ['a role that can not be assumed', { before: 'ValidationException', message: 'Entity Resolution can not assume the role arn:aws:iam::111122223333:role/job' }],
  ])('takes %s', (_what, fault) => {
    test.each([[119, 'NOT_YET_ALLOWED'], [120, 'FAILED']])('after %i seconds for %s', async (seconds, outcome) => {
      await control.planFaults({ faults: [{ operation: START, ...fault }, LONG_JOB] });

      const after = await start(given(), seconds);

      expect(after).toMatchObject({ outcome, reason: expect.stringContaining(fault.before) });
      if (outcome === 'NOT_YET_ALLOWED') expect(await start(after, seconds)).toMatchObject({ outcome: 'STARTED' });
    });
  });

  test('fails when there is no such workflow, in the words of the service', async () => {
    const after = await start(given(withRequest({ workflowName: 'nobody' })));

    expect(after).toMatchObject({ outcome: 'FAILED', reason: expect.stringContaining('ResourceNotFoundException: ') });
    expect(after.reason).toContain('nobody');
  });

  test('fails when the service finds the request invalid', async () => {
    expect(await start(given(withRequest({ jobType: 'INCREMENTAL' })))).toMatchObject({ outcome: 'FAILED', reason: expect.stringContaining('ValidationException') });
  });

  describe('whose answer is lost', () => {
    const LOST: [string, Fault['after']][] = [
      ['DROP', 'DROP'],
      ['NO_ANSWER', 'NO_ANSWER'],
      ['InternalServerException', 'InternalServerException'],
      ['200 {}', { status: 200, body: '{}' }],
      ['200 without a body', { status: 200 }],
      ['200 HTML', { status: 200, body: '<html></html>' }],
      ...[302, 307, 408, 413, 429].map((status): [string, Fault['after']] => [`${status} HTML`, { status, body: '<html></html>' }]),
    ];

    test.each(LOST)('takes the job for its own that the service has started all the same (%s)', async (_what, after) => {
      await control.planFaults({ faults: [{ ...LONG_JOB, after }] });
      const starts = await startsSince();
      const lost = await start(given());
      expect(lost).toMatchObject({ outcome: 'UNKNOWN', lostStartAt: expect.any(String), mark: { jobIds: [] } });
      expect(lost.waitSeconds).toBeGreaterThanOrEqual(1);

      const found = await start(lost);

      expect(found).toMatchObject({ outcome: 'STARTED', jobId: expect.any(String) });
      expect(found.lostStartAt).toBeUndefined();
      expect(await account.jobIds('crm')).toEqual([found.jobId]);
      expect(await starts()).toBe(1);
    });

    test.each(LOST)('looks twice before it starts again when no job was started (%s)', async (_what, before) => {
      await control.planFaults({ faults: [{ operation: START, before }, LONG_JOB] });
      const starts = await startsSince();
      const lost = await start(given());

      const looked = await start(lost);
      expect(looked).toMatchObject({ outcome: 'UNKNOWN', waitSeconds: 15, lookedInVain: true });
      expect(await starts()).toBe(1);

      expect(await start(looked)).toMatchObject({ outcome: 'STARTED' });
      expect(await starts()).toBe(2);
      expect(await account.jobIds('crm')).toHaveLength(1);
    });

    test('never starts more than one job without a look, however often the service tells no id', async () => {
      await control.planFaults({ whenBusy: 'QUEUED', faults: [{ operation: START, after: { status: 200, body: '{}' }, count: 99, job: { runningSeconds: 600, missingFromLists: 1 } }] });

      let run = given();
      do run = await start(run); while (run.outcome !== 'STARTED');

      expect(await account.jobIds('crm')).toEqual([run.jobId]);
    });

    test('still looks for its job when a look is refused', async () => {
      await control.planFaults({ faults: [{ ...LONG_JOB, after: 'DROP' }] });
      const lost = await start(given());
      await control.planFaults({ faults: [{ operation: 'ListIdMappingJobs', before: 'ThrottlingException', count: 3 }] });
      const unseen = await start(lost);
      expect(unseen).toMatchObject({ outcome: 'THROTTLED', lostStartAt: lost.lostStartAt, mark: lost.mark });

      const found = await start(unseen);

      expect(await account.jobIds('crm')).toEqual([found.jobId]);
    });

    test('still looks for its job after its time: what is billed is told of', async () => {
      await control.planFaults({ faults: [{ ...LONG_JOB, after: 'DROP' }] });
      const lost = await start(given());

      expect(await start(lost, 999_999)).toMatchObject({ outcome: 'STARTED', jobId: (await account.jobIds('crm'))[0] });
    });

    test('still looks for its job while the stack is rolled back', async () => {
      await control.planFaults({ faults: [{ ...LONG_JOB, after: 'DROP' }] });
      const lost = await start(given());
      cloudFormation.stackStatus = 'ROLLBACK_IN_PROGRESS';

      expect(await start(lost)).toMatchObject({ outcome: 'STARTED', jobId: (await account.jobIds('crm'))[0] });
    });

    test.each(['ConflictException', 'ExceedsLimitException', 'QUEUED'] as const)(
      'waits for its job although no list has it yet (%s)', async (whenBusy) => {
        await control.planFaults({ whenBusy, faults: [{ operation: START, after: 'DROP', job: { runningSeconds: 600, missingFromLists: 1 } }] });

        let run = given();
        do run = await start(run); while (run.outcome !== 'STARTED');

        expect(await account.jobIds('crm')).toEqual([run.jobId]);
      });

    test('meets its own job, which no list has yet, when it is tried again', async () => {
      await control.planFaults({ faults: [{ operation: START, after: 'DROP', job: { runningSeconds: 600, missingFromLists: 2 } }] });

      const outcomes = [];
      let run = given();
      do {
        run = await start(run);
        outcomes.push(run.outcome);
      } while (run.outcome !== 'STARTED');

      expect(outcomes).toEqual(['UNKNOWN', 'UNKNOWN', 'BUSY', 'STARTED']);
      expect(await account.jobIds('crm')).toEqual([run.jobId]);
    });

    test('takes no job that was there before', async () => {
      const older = await account.startJob('crm');
      const run = given({}, { goesForward: true, mark: { jobIds: [older] }, lostStartAt: new Date().toISOString(), lookedInVain: true });

      const after = await start(run);

      expect(after.outcome).toBe('BUSY');
      expect(after.jobId).toBeUndefined();
      expect(await account.jobIds('crm')).toEqual([older]);
    });

    test('waits for its job while the service is busy, although it is not to wait for others', async () => {
      const older = await account.startJob('crm');
      const run = given(failing, { goesForward: true, mark: { jobIds: [older] }, lostStartAt: new Date().toISOString(), lookedInVain: true });

      expect((await start(run)).outcome).toBe('BUSY');
    });

    test.each([-600, -3, 3, 600])('is found, and no other job is, whatever the clock of the service says (%i seconds ahead)', async (clockAheadSeconds) => {
      await control.planFaults({ clockAheadSeconds, whenBusy: 'QUEUED', faults: [LONG_JOB] });
      const older = await account.startJob('crm');
      await control.planFaults({ clockAheadSeconds, whenBusy: 'QUEUED', faults: [{ ...LONG_JOB, after: 'DROP' }] });

      const found = await start(await start(given()));

      expect(found.outcome).toBe('STARTED');
      expect(found.jobId).not.toBe(older);
      expect((await account.jobIds('crm')).sort()).toEqual([older, found.jobId].sort());
    });

    test('takes no job of another actor for its own, whatever the clock of the service says', async () => {
      await control.planFaults({ clockAheadSeconds: 600, whenBusy: 'QUEUED', faults: [LONG_JOB] });
      const older = await account.startJob('crm');
      await control.planFaults({ clockAheadSeconds: 600, whenBusy: 'QUEUED', faults: [{ operation: START, before: 'DROP' }, LONG_JOB] });

      const found = await start(await start(await start(given())));

      expect(found.jobId).not.toBe(older);
    });

    test.each<[Behaviour, string]>([
      [{ jobType: 'LEFT_OUT' }, 's3://elsewhere/'], [{ trailingSlash: 'ADDED' }, 's3://elsewhere/x'], [{ trailingSlash: 'REMOVED' }, 's3://elsewhere/x/'],
    ])('is found although the service tells of it in other words (%j)', async (behaviour, outputS3Path) => {
      await account.createWorkflow('loyalty', true);
      const outputSourceConfig = [{ roleArn: 'arn:aws:iam::111122223333:role/output', outputS3Path }];
      await control.planFaults({ ...behaviour, faults: [{ ...LONG_JOB, after: 'DROP' }] });

      const found = await start(await start(given(withRequest({ workflowName: 'loyalty', jobType: 'BATCH', outputSourceConfig }))));

      expect(await account.jobIds('loyalty')).toEqual([found.jobId]);
    });

    test.each(['NEWEST_FIRST', 'ARBITRARY'] as const)('is found among hundreds of jobs, listed %s', async (listOrder) => {
      await control.plantJobs({ workflowName: 'crm', count: 300, account: account.accountId, region: account.region });
      await control.planFaults({ listOrder, faults: [{ ...LONG_JOB, after: 'DROP' }] });

      const found = await start(await start(given()));

      expect(found.outcome).toBe('STARTED');
      expect(await control.callCount(START)).toBeGreaterThan(0);
      expect((await account.jobIds('crm'))).toHaveLength(301);
    });
  });

  describe('in a stack', () => {
    test.each([
      ['CREATE_COMPLETE', []], ['UPDATE_COMPLETE', []], ['UPDATE_ROLLBACK_COMPLETE', []], ['CREATE_FAILED', []], ['UPDATE_FAILED', []],
      ['ROLLBACK_IN_PROGRESS', []], ['UPDATE_ROLLBACK_IN_PROGRESS', []], ['DELETE_IN_PROGRESS', []],
      ['UPDATE_IN_PROGRESS', ['UPDATE_ROLLBACK_IN_PROGRESS']],
    ] as const)('in %s (%j) comes to nothing when it was not seen to go forward', async (status, ancestors) => {
      cloudFormation.stackStatus = status;
      cloudFormation.ancestors = [...ancestors];

      expect(await start(given())).toMatchObject({ outcome: 'NOT_RUN', reason: expect.stringContaining(`the stack is in ${status}`) });
      expect(await account.jobIds('crm')).toEqual([]);
    });

    test.each([
      ['UPDATE_ROLLBACK_IN_PROGRESS', 'HELD'], ['CREATE_FAILED', 'HELD'], ['UPDATE_ROLLBACK_FAILED', 'HELD'], ['DELETE_IN_PROGRESS', 'NOT_RUN'],
      ['UPDATE_COMPLETE', 'STARTED'], ['UPDATE_ROLLBACK_COMPLETE', 'STARTED'],
    ] as const)('that is in %s by now comes to %s when it was answered', async (status, outcome) => {
      cloudFormation.stackStatus = status;

      expect(await start(given({}, { answer: 'GIVEN', goesForward: true }))).toMatchObject({ outcome });
      expect(await account.jobIds('crm')).toHaveLength(outcome === 'STARTED' ? 1 : 0);
    });

    test.each<[string, (number | string)[], string]>([
      ['is denied', [], 'NOT_YET_ALLOWED'], ['is refused with 503', [503, 503, 503], 'UNKNOWN'], ['is not in the answer', ['<html></html>'], 'UNKNOWN'],
    ])('whose status %s is asked for again, and starts nothing until then', async (_what, statusRefusals, outcome) => {
      cloudFormation.stackStatus = statusRefusals.length ? 'CREATE_IN_PROGRESS' : 'AccessDenied';
      cloudFormation.statusRefusals = statusRefusals;

      const after = await start(given());
      expect(after.outcome).toBe(outcome);
      expect(after.lostStartAt).toBeUndefined();
      expect(await account.jobIds('crm')).toEqual([]);

      cloudFormation.stackStatus = 'CREATE_IN_PROGRESS';
      expect(await start(after)).toMatchObject({ outcome: 'STARTED' });
    });

    test('whose status CloudFormation can not tell at first comes to nothing when it then goes back', async () => {
      cloudFormation.statusRefusals = [503, 503, 503];
      cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';

      expect(await start(await start(given({ callback: { requestType: 'Update' } })))).toMatchObject({ outcome: 'NOT_RUN' });
    });

    test('that goes forward comes to nothing when it only takes back', async () => {
      expect(await start(given({ callback: { requestType: 'Update', takesBackOnly: true } }))).toMatchObject({ outcome: 'NOT_RUN' });
      expect(await account.jobIds('crm')).toEqual([]);
    });

    test.each([
      ['another account', { account: '999999999999' }, 'account 999999999999, Region eu-west-1'],
      ['another Region', { region: 'us-east-1' }, 'Region us-east-1, and can be run only there'],
    ])('of %s is refused before the start', async (_what, where, reason) => {
      const after = await start(given({ run: { jobKind: 'ID_MAPPING', request: { workflowName: 'crm' }, ...where } }));

      expect(after).toMatchObject({ outcome: 'FAILED', goesForward: true, reason: expect.stringContaining(reason) });
      expect(await account.jobIds('crm')).toEqual([]);
    });

    test('of the account and Region that it says is started', async () => {
      const { accountId, region } = account;

      expect(await start(given({ run: { jobKind: 'ID_MAPPING', request: { workflowName: 'crm' }, account: accountId, region } }))).toMatchObject({ outcome: 'STARTED' });
    });
  });

  describe('when the same resource has another run', () => {
    const OTHER = 'FirstRun1A2B3C4D-76543210-ffffffffffffffffffffffffffffffff';

    async function other(state: string, progress: Partial<RunState> = {}): Promise<void> {
      await stepFunctions.client().start(OTHER, given({}, { goesForward: true, answer: 'GIVEN', outcome: 'BUSY', ...progress }));
      stepFunctions.all()[0].state = state;
    }

    test('cancels it when it waits', async () => {
      await other('Wait to start');

      expect(await start(given())).toMatchObject({ outcome: 'STARTED' });
      expect(stepFunctions.all()).toMatchObject([{ status: 'ABORTED', cause: 'a newer run of the same resource replaces it' }]);
    });

    test('waits until it is known whether it gets its job, and does not count as accepted before', async () => {
      await other('Start');

      const unsettled = await start(given());
      expect(unsettled).toMatchObject({ outcome: 'ACCEPTED', waitSeconds: 1 });
      expect(unsettled.goesForward).toBeUndefined();
      expect(stepFunctions.all()).toMatchObject([{ status: 'RUNNING' }]);

      stepFunctions.all()[0].state = 'Wait to start';
      expect(await start(unsettled)).toMatchObject({ outcome: 'STARTED' });
      expect(stepFunctions.all()).toMatchObject([{ status: 'ABORTED' }]);
    });

    test.each<[string, Partial<RunState>]>([['has its job', { outcome: 'STARTED', jobId: 'f'.repeat(32) }], ['has ended', { outcome: 'FAILED' }]])(
      'leaves it alone when it %s', async (_what, progress) => {
        await other('Wait for the job', progress);

        await start(given());

        expect(stepFunctions.all()).toMatchObject([{ status: 'RUNNING' }]);
      });

    test('cancels it when the deployment goes back', async () => {
      await other('Wait to start');
      cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';

      expect(await start(given({ callback: { requestType: 'Update' } }))).toMatchObject({ outcome: 'NOT_RUN' });
      expect(stepFunctions.all()).toMatchObject([{ status: 'ABORTED', cause: 'the deployment that asked for the run was rolled back' }]);
    });

    test('waits until it is known whether it gets its job when the deployment goes back', async () => {
      await other('Start');
      cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';

      expect(await start(given({ callback: { requestType: 'Update' } }))).toMatchObject({ outcome: 'HELD', waitSeconds: 1 });
    });

    test('cancels nothing on behalf of itself, or of its parts', async () => {
      for (const name of [EXECUTION, `${EXECUTION}-1`, 'SecondRun1A2B3C4D-76543210-ffffffffffffffffffffffffffffffff']) await stepFunctions.client().start(name, given());

      await start(given());

      expect(stepFunctions.all().map(({ status }) => status)).toEqual(['RUNNING', 'RUNNING', 'RUNNING']);
    });
  });

  test.each([
    ['SUCCEEDED', 60, 'TIMED_OUT'],
    ['SUCCEEDED', 59, 'STARTED'],
    ['STARTED', 60, 'STARTED'],
    ['ACCEPTED', 86_399, 'STARTED'],
    ['STARTED', 86_400, 'TIMED_OUT'],
  ] as const)('that is waited for until %s comes after %i seconds of 60 to %s', async (waitFor, seconds, outcome) => {
    const after = await start(given({ settings: { timeoutSeconds: 60 }, callback: { waitFor } }, { reason: 'ConflictException: busy' }), seconds);

    expect(after.outcome).toBe(outcome);
  });

  test('that nobody waits for is tried for a day', async () => {
    const run = { ...given({}, { settings: {} }), callback: undefined };

    expect(await start(run, 86_400)).toMatchObject({ outcome: 'TIMED_OUT' });
    expect(await start(run, 86_399)).toMatchObject({ outcome: 'STARTED' });
  });

  test('has its credentials before it is sent: a failure of STS is no lost start', async () => {
    const starts = await startsSince();
    const { runClients } = account;
    let failures = 1;
    const ready = async () => {
      if (failures-- > 0) throw new Error('socket hang up');
    };
    Object.defineProperty(account, 'runClients', { value: { ...runClients, ready } });

    const after = await start(given());

    expect(after).toMatchObject({ outcome: 'UNKNOWN', reason: 'socket hang up' });
    expect(after.lostStartAt).toBeUndefined();
    expect(await starts()).toBe(0);
    expect(await start(after)).toMatchObject({ outcome: 'STARTED' });
  });
});
