import { UpdateIdMappingWorkflowCommand } from '@aws-sdk/client-entityresolution';
import { CreateGrantCommand, CreateKeyCommand, DisableKeyCommand, KMSClient, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { TestAws } from './test-aws';
import { idMappingWorkflow } from './test-server';

const ACCOUNT_ARN = 'arn:aws:iam::000000000000';
const WITHOUT = `${ACCOUNT_ARN}:role/entityresolution-without`;
const WITH = `${ACCOUNT_ARN}:role/entityresolution-with`;
const VIA_S3 = `${ACCOUNT_ARN}:role/entityresolution-via-s3`;
const VIA_OTHERS = `${ACCOUNT_ARN}:role/entityresolution-via-others`;
const NO_KEY = 'arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000';

const READ_AND_WRITE = [
  { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'] },
  { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::output/*' },
  { Effect: 'Allow', Action: 'glue:GetTable', Resource: '*' },
];
const use = (Condition: object = {}) => ({ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: '*', Condition });
const via = (service: string) => use({ StringEquals: { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` } });

let aws: TestAws;
let kms: KMSClient;

beforeAll(async () => {
  aws = await TestAws.start({ enforceIam: true });
  kms = new KMSClient(aws.config);
  for (const table of ['crm', 'loyalty']) {
    await aws.createTable(table);
    await aws.putObject(`${table}/1.csv`, `id,email,name\n${table},ann@example.com,\n`);
  }
  const role = (arn: string, statements: readonly object[]) => ({
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: arn.split('/')[1],
      AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'entityresolution.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
      Policies: [{ PolicyName: 'all', PolicyDocument: { Statement: [...READ_AND_WRITE, ...statements] } }],
    },
  });
  await aws.createStack({
    Resources: { Without: role(WITHOUT, []), With: role(WITH, [use()]), ViaS3: role(VIA_S3, [via('s3')]), ViaOthers: role(VIA_OTHERS, [via('sqs')]) },
    Outputs: { none: { Value: 'none' } },
  });
  // The workflows are made with a role that is not there: each job has one of these.
  await aws.control.planFaults({ inputsAtCreate: 'LEFT_ALONE' });
  await aws.createWorkflows();
});

afterAll(async () => {
  await aws.stop();
});

async function key(...statements: object[]): Promise<string> {
  const Policy = statements.length === 0 ? undefined : JSON.stringify({ Version: '2012-10-17', Statement: statements });
  return (await kms.send(new CreateKeyCommand({ Policy, BypassPolicyLockoutSafetyCheck: true }))).KeyMetadata!.Arn!;
}

const statement = (Effect: string, principal: string, Condition: object = {}) =>
  ({ Effect, Principal: { AWS: principal }, Action: 'kms:*', Resource: '*', Condition });
const ROOT = statement('Allow', `${ACCOUNT_ARN}:root`);

/** What a job comes to whose output is under the key. */
async function outcome(roleArn: string, KMSArn: string): Promise<string> {
  await aws.client.send(new UpdateIdMappingWorkflowCommand(idMappingWorkflow({
    roleArn, outputSourceConfig: [{ outputS3Path: 's3://output/mapping', KMSArn }],
  })));
  const { status, errorDetails } = await aws.run({ workflowName: 'crm-to-loyalty' });
  return errorDetails?.errorMessage ?? status!;
}

const refused = (roleArn: string, action: string, keyArn: string) => expect.stringMatching(new RegExp(
  `AccessDenied: User: arn:aws:sts::000000000000:assumed-role/${roleArn.split('/')[1]}/[^ ]+ is not authorized to perform: ${action} on resource: ${keyArn} `)) as string;

describe('the output', () => {
  test.each([
    ['a role that may use the key', WITH, async () => key()],
    ['a role that may use the key through S3', VIA_S3, async () => key()],
    ['a role that the key\'s policy names', WITHOUT, async () => key(ROOT, statement('Allow', WITHOUT))],
    ['a role that the key\'s policy names for what comes through S3', WITHOUT,
      async () => key(ROOT, statement('Allow', WITHOUT, { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } }))],
    ['a role with a grant', WITHOUT, async () => {
      const KeyId = await key();
      await kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal: WITHOUT, Operations: ['GenerateDataKey', 'Decrypt'] }));
      return KeyId;
    }],
  ])('is written by %s', async (_, role, keyOf) => {
    expect(await outcome(role, await keyOf())).toBe('SUCCEEDED');
  });

  test.each([
    ['a role without any action of KMS', WITHOUT, async () => key()],
    ['a role that may use the key through another service', VIA_OTHERS, async () => key()],
    ['a role whose account the key\'s policy does not name', WITH, async () => key(statement('Allow', `${ACCOUNT_ARN}:role/admin`))],
    ['a role that the key\'s policy denies', WITH, async () => key(ROOT, statement('Deny', WITH))],
    ['a role that the key\'s policy names for what comes through another service', WITHOUT,
      async () => key(ROOT, statement('Allow', WITHOUT, { StringEquals: { 'kms:ViaService': 'sqs.us-east-1.amazonaws.com' } }))],
    ['a role with a grant for something else', WITHOUT, async () => {
      const KeyId = await key();
      await kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal: WITHOUT, Operations: ['Decrypt'] }));
      return KeyId;
    }],
    ['a role of which another one has the grant', WITHOUT, async () => {
      const KeyId = await key();
      await kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal: WITH, Operations: ['GenerateDataKey'] }));
      return KeyId;
    }],
    ['a role whose grant is for another object', WITHOUT, async () => {
      const KeyId = await key();
      const Constraints = { EncryptionContextSubset: { 'aws:s3:arn': 'arn:aws:s3:::output/other' } };
      await kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal: WITHOUT, Operations: ['GenerateDataKey'], Constraints }));
      return KeyId;
    }],
  ])('is not written by %s', async (_, role, keyOf) => {
    const arn = await keyOf();
    expect(await outcome(role, arn)).toEqual(refused(role, 'kms:GenerateDataKey', arn));
  });

  test.each([
    ['disabled', async () => {
      const KeyId = await key();
      await kms.send(new DisableKeyCommand({ KeyId }));
      return KeyId;
    }, 'KMS.DisabledException'],
    ['pending deletion', async () => {
      const KeyId = await key();
      await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
      return KeyId;
    }, 'KMS.KMSInvalidStateException'],
    ['not there', async () => NO_KEY, 'KMS.NotFoundException'],
  ])('is not written with a key that is %s', async (_, keyOf, error) => {
    const arn = await keyOf();
    const message = await outcome(WITH, arn);
    expect(message).toContain(error);
    expect(message).toContain(arn);
  });
});

