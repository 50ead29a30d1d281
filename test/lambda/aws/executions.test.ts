import { digestIn, digestOf, executionName, partName } from '../../../lambda/aws/executions';
import { RunState } from '../../../lambda/worker/run-state';
import { givenRun, ID_MAPPING_RUN, JOB_ID } from '../runs';
import { Execution, StepFunctions } from '../step-functions';

const OWNER = { logicalResourceId: 'FirstRun1A2B3C4D' };
const PREFIX = 'FirstRun1A2B3C4D-01234567';
const ID = '0123456789abcdef0123456789abcde';

describe('the name of an execution', () => {
  test('tells the resource, what is run and the request', () => {
    expect(executionName({ ...OWNER, requestId: '5f2b1f30-aaaa-4bbb-8ccc-0123456789ab' }, '01234567')).toBe('FirstRun1A2B3C4D-01234567-5f2b1f30aaaa4bbb8ccc0123456789ab');
  });

  test.each([1, 33, 34, 35, 255])('has at most 80 characters with its parts, of a logical id of %i', (length) => {
    const logicalResourceId = `${'x'.repeat(length - 1)}1`;
    const name = executionName({ logicalResourceId, requestId: 'f'.repeat(8) + '-ffff-ffff-ffff-' + 'f'.repeat(12) }, digestOf(ID_MAPPING_RUN));

    expect(name.split('-')[0].endsWith('1')).toBe(true);
    expect(name.length).toBeLessThanOrEqual(76);
    expect(partName(name, 999).length).toBeLessThanOrEqual(80);
    expect(partName(name, 999)).toBe(`${name}-999`);
  });

  test('tells what is run', () => {
    expect(digestIn(executionName({ ...OWNER, requestId: 'r' }, digestOf(ID_MAPPING_RUN)))).toBe(digestOf(ID_MAPPING_RUN));
  });

  test('is the same for the same values in another order, and another for other values', () => {
    const digest = digestOf({ a: { x: 1, y: [1, 2] }, b: null });

    expect(digest).toMatch(/^[0-9a-f]{8}$/);
    expect(digestOf({ b: null, a: { y: [1, 2], x: 1 } })).toBe(digest);
    expect(digestOf({ a: { x: 1, y: [1, 2] }, b: null, c: undefined })).toBe(digest);
    expect(digestOf({ a: { x: 1, y: [2, 1] }, b: null })).not.toBe(digest);
    expect(digestOf({ a: { x: 1, y: [1, 2] }, b: 'null' })).not.toBe(digest);
  });
});

