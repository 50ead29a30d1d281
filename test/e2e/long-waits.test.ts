import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { App, CfnOutput, CfnParameter, CfnResource, Duration, Stack } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { build } from 'esbuild';
import { Deployments } from './deployments';
import { upload } from '../../examples/upload';
import * as mapping from '../../src';

/** How long one resource waits here, in place of 55 minutes. */
const LINK_SECONDS = 3;

/** Far longer than any of these tests waits. */
const TIMEOUT = Duration.seconds(15 * LINK_SECONDS);

// The constructs and the functions take their times from one module.
jest.mock('../../src/runs/private/run-protocol', () => ({
  ...jest.requireActual<object>('../../src/runs/private/run-protocol'), LONGEST_ANSWER_SECONDS: 3, SHORTEST_TIMEOUT_SECONDS: 1,
}));

async function runnerCode(): Promise<string> {
  const shorter = (source: string) => source
    .replace(/(LONGEST_ANSWER_SECONDS) = [^;]+/, `$1 = ${LINK_SECONDS}`)
    .replace(/(SHORTEST_TIMEOUT_SECONDS) = [^;]+/, '$1 = 1');
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, '..', '..', 'lambda', 'index.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    write: false,
    plugins: [{
      name: 'shorter-times',
      setup: (plugin) => plugin.onLoad({ filter: /run-protocol\.ts$/ }, async ({ path }) => ({ contents: shorter(await readFile(path, 'utf8')), loader: 'ts' })),
    }],
  });
  return outputFiles[0].text;
}

interface Version {
  readonly description?: string;
  readonly timeout?: Duration;
  readonly onFailure?: mapping.OnFailure;

  /** Whether a resource that comes after the run can't be made. */
  readonly fails?: boolean;
}

/** A stack with a job that is waited for by a chain of resources, and outputs of what it came to. */
function define({ description, timeout = TIMEOUT, onFailure, fails }: Version = {}) {
  return (app: App) => {
    const stack = new Stack(app, 'Chain');
    const database = new glue.CfnDatabase(stack, 'Database', { catalogId: stack.account, databaseInput: { name: 'people' } });
    const schema = new mapping.SchemaMapping(stack, 'Schema', {
      mappedInputFields: [mapping.SchemaInputAttribute.uniqueId('id'), mapping.SchemaInputAttribute.emailAddress('email', { matchKey: 'email' })],
    });
    const input = (name: string) => mapping.InputSource.glueTable(new glue.CfnTable(stack, name, {
      catalogId: stack.account,
      databaseName: database.ref,
      tableInput: {
        name,
        parameters: { 'classification': 'csv', 'skip.header.line.count': '1' },
        storageDescriptor: {
          location: `s3://people/${name}/`,
          columns: ['id', 'email'].map((column) => ({ name: column, type: 'string' })),
          serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.serde2.OpenCSVSerde', parameters: { separatorChar: ',' } },
        },
      },
    }), { schema, bucket: s3.Bucket.fromBucketName(stack, `Data-${name}`, 'people') });
    const rules = [{ ruleName: 'email', matchingKeys: ['email'] }];
    const target = new mapping.MatchingWorkflow(stack, 'Target', { inputSources: [input('loyalty')], technique: mapping.ResolutionTechnique.ruleBased({ rules }) });
    target.runOnDeploy('Index', { pollInterval: Duration.seconds(1) });
    const workflow = new mapping.IdMappingWorkflow(stack, 'Workflow', {
      description,
      sources: [input('crm')],
      target: mapping.InputSource.matchingWorkflow(target),
      technique: mapping.IdMappingTechnique.ruleBased({ rules }),
    });
    const run = new mapping.IdMappingJob(stack, 'Run', {
      workflow,
      waitFor: mapping.WaitFor.SUCCEEDED,
      timeout,
      onFailure,
      pollInterval: Duration.seconds(1),
      runTrigger: new CfnParameter(stack, 'Trigger', { default: 'v1' }).valueAsString,
    });
    if (fails) new CfnResource(stack, 'Impossible', { type: 'AWS::Glue::Table', properties: { CatalogId: stack.account, DatabaseName: 'none', TableInput: { Name: 'none' } } }).node.addDependency(run);
    new CfnOutput(stack, 'JobId', { value: run.jobId });
    new CfnOutput(stack, 'Status', { value: run.status });
    new CfnOutput(stack, 'Mapped', { value: run.metrics.totalMappedRecords });
  };
}

