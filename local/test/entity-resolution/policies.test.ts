import {
  AddPolicyStatementCommand, AddPolicyStatementCommandInput, CreateIdNamespaceCommand, DeletePolicyStatementCommand, EntityResolutionClient,
  GetIdNamespaceCommand, GetPolicyCommand, PutPolicyCommand,
} from '@aws-sdk/client-entityresolution';
import { clientOf, ENTITY_RESOLUTION_ARN, errorOf, startServer, TestServer } from './test-server';

const ARN = `${ENTITY_RESOLUTION_ARN}:idnamespace/members`;
const OTHER_ACCOUNT = '111111111111';
const TOKEN = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let local: TestServer;
let client: EntityResolutionClient;
let other: EntityResolutionClient;

beforeEach(async () => {
  local = await startServer();
  client = local.client;
  other = clientOf(local.server.url, { accessKeyId: OTHER_ACCOUNT });
  await client.send(new CreateIdNamespaceCommand({ idNamespaceName: 'members', type: 'TARGET' }));
});

afterEach(async () => {
  await local.server.close();
});

function add(overrides: Partial<AddPolicyStatementCommandInput> = {}) {
  return client.send(new AddPolicyStatementCommand({
    arn: ARN, statementId: 'Get', effect: 'Allow', action: ['entityresolution:GetIdNamespace'], principal: [OTHER_ACCOUNT], ...overrides,
  }));
}

function put(statement: object, token?: string) {
  return client.send(new PutPolicyCommand({ arn: ARN, token, policy: JSON.stringify({ Version: '2012-10-17', Statement: statement }) }));
}

/** What another account gets when it asks for the ID namespace. */
async function access(): Promise<string | undefined> {
  return other.send(new GetIdNamespaceCommand({ idNamespaceName: ARN })).then(({ idNamespaceName }) => idNamespaceName, (error: Error) => error.name);
}

const statement = (overrides: object = {}) => ({
  Effect: 'Allow', Principal: { AWS: OTHER_ACCOUNT }, Action: 'entityresolution:GetIdNamespace', Resource: ARN, ...overrides,
});

test('statements are added, got and deleted, and each change has a token of its own', async () => {
  const first = await add();
  const second = await add({ statementId: 'Service', principal: ['cleanrooms.amazonaws.com'], condition: '{"StringEquals":{"aws:SourceAccount":"1"}}' });
  expect(first.token).toMatch(TOKEN);
  expect(second.token).not.toBe(first.token);

  const got = await client.send(new GetPolicyCommand({ arn: ARN }));
  expect(got).toMatchObject({ arn: ARN, token: second.token, policy: second.policy });
  expect(JSON.parse(got.policy!)).toEqual({
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Get', Effect: 'Allow', Principal: { AWS: [OTHER_ACCOUNT] }, Action: ['entityresolution:GetIdNamespace'], Resource: ARN },
      {
        Sid: 'Service',
        Effect: 'Allow',
        Principal: { Service: ['cleanrooms.amazonaws.com'] },
        Action: ['entityresolution:GetIdNamespace'],
        Resource: ARN,
        Condition: { StringEquals: { 'aws:SourceAccount': '1' } },
      },
    ],
  });

  const { policy } = await client.send(new DeletePolicyStatementCommand({ arn: ARN, statementId: 'Service' }));
  expect(policy).toBe(first.policy);
  await client.send(new DeletePolicyStatementCommand({ arn: ARN, statementId: 'Get' }));
  expect(await errorOf(client.send(new GetPolicyCommand({ arn: ARN })))).toEqual({
    name: 'ResourceNotFoundException', status: 404, message: `${ARN} has no policy`,
  });
});

test('a whole policy is put, with the token of the current one or with none', async () => {
  const { token } = await put(statement());
  const next = await put([statement({ Sid: 'Get' })], token);

  expect(next.token).toMatch(TOKEN);
  expect((await client.send(new GetPolicyCommand({ arn: ARN }))).policy).toBe(next.policy);
  expect(await errorOf(put(statement(), token))).toEqual({
    name: 'ConflictException', status: 400, message: `the token ${token} is not the one of the current policy of ${ARN}: get the policy, then put again`,
  });
  await put(statement());
});

test('a statementId that is taken is a 400 ConflictException', async () => {
  await add();

  expect(await errorOf(add())).toEqual({
    name: 'ConflictException',
    status: 400,
    message: `the policy of ${ARN} has a statement "Get" already: delete it first, or give another statementId`,
  });
});

test('a statement that does not exist can not be deleted', async () => {
  expect(await errorOf(client.send(new DeletePolicyStatementCommand({ arn: ARN, statementId: 'None' })))).toEqual({
    name: 'ResourceNotFoundException', status: 404, message: `the policy of ${ARN} has no statement "None"`,
  });
});

test('the policy of another account\'s resource is a 404 ResourceNotFoundException', async () => {
  expect(await errorOf(other.send(new GetPolicyCommand({ arn: ARN })))).toEqual({
    name: 'ResourceNotFoundException', status: 404, message: `there is no resource ${ARN} in this account and Region`,
  });
});

const OF_A_STATEMENT = (overrides: object) => JSON.stringify({ Statement: { Effect: 'Allow', Principal: '*', Action: '*', ...overrides } });