describe('executions', () => {
  let stepFunctions: StepFunctions;

  beforeAll(async () => {
    stepFunctions = await StepFunctions.start();
  });

  afterAll(() => stepFunctions.close());

  beforeEach(() => stepFunctions.reset());

  async function given(name: string, progress: Partial<RunState> = {}, changes: Partial<Execution> = {}): Promise<void> {
    await stepFunctions.client().start(name, givenRun('http://127.0.0.1', {}, progress));
    Object.assign(stepFunctions.all().at(-1)!, changes);
  }
  const statuses = () => stepFunctions.all().map(({ status }) => status);

  describe('are started', () => {
    test('once under a name, whatever has become of it', async () => {
      await given('run', {}, { status: 'SUCCEEDED' });
      await stepFunctions.client().start('run', { run: ID_MAPPING_RUN });

      expect(stepFunctions.executions.size).toBe(1);
    });

    test('or it is an error', async () => {
      stepFunctions.refusals = [{ status: 400, error: 'AccessDeniedException' }];

      await expect(stepFunctions.client().start('run', { run: ID_MAPPING_RUN })).rejects.toThrow(expect.objectContaining({ name: 'AccessDeniedException' }));
    });
  });

  describe('that wait are cancelled', () => {
    const cancel = (asks = `${PREFIX}-${ID}0`) => stepFunctions.client()
      .cancelWaiting(OWNER, { executionName: asks, startedAt: new Date().toISOString() }, 'because');

    test.each<[string, string, Partial<RunState>, string, boolean]>([
      ['waits to start', 'Wait to start', { outcome: 'BUSY' }, 'ABORTED', true],
      ['is held', 'Wait to start', { outcome: 'HELD' }, 'ABORTED', true],
      ['looks for the job of a lost start', 'Wait to start', { outcome: 'UNKNOWN', lostStartAt: '2026-11-24T12:00:00Z' }, 'ABORTED', true],
      ['asks for its job', 'Start', { outcome: 'BUSY' }, 'RUNNING', false],
      ['has its job', 'Wait for the job', { outcome: 'RUNNING', jobId: JOB_ID }, 'RUNNING', true],
      ['looks at its job', 'Poll', { outcome: 'RUNNING', jobId: JOB_ID }, 'RUNNING', true],
      ['has ended', 'Answer', { outcome: 'FAILED' }, 'RUNNING', true],
      ['has come to nothing', 'Answer', { outcome: 'NOT_RUN' }, 'RUNNING', true],
    ])('unless one %s (in "%s")', async (_what, state, progress, status, settled) => {
      await given(`${PREFIX}-${ID}1`, progress, { state });

      expect(await cancel()).toBe(settled);
      expect(statuses()).toEqual([status]);
    });

    test('of the same resource only, whatever they run, and with their parts', async () => {
      const names = [
        `${PREFIX}-${ID}1`, `${PREFIX}-${ID}1-2`, `FirstRun1A2B3C4D-76543210-${ID}2`, // these
        `FirstRun1A2B3C4DE-01234567-${ID}3`, `SecondRun1A2B3C4D-01234567-${ID}4`, `${PREFIX}-${ID}0`, `${PREFIX}-${ID}0-1`,
      ];
      for (const name of names) await given(name);

      await cancel();

      expect(statuses()).toEqual(['ABORTED', 'ABORTED', 'ABORTED', 'RUNNING', 'RUNNING', 'RUNNING', 'RUNNING']);
      expect(stepFunctions.all()[0].cause).toBe('because');
    });

    test('however many there are', async () => {
      stepFunctions.pageSize = 2;
      for (let index = 1; index < 8; index++) await given(`${PREFIX}-${ID}${index}`);

      await cancel();

      expect(new Set(statuses())).toEqual(new Set(['ABORTED']));
    });
  });

  describe('tell of the last run', () => {
    const SUCCEEDED: Partial<RunState> = { outcome: 'SUCCEEDED', jobId: JOB_ID };
    const last = async (digest?: string, except?: string) => (await stepFunctions.client().lastRun(OWNER, digest, except))?.name;

    test('the newest one of the resource, by what it has run', async () => {
      await given(`${PREFIX}-${ID}1`, SUCCEEDED);
      await given(`${PREFIX}-${ID}2`, SUCCEEDED);
      await given(`FirstRun1A2B3C4D-76543210-${ID}3`, SUCCEEDED);
      await given(`SecondRun1A2B3C4D-01234567-${ID}4`, SUCCEEDED);

      expect(await last()).toBe(`FirstRun1A2B3C4D-76543210-${ID}3`);
      expect(await last('01234567')).toBe(`${PREFIX}-${ID}2`);
      expect(await last('01234567', `${PREFIX}-${ID}2`)).toBe(`${PREFIX}-${ID}1`);
      expect(await last('99999999')).toBeUndefined();
    });

    test('on whichever page it is', async () => {
      stepFunctions.pageSize = 2;
      await given(`${PREFIX}-${ID}1`, SUCCEEDED);
      for (let index = 0; index < 6; index++) await given(`SecondRun1A2B3C4D-01234567-${ID}${index}`, SUCCEEDED);

      expect(await last()).toBe(`${PREFIX}-${ID}1`);
    });

    test.each<[string, Partial<RunState>, Partial<Execution>]>([
      ['came to nothing', { outcome: 'NOT_RUN' }, { status: 'SUCCEEDED' }],
      ['was cancelled while it waited', { outcome: 'BUSY' }, { status: 'ABORTED' }],
      ['only takes back', { outcome: 'NOT_RUN', callback: { ...givenRun('').callback!, requestType: 'Delete' } }, {}],
      ['waits for a job before its workflow is deleted', { outcome: 'RUNNING', jobId: JOB_ID, callback: { ...givenRun('').callback!, requestType: 'Delete' } }, {}],
      ['was never understood', { run: undefined }, { status: 'FAILED' }],
    ])('but not one that %s', async (_what, progress, changes) => {
      await given(`${PREFIX}-${ID}1`, SUCCEEDED);
      await given(`${PREFIX}-${ID}2`, progress, changes);

      expect(await last()).toBe(`${PREFIX}-${ID}1`);
    });

    test('also when it goes on, or was stopped with a job', async () => {
      await given(`${PREFIX}-${ID}1`, { outcome: 'RUNNING', jobId: JOB_ID }, { status: 'ABORTED' });
      expect(await last()).toBe(`${PREFIX}-${ID}1`);

      await given(`${PREFIX}-${ID}2`, { outcome: 'BUSY' });
      expect(await last()).toBe(`${PREFIX}-${ID}2`);
    });
  });

  describe('are looked at', () => {
    test('by their name', async () => {
      await given('run', { outcome: 'SUCCEEDED', jobId: JOB_ID }, { status: 'SUCCEEDED' });

      expect(await stepFunctions.client().look('run')).toMatchObject({ name: 'run', state: { outcome: 'SUCCEEDED', jobId: JOB_ID }, isStopped: false });
    });

    test('in the one that goes on with the run', async () => {
      await given('run', { outcome: 'RUNNING', jobId: JOB_ID, continuedAs: 'run-1' }, { status: 'SUCCEEDED' });
      await given('run-1', { outcome: 'RUNNING', jobId: JOB_ID, continuedAs: 'run-2' }, { status: 'SUCCEEDED' });
      await given('run-2', { outcome: 'FAILED', jobId: JOB_ID }, { status: 'FAILED' });

      expect(await stepFunctions.client().look('run')).toMatchObject({ name: 'run-2', state: { outcome: 'FAILED' }, isStopped: false });
    });

    test('before they have entered a state', async () => {
      await given('run', {}, { state: undefined });

      expect(await stepFunctions.client().look('run')).toMatchObject({ state: { run: ID_MAPPING_RUN }, isStopped: false });
    });

    test('as long as the one that goes on with the run is not found yet', async () => {
      await given('run', { outcome: 'RUNNING', jobId: JOB_ID, continuedAs: 'run-1' }, { status: 'SUCCEEDED' });

      expect(await stepFunctions.client().look('run')).toMatchObject({ name: 'run', state: { outcome: 'RUNNING', jobId: JOB_ID }, isStopped: false });
    });

    test('and are not known when they were long ago', async () => {
      expect(await stepFunctions.client().look('gone')).toBeUndefined();
    });

    test.each<[Execution['status'], Partial<RunState>, boolean]>([
      ['ABORTED', { outcome: 'BUSY' }, true], ['FAILED', { outcome: 'RUNNING' }, true], ['FAILED', { outcome: 'FAILED' }, false], ['ABORTED', { outcome: 'SUCCEEDED' }, false],
      ['RUNNING', { outcome: 'BUSY' }, false], ['SUCCEEDED', { outcome: 'NOT_RUN' }, false],
    ])('which are %s with a run of %j are stopped: %s', async (status, progress, isStopped) => {
      await given('run', progress, { status });

      expect(await stepFunctions.client().look('run')).toMatchObject({ isStopped });
    });

    test('or it is an error', async () => {
      stepFunctions.refusals = [{ status: 400, error: 'AccessDeniedException' }];

      await expect(stepFunctions.client().look('run')).rejects.toThrow(expect.objectContaining({ name: 'AccessDeniedException' }));
    });
  });
});
