import {
  CreateIdMappingWorkflowCommand, CreateIdNamespaceCommand, CreateMatchingWorkflowCommand, CreateSchemaMappingCommand, EntityResolutionClient,
  GetSchemaMappingCommand, ListIdMappingJobsCommand, ListMatchingJobsCommand, StartIdMappingJobCommand, StartMatchingJobCommand,
  UpdateIdMappingWorkflowCommand, UpdateIdNamespaceCommand, UpdateMatchingWorkflowCommand,
} from '@aws-sdk/client-entityresolution';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { TestAws } from './test-aws';
import { endedJob, ENTITY_RESOLUTION_ARN, errorOf, idMappingWorkflow, idNamespace, matchingWorkflow, schema } from './test-server';

const WORKFLOW_ARN = `${ENTITY_RESOLUTION_ARN}:idmappingworkflow/crm-to-loyalty`;
const ACCOUNT_ARN = 'arn:aws:iam::000000000000:role';
const JOB_ROLE = `${ACCOUNT_ARN}/entityresolution-job`;
const POWERLESS_JOB_ROLE = `${ACCOUNT_ARN}/entityresolution-powerless`;

const START = {
  Effect: 'Allow',
  Action: ['entityresolution:StartIdMappingJob', 'entityresolution:GetIdMappingJob', 'entityresolution:StartMatchingJob'],
  Resource: [WORKFLOW_ARN, `${ENTITY_RESOLUTION_ARN}:matchingworkflow/loyalty`],
};
const USE_KEY = {
  Effect: 'Allow',
  Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
  Resource: 'arn:aws:kms:us-east-1:000000000000:key/*',
  Condition: { StringEquals: { 'kms:ViaService': 'entityresolution.us-east-1.amazonaws.com' } },
};
const PASS = {
  Effect: 'Allow',
  Action: 'iam:PassRole',
  Resource: [JOB_ROLE, POWERLESS_JOB_ROLE],
  Condition: { StringEquals: { 'iam:PassedToService': 'entityresolution.amazonaws.com' } },
};
const READ_AND_WRITE = [
  { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'] },
  { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::output/*' },
  { Effect: 'Allow', Action: 'glue:GetTable', Resource: ['catalog', 'database/crm', 'table/crm/*'].map((part) => `arn:aws:glue:us-east-1:000000000000:${part}`) },
];

let aws: TestAws;

beforeAll(async () => {
  aws = await TestAws.start({ enforceIam: true });
  for (const table of ['crm', 'loyalty']) {
    await aws.createTable(table);
    await aws.putObject(`${table}/1.csv`, `id,email,name\n${table},ann@example.com,\n`);
  }
  await aws.createStack({
    Resources: {
      Job: role('entityresolution-job', { Service: 'entityresolution.amazonaws.com' }, READ_AND_WRITE),
      PowerlessJob: role('entityresolution-powerless', { Service: 'entityresolution.amazonaws.com' }, [READ_AND_WRITE[2]]),
      Writer: role('entityresolution-writer', { Service: 'entityresolution.amazonaws.com' }, [READ_AND_WRITE[1]]),
      Reader: role('entityresolution-reader', { Service: 'entityresolution.amazonaws.com' }, [READ_AND_WRITE[0], READ_AND_WRITE[2]]),
      ForeignJob: role('foreign', { AWS: 'arn:aws:iam::333333333333:root' }, READ_AND_WRITE),
      NarrowJob: role('entityresolution-narrow', { Service: 'entityresolution.amazonaws.com' }, [
        { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::data' },
        { Effect: 'Allow', Action: 's3:GetObject', Resource: ['arn:aws:s3:::data/crm/*', 'arn:aws:s3:::data/loyalty/*'] },
        ...READ_AND_WRITE.slice(1),
      ]),
      Starter: role('starter', { AWS: 'arn:aws:iam::000000000000:root' }, [START, PASS]),
      KeyUser: role('key-user', { AWS: 'arn:aws:iam::000000000000:root' }, [START, PASS, USE_KEY]),
      NotPassing: role('not-passing', { AWS: 'arn:aws:iam::000000000000:root' }, [START]),
    },
    Outputs: { none: { Value: 'none' } },
  });
  await aws.createWorkflows();
  await aws.index('loyalty');
});

afterAll(async () => {
  await aws.stop();
});

function role(RoleName: string, Principal: object, Statement: readonly object[]): object {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName,
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] },
      Policies: [{ PolicyName: 'all', PolicyDocument: { Version: '2012-10-17', Statement } }],
    },
  };
}

async function clientAs(roleName: string): Promise<EntityResolutionClient> {
  const { Credentials } = await new STSClient(aws.config).send(new AssumeRoleCommand({ RoleArn: `${ACCOUNT_ARN}/${roleName}`, RoleSessionName: 'test' }));
  return new EntityResolutionClient({
    endpoint: aws.local.entityResolutionUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken },
    maxAttempts: 1,
  });
}

function refusal(roleName: string, action: string, resourceArn: string): object {
  return {
    name: 'AccessDeniedException',
    status: 403,
    message: expect.stringContaining(
      `User: arn:aws:sts::000000000000:assumed-role/${roleName}/test is not authorized to perform: ${action} on resource: ${resourceArn}`),
  };
}

/** Waits until no job runs. */
async function endedJobs(): Promise<void> {
  const [mapping, matching] = [new ListIdMappingJobsCommand({ workflowName: 'crm-to-loyalty' }), new ListMatchingJobsCommand({ workflowName: 'loyalty' })];
  for (;;) {
    const jobs = [...(await aws.client.send(mapping)).jobs!, ...(await aws.client.send(matching)).jobs!];
    if (jobs.every(({ endTime }) => endTime)) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const START_JOB = new StartIdMappingJobCommand({ workflowName: 'crm-to-loyalty' });

test('a caller that may start the job and pass its role does; the job does what its role may', async () => {
  const client = await clientAs('starter');
  const { jobId } = await client.send(START_JOB);
  const job = await endedJob(client, 'crm-to-loyalty', jobId);

  expect(job).toMatchObject({ status: 'SUCCEEDED', metrics: { totalMappedRecords: 1 } });
});

test.each([
  ['GetSchemaMapping', new GetSchemaMappingCommand({ schemaName: 'people' }), `${ENTITY_RESOLUTION_ARN}:schemamapping/people`],
  ['CreateSchemaMapping', new CreateSchemaMappingCommand(schema()), `${ENTITY_RESOLUTION_ARN}:*`],
  ['UpdateIdMappingWorkflow', new UpdateIdMappingWorkflowCommand(idMappingWorkflow()), WORKFLOW_ARN],
])('a caller that may not %s is refused', async (operation, command, resourceArn) => {
  const client = await clientAs('starter');

  expect(await errorOf(client.send(command as GetSchemaMappingCommand))).toEqual(refusal('starter', `entityresolution:${operation}`, resourceArn));
});

test("a caller that may not pass the workflow's role starts no job", async () => {
  expect(await errorOf((await clientAs('not-passing')).send(START_JOB))).toEqual(refusal('not-passing', 'iam:PassRole', JOB_ROLE));
});

test("a caller that may not pass the job's own role starts no job", async () => {
  const command = new StartIdMappingJobCommand({
    workflowName: WORKFLOW_ARN, outputSourceConfig: [{ roleArn: `${ACCOUNT_ARN}/foreign`, outputS3Path: 's3://output/own' }],
  });

  expect(await errorOf((await clientAs('starter')).send(command))).toEqual(refusal('starter', 'iam:PassRole', `${ACCOUNT_ARN}/foreign`));
});

test('a caller that may not use the key of the output starts no job, if the service asks for that as it does for matching jobs', async () => {
  const KMSArn = 'arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555';
  await aws.client.send(new UpdateIdMappingWorkflowCommand(idMappingWorkflow({ outputSourceConfig: [{ outputS3Path: 's3://output/mapping', KMSArn }] })));
  const matching = matchingWorkflow();
  await aws.client.send(new UpdateMatchingWorkflowCommand({
    ...matching, outputSourceConfig: [{ ...matching.outputSourceConfig![0], KMSArn }],
  }));
  const [starter, user] = [await clientAs('starter'), await clientAs('key-user')];
  const start = new StartMatchingJobCommand({ workflowName: 'loyalty' });

  expect(await errorOf(starter.send(START_JOB))).toEqual(refusal('starter', 'kms:Decrypt', KMSArn));
  expect(await errorOf(starter.send(start))).toEqual(refusal('starter', 'kms:Decrypt', KMSArn));
  expect((await user.send(START_JOB)).jobId).toMatch(/^[0-9a-f]{32}$/);
  expect((await user.send(start)).jobId).toMatch(/^[0-9a-f]{32}$/);

  await endedJobs();
  await aws.control.planFaults({ outputKeyOfCaller: 'NOT_NEEDED' });
  expect((await starter.send(START_JOB)).jobId).toMatch(/^[0-9a-f]{32}$/);
  expect(await errorOf(starter.send(start))).toEqual(refusal('starter', 'kms:Decrypt', KMSArn));
  await endedJobs();
  await aws.control.planFaults({});
});

test("a job's own output is written by the role that comes with it", async () => {
  await aws.client.send(new UpdateIdMappingWorkflowCommand(idMappingWorkflow({ roleArn: `${ACCOUNT_ARN}/entityresolution-reader` })));
  const ownOutput = { roleArn: `${ACCOUNT_ARN}/entityresolution-writer`, outputS3Path: 's3://output/own' };

  expect(await aws.run({ workflowName: 'crm-to-loyalty' })).toMatchObject({
    status: 'FAILED', errorDetails: { errorMessage: expect.stringMatching(/^can't write the object s3:\/\/output\/mapping\/.*: AccessDenied: /) },
  });
  expect(await aws.run({ workflowName: 'crm-to-loyalty', outputSourceConfig: [ownOutput] })).toMatchObject({ status: 'SUCCEEDED' });
});

test.each([
  ['may not read', 'entityresolution-powerless', "can't list the objects under s3://data/crm/: AccessDenied: "],
  ['can not be assumed by the service', 'foreign', `can't assume the role ${ACCOUNT_ARN}/foreign: AccessDenied: `],
])('a job whose role %s fails', async (_, roleName, message) => {
  await aws.control.planFaults({ inputsAtCreate: 'LEFT_ALONE' });
  await aws.client.send(new UpdateIdMappingWorkflowCommand(idMappingWorkflow({ roleArn: `${ACCOUNT_ARN}/${roleName}` })));
  await aws.control.planFaults({});
  const { status, errorDetails } = await aws.run({ workflowName: 'crm-to-loyalty' });

  expect({ status, errorDetails }).toEqual({ status: 'FAILED', errorDetails: { errorMessage: expect.stringContaining(message) } });
});

describe('when a workflow or an ID namespace is made or changed, the service looks at what it will read', () => {
  const roles = (name: string) => ({ roleArn: `${ACCOUNT_ARN}/${name}` });
  const ofTable = (table: string) => ({ inputSourceConfig: [{ inputSourceARN: `arn:aws:glue:us-east-1:000000000000:table/crm/${table}`, schemaName: 'people' }] });
  const refusedOver = (message: string) => ({
    name: 'AccessDeniedException', status: 403, message: expect.stringContaining(`Exception in assuming the passed role, or in what it reads: ${message}`),
  });

  test.each([
    ['an ID mapping workflow with a role that it can not assume', () => new CreateIdMappingWorkflowCommand(idMappingWorkflow({ workflowName: 'new', ...roles('foreign') })),
      `can't assume the role ${ACCOUNT_ARN}/foreign: AccessDenied`],
    ['an ID mapping workflow with a role that is not there', () => new UpdateIdMappingWorkflowCommand(idMappingWorkflow(roles('none'))), `can't assume the role ${ACCOUNT_ARN}/none: `],
    ['a matching workflow over a table that is not there', () => new CreateMatchingWorkflowCommand(matchingWorkflow({ workflowName: 'new', ...ofTable('none') })),
      "can't read the Glue table crm.none: EntityNotFoundException"],
    ['a matching workflow whose role may not see the table', () => new UpdateMatchingWorkflowCommand(matchingWorkflow(roles('entityresolution-writer'))),
      "can't read the Glue table crm.loyalty: AccessDenied"],
    ['an ID namespace with a role that it can not assume', () => new CreateIdNamespaceCommand(idNamespace(roles('foreign'))), `can't assume the role ${ACCOUNT_ARN}/foreign: `],
  ])('%s is refused', async (_, command, message) => {
    expect(await errorOf(aws.client.send(command() as CreateIdNamespaceCommand))).toEqual(refusedOver(message));
  });

  test('unless it leaves that alone', async () => {
    await aws.control.planFaults({ inputsAtCreate: 'LEFT_ALONE' });
    await aws.client.send(new CreateIdNamespaceCommand(idNamespace(roles('foreign'))));
    await aws.control.planFaults({});
    expect(await errorOf(aws.client.send(new UpdateIdNamespaceCommand(idNamespace(roles('foreign')))))).toEqual(refusedOver(`can't assume the role ${ACCOUNT_ARN}/foreign: `));
  });
});

test('a job whose role may not ask for the folder as an object fails, if its readers do that', async () => {
  await aws.client.send(new UpdateIdMappingWorkflowCommand(idMappingWorkflow({ roleArn: `${ACCOUNT_ARN}/entityresolution-narrow` })));
  expect(await aws.run({ workflowName: 'crm-to-loyalty' })).toMatchObject({
    status: 'FAILED', errorDetails: { errorMessage: expect.stringContaining("can't read the object s3://data/crm: AccessDenied: ") },
  });

  await aws.control.planFaults({ folderMarkers: 'LEFT_ALONE' });
  expect(await aws.run({ workflowName: 'crm-to-loyalty' })).toMatchObject({ status: 'SUCCEEDED' });
  await aws.control.planFaults({});
});
