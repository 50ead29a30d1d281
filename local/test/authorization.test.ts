import { CleanRoomsClient, GetCollaborationCommand } from '@aws-sdk/client-cleanrooms';
import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { EntityResolutionClient, ListSchemaMappingsCommand, StartIdMappingJobCommand } from '@aws-sdk/client-entityresolution';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { LocalAws } from '../src/local-aws';

const ROLE = 'arn:aws:iam::000000000000:role/callers/caller';
const assumableBy = (RoleName: string, principal: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName,
    AssumeRolePolicyDocument: {
      Statement: [{
        Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'sts:AssumeRole', Condition: { ArnEquals: { 'aws:PrincipalArn': principal } },
      }],
    },
  },
});

const TEMPLATE = {
  Resources: {
    OfCaller: assumableBy('of-caller', ROLE),
    OfOther: assumableBy('of-other', `${ROLE}-other`),
    Caller: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'caller',
        Path: '/callers/',
        AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'sts:AssumeRole' }] },
        Policies: [{
          PolicyName: 'start',
          PolicyDocument: {
            Statement: [
              { Effect: 'Allow', Action: 'entityresolution:StartIdMappingJob', Resource: 'arn:aws:entityresolution:us-east-1:000000000000:idmappingworkflow/allowed' },
              { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::000000000000:role/of-*' },
              { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*', Condition: { StringEquals: { 'iam:PassedToService': 'entityresolution.amazonaws.com' } } },
            ],
          },
        }],
      },
    },
  },
};

const account = { region: 'us-east-1', credentials: { accessKeyId: '000000000000', secretAccessKey: 'local' } };

/** A request as an SDK sends it. */
interface Signed {
  readonly path: string;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

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

test('a session is its role where a condition asks for the principal', async () => {
  const sts = new STSClient({ region: 'us-east-1', credentials: session, endpoint: aws.endpointUrl });
  const assume = (name: string) => sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::000000000000:role/${name}`, RoleSessionName: 'test' }));

  expect((await assume('of-caller')).AssumedRoleUser!.Arn).toBe('arn:aws:sts::000000000000:assumed-role/of-caller/test');
  await expect(assume('of-other')).rejects.toThrow(expect.objectContaining({ name: 'AccessDenied' }));
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

describe.each([
  ['Entity Resolution', async (credentials: Credentials, systemClockOffset = 0) =>
    new EntityResolutionClient({ region: 'us-east-1', credentials, endpoint: aws.entityResolutionUrl, maxAttempts: 1, systemClockOffset })
      .send(new StartIdMappingJobCommand({ workflowName: 'allowed', jobType: 'BATCH' }))],
  ['Clean Rooms', async (credentials: Credentials, systemClockOffset = 0) =>
    new CleanRoomsClient({ region: 'us-east-1', credentials, endpoint: aws.cleanRoomsUrl, maxAttempts: 1, systemClockOffset })
      .send(new GetCollaborationCommand({ collaborationIdentifier: '00000000-0000-0000-0000-000000000000' }))],
])('%s takes a request', (_, send) => {
  test('that is signed with the right secret and session token', async () => {
    await expect(send(session)).rejects.toMatchObject({ name: expect.stringMatching(/^(?:ResourceNotFound|AccessDenied)Exception$/) });
  });

  test.each([
    ['another secret', () => ({ ...session, secretAccessKey: 'x'.repeat(40) }), 'InvalidSignatureException'],
    ['no session token', () => ({ ...session, sessionToken: undefined }), 'UnrecognizedClientException'],
    ['another session token', () => ({ ...session, sessionToken: 'x' }), 'UnrecognizedClientException'],
    ['a key that nobody knows', () => ({ ...session, accessKeyId: 'ASIAXXXXXXXXXXXXXXXX' }), 'UnrecognizedClientException'],
  ])('with %s as little as STS does', async (__, credentials, name) => {
    await expect(send(credentials())).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 403 } });
    await expect(new STSClient({ region: 'us-east-1', credentials: credentials(), endpoint: aws.endpointUrl, maxAttempts: 1 })
      .send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  test('that was signed an hour ago as little', async () => {
    await expect(send(session, -3_600_000)).rejects.toMatchObject({ name: 'InvalidSignatureException', $metadata: { httpStatusCode: 403 } });
  });
});

test('a signature for another service, and a body that was changed after it was signed, are refused', async () => {
  const client = new EntityResolutionClient({ region: 'us-east-1', credentials: session, endpoint: aws.entityResolutionUrl, maxAttempts: 1 });
  const signed: Signed[] = [];
  client.middlewareStack.add(() => ({ request }) => {
    signed.push(request as Signed);
    throw new Error('it is sent below');
  }, { step: 'deserialize' });
  await client.send(new StartIdMappingJobCommand({ workflowName: 'allowed', jobType: 'BATCH' })).catch(() => undefined);
  const [{ path, headers, body: bytes }] = signed;
  const body = new TextDecoder().decode(bytes);
  const send = async (sent: string, authorization = headers.authorization) =>
    (await fetch(aws.entityResolutionUrl + path, { method: 'POST', body: sent, headers: { ...headers, authorization } })).headers.get('x-amzn-errortype');

  expect(await send(body)).toBe('ResourceNotFoundException');
  expect(await send(body.replace('BATCH', 'HCTAB'))).toBe('InvalidSignatureException');
  expect(await send(body, headers.authorization.replace('/entityresolution/', '/cleanrooms/'))).toBe('InvalidSignatureException');
});
