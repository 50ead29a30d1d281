import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { Account, startServer } from './account';
import { CloudFormation } from './cloudformation';
import { createEvent } from './events';
import { givenRun, ID_MAPPING_RUN } from './runs';
import { EXECUTION } from './starts';
import { STATE_MACHINE_ARN, StepFunctions } from './step-functions';
import { RunState } from '../../lambda/worker/run-state';
import { EntityResolutionServer } from '../../local/src/entity-resolution/server';
import { ControlClient } from '../../local/src/rest-json/control-client';
import { StepName } from '../../src/runs/private/run-protocol';

const BUNDLE = resolve(__dirname, '..', '..', 'assets', 'runner', 'index.js');
const run = promisify(execFile);

describe('the bundle', () => {
  let server: EntityResolutionServer;
  let cloudFormation: CloudFormation;
  let stepFunctions: StepFunctions;
  let account: Account;

  beforeAll(async () => {
    [server, cloudFormation, stepFunctions] = await Promise.all([startServer(), CloudFormation.start(), StepFunctions.start()]);
    account = new Account(server.url);
    await account.createWorkflow('crm', true);
  });

  afterAll(() => Promise.all([server.close(), cloudFormation.close(), stepFunctions.close()]));

  beforeEach(() => {
    cloudFormation.reset();
    stepFunctions.reset();
  });

  /** Calls a handler with one event after the other, in a process of its own, as Lambda does. The worker carries on with what it has returned. */
  async function invoke(handler: 'entry' | 'worker', events: unknown[]): Promise<{ log: string; results: RunState[] }> {
    const script = `(async () => {
      let state;
      for (const event of JSON.parse(process.argv[3])) {
        state = await require(process.argv[1])[process.argv[2]](event.step ? { ...event, state: event.state ?? state } : event);
        console.error(JSON.stringify(state ?? null));
      }
    })()`;
    const { stdout, stderr } = await run(process.execPath, ['--no-warnings', '-e', script, BUNDLE, handler, JSON.stringify(events)], {
      env: {
        AWS_ENDPOINT_URL_ENTITYRESOLUTION: server.url,
        AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
        AWS_ENDPOINT_URL_SFN: handler === 'worker' ? stepFunctions.url : 'http://127.0.0.1:9',
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: account.accountId,
        AWS_SECRET_ACCESS_KEY: 'local',
        STATE_MACHINE_ARN,
        LOG_GROUP_NAME: '/runner',
      },
    });
    return { log: stdout, results: stderr.trimEnd().split('\n').map((line) => JSON.parse(line) as RunState) };
  }

  const step = (name: StepName, state?: unknown) => ({
    step: name, state, startedAt: new Date().toISOString(), executionName: EXECUTION, stateMachineArn: STATE_MACHINE_ARN,
  });
  /** As what an execution is started with. */
  const inputOf = ({ run: what, settings, callback, askedAt }: RunState) => ({ run: what, settings, callback, askedAt });

  test('goes from an input to an answer, and sends the type of the job over the wire, which an older SDK would drop', async () => {
    const input = inputOf(givenRun(cloudFormation.url, { run: { jobKind: 'ID_MAPPING', request: { workflowName: 'crm', jobType: 'BATCH' } } }));

    const { log, results } = await invoke('worker', [step('START', input), step('START'), step('START'), step('ANSWER')]);

    const calls = (await new ControlClient(server.url).calls()).filter(({ operation }) => operation === 'StartIdMappingJob');
    const [jobId] = await account.jobIds('crm');
    expect(calls).toMatchObject([{ members: ['workflowName', 'jobType'] }]);
    expect(results).toMatchObject([
      { outcome: 'ACCEPTED', next: 'START', turns: 1 }, { mark: { jobIds: [] }, next: 'START' },
      { outcome: 'STARTED', next: 'ANSWER', jobId, turns: 3, crashes: 0 }, { answer: 'GIVEN', next: 'POLL', turns: 4 },
    ]);
    expect(cloudFormation.answers).toMatchObject([{ body: { Status: 'SUCCESS', Data: { Status: 'STARTED', JobId: jobId, Execution: EXECUTION } } }]);
    expect(JSON.parse(log.split('\n')[2])).toEqual({ step: 'START', workflowName: 'crm', jobType: 'BATCH', outcome: 'STARTED', jobId, next: 'ANSWER' });
    expect(log).not.toContain('secret');
    expect(log).not.toContain(cloudFormation.url);
  });

  const WITHOUT_REQUEST = { run: { jobKind: 'ID_MAPPING' } };
  test.each<[string, unknown, string]>([
    ['nothing', {}, "input must have 'run'"],
    ['a list', [], 'input must be an object, got: object'],
    ['a text', 'crm', 'input must be an object, got: "crm"'],
    ['a run without a request', WITHOUT_REQUEST, "input.run must have 'request'"],
    ['a run without a request, whose first step has crashed', { ...WITHOUT_REQUEST, turns: 1, crashes: 1, next: 'START' }, "input.run must have 'request'"],
    ['a text of 300 KB', { run: { jobKind: 'ID_MAPPING', request: { workflowName: 'crm' }, ['x'.repeat(300_000)]: 1 } }, 'input.run has'],
  ])('ends a run with what is wrong when its input is %s', async (_what, input, problem) => {
    const [script, events] = ['require(process.argv[1]).worker(JSON.parse(require(\'fs\').readFileSync(0, \'utf8\'))).then((result) => console.error(JSON.stringify(result)))', step('START', input)];
    const child = execFile(process.execPath, ['--no-warnings', '-e', script, BUNDLE], { env: { AWS_REGION: 'eu-west-1' } });
    child.stdin!.end(JSON.stringify(events));
    const result = JSON.parse(await text(child.stderr!)) as RunState;

    expect(result).toEqual({ outcome: 'FAILED', reason: expect.stringContaining(problem), next: 'PUBLISH' });
    expect(result.reason!.length).toBeLessThan(2_100);
  });

  test('goes on after a crash with all that it carries', async () => {
    const carried = { ...givenRun(cloudFormation.url, {}, { goesForward: true, turns: 7, crashes: 3, retrySeconds: 40, answer: 'GIVEN' }), mark: { jobIds: ['x'] }, lostStartAt: '2026-11-24T12:00:00Z' };

    const { results } = await invoke('worker', [step('START', { ...carried, run: { ...ID_MAPPING_RUN, request: { workflowName: 'nobody' } } })]);

    expect(results).toMatchObject([{ outcome: 'FAILED', lostStartAt: '2026-11-24T12:00:00Z', turns: 8, crashes: 0, next: 'PUBLISH' }]);
    expect(results[0].retrySeconds).toBeUndefined();
  });

  test('answers CloudFormation when no run can be asked for, and logs no URL', async () => {
    const event = createEvent(cloudFormation.url, { Run: { request: { workflowName: 'crm', jobType: 'FULL' } } });

    const { log } = await invoke('entry', [event]);

    expect(cloudFormation.answers).toEqual([expect.objectContaining({
      path: new URL(event.ResponseURL).pathname + new URL(event.ResponseURL).search,
      body: expect.objectContaining({
        Status: 'FAILED',
        Reason: 'No run was started: input.run.request.jobType must be one of BATCH, INCREMENTAL, DELETE_ONLY, got: "FULL". Log group: /runner.',
      }),
    })]);
    expect(JSON.parse(log)).toEqual({ requestType: 'Create', resource: 'FirstRun1A2B3C4D', answered: 'FAILED' });
  });
});
