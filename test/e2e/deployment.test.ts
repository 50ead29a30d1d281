import { CloudFormationClient, DescribeStacksCommand, Stack } from '@aws-sdk/client-cloudformation';
import { EntityResolutionClient, ListIdMappingJobsCommand, ListIdMappingWorkflowsCommand, ListSchemaMappingsCommand } from '@aws-sdk/client-entityresolution';
import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand, ListBucketsCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { ControlClient, LocalAws } from 'id-mapping-local';
import { Scenario } from './app';
import { deleteStack } from './delete-stack';
import { checkLogs } from './logs';
import { cdk, CdkResult } from '../../examples/cdk';
import { enter } from '../../examples/enter';
import { WaitFor } from '../../src';

const SOURCE = 'id,email,birth\ns1,ann@example.com,1970-01-01\ns2,bob@example.com,1980-02-02\ns3,cid@example.com,1990-03-03\n';
const TARGET = 'id,email,birth\nt1,Ann@Example.com ,1970-01-01\nt2,bob@example.com,1999-09-09\nt9,zoe@example.com,1990-03-03\n';
const PERSONAL_VALUES = `${SOURCE}${TARGET}`.match(/[\w.]+@[\w.]+|\d{4}-\d\d-\d\d/g)!;

const ONE_JOB: Scenario = { matchingKeys: ['email'], jobs: [{ id: 'Run', waitFor: WaitFor.SUCCEEDED }] };

