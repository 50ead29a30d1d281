import {
  CreateIdNamespaceCommand, CreateIdNamespaceCommandInput, CreateMatchingWorkflowCommand, CreateSchemaMappingCommand, DeleteIdNamespaceCommand,
  DeleteSchemaMappingCommand, GetIdNamespaceCommand, ListIdNamespacesCommand, UpdateIdNamespaceCommand,
} from '@aws-sdk/client-entityresolution';
import { ENTITY_RESOLUTION_ARN, errorOf, idNamespace, matchingWorkflow, schema, startServer, tableArn, TestServer } from './test-server';

let local: TestServer;

beforeEach(async () => {
  local = await startServer();
  await local.client.send(new CreateSchemaMappingCommand(schema()));
  await local.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow()));
});

afterEach(async () => {
  await local.server.close();
});

const ARN = `${ENTITY_RESOLUTION_ARN}:idnamespace/members`;
const RULES = [{ ruleName: 'by name', matchingKeys: ['name'] }];

test('an ID namespace is created, got, updated, listed and deleted', async () => {
  const { client } = local;
  const idMappingWorkflowProperties = [{
    idMappingType: 'RULE_BASED' as const,
    ruleBasedProperties: {
      rules: RULES,
      ruleDefinitionTypes: ['TARGET' as const],
      attributeMatchingModel: 'MANY_TO_MANY' as const,
      recordMatchingModels: ['ONE_SOURCE_TO_ONE_TARGET' as const],
    },
  }];
  const members = idNamespace({ idMappingWorkflowProperties, description: 'old' });

  expect(await client.send(new CreateIdNamespaceCommand({ ...members, tags: { team: 'crm' } }))).toMatchObject({ ...members, idNamespaceArn: ARN });
  const got = await client.send(new GetIdNamespaceCommand({ idNamespaceName: 'members' }));
  expect(got).toMatchObject({ ...members, idNamespaceArn: ARN, tags: { team: 'crm' } });
  expect(await client.send(new GetIdNamespaceCommand({ idNamespaceName: ARN }))).toMatchObject({ ...members, idNamespaceArn: ARN });

  const { type, ...changeable } = idNamespace({ description: 'new', idMappingWorkflowProperties: undefined });
  expect(await client.send(new UpdateIdNamespaceCommand(changeable))).toMatchObject({ description: 'new', type });
  const { createdAt, updatedAt, ...updated } = await client.send(new GetIdNamespaceCommand({ idNamespaceName: 'members' }));
  expect({ createdAt, ...updated }).toMatchObject({ createdAt: got.createdAt, description: 'new', type: 'TARGET', tags: { team: 'crm' } });
  expect(updated.idMappingWorkflowProperties).toBeUndefined();

  const { idNamespaceSummaries } = await client.send(new ListIdNamespacesCommand());
  expect(idNamespaceSummaries).toEqual([{ idNamespaceName: 'members', idNamespaceArn: ARN, description: 'new', type: 'TARGET', createdAt, updatedAt }]);

  expect(await client.send(new DeleteIdNamespaceCommand({ idNamespaceName: 'members' }))).toMatchObject({ message: 'the ID namespace "members" is deleted' });
  expect((await client.send(new ListIdNamespacesCommand())).idNamespaceSummaries).toEqual([]);
});

test('an ID namespace may be without data', async () => {
  const members = { idNamespaceName: 'empty', type: 'TARGET' as const };
  await local.client.send(new CreateIdNamespaceCommand(members));

  expect(await local.client.send(new GetIdNamespaceCommand({ idNamespaceName: 'empty' }))).toMatchObject(members);
});

test.each([
  ['got', new GetIdNamespaceCommand({ idNamespaceName: 'none' })],
  ['updated', new UpdateIdNamespaceCommand({ idNamespaceName: 'none' })],
  ['deleted', new DeleteIdNamespaceCommand({ idNamespaceName: 'none' })],
])('an ID namespace that does not exist can not be %s', async (_, command) => {
  expect(await errorOf(local.client.send(command as GetIdNamespaceCommand))).toEqual({
    name: 'ResourceNotFoundException', status: 404, message: 'there is no ID namespace "none" in this account and Region',
  });
});

test('a name that is taken is a 400 ConflictException', async () => {
  await local.client.send(new CreateIdNamespaceCommand(idNamespace()));

  expect(await errorOf(local.client.send(new CreateIdNamespaceCommand(idNamespace())))).toEqual({
    name: 'ConflictException', status: 400, message: 'the ID namespace "members" exists already',
  });
});

test('the eleventh ID namespace is a 402 ExceedsLimitException', async () => {
  for (let index = 0; index < 10; index++) {
    await local.client.send(new CreateIdNamespaceCommand(idNamespace({ idNamespaceName: `n${index}` })));
  }

  expect(await errorOf(local.client.send(new CreateIdNamespaceCommand(idNamespace())))).toEqual({
    name: 'ExceedsLimitException',
    status: 402,
    message: 'the quota "ID namespaces" allows 10 per account and Region',
    quotaName: 'ID namespaces',
    quotaValue: 10,
  });
});

test.each<[string, Partial<CreateIdNamespaceCommandInput>, string]>([
  ['another ID namespace as input', { inputSourceConfig: [{ inputSourceARN: ARN }] },
    `the input source ${ARN} is an ID namespace: an ID namespace takes Glue tables and matching workflows`],
  ['a table without a schema mapping', { type: 'SOURCE', inputSourceConfig: [{ inputSourceARN: tableArn('crm') }] },
    `the input source ${tableArn('crm')} is a Glue table: give the schemaName that it is read through`],
  ['a matching workflow that does not exist', { inputSourceConfig: [{ inputSourceARN: `${ENTITY_RESOLUTION_ARN}:matchingworkflow/none` }] },
    `the input source ${ENTITY_RESOLUTION_ARN}:matchingworkflow/none is not a matching workflow of this account and Region`],
  ['a table behind a rule-based target', { inputSourceConfig: [{ inputSourceARN: tableArn('crm'), schemaName: 'people' }] },
    `the input source ${tableArn('crm')} is no matching workflow: those of a rule-based ID namespace of type TARGET have to be`],
  ['a match key that no field has',
    { idMappingWorkflowProperties: [{ idMappingType: 'RULE_BASED', ruleBasedProperties: { rules: [{ ruleName: 'r', matchingKeys: ['phone'] }] } }] },
    'the rule "r" names the match key "phone", which no field of the schema mappings has; they have: email, name'],
])('an ID namespace with %s is a 400 ValidationException', async (_, overrides, message) => {
  expect(await errorOf(local.client.send(new CreateIdNamespaceCommand(idNamespace(overrides))))).toEqual({ name: 'ValidationException', status: 400, message });
});

test('a schema mapping that an ID namespace uses can not be deleted', async () => {
  await local.client.send(new CreateSchemaMappingCommand(schema({ schemaName: 'crm' })));
  await local.client.send(new CreateIdNamespaceCommand(
    idNamespace({ type: 'SOURCE', inputSourceConfig: [{ inputSourceARN: tableArn('crm'), schemaName: 'crm' }] })));

  expect(await errorOf(local.client.send(new DeleteSchemaMappingCommand({ schemaName: 'crm' })))).toEqual({
    name: 'ConflictException',
    status: 400,
    message: 'the schema mapping "crm" is used by an ID namespace and can\'t be changed or deleted: make another schema mapping, or delete the ID namespace first',
  });
});
