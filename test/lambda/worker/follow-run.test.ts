import { FollowingRun, followRun } from '../../../lambda/worker/follow-run';
import { nextStep } from '../../../lambda/worker/next-step';
import { RunState } from '../../../lambda/worker/run-state';
import { Callback } from '../../../src/runs/private/run-protocol';
import { CloudFormation } from '../cloudformation';
import { givenRun, JOB_ID } from '../runs';
import { EXECUTION } from '../starts';
import { Execution, StepFunctions } from '../step-functions';

const METRICS = { inputRecords: 7 };

describe('what follows a run', () => {
  let cloudFormation: CloudFormation;
  let stepFunctions: StepFunctions;

  beforeAll(async () => {
    [cloudFormation, stepFunctions] = await Promise.all([CloudFormation.start(), StepFunctions.start()]);
  });

  afterAll(() => Promise.all([cloudFormation.close(), stepFunctions.close()]));

  beforeEach(() => {
    cloudFormation.reset();
    stepFunctions.reset();
  });

  /** The run that is followed. */
  async function followed(progress: Partial<RunState>, status: Execution['status'] = 'RUNNING', name = EXECUTION): Promise<void> {
    await stepFunctions.client().start(name, givenRun(cloudFormation.url, {}, progress));
    stepFunctions.all().at(-1)!.status = status;
  }

  function given(state: Partial<RunState> = {}, callback: Partial<Callback> = {}): FollowingRun {
    return {
      ...givenRun(cloudFormation.url, { callback: { waitFor: 'SUCCEEDED', logicalResourceId: 'FirstRunWait1', ...callback } }, state),
      run: undefined,
      follow: { execution: EXECUTION, jobKind: 'ID_MAPPING' },
    };
  }
  const follow = (state = given(), seconds = 0) => followRun(state, stepFunctions.client(), cloudFormation.client, seconds);

  test('looks again while it runs', async () => {
    await followed({ outcome: 'RUNNING', jobId: JOB_ID, reason: 'the job is RUNNING', askedAt: '2026-11-24T12:00:00Z' });

    const after = await follow();

    expect(after).toMatchObject({
      outcome: 'RUNNING', reason: 'the job is RUNNING', jobId: JOB_ID, run: { request: { workflowName: 'crm' } }, followedSince: '2026-11-24T12:00:00Z', goesForward: true, repeats: 1,
    });
    expect(after.waitSeconds).toBeGreaterThanOrEqual(1);
    expect(nextStep({ ...after, followedSince: undefined }, 0)).toBe('POLL');
  });

  test('looks again while it waits to start, or to be answered', async () => {
    await followed({ outcome: 'BUSY', reason: 'ConflictException: busy' });

    expect(await follow()).toMatchObject({ outcome: 'RUNNING', reason: 'ConflictException: busy' });
  });

  test.each<[string, Partial<RunState>]>([
    ['succeeded', { outcome: 'SUCCEEDED', jobId: JOB_ID, metrics: METRICS }],
    ['failed', { outcome: 'FAILED', jobId: JOB_ID, reason: 'no data' }],
    ['is not watched', { outcome: 'UNWATCHED', jobId: JOB_ID, reason: 'no one may look' }],
    ['could not be started', { outcome: 'TIMED_OUT', reason: 'busy' }],
    ['may have been started', { outcome: 'FAILED', reason: 'denied', lostStartAt: '2026-11-24T12:00:00Z' }],
  ])('comes to what it has come to when it %s', async (_what, progress) => {
    await followed(progress, 'SUCCEEDED');

    const after = await follow(given({ repeats: 3, turns: 4, part: 1 }));

    expect(after).toMatchObject({ ...progress, run: { request: { workflowName: 'crm' } }, turns: 4, part: 1 });
    expect(nextStep(after, 0)).toBe('ANSWER');
  });

  test('goes with it into its next execution', async () => {
    await followed({ outcome: 'RUNNING', jobId: JOB_ID, continuedAs: `${EXECUTION}-1` }, 'SUCCEEDED');
    await followed({ outcome: 'RUNNING', jobId: JOB_ID, continuedAs: `${EXECUTION}-2` }, 'SUCCEEDED', `${EXECUTION}-1`);
    await followed({ outcome: 'SUCCEEDED', jobId: JOB_ID, metrics: METRICS }, 'SUCCEEDED', `${EXECUTION}-2`);

    expect(await follow()).toMatchObject({ outcome: 'SUCCEEDED', metrics: METRICS });
  });

  test.each<[string, Partial<RunState>, string]>([
    ['before it had a job', { outcome: 'BUSY' }, 'FAILED'], ['although its job runs', { outcome: 'RUNNING', jobId: JOB_ID }, 'UNWATCHED'],
  ])('does not wait for a run that was stopped %s', async (_what, progress, outcome) => {
    await followed(progress, 'ABORTED');

    expect(await follow()).toMatchObject({ outcome, reason: 'its execution was stopped' });
  });

  test('does not wait for a run that is not known any more', async () => {
    expect(await follow()).toMatchObject({ outcome: 'UNWATCHED', reason: 'the run is not known any more' });
  });

  test.each(['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE', 'DELETE_IN_PROGRESS'] as const)('waits for nothing in %s', async (status) => {
    await followed({ outcome: 'RUNNING', jobId: JOB_ID });
    cloudFormation.stackStatus = status;

    expect(await follow()).toMatchObject({ outcome: 'NOT_RUN' });
  });

  test('goes on waiting once the deployment was seen to go forward', async () => {
    await followed({ outcome: 'RUNNING', jobId: JOB_ID });
    cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';

    expect(await follow(given({ goesForward: true }))).toMatchObject({ outcome: 'RUNNING' });
    expect(cloudFormation.questions).toBe(0);
  });

  test.each<[string, () => void]>([
    ['the run can not be looked at', () => { stepFunctions.refusals = [{ status: 500, error: 'InternalServerException' }]; }],
    ['the status of the stack is not known', () => { cloudFormation.statusRefusals = [503, 503, 503]; }],
  ])('looks again when %s', async (_what, happen) => {
    await followed({ outcome: 'SUCCEEDED', jobId: JOB_ID });
    happen();

    const after = await follow(given({ part: 1 }));

    expect(after).toMatchObject({ outcome: 'RUNNING', part: 1, repeats: 1 });
    expect(await follow({ ...after, next: 'POLL' } as FollowingRun)).toMatchObject({ outcome: 'SUCCEEDED' });
  });
});