/** What a policy can be that is none. */
const NO_POLICIES: [string, string, string][] = [
  ['no JSON', 'no', 'is not JSON'],
  ...['null', '1', '"text"', 'true', '[]', '{}', '[{}]', '{"Statement":null}', '{"Statement":1}', '{"Statement":"Allow"}', '{"Statement":[null]}', '{"Statement":[[]]}',
    '{"Statement":{}}', '{"Version":1,"Statement":[]}'].map((text): [string, string, string] => [text, text, 'none that the local AWS can apply']),
  ...[
    { Effect: 'allow' }, { Effect: undefined }, { Effect: ['Allow'] },
    { Principal: undefined }, { Principal: null }, { Principal: 1 }, { Principal: [] }, { Principal: 'everybody' }, { Principal: { AWS: null } },
    { Principal: { AWS: [1] } }, { Principal: { AWS: [] } }, { Principal: { Somebody: '*' } },
    { Action: undefined }, { Action: 1 }, { Action: [] }, { Action: [null] }, { Action: {} }, { NotAction: '*' }, { NotPrincipal: '*' }, { Resource: 1 }, { Sid: 1 },
    { Condition: [] }, { Condition: 'x' }, { Condition: { StringEquals: null } }, { Condition: { StringEquals: 'x' } },
    { Condition: { StringEquals: { key: null } } }, { Condition: { StringEquals: { key: {} } } }, { Condition: { IpAddress: {} } },
  ].map((overrides): [string, string, string] => [JSON.stringify(overrides), OF_A_STATEMENT(overrides), 'none that the local AWS can apply']),
];

test.each(NO_POLICIES)('the policy %s is a 400 ValidationException, and nobody is met with an error of the local AWS afterwards', async (_, policy, message) => {
  expect(await errorOf(client.send(new PutPolicyCommand({ arn: ARN, policy })))).toEqual({
    name: 'ValidationException', status: 400, message: expect.stringContaining(`the policy is ${message}`.replace('is is', 'is')),
  });
  expect(await access()).toBe('AccessDeniedException');
});

test.each(['no', 'null', '[]', '1', '{"StringEquals":1}', '{"StringEquals":{"a":null}}', '{"IpAddress":{}}'])(
  'the condition %s is a 400 ValidationException', async (condition) => {
    expect(await errorOf(add({ condition }))).toEqual({ name: 'ValidationException', status: 400, message: expect.stringContaining('the condition is') });
    expect(await access()).toBe('AccessDeniedException');
  });

test.each<[string, object]>([
  ['account', statement()],
  ['account\'s root', statement({ Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` } })],
  ['everybody', statement({ Principal: '*' })],
  ['actions by a pattern', statement({ Action: ['entityresolution:Get*'] })],
  ['actions in any case', statement({ Action: 'EntityResolution:getidnamespace' })],
  ['resource', statement({ Resource: `${ARN}` })],
  ['account by a condition key in any case', statement({ Principal: '*', Condition: { StringEquals: { 'AWS:principalaccount': OTHER_ACCOUNT } } })],
  ['account by a condition', statement({ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalAccount': ['222222222222', OTHER_ACCOUNT] } } })],
])('a policy that allows the %s lets another account in', async (_, allowing) => {
  expect(await access()).toBe('AccessDeniedException');
  await put(allowing);
  expect(await access()).toBe('members');
});

test.each<[string, object[]]>([
  ['allows another account', [statement({ Principal: { AWS: '222222222222' } })]],
  ['allows another resource', [statement({ Resource: `${ARN}s` })]],
  ['allows another action', [statement({ Action: 'entityresolution:UseIdNamespace' })]],
  ['allows under a condition that does not hold', [statement({ Condition: { StringEquals: { 'aws:PrincipalAccount': '222222222222' } } })]],
  ['allows under a condition on a key that is not known', [statement({ Condition: { StringLike: { 'aws:SourceVpc': '*' } } })]],
  ['denies too', [statement(), statement({ Effect: 'Deny' })]],
])('a policy that %s lets nobody in', async (_, statements) => {
  await put(statements);
  expect(await access()).toBe('AccessDeniedException');
});

test('an ID namespace of another account that does not exist is met like one that is not shared', async () => {
  const arn = ARN.replace('members', 'none');

  expect(await errorOf(other.send(new GetIdNamespaceCommand({ idNamespaceName: arn })))).toEqual({
    name: 'AccessDeniedException',
    status: 403,
    message: `the account ${OTHER_ACCOUNT} is not authorized to perform: entityresolution:GetIdNamespace on resource: ${arn}, ` +
      'because no resource-based policy allows it: the account 000000000000 has to add a statement that does',
  });
});

test('a policy that grows too large is refused, and can still be read', async () => {
  const condition = JSON.stringify({ StringEquals: { 'aws:PrincipalAccount': Array.from({ length: 2_000 }, () => OTHER_ACCOUNT) } });
  await add({ statementId: 'First', condition });

  expect(await errorOf(add({ statementId: 'Second', condition }))).toEqual({
    name: 'ValidationException', status: 400, message: expect.stringMatching(/^the policy of .* would have \d+ characters: it may have 40960; delete statements first$/),
  });
  expect((await client.send(new GetPolicyCommand({ arn: ARN }))).policy).toContain('First');
});