describe('a stack that maps IDs, deployed onto the local AWS with IAM enforced', () => {
  let aws: LocalAws;
  let control: ControlClient;

  beforeAll(async () => {
    aws = await LocalAws.start({ enforceIam: true });
    enter(aws);
    control = new ControlClient(aws.entityResolutionUrl);
    const s3 = new S3Client({});
    await s3.send(new CreateBucketCommand({ Bucket: 'e2e-data' }));
    await s3.send(new PutObjectCommand({ Bucket: 'e2e-data', Key: 'source/people.csv', Body: SOURCE }));
    await s3.send(new PutObjectCommand({ Bucket: 'e2e-data', Key: 'target/people.csv', Body: TARGET }));
    await succeeds(run(['bootstrap'], ONE_JOB));
  });

  afterAll(async () => {
    await aws?.stop();
  });

  afterEach(async () => {
    await checkLogs(PERSONAL_VALUES);
    await control.planFaults({});
    await deleteStack('E2e');
  });

  const deploy = (scenario: Scenario) => run(['deploy', '--require-approval', 'never'], scenario);

  test('runs the job, writes the mapping encrypted with the key, and gives back what the job counted', async () => {
    await succeeds(deploy(ONE_JOB));

    const { WorkflowName, OutputBucket, OutputKey, RunJobId, RunStatus, RunMapped } = await outputs();
    expect(await jobs(WorkflowName)).toEqual([{ jobId: RunJobId, status: 'SUCCEEDED' }]);
    expect({ RunStatus, RunMapped }).toEqual({ RunStatus: 'SUCCEEDED', RunMapped: '2' });
    expect(await checkLogs(PERSONAL_VALUES)).toBeGreaterThan(0);

    const { key, body } = await outputObject(OutputBucket);
    const [header, ...pairs] = body.trimEnd().split('\n');
    expect({ header, pairs: pairs.sort() }).toEqual({ header: 'sourceId,targetId,ruleName', pairs: ['s1,t1,only rule', 's2,t2,only rule'] });
    const { ServerSideEncryption, SSEKMSKeyId } = await new S3Client({}).send(new HeadObjectCommand({ Bucket: OutputBucket, Key: key }));
    expect({ ServerSideEncryption, SSEKMSKeyId }).toEqual({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: OutputKey });
  });

  test('starts no job when nothing has changed, or nothing that is run', async () => {
    await succeeds(deploy(ONE_JOB));
    const before = await outputs();

    const { output } = await succeeds(deploy(ONE_JOB));
    expect(output).toContain('(no changes)');
    await succeeds(deploy({ ...ONE_JOB, description: 'described anew' }));
    await succeeds(deploy({ ...ONE_JOB, jobs: [{ id: 'Run', waitFor: WaitFor.STARTED }] }));

    expect(await jobs(before.WorkflowName)).toHaveLength(1);
    expect(await outputs()).toEqual(before);
  });

  test('starts one job when a rule has changed', async () => {
    await succeeds(deploy(ONE_JOB));
    const first = await outputs();

    await succeeds(deploy({ ...ONE_JOB, matchingKeys: ['birth'] }));

    const second = await outputs();
    expect((await jobs(second.WorkflowName)).map(({ jobId }) => jobId).sort()).toEqual([first.RunJobId, second.RunJobId].sort());
    expect(second.RunMapped).toBe('2');
  });

  test('populates an ID mapping table', async () => {
    await succeeds(deploy({ matchingKeys: ['email'], jobs: [], populates: true }));

    const { TableId, PopulationStatus, PopulationMapped } = await outputs();
    expect({ PopulationStatus, PopulationMapped }).toEqual({ PopulationStatus: 'SUCCEEDED', PopulationMapped: '2' });
    const table = await new ControlClient(aws.cleanRoomsUrl).idMappingTable(TableId);
    expect(table.map(({ sourceId, targetId }) => `${sourceId} is ${targetId}`).sort()).toEqual(['s1 is t1', 's2 is t2']);
  });

  test('leaves nothing but the data when it is destroyed', async () => {
    await succeeds(deploy(ONE_JOB));
    const { OutputBucket } = await outputs();

    await succeeds(run(['destroy', '--force'], ONE_JOB));

    const { Buckets } = await new S3Client({}).send(new ListBucketsCommand({}));
    expect(Buckets!.map(({ Name }) => Name)).toContain(OutputBucket);
    expect((await outputObject(OutputBucket)).body).toContain('s1,t1');
    const entityResolution = new EntityResolutionClient({});
    expect((await entityResolution.send(new ListIdMappingWorkflowsCommand({}))).workflowSummaries).toEqual([]);
    expect((await entityResolution.send(new ListSchemaMappingsCommand({}))).schemaList).toEqual([]);
    expect((await new SFNClient({}).send(new ListStateMachinesCommand({}))).stateMachines).toEqual([]);
  });

  test('rolls back and says why when the job fails', async () => {
    await control.planFaults({ faults: [{ operation: 'StartIdMappingJob', job: { failure: 'the service had a bad day' } }] });

    const { exitCode, output } = await deploy(ONE_JOB);

    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/Job [a-f0-9]{32} of ID mapping workflow E2eWorkflow\w+ failed: the service had a bad day\. /);
    expect(output).toMatch(/Correct the input or the workflow and deploy again\. Log group: \S*IdMappingRunner\S*\./);
    expect((await stack()).StackStatus).toBe('ROLLBACK_COMPLETE');
  });

  test('starts no job when a failed update is rolled back', async () => {
    await succeeds(deploy(ONE_JOB));
    const { WorkflowName } = await outputs();
    await control.planFaults({ faults: [{ operation: 'StartIdMappingJob', job: { failure: 'the service had a bad day' } }] });

    const { exitCode } = await deploy({ ...ONE_JOB, matchingKeys: ['birth'] });

    expect(exitCode).not.toBe(0);
    expect((await stack()).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await jobs(WorkflowName)).map(({ status }) => status).sort()).toEqual(['FAILED', 'SUCCEEDED']);
  });

  test('runs two jobs one after the other although only one may run at a time', async () => {
    await control.planFaults({ faults: [{ operation: 'StartIdMappingJob', job: { runningSeconds: 5 } }] });
    const starts = async () => (await control.calls()).filter(({ operation }) => operation === 'StartIdMappingJob').length;
    const before = await starts();

    await succeeds(deploy({
      ...ONE_JOB,
      jobs: [{ id: 'First', waitFor: WaitFor.STARTED }, { id: 'Second', waitFor: WaitFor.SUCCEEDED }],
    }));

    const { WorkflowName, FirstJobId, SecondJobId } = await outputs();
    expect(FirstJobId).not.toBe(SecondJobId);
    expect((await jobs(WorkflowName)).map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    const refused = await starts() - before - 2;
    expect(refused).toBeGreaterThan(0);
  });
});

function run(args: string[], scenario: Scenario): Promise<CdkResult> {
  return cdk(__dirname, args, { env: { SCENARIO: JSON.stringify(scenario) } });
}

async function succeeds(running: Promise<CdkResult>): Promise<CdkResult> {
  const result = await running;
  if (result.exitCode !== 0) throw new Error(result.output);
  return result;
}

async function stack(): Promise<Stack> {
  const { Stacks } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: 'E2e' }));
  return Stacks![0];
}

async function outputs(): Promise<Record<string, string>> {
  const { Outputs } = await stack();
  return Object.fromEntries(Outputs!.map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]));
}

async function jobs(workflowName: string) {
  const { jobs: found } = await new EntityResolutionClient({}).send(new ListIdMappingJobsCommand({ workflowName }));
  return found!.map(({ jobId, status }) => ({ jobId, status }));
}

async function outputObject(bucket: string): Promise<{ key: string; body: string }> {
  const s3 = new S3Client({});
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  const key = Contents!.map(({ Key }) => Key!).find((name) => name.includes('/success/'))!;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return { key, body: await Body!.transformToString() };
}
