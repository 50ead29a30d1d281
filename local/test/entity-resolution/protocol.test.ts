import { CreateSchemaMappingCommand, ListSchemaMappingsCommand } from '@aws-sdk/client-entityresolution';
import { clientOf, errorOf, schema, startServer, TestServer } from './test-server';

let local: TestServer;

beforeAll(async () => {
  local = await startServer();
});

afterAll(async () => {
  await local.server.close();
});

const SIGNED = { authorization: 'AWS4-HMAC-SHA256 Credential=000000000000/20261122/us-east-1/entityresolution/aws4_request, SignedHeaders=host, Signature=0' };

async function raw(method: string, path: string, body?: string, headers: Record<string, string> = SIGNED): Promise<object> {
  const response = await fetch(local.server.url + path, { method, body, headers });
  return { status: response.status, type: response.headers.get('x-amzn-errortype'), ...await response.json() as object };
}

test('the server listens on 127.0.0.1 only', () => {
  expect(local.server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test('an answer has a request id, a JSON content type and times as epoch seconds', async () => {
  const response = await fetch(`${local.server.url}/schemas`, { method: 'POST', headers: SIGNED, body: JSON.stringify(schema({ schemaName: 'timed' })) });

  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  expect(await response.json()).toEqual({ ...schema({ schemaName: 'timed' }), schemaArn: 'arn:aws:entityresolution:us-east-1:000000000000:schemamapping/timed' });
  const { createdAt } = await (await fetch(`${local.server.url}/schemas/timed`, { headers: SIGNED })).json() as { createdAt: number };
  expect(Math.abs(createdAt - Date.now() / 1000)).toBeLessThan(60);
});

test('a member that the API does not know is ignored', async () => {
  expect(await raw('POST', '/schemas', JSON.stringify({ ...schema({ schemaName: 'extra' }), unknown: 1 }))).toMatchObject({ status: 200, schemaName: 'extra' });
});

test.each([
  ['an unsigned request', 'GET', '/schemas', undefined, {},
    { status: 403, type: 'MissingAuthenticationTokenException', message: 'the request is not signed with Signature Version 4' }],
  ['an unknown path', 'GET', '/nothing', undefined, SIGNED,
    { status: 404, type: 'UnknownOperationException', message: 'there is no operation GET /nothing' }],
  ['a body that is not JSON', 'POST', '/schemas', '{', SIGNED,
    { status: 400, type: 'SerializationException', message: 'the body is not a JSON object' }],
  ['a body that is not an object', 'POST', '/schemas', '[]', SIGNED,
    { status: 400, type: 'SerializationException', message: 'the body is not a JSON object' }],
  ['a path that is not UTF-8', 'GET', '/schemas/%ff', undefined, SIGNED,
    { status: 400, type: 'ValidationException', message: "the path segment '%ff' is not percent-encoded UTF-8" }],
  ['a value of another type', 'POST', '/schemas', JSON.stringify({ ...schema(), schemaName: 1 }), SIGNED,
    { status: 400, type: 'ValidationException', message: "1 validation error detected: Value at 'schemaName' failed to satisfy constraint: Member must be of type string" }],
  ['an unknown control request', 'GET', '/_control/nothing', undefined, SIGNED,
    { status: 404, type: 'UnknownOperationException', message: 'there is no GET /_control/nothing; there are PUT /_control/faults and GET /_control/calls' }],
])('%s is refused', async (_, method, path, body, headers, expected) => {
  expect(await raw(method, path, body, headers as Record<string, string>)).toEqual(expected);
});

test('an operation of the service that is not served is answered with 501 and what is', async () => {
  expect(await raw('POST', '/matchingworkflows/loyalty/generateMatches')).toEqual({
    status: 501,
    type: 'UnsupportedOperationException',
    message: expect.stringMatching(/^the local AWS Entity Resolution does not serve GenerateMatchId; it serves: CreateSchemaMapping, GetSchemaMapping, /),
  });
});

const FIELDS = schema().mappedInputFields!;

test.each([
  ['a missing member', { schemaName: undefined }, ["Value null at 'schemaName' failed to satisfy constraint: Member must not be null"]],
  ['a name that breaks the pattern', { schemaName: 'a b' },
    ["Value 'a b' at 'schemaName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z_0-9-]*"]],
  ['an empty name', { schemaName: '' }, ["Value '' at 'schemaName' failed to satisfy constraint: Member must have length greater than or equal to 1"]],
  ['a name of 256 characters', { schemaName: 'x'.repeat(256) },
    [`Value '${'x'.repeat(256)}' at 'schemaName' failed to satisfy constraint: Member must have length less than or equal to 255`]],
  ['one field', { mappedInputFields: FIELDS.slice(0, 1) },
    ["Value at 'mappedInputFields' failed to satisfy constraint: Member must have length greater than or equal to 2"]],
  ['61 fields', { mappedInputFields: [FIELDS[0], ...Array.from({ length: 60 }, () => FIELDS[1])] },
    ["Value at 'mappedInputFields' failed to satisfy constraint: Member must have length less than or equal to 60"]],
  ['an unknown type of the second field', { mappedInputFields: [FIELDS[0], { fieldName: 'x', type: 'OTHER' as never }] },
    [expect.stringMatching(/^Value 'OTHER' at 'mappedInputFields\.2\.member\.type' failed to satisfy constraint: Member must satisfy enum value set: \[NAME, .*, MAID\]$/)]],
  ['a tag key that is too long', { tags: { ['k'.repeat(129)]: 'v' } },
    [`Value '${'k'.repeat(129)}' at 'tags.${'k'.repeat(129)}.key' failed to satisfy constraint: Member must have length less than or equal to 128`]],
  ['two mistakes', { schemaName: 'a b', description: 'x'.repeat(256) }, [
    "Value 'a b' at 'schemaName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z_0-9-]*",
    `Value '${'x'.repeat(256)}' at 'description' failed to satisfy constraint: Member must have length less than or equal to 255`,
  ]],
])('a request with %s is refused with 400 ValidationException', async (_, overrides, violations) => {
  const answer = await raw('POST', '/schemas', JSON.stringify(schema(overrides))) as { message: string };

  expect(answer).toMatchObject({ status: 400, type: 'ValidationException' });
  const [, count, detected] = /^(\d) validation errors? detected: (.*)$/s.exec(answer.message)!;
  expect(Number(count)).toBe(violations.length);
  expect(detected.split('; ')).toEqual(violations);
});

test.each([0, 25])('maxResults %i is within the bounds of the model', async maxResults => {
  await expect(local.client.send(new ListSchemaMappingsCommand({ maxResults }))).resolves.toBeDefined();
});

test('maxResults 26 is refused', async () => {
  expect(await errorOf(local.client.send(new ListSchemaMappingsCommand({ maxResults: 26 })))).toEqual({
    name: 'ValidationException',
    status: 400,
    message: "1 validation error detected: Value '26' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 25",
  });
});

test('each account and each Region has resources of its own', async () => {
  const names = async (caller: { accessKeyId?: string; region?: string }) =>
    (await clientOf(local.server.url, caller).send(new ListSchemaMappingsCommand())).schemaList?.map(({ schemaArn }) => schemaArn);
  await clientOf(local.server.url, { accessKeyId: '111111111111' }).send(new CreateSchemaMappingCommand(schema()));
  await clientOf(local.server.url, { region: 'eu-west-1' }).send(new CreateSchemaMappingCommand(schema()));

  expect(await names({ accessKeyId: '111111111111' })).toEqual(['arn:aws:entityresolution:us-east-1:111111111111:schemamapping/people']);
  expect(await names({ region: 'eu-west-1' })).toEqual(['arn:aws:entityresolution:eu-west-1:000000000000:schemamapping/people']);
});

test('a caller whose account can not be found out is answered with 500, without the cause', async () => {
  const log = jest.spyOn(console, 'error').mockReturnValue();

  expect(await errorOf(clientOf(local.server.url, { accessKeyId: 'ASIAXXXXXXXXXXXXXXXX' }).send(new ListSchemaMappingsCommand()))).toEqual({
    name: 'InternalServerException', status: 500, message: 'internal failure of the local AWS Entity Resolution',
  });
  expect(log).toHaveBeenCalledTimes(1);
});
