import {
  CreateMatchingWorkflowCommand, CreateSchemaMappingCommand, DeleteSchemaMappingCommand, GetSchemaMappingCommand, ListSchemaMappingsCommand,
  paginateListSchemaMappings, UpdateSchemaMappingCommand,
} from '@aws-sdk/client-entityresolution';
import { ENTITY_RESOLUTION_ARN, errorOf, matchingWorkflow, schema, startServer, TestServer } from './test-server';

let local: TestServer;

beforeEach(async () => {
  local = await startServer();
});

afterEach(async () => {
  await local.server.close();
});

const OTHER_FIELDS = [{ fieldName: 'key', type: 'UNIQUE_ID' as const }, { fieldName: 'phone', type: 'PHONE' as const, matchKey: 'phone', hashed: true }];

test('a schema mapping is created, got, updated, listed and deleted', async () => {
  const { client } = local;
  const schemaArn = `${ENTITY_RESOLUTION_ARN}:schemamapping/people`;

  expect(await client.send(new CreateSchemaMappingCommand(schema({ description: 'all', tags: { team: 'crm' } }))))
    .toMatchObject({ ...schema(), schemaArn, description: 'all' });
  const got = await client.send(new GetSchemaMappingCommand({ schemaName: 'people' }));
  expect(got).toMatchObject({ ...schema(), schemaArn, description: 'all', tags: { team: 'crm' }, hasWorkflows: false });
  expect(got.createdAt).toEqual(got.updatedAt);

  await client.send(new UpdateSchemaMappingCommand({ schemaName: 'people', mappedInputFields: OTHER_FIELDS }));
  const updated = await client.send(new GetSchemaMappingCommand({ schemaName: 'people' }));
  expect(updated).toMatchObject({ mappedInputFields: OTHER_FIELDS, createdAt: got.createdAt, tags: { team: 'crm' } });
  expect(updated.description).toBeUndefined();

  const { schemaList } = await client.send(new ListSchemaMappingsCommand());
  expect(schemaList).toEqual([{ schemaName: 'people', schemaArn, createdAt: updated.createdAt, updatedAt: updated.updatedAt, hasWorkflows: false }]);

  expect(await client.send(new DeleteSchemaMappingCommand({ schemaName: 'people' }))).toMatchObject({ message: 'the schema mapping "people" is deleted' });
  expect((await client.send(new ListSchemaMappingsCommand())).schemaList).toEqual([]);
});

test.each([
  ['got', new GetSchemaMappingCommand({ schemaName: 'none' })],
  ['updated', new UpdateSchemaMappingCommand({ schemaName: 'none', mappedInputFields: OTHER_FIELDS })],
  ['deleted', new DeleteSchemaMappingCommand({ schemaName: 'none' })],
])('a schema mapping that does not exist can not be %s', async (_, command) => {
  expect(await errorOf(local.client.send(command as GetSchemaMappingCommand))).toEqual({
    name: 'ResourceNotFoundException', status: 404, message: 'there is no schema mapping "none" in this account and Region',
  });
});

test('a name that is taken is a 400 ConflictException', async () => {
  await local.client.send(new CreateSchemaMappingCommand(schema()));

  expect(await errorOf(local.client.send(new CreateSchemaMappingCommand(schema())))).toEqual({
    name: 'ConflictException', status: 400, message: 'the schema mapping "people" exists already',
  });
});

test.each([
  ['no', 0, [{ fieldName: 'a', type: 'STRING' as const }, { fieldName: 'b', type: 'STRING' as const }]],
  ['two', 2, [{ fieldName: 'a', type: 'UNIQUE_ID' as const }, { fieldName: 'b', type: 'UNIQUE_ID' as const }]],
])('a schema mapping with %s UNIQUE_ID is refused', async (_, count, mappedInputFields) => {
  const refusal = { name: 'ValidationException', status: 400, message: `a schema mapping has exactly one field of type UNIQUE_ID, not ${count}` };
  await local.client.send(new CreateSchemaMappingCommand(schema()));

  expect(await errorOf(local.client.send(new CreateSchemaMappingCommand(schema({ schemaName: 'other', mappedInputFields }))))).toEqual(refusal);
  expect(await errorOf(local.client.send(new UpdateSchemaMappingCommand(schema({ mappedInputFields }))))).toEqual(refusal);
});

test('a schema mapping that a workflow uses can be neither updated nor deleted', async () => {
  await local.client.send(new CreateSchemaMappingCommand(schema()));
  await local.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow()));
  const refusal = {
    name: 'ConflictException',
    status: 400,
    message: 'the schema mapping "people" is used by a workflow and can\'t be changed or deleted: make another schema mapping, or delete the workflow first',
  };

  expect(await errorOf(local.client.send(new UpdateSchemaMappingCommand(schema())))).toEqual(refusal);
  expect(await errorOf(local.client.send(new DeleteSchemaMappingCommand({ schemaName: 'people' })))).toEqual(refusal);
  expect(await local.client.send(new GetSchemaMappingCommand({ schemaName: 'people' }))).toMatchObject({ hasWorkflows: true });
});

test('the 51st schema mapping is a 402 ExceedsLimitException, and all fifty are listed in pages', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `schema-${String(index).padStart(2, '0')}`);
  await Promise.all(names.map((schemaName) => local.client.send(new CreateSchemaMappingCommand(schema({ schemaName })))));

  expect(await errorOf(local.client.send(new CreateSchemaMappingCommand(schema())))).toEqual({
    name: 'ExceedsLimitException', status: 402, message: 'the quota "Schema mappings" allows 50 per account and Region', quotaName: 'Schema mappings', quotaValue: 50,
  });
  const pages: string[][] = [];
  for await (const { schemaList } of paginateListSchemaMappings({ client: local.client, pageSize: 20 }, {})) {
    pages.push(schemaList!.map(({ schemaName }) => schemaName!));
  }
  expect(pages).toEqual([names.slice(0, 20), names.slice(20, 40), names.slice(40)]);
});

test('a list goes on behind its last item, whatever has come since', async () => {
  for (const schemaName of ['b', 'c', 'd']) {
    await local.client.send(new CreateSchemaMappingCommand(schema({ schemaName })));
  }
  const { nextToken } = await local.client.send(new ListSchemaMappingsCommand({ maxResults: 2 }));
  await local.client.send(new CreateSchemaMappingCommand(schema({ schemaName: 'a' })));

  const { schemaList } = await local.client.send(new ListSchemaMappingsCommand({ nextToken }));
  expect(schemaList?.map(({ schemaName }) => schemaName)).toEqual(['d']);
});

test('a nextToken from elsewhere is refused', async () => {
  expect(await errorOf(local.client.send(new ListSchemaMappingsCommand({ nextToken: 'abc' })))).toEqual({
    name: 'ValidationException', status: 400, message: 'the nextToken is not one of this list: start again without it',
  });
});
