import { setTimeout as wait } from 'node:timers/promises';
import { Account, startServer } from './account';
import { JobFault } from './faults';
import { givenRequest, givenRun } from './runs';
import { pollJob } from '../../lambda/poll-job';
import { Run, RunRequest } from '../../lambda/run';
import { ControlClient } from '../../local/src';
import { EntityResolutionServer } from '../../local/src/entity-resolution/server';

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

  async function started(job: JobFault, request: Partial<RunRequest> = {}): Promise<Run> {
    await control.planFaults({ faults: [{ operation: 'StartIdMappingJob', job }] });
    return givenRun(givenRequest('http://127.0.0.1', request), { outcome: 'STARTED', jobId: await account.startJob('crm') });
  }
  const poll = (run: Run, secondsSinceAsked = 0) => pollJob(run, account.clients, secondsSinceAsked);

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

  test.each([
    ['ResourceNotFoundException', 0, 4, 'RUNNING'],
    ['ResourceNotFoundException', 0, 5, 'FAILED'],
    ['AccessDeniedException', 119, 0, 'RUNNING'],
    ['AccessDeniedException', 120, 0, 'UNWATCHED'],
    ['ThrottlingException', 86_399, 99, 'RUNNING'],
    ['InternalServerException', 86_399, 99, 'RUNNING'],
    ['InternalServerException', 86_400, 99, 'TIMED_OUT'],
    ['ValidationException', 0, 0, 'UNWATCHED'],
  ])('that the service refuses with %s %i seconds after the run was asked for and %i looks: %s', async (before, seconds, repeats, outcome) => {
    const run = { ...await started({ runningSeconds: 600 }), repeats };
    await control.planFaults({ faults: [{ operation: 'GetIdMappingJob', before, count: 9 }] });

    const after = await poll(run, seconds);

    expect(after).toMatchObject({ outcome, reason: expect.stringContaining(`${before}: `), jobId: run.jobId });
    expect(after.repeats).toBe(outcome === 'RUNNING' || outcome === 'TIMED_OUT' ? repeats + 1 : repeats);
  });

  test('at a workflow that was deleted in the meantime fails', async () => {
    const run = await started({ runningSeconds: 600 });

    expect(await poll({ ...run, jobId: 'f'.repeat(32), repeats: 9 })).toMatchObject({
      outcome: 'FAILED', reason: expect.stringMatching(/^ResourceNotFoundException: /),
    });
  });

  test.each([
    ['a run', {}, 86_399, 'RUNNING'],
    ['a run', {}, 86_400, 'TIMED_OUT'],
    ['a deletion', { requestType: 'Delete', timeoutSeconds: 60 }, 59, 'RUNNING'],
    ['a deletion', { requestType: 'Delete', timeoutSeconds: 60 }, 60, 'TIMED_OUT'],
  ] as const)('for %s (%j) is after %i seconds: %s', async (_who, request, seconds, outcome) => {
    expect((await poll(await started({ runningSeconds: 600 }, request), seconds)).outcome).toBe(outcome);
  });
});
