import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { EntityResolutionClient, ListSchemaMappingsCommand, StartIdMappingJobCommand } from '@aws-sdk/client-entityresolution';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { LocalAws } from '../src/local-aws';

const ROLE = 'arn:aws:iam::000000000000:role/caller';
const TEMPLATE = {
  Resources: {
    Caller: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'caller',
        AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'sts:AssumeRole' }] },
        Policies: [{
          PolicyName: 'start',
          PolicyDocument: {
            Statement: [
              { Effect: 'Allow', Action: 'entityresolution:StartIdMappingJob', Resource: 'arn:aws:entityresolution:us-east-1:000000000000:idmappingworkflow/allowed' },
              { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*', Condition: { StringEquals: { 'iam:PassedToService': 'entityresolution.amazonaws.com' } } },
            ],
          },
        }],
      },
    },
  },
};

const account = { region: 'us-east-1', credentials: { accessKeyId: '000000000000', secretAccessKey: 'local' } };

let aws: LocalAws;
let session: { accessKeyId: string; secretAccessKey: string; sessionToken: string };

beforeAll(async () => {
  aws = await LocalAws.start({ enforceIam: true });
  const cloudFormation = new CloudFormationClient({ ...account, endpoint: aws.endpointUrl });
  await cloudFormation.send(new CreateStackCommand({ StackName: 'Caller', TemplateBody: JSON.stringify(TEMPLATE), Capabilities: ['CAPABILITY_NAMED_IAM'] }));
  await waitUntilStackCreateComplete({ client: cloudFormation, maxWaitTime: 30, minDelay: 1 }, { StackName: 'Caller' });
  const { Credentials: issued } = await new STSClient({ ...account, endpoint: aws.endpointUrl })
    .send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'test' }));
  session = { accessKeyId: issued!.AccessKeyId!, secretAccessKey: issued!.SecretAccessKey!, sessionToken: issued!.SessionToken! };
});

afterAll(async () => {
  await aws.stop();
});

async function decision(accessKeyId: string, action: string, resourceArn: string, context: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const response = await fetch(`${aws.endpointUrl}/_id-mapping-local/authorize`, {
    method: 'POST', body: JSON.stringify({ accessKeyId, action, resourceArn, context }),
  });
  return JSON.parse(await response.text());
}

const workflow = (name: string) => `arn:aws:entityresolution:us-east-1:000000000000:idmappingworkflow/${name}`;
const passed = { 'iam:PassedToService': 'entityresolution.amazonaws.com' };

test.each([
  ['what its role allows', 'entityresolution:StartIdMappingJob', workflow('allowed'), {}],
  ['what its role allows under a condition that holds', 'iam:PassRole', ROLE, passed],
])('a session may do %s', async (_, action, resourceArn, context) => {
  expect(await decision(session.accessKeyId, action, resourceArn, context)).toStrictEqual({ allowed: true });
});

test.each([
  ['an action on another resource', 'entityresolution:StartIdMappingJob', workflow('other'), {}],
  ['another action', 'entityresolution:DeleteIdMappingWorkflow', workflow('allowed'), {}],
  ['an action whose condition does not hold', 'iam:PassRole', ROLE, { 'iam:PassedToService': 'ec2.amazonaws.com' }],
])('a session may not do %s', async (_, action, resourceArn, context) => {
  expect(await decision(session.accessKeyId, action, resourceArn, context)).toStrictEqual({
    allowed: false, reason: `User: arn:aws:sts::000000000000:assumed-role/caller/test is not authorized to perform: ${action} on resource: ${resourceArn}`,
  });
});

test('the account itself may do everything', async () => {
  expect(await decision('000000000000', 'entityresolution:StartIdMappingJob', workflow('other'))).toStrictEqual({ allowed: true });
});

test('a key that nobody knows may do nothing', async () => {
  expect(await decision('ASIANOBODY', 'entityresolution:StartIdMappingJob', workflow('allowed'))).toStrictEqual({
    allowed: false, reason: 'The security token included in the request is invalid.',
  });
});

test('the Entity Resolution server refuses what is not allowed', async () => {
  const entityResolution = new EntityResolutionClient({ region: 'us-east-1', credentials: session, endpoint: aws.entityResolutionUrl });
  await expect(entityResolution.send(new ListSchemaMappingsCommand({}))).rejects.toThrow(expect.objectContaining({ name: 'AccessDeniedException' }));
  await expect(entityResolution.send(new StartIdMappingJobCommand({ workflowName: 'allowed' })))
    .rejects.toThrow(expect.objectContaining({ name: 'ResourceNotFoundException' }));
});
