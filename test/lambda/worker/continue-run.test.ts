import { continueRun } from '../../../lambda/worker/continue-run';
import { RunState } from '../../../lambda/worker/run-state';
import { givenRun, JOB_ID } from '../runs';
import { EXECUTION } from '../starts';
import { StepFunctions } from '../step-functions';

describe('a run that goes on in a new execution', () => {
  let stepFunctions: StepFunctions;

  beforeAll(async () => {
    stepFunctions = await StepFunctions.start();
  });

  afterAll(() => stepFunctions.close());

  beforeEach(() => stepFunctions.reset());

  const given = (state: Partial<RunState>) => givenRun('http://127.0.0.1', {}, { turns: 1_000, next: 'CONTINUE', ...state });
  const go = (run: RunState, name = EXECUTION) => continueRun(run, stepFunctions.client(), name);

  test.each<[string, Partial<RunState>, string]>([
    ['looks at its job', { outcome: 'RUNNING', jobId: JOB_ID, answer: 'GIVEN', inVain: 2 }, 'POLL'],
    ['starts', { outcome: 'BUSY', answer: 'GIVEN', goesForward: true }, 'START'],
    ['looks for its job', { outcome: 'UNKNOWN', lostStartAt: '2026-11-24T12:00:00Z', mark: { jobIds: ['a'] } }, 'START'],
    ['follows', { outcome: 'RUNNING', follow: { execution: 'other', jobKind: 'ID_MAPPING' } }, 'POLL'],
  ])('%s with all that it has come to', async (_what, state, next) => {
    const run = given(state);

    expect(await go(run)).toEqual({ ...run, continuedAs: `${EXECUTION}-1` });

    expect(stepFunctions.all()).toMatchObject([{ name: `${EXECUTION}-1`, run: { ...run, part: 1, turns: 0, next } }]);
  });

  test('has a name that tells the part', async () => {
    const first = await go(given({}));
    await go({ ...given({}), ...first, part: 1 }, `${EXECUTION}-1`);
    await go({ ...given({}), ...first, part: 2 }, `${EXECUTION}-2`);

    expect(stepFunctions.all().map(({ name }) => name)).toEqual([`${EXECUTION}-1`, `${EXECUTION}-2`, `${EXECUTION}-3`]);
  });

  test.each([1, 9, 99])('has a name that is short enough, of the longest there is, after %i parts', async (part) => {
    const longest = `${'L'.repeat(34)}-01234567-${'f'.repeat(32)}`;

    const { continuedAs } = await go(given({ part }), `${longest}-${part}`);

    expect(continuedAs).toBe(`${longest}-${part + 1}`);
    expect(continuedAs!.length).toBeLessThanOrEqual(80);
  });

  test('is one run when the step is done twice', async () => {
    await go(given({}));
    await go(given({}));

    expect(stepFunctions.executions.size).toBe(1);
  });

  test('is an error when it can not be started', async () => {
    stepFunctions.refusals = [{ status: 400, error: 'AccessDeniedException' }];

    await expect(go(given({}))).rejects.toThrow(expect.objectContaining({ name: 'AccessDeniedException' }));
  });
});