describe('a run that is waited for longer than one resource can', () => {
  let deployments: Deployments;
  let gates = 0;

  beforeAll(async () => {
    deployments = await Deployments.start({ runnerCode: await runnerCode() });
    await upload('people', { 'crm/people.csv': 'id,email\nc1,ann@example.com\nc2,bob@example.com\n', 'loyalty/people.csv': 'id,email\nm1,ann@example.com\n' });
  });

  afterAll(async () => {
    await deployments?.stop();
  });

  afterEach(async () => {
    await deployments.entityResolution.planFaults({});
  });

  /** Holds the next job as long as it takes for a resource to be made or changed. @returns lets it go on */
  async function hold(failure?: string): Promise<() => Promise<void>> {
    const gate = `gate-${gates++}`;
    await deployments.entityResolution.planFaults({ faults: [{ operation: 'StartIdMappingJob', job: { holdRunning: gate, failure } }] });
    return () => deployments.entityResolution.release(gate);
  }

  /** Returns once there are more events of a resource than there were. */
  async function reached(logicalId: RegExp, events: number): Promise<void> {
    while (await deployments.eventsOf('Chain', logicalId) <= events) await wait(50);
  }

  const eventsOfFirstLink = () => deployments.eventsOf('Chain', /^RunWait1[0-9A-F]{8}$/);

  test('is followed by one resource after the other, and the last one tells how it ended', async () => {
    const release = await hold();
    const deployed = deployments.deploy(define());
    await deployments.entityResolution.called('StartIdMappingJob');
    await reached(/^RunWait2[0-9A-F]{8}$/, 0);
    await release();
    await deployed;

    expect(await deployments.outputs('Chain')).toEqual({ JobId: expect.stringMatching(/^[0-9a-f]{32}$/), Status: 'SUCCEEDED', Mapped: '1' });
    expect(Object.keys(await deployments.physicalIds('Chain')).filter((id) => id.startsWith('RunWait'))).toHaveLength(14);
  });

  test('asks for nothing when nothing of it has changed', async () => {
    const before = [await deployments.outputs('Chain'), await deployments.requests(), await deployments.starts()];

    await deployments.deploy(define({ description: 'described' }));

    expect([await deployments.outputs('Chain'), await deployments.requests(), await deployments.starts()]).toEqual(before);
  });

  test('keeps what it tells when only how it is waited for has changed', async () => {
    const before = [await deployments.outputs('Chain'), await deployments.starts()];

    await deployments.deploy(define({ timeout: Duration.seconds(2 * LINK_SECONDS) }));
    expect([await deployments.outputs('Chain'), await deployments.starts()]).toEqual(before);
    await deployments.deploy(define());

    expect([await deployments.outputs('Chain'), await deployments.starts()]).toEqual(before);
  });

  test('tells of the run that a parameter has triggered, at once when it ends early', async () => {
    const before = await deployments.outputs('Chain');

    await deployments.deploy(define(), { parameters: { Trigger: 'v2' } });

    const { JobId, ...rest } = await deployments.outputs('Chain');
    expect(JobId).not.toBe(before.JobId);
    expect(rest).toEqual({ Status: 'SUCCEEDED', Mapped: '1' });
  });

  test('fails the deployment when the job fails later, which then tells of the run before', async () => {
    const [before, events, starts] = [await deployments.outputs('Chain'), await eventsOfFirstLink(), await deployments.starts()];
    const release = await hold('the service had a bad day');
    const deployed = deployments.tryToDeploy(define(), { parameters: { Trigger: 'v3' } });
    await reached(/^RunWait1[0-9A-F]{8}$/, events);
    await release();
    const [{ status, reasons }] = await deployed;

    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(reasons).toMatch(/RunWait\w+: .*Job [a-f0-9]{32} of ID mapping workflow \S+ failed: the service had a bad day\. /);
    expect(await deployments.outputs('Chain')).toEqual(before);
    expect(await deployments.starts()).toBe(starts + 1);
  });

  test('does not fail the deployment when the job fails later, if it only has to warn', async () => {
    const [events, starts] = [await eventsOfFirstLink(), await deployments.starts()];
    const release = await hold('the service had a bad day');
    const deployed = deployments.deploy(define({ onFailure: mapping.OnFailure.WARN }), { parameters: { Trigger: 'v4' } });
    await reached(/^RunWait1[0-9A-F]{8}$/, events);
    await release();
    await deployed;

    expect((await deployments.outputs('Chain')).Status).toBe('FAILED');
    // From now on a failure fails, but not this one again.
    await deployments.deploy(define(), { parameters: { Trigger: 'v4' } });
    expect((await deployments.outputs('Chain')).Status).toBe('FAILED');
    expect(await deployments.starts()).toBe(starts + 1);
  });

  test('tells of the run before when a resource that comes later fails', async () => {
    const [before, starts] = [await deployments.outputs('Chain'), await deployments.starts()];

    const [{ status }] = await deployments.tryToDeploy(define({ fails: true }), { parameters: { Trigger: 'v5' } });

    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await deployments.outputs('Chain')).toEqual(before);
    expect(await deployments.starts()).toBe(starts + 1);
  });

  test('fails the deployment when it takes too long', async () => {
    const release = await hold();
    const [{ status, reasons }] = await deployments.tryToDeploy(define({ timeout: Duration.seconds(2 * LINK_SECONDS) }), { parameters: { Trigger: 'v6' } });
    await release();
    while ((await deployments.runningExecutions()).length > 0) await wait(50);

    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(reasons).toMatch(/RunWait1\w+: .*Job [a-f0-9]{32} of ID mapping workflow \S+ did not end within 6 seconds\. It goes on and is billed; /);
  });

  test('goes on when nobody waits any more, and a stack that is deleted waits for its job', async () => {
    const release = await hold();
    await deployments.deploy(define({ timeout: Duration.seconds(2 * LINK_SECONDS), onFailure: mapping.OnFailure.WARN }), { parameters: { Trigger: 'v7' } });
    expect((await deployments.outputs('Chain')).Status).toBe('TIMED_OUT');
    const events = await deployments.eventsOf('Chain', /^Run[0-9A-F]{8}$/);
    const deleted = deployments.deleteStack('Chain');
    await reached(/^Run[0-9A-F]{8}$/, events);
    await release();

    expect(await deleted).toBe('DELETE_COMPLETE');
    expect(await deployments.runningExecutions()).toEqual([]);
  });
});
