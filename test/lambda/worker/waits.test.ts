import { pollJob } from '../../../lambda/worker/poll-job';
import { JobRun } from '../../../lambda/worker/start-job';
import { growingWait } from '../../../lambda/worker/waits';
import { EntityResolutionServer } from '../../../local/src/entity-resolution/server';
import { ControlClient } from '../../../local/src/rest-json/control-client';
import { Account, startServer } from '../account';
import { CloudFormation } from '../cloudformation';
import { WhenBusy } from '../faults';
import { givenRun } from '../runs';
import { attempt } from '../starts';
import { StepFunctions } from '../step-functions';

/** As many as a big deployment may ask for at once. */
const RUNS = 60;
const SECONDS = 120;

/** What the service takes from an account and Region in a second. */
const LIMITS = { START: 5, POLL: 10 } as const;

/** Calls made in a second. */
type Made = Record<keyof typeof LIMITS, number>;

test.each([[1, 0, 3], [1, 1, 5], [3, 0, 6], [3, 1, 11], [9, 0, 30], [9, 1, 60], [99, 1, 60]])('the wait before repeat %i with jitter %f is %i seconds', (repeat, jitter, seconds) => {
  expect(growingWait(5, repeat, jitter)).toBe(seconds);
});

describe(`${RUNS} runs at once`, () => {
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
    account = new Account(server.url);
    await account.createWorkflow('crm');
    // Always the same jitter.
    let state = 1;
    jest.spyOn(Math, 'random').mockImplementation(() => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    });
  });

  afterEach(() => jest.restoreAllMocks());

  /** The runs do the steps that are due, second for second, of which the service takes no more than it allows. @returns the calls of each second */
  async function play(whenBusy: WhenBusy): Promise<Made[]> {
    const due = Array.from({ length: RUNS }, () => ({ second: 0, run: givenRun(cloudFormation.url) }));
    const calls = [];
    for (let second = 0; second < SECONDS; second++) {
      const made = { START: 0, POLL: 0 };
      for (const each of due.filter((other) => other.second === second)) {
        const next = each.run.jobId ? 'POLL' : 'START';
        made[next] += 1;
        each.run = await step(each.run, whenBusy, made.START > LIMITS.START);
        each.second = second + each.run.waitSeconds;
      }
      calls.push(made);
    }
    return calls;
  }

  async function step(run: JobRun, whenBusy: WhenBusy, tooMany: boolean): Promise<JobRun> {
    if (run.jobId) return { ...await pollJob(run, account.clients, 0), next: 'POLL' } as JobRun;
    await control.planFaults({
      whenBusy, faults: [{ operation: 'StartIdMappingJob', before: tooMany ? 'ThrottlingException' : undefined, job: { runningSeconds: 600 } }],
    });
    return attempt(run, { account, cloudFormation, stepFunctions });
  }

  const tooMany = (calls: Made[], kind: keyof Made) => sum(calls.map((made) => Math.max(0, made[kind] - LIMITS[kind])));

  test('that all wait for somebody\'s job soon ask no more often than the service takes', async () => {
    await control.planFaults({ faults: [{ operation: 'StartIdMappingJob', job: { runningSeconds: 600 } }] });
    await account.startJob('crm');

    const calls = await play('ConflictException');

    expect(calls[0].START).toBe(RUNS);
    expect(sum(calls.slice(1).map(({ START }) => START))).toBeGreaterThan(2 * RUNS);
    expect(tooMany(calls.slice(1), 'START')).toBeLessThan(0.1 * RUNS);
  });

  test('whose jobs the service queues are all started, and looked at no more often than the service takes', async () => {
    const calls = await play('QUEUED');

    expect(await account.jobIds('crm')).toHaveLength(RUNS);
    expect(sum(calls.map(({ POLL }) => POLL))).toBeGreaterThan(2 * RUNS);
    expect(tooMany(calls, 'POLL')).toBe(0);
  });
});

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
