import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { TestAws } from './entity-resolution/test-aws';

const ACCOUNT_ARN = 'arn:aws:iam::000000000000:role';
const MACHINES = 'arn:aws:states:us-east-1:000000000000:stateMachine:';

let aws: TestAws;
let client: SFNClient;
let kmsKeyId: string;
let machines = 0;

beforeAll(async () => {
  aws = await TestAws.start({ enforceIam: true });
  client = new SFNClient(aws.config);
  kmsKeyId = (await new KMSClient(aws.config).send(new CreateKeyCommand({}))).KeyMetadata!.Arn!;
  const role = (RoleName: string, machineArns: string) => ({
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName,
      AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
      Policies: [{
        PolicyName: 'all',
        PolicyDocument: {
          Statement: [{
            Effect: 'Allow',
            Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
            Resource: kmsKeyId,
            Condition: { StringLike: { 'kms:EncryptionContext:aws:states:stateMachineArn': machineArns } },
          }],
        },
      }],
    },
  });
  await aws.createStack({
    Resources: { Named: role('named', `${MACHINES}Machine-*`), Nameless: role('nameless', MACHINES), Others: role('others', `${MACHINES}Others-*`) },
    Outputs: { none: { Value: 'none' } },
  });
});

afterAll(async () => {
  await aws.stop();
});

/** Starts an execution of a machine of its own. */
async function start(roleName: string, keyId?: string): Promise<unknown> {
  const definition = JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });
  const { stateMachineArn } = await client.send(new CreateStateMachineCommand({
    name: `Machine-${machines++}`,
    definition,
    roleArn: `${ACCOUNT_ARN}/${roleName}`,
    encryptionConfiguration: keyId ? { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: keyId } : undefined,
  }));
  return client.send(new StartExecutionCommand({ stateMachineArn }));
}

test('a role that may use the key for its machine runs executions', async () => {
  await expect(start('named', kmsKeyId)).resolves.toMatchObject({ executionArn: expect.any(String) });
});

test('a machine without a key of its own needs no permission', async () => {
  await expect(start('nameless')).resolves.toMatchObject({ executionArn: expect.any(String) });
});

test.each(['nameless', 'others'])('a role that may use the key for what is no name of its machine (%s) runs none', async (roleName) => {
  await expect(start(roleName, kmsKeyId)).rejects.toMatchObject({
    name: 'KmsAccessDeniedException',
    message: expect.stringMatching(`^User: arn:aws:sts::000000000000:assumed-role/${roleName}/states is not authorized to perform: kms:Decrypt on resource: ${kmsKeyId} `),
  });
});

test('with a key that is disabled no execution runs', async () => {
  const kms = new KMSClient(aws.config);
  const disabled = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.Arn!;
  await kms.send(new DisableKeyCommand({ KeyId: disabled }));

  await expect(start('named', disabled)).rejects.toMatchObject({ name: 'KmsInvalidStateException' });
});
