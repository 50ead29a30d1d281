import {
  BatchDeleteUniqueIdCommand, CreateMatchingWorkflowCommand, CreateSchemaMappingCommand, ListSchemaMappingsCommand,
} from '@aws-sdk/client-entityresolution';
import { clientOf, errorOf, matchingWorkflow, schema, startServer, tableArn, TestServer } from './test-server';

let local: TestServer;

beforeAll(async () => {
  local = await startServer();
});

afterAll(async () => {
  await local.server.close();
});

const SIGNED = {
  'content-type': 'application/json',
  'authorization': 'AWS4-HMAC-SHA256 Credential=000000000000/20261122/us-east-1/entityresolution/aws4_request, SignedHeaders=host, Signature=0',
};

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
  expect(await response.json()).toEqual({
    ...schema({ schemaName: 'timed' }), description: '', schemaArn: 'arn:aws:entityresolution:us-east-1:000000000000:schemamapping/timed',
  });
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
    { status: 400, type: 'SerializationException', message: 'the member schemaName is no string' }],
  ['an unknown control request', 'GET', '/_control/nothing', undefined, SIGNED,
    {
      status: 404,
      type: 'UnknownOperationException',
      message: 'there is no GET /_control/nothing; there are PUT /_control/faults, GET /_control/calls, ' +
      'GET /_control/gates/{gate}, POST /_control/gates/{gate}/release',
    }],
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

describe('by the protocol', () => {
  const create = async (overrides: object) => raw('POST', '/schemas', JSON.stringify({ ...schema({ schemaName: 'typed' }), ...overrides }));
  const FIELD = { fieldName: 'x', type: 'STRING' };

  test.each([
    [{ schemaName: 1 }], [{ schemaName: true }], [{ schemaName: ['a'] }], [{ schemaName: {} }], [{ description: 1 }],
    [{ mappedInputFields: {} }], [{ mappedInputFields: 'x' }], [{ mappedInputFields: [FIELDS[0], null] }], [{ mappedInputFields: [FIELDS[0], 'x'] }],
    [{ mappedInputFields: [FIELDS[0], []] }],
    [{ mappedInputFields: [FIELDS[0], { ...FIELD, hashed: 'true' }] }], [{ mappedInputFields: [FIELDS[0], { ...FIELD, hashed: 1 }] }],
    [{ tags: [] }], [{ tags: 'a' }], [{ tags: { a: null } }], [{ tags: { a: 1 } }], [{ tags: { a: ['x'] } }],
  ])('a value of another type is no JSON of the operation: %j', async (overrides) => {
    expect(await create(overrides)).toMatchObject({ status: 400, type: 'SerializationException' });
  });

  test.each(['{"a":1', '{"schemaName":"a"} x', "{'schemaName':'a'}", 'null', '1', '"text"', '\ufeff{}'])('the body %j is refused', async (body) => {
    expect(await raw('POST', '/schemas', body)).toMatchObject({ status: 400, type: 'SerializationException' });
  });

  test('a member that is null is one that is not there', async () => {
    expect(await create({ description: null, unknown: null })).toMatchObject({ status: 200, description: '' });
    expect(await create({ mappedInputFields: null })).toMatchObject({ status: 400, type: 'ValidationException' });
  });

  test.each(['x', '1.5', '1e1', '0x1', '', ' 1', 'true'])('maxResults %j is no number', async (value) => {
    expect(await raw('GET', `/schemas?maxResults=${encodeURIComponent(value)}`)).toMatchObject({ status: 400, type: 'SerializationException' });
  });

  test.each([
    ['text/plain', 415], ['application/xml', 415], ['application/x-amz-json-1.1', 415], ['application/jsonp', 415], ['', 415],
    ['application/json', 200], ['Application/JSON; charset=utf-8', 200],
  ])('a body of the content type %j is answered with %i', async (contentType, status) => {
    const headers = { ...SIGNED, 'content-type': contentType };
    const body = JSON.stringify(schema({ schemaName: `type-${status}-${contentType.length}` }));
    const answer = await raw('POST', '/schemas', body, headers);
    expect(answer).toMatchObject(status === 200 ? { status } : { status, type: 'UnsupportedMediaTypeException' });
  });

  test.each([['text/html', 406], ['application/xml, text/*;q=0.9', 406], ['*/*', 200], ['application/*', 200], ['text/html, application/json;q=0.1', 200]])(
    'a client that accepts %s is answered with %i', async (accept, status) => {
      expect(await raw('GET', '/schemas', undefined, { ...SIGNED, accept })).toMatchObject({ status });
    });

  test('a request without a body needs no content type', async () => {
    expect(await raw('GET', '/schemas', undefined, { authorization: SIGNED.authorization })).toMatchObject({ status: 200 });
  });

  test.each([[255, 200], [256, 400]])('the length of a text is its number of characters, not of UTF-16 units: %i of two units are answered with %i', async (count, status) => {
    expect(await create({ schemaName: `smile-${count}`, description: '\u{1F600}'.repeat(count) })).toMatchObject({ status });
  });

  test.each([[10], [40_000]])('%i unique ids in a header are read', async (count) => {
    await local.client.send(new CreateSchemaMappingCommand(schema({ schemaName: `ids-${count}` })));
    await local.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow({
      workflowName: `ids-${count}`, inputSourceConfig: [{ inputSourceARN: tableArn('loyalty'), schemaName: `ids-${count}` }],
    })));
    const uniqueIds = Array.from({ length: count }, (_, index) => `record-${index}`);
    const { deleted } = await local.client.send(new BatchDeleteUniqueIdCommand({ workflowName: `ids-${count}`, uniqueIds }));
    expect(deleted).toHaveLength(count);
  });
});

test.each([0, 25])('maxResults %i is within the bounds of the model', async (maxResults) => {
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