test('the output is uploaded in parts by a role that may decrypt them, and as a whole by any that may encrypt', async () => {
  const KeyId = await key();
  await kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal: WITHOUT, Operations: ['GenerateDataKey'] }));
  expect(await outcome(WITHOUT, KeyId)).toEqual(refused(WITHOUT, 'kms:Decrypt', KeyId));

  await aws.control.planFaults({ inputsAtCreate: 'LEFT_ALONE', outputUpload: 'WHOLE' });
  expect(await outcome(WITHOUT, KeyId)).toBe('SUCCEEDED');
  await aws.control.planFaults({ inputsAtCreate: 'LEFT_ALONE' });
});

describe('the input', () => {
  let keyArn: string;

  beforeAll(async () => {
    keyArn = await key();
    await aws.s3.send(new PutObjectCommand({
      Bucket: 'data', Key: 'crm/1.csv', Body: 'id,email,name\ncrm,ann@example.com,\n', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn,
    }));
  });

  test('is read by a role that may use its key', async () => {
    expect(await outcome(WITH, await key())).toBe('SUCCEEDED');
  });

  test('is not read by a role that may not', async () => {
    expect(await outcome(WITHOUT, await key(ROOT, statement('Allow', WITHOUT)))).toEqual(refused(WITHOUT, 'kms:Decrypt', keyArn));
  });

  test('is read by nobody once the key is disabled', async () => {
    await kms.send(new DisableKeyCommand({ KeyId: keyArn }));
    expect(await outcome(WITH, await key())).toContain('KMS.DisabledException');
  });
});
