import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { Account, startServer } from './account';
import { CloudFormation } from './cloudformation';
import { createEvent } from './events';
import { givenRequest, givenRun } from './runs';
import { STATE_MACHINE_ARN } from './step-functions';
import { Run } from '../../lambda/run';
import { ControlClient } from '../../local/src';
import { EntityResolutionServer } from '../../local/src/entity-resolution/server';

const BUNDLE = resolve(__dirname, '..', '..', 'assets', 'runner', 'index.js');
const run = promisify(execFile);

describe('the bundle', () => {
  let server: EntityResolutionServer;
  let cloudFormation: CloudFormation;
  let account: Account;

  beforeAll(async () => {
    [server, cloudFormation] = await Promise.all([startServer(), CloudFormation.start()]);
    account = new Account(server.url);
    await account.createWorkflow('crm', true);
  });

  afterAll(() => Promise.all([server.close(), cloudFormation.close()]));

  /** Calls a handler in a process of its own, as Lambda does. */
  async function invoke(handler: 'entry' | 'worker', event: unknown): Promise<{ log: string; result: Run }> {
    const script = `require(process.argv[1])[process.argv[2]](JSON.parse(process.argv[3]), { getRemainingTimeInMillis: () => 180_000 })
      .then((result) => console.error(JSON.stringify(result ?? null)))`;
    const { stdout, stderr } = await run(process.execPath, ['--no-warnings', '-e', script, BUNDLE, handler, JSON.stringify(event)], {
      env: {
        AWS_ENDPOINT_URL_ENTITYRESOLUTION: server.url,
        AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
        AWS_ENDPOINT_URL_SFN: 'http://127.0.0.1:9',
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: account.accountId,
        AWS_SECRET_ACCESS_KEY: 'local',
        STATE_MACHINE_ARN,
        LOG_GROUP_NAME: '/runner',
      },
    });
    return { log: stdout, result: JSON.parse(stderr.trimEnd().split('\n').at(-1)!) };
  }

  test('sends the type of the job over the wire, which an older SDK would drop', async () => {
    const request = givenRequest(cloudFormation.url, { jobType: 'BATCH' });

    const { log, result } = await invoke('worker', { step: 'start', run: givenRun(request), askedAt: new Date().toISOString() });

    const calls = await new ControlClient(server.url).calls();
    expect(calls.at(-1)).toMatchObject({ operation: 'StartIdMappingJob', members: ['workflowName', 'jobType'] });
    expect(result).toMatchObject({ outcome: 'STARTED', next: 'ANSWER', jobId: (await account.jobIds('crm'))[0] });
    expect(JSON.parse(log)).toEqual({ step: 'start', workflowName: 'crm', outcome: 'STARTED', jobId: result.jobId, next: 'ANSWER' });
  });

  test('answers CloudFormation when no run can be asked for, and logs no URL', async () => {
    const event = createEvent(cloudFormation.url);

    const { log } = await invoke('entry', event);

    expect(cloudFormation.answers).toEqual([expect.objectContaining({
      path: new URL(event.ResponseURL).pathname + new URL(event.ResponseURL).search,
      body: expect.objectContaining({ Status: 'FAILED', Reason: expect.stringMatching(/^No run was started: .*ECONNREFUSED.*\. Log group: \/runner\.$/s) }),
    })]);
    expect(JSON.parse(log)).toEqual({ requestType: 'Create', resource: 'FirstRun1A2B3C4D', answered: 'FAILED' });
  });
});
