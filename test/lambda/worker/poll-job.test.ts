import { setTimeout as wait } from 'node:timers/promises';
import { pollJob } from '../../../lambda/worker/poll-job';
import { RunState } from '../../../lambda/worker/run-state';
import { JobRun } from '../../../lambda/worker/start-job';
import { EntityResolutionServer } from '../../../local/src/entity-resolution/server';
import { ControlClient, JobFault, RawAnswer } from '../../../local/src/rest-json/control-client';
import { Account, startServer } from '../account';
import { Given, givenRun } from '../runs';

const LOOK = 'GetIdMappingJob';

describe('a look at a job', () => {
  let server: EntityResolutionServer;
  let control: ControlClient;
  let account: Account;

  beforeAll(async () => {
    server = await startServer();
    control = new ControlClient(server.url);
  });

  afterAll(() => server.close());

  beforeEach(async () => {
    account = new Account(server.url);
    await account.createWorkflow('crm');
  });

  async function started(job: JobFault, given: Given = {}): Promise<JobRun> {
    await control.planFaults({ faults: [{ operation: 'StartIdMappingJob', job }] });
    return givenRun('http://127.0.0.1', given, { outcome: 'STARTED', jobId: await account.startJob('crm') });
  }
  const poll = async (run: RunState, secondsSinceAsked = 0): Promise<JobRun> =>
    ({ next: 'POLL', ...await pollJob(run as JobRun, account.clients, secondsSinceAsked) } as JobRun);

  test.each([
    ['is queued', { queuedSeconds: 600 }, 'the job is QUEUED'],
    ['runs', { runningSeconds: 600 }, 'the job is RUNNING'],
  ])('that %s says so, and when to look again', async (_what, job, reason) => {
    const run = await started(job);

    const after = await poll(run);

    expect(after).toMatchObject({ outcome: 'RUNNING', reason, repeats: 1, jobId: run.jobId });
    expect(after.waitSeconds).toBeGreaterThanOrEqual(4);
    expect(after.waitSeconds).toBeLessThanOrEqual(8);
  });

  test('comes less and less often, at least once a minute', async () => {
    const run = await started({ runningSeconds: 600 });

    expect((await poll({ ...run, repeats: 50 })).waitSeconds).toBeGreaterThanOrEqual(30);
    expect((await poll({ ...run, repeats: 50 })).waitSeconds).toBeLessThanOrEqual(60);
  });

  test('that failed tells the message of the service', async () => {
    const run = await started({ failure: 'no object at s3://data/crm/' });
    await wait(100);

    expect(await poll(run)).toMatchObject({ outcome: 'FAILED', reason: 'no object at s3://data/crm/' });
  });

  test('that succeeded has its metrics, and no reason any more', async () => {
    const run = await started({ runningSeconds: 600 });
    const metrics = { inputRecords: 7, totalMappedRecords: 3 };
    await control.planFaults({ faults: [{ operation: LOOK, before: { status: 200, body: JSON.stringify({ jobId: run.jobId, status: 'SUCCEEDED', metrics }) } }] });

    const after = await poll({ ...run, reason: 'the job is RUNNING' });

    expect(after).toMatchObject({ outcome: 'SUCCEEDED', metrics });
    expect(after.reason).toBeUndefined();
  });

  test.each([
    ['AccessDeniedException', 119, 'RUNNING'],
    ['AccessDeniedException', 120, 'UNWATCHED'],
    ['ThrottlingException', 86_399, 'RUNNING'],
    ['InternalServerException', 86_399, 'RUNNING'],
    ['InternalServerException', 86_400, 'TIMED_OUT'],
    ['ValidationException', 0, 'UNWATCHED'],
  ])('that the service refuses with %s for the fifth time in a row, %i seconds after the run was asked for: %s', async (before, seconds, outcome) => {
    const run = { ...await started({ runningSeconds: 600 }), repeats: 99, inVain: 4 };
    await control.planFaults({ faults: [{ operation: LOOK, before, count: 9 }] });

    const after = await poll(run, seconds);

    expect(after).toMatchObject({ outcome, reason: expect.stringContaining(`${before}: `), jobId: run.jobId });
    expect(after.repeats).toBe(outcome === 'UNWATCHED' ? 99 : 100);
  });

  test('that the service refuses for good, but not five times in a row, is no end of it', async () => {
    let run = await started({ runningSeconds: 600 });
    await control.planFaults({ faults: [{ operation: LOOK, before: 'ValidationException', count: 4 }] });

    for (let look = 1; look <= 5; look += 1) {
      run = await poll(run, 3_000);
      expect(run).toMatchObject({ outcome: 'RUNNING', inVain: look % 5 });
    }
  });

  test.each<[string, RawAnswer]>([
    ['200 HTML', { status: 200, body: '<html></html>' }],
    ['200 {}', { status: 200, body: '{}' }],
    ['200 without a body', { status: 200 }],
    ...[302, 307, 408, 413, 429, 502].map((status): [string, RawAnswer] => [`${status} HTML`, { status, body: '<html></html>' }]),
  ])('that can not be read is no end of it (%s)', async (_what, before) => {
    const run = await started({ runningSeconds: 600 });
    await control.planFaults({ faults: [{ operation: LOOK, before, count: 3 }] });

    const after = await poll(run, 3_000);
    expect(after).toMatchObject({ outcome: 'RUNNING', jobId: run.jobId });

    await control.planFaults({});
    expect(await poll(after, 3_000)).toMatchObject({ outcome: 'RUNNING', reason: 'the job is RUNNING' });
  });

  describe('that does not find it', () => {
    /** The outcomes of looks of which the nth finds the job, or none does. */
    async function outcomes(pattern: string): Promise<(string | undefined)[]> {
      let run = await started({ runningSeconds: 600 });
      const seen = [];
      for (const each of pattern) {
        await control.planFaults({ faults: each === '-' ? [{ operation: LOOK, before: 'ResourceNotFoundException' }] : [] });
        run = await poll(run, 3_000);
        seen.push(run.outcome);
      }
      return seen;
    }

    test('five times in a row is its end', async () => {
      expect(await outcomes('-----')).toEqual(['RUNNING', 'RUNNING', 'RUNNING', 'RUNNING', 'FAILED']);
    });

    test('after seven that did, or from time to time, is none', async () => {
      expect(new Set(await outcomes('+++++++-+----+----'))).toEqual(new Set(['RUNNING']));
    });

    test('because its workflow was deleted in the meantime fails in the words of the service', async () => {
      const run = await started({ runningSeconds: 600 });

      expect(await poll({ ...run, jobId: 'f'.repeat(32), inVain: 4 })).toMatchObject({
        outcome: 'FAILED', reason: expect.stringMatching(/^ResourceNotFoundException: /),
      });
    });
  });

  test.each([
    ['a run', {}, 86_399, 'RUNNING'],
    ['a run', {}, 86_400, 'TIMED_OUT'],
    ['a deletion', { settings: { timeoutSeconds: 60 }, callback: { requestType: 'Delete' } }, 59, 'RUNNING'],
    ['a deletion', { settings: { timeoutSeconds: 60 }, callback: { requestType: 'Delete' } }, 60, 'TIMED_OUT'],
  ] as const)('for %s (%j) is after %i seconds: %s', async (_who, given, seconds, outcome) => {
    expect((await poll(await started({ runningSeconds: 600 }, given), seconds)).outcome).toBe(outcome);
  });
});
