import {
  CreateIdMappingWorkflowCommand, CreateIdMappingWorkflowCommandInput, CreateIdNamespaceCommand, CreateMatchingWorkflowCommand,
  CreateSchemaMappingCommand, DeleteIdMappingWorkflowCommand, GetIdMappingWorkflowCommand, GetSchemaMappingCommand,
  IdMappingRuleBasedProperties, ListIdMappingWorkflowsCommand, NamespaceRuleBasedProperties, UpdateIdMappingWorkflowCommand,
  UpdateIdNamespaceCommand,
} from '@aws-sdk/client-entityresolution';
import {
  ENTITY_RESOLUTION_ARN, errorOf, idMappingWorkflow, idNamespace, matchingWorkflow, schema, startServer, tableArn, TestServer,
} from './test-server';

let local: TestServer;

beforeEach(async () => {
  local = await startServer();
  await local.client.send(new CreateSchemaMappingCommand(schema()));
  await local.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow()));
});

afterEach(async () => {
  await local.server.close();
});

test('an ID mapping workflow is created, got, updated, listed and deleted', async () => {
  const { client } = local;
  const workflowArn = `${ENTITY_RESOLUTION_ARN}:idmappingworkflow/crm-to-loyalty`;
  const incrementalRunConfig = { incrementalRunType: 'ON_DEMAND' as const };

  expect(await client.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow({ incrementalRunConfig, tags: { team: 'crm' } }))))
    .toMatchObject({ ...idMappingWorkflow(), incrementalRunConfig, workflowArn });
  const got = await client.send(new GetIdMappingWorkflowCommand({ workflowName: 'crm-to-loyalty' }));
  expect(got).toMatchObject({ ...idMappingWorkflow(), incrementalRunConfig, workflowArn, tags: { team: 'crm' } });
  expect(await client.send(new GetSchemaMappingCommand({ schemaName: 'people' }))).toMatchObject({ hasWorkflows: true });

  expect(await client.send(new UpdateIdMappingWorkflowCommand(idMappingWorkflow({ description: 'new' })))).toMatchObject({ workflowArn, description: 'new' });
  const updated = await client.send(new GetIdMappingWorkflowCommand({ workflowName: 'crm-to-loyalty' }));
  expect(updated).toMatchObject({ createdAt: got.createdAt, description: 'new', tags: { team: 'crm' } });
  expect(updated.incrementalRunConfig).toBeUndefined();

  const { workflowSummaries } = await client.send(new ListIdMappingWorkflowsCommand());
  expect(workflowSummaries).toEqual([{ workflowName: 'crm-to-loyalty', workflowArn, createdAt: updated.createdAt, updatedAt: updated.updatedAt }]);

  expect(await client.send(new DeleteIdMappingWorkflowCommand({ workflowName: 'crm-to-loyalty' })))
    .toMatchObject({ message: 'the ID mapping workflow "crm-to-loyalty" is deleted' });
  expect((await client.send(new ListIdMappingWorkflowsCommand())).workflowSummaries).toEqual([]);
});

test.each([
  ['got', new GetIdMappingWorkflowCommand({ workflowName: 'none' })],
  ['updated', new UpdateIdMappingWorkflowCommand(idMappingWorkflow({ workflowName: 'none' }))],
  ['deleted', new DeleteIdMappingWorkflowCommand({ workflowName: 'none' })],
])('an ID mapping workflow that does not exist can not be %s', async (_, command) => {
  expect(await errorOf(local.client.send(command as GetIdMappingWorkflowCommand))).toEqual({
    name: 'ResourceNotFoundException', status: 404, message: 'there is no ID mapping workflow "none" in this account and Region',
  });
});

test('a name that is taken is a 400 ConflictException', async () => {
  await local.client.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow()));

  expect(await errorOf(local.client.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow())))).toEqual({
    name: 'ConflictException', status: 400, message: 'the ID mapping workflow "crm-to-loyalty" exists already',
  });
});

test('the eleventh ID mapping workflow is a 402 ExceedsLimitException', async () => {
  for (let index = 0; index < 10; index++) {
    await local.client.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow({ workflowName: `w${index}` })));
  }

  expect(await errorOf(local.client.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow())))).toEqual({
    name: 'ExceedsLimitException',
    status: 402,
    message: 'the quota "ID mapping workflows" allows 10 per account and Region',
    quotaName: 'ID mapping workflows',
    quotaValue: 10,
  });
});

const [SOURCE, TARGET] = idMappingWorkflow().inputSourceConfig!;
const SIDES = 'a rule-based ID mapping workflow has 1 to 19 inputs of type SOURCE and exactly one of type TARGET; given: ';

function ruleBased(overrides: Partial<IdMappingRuleBasedProperties>): Partial<CreateIdMappingWorkflowCommandInput> {
  const techniques = idMappingWorkflow().idMappingTechniques!;
  return { idMappingTechniques: { ...techniques, ruleBasedProperties: { ...techniques.ruleBasedProperties!, ...overrides } } };
}

const otherMatchingWorkflow = (region: string) => `arn:aws:entityresolution:${region}:000000000000:matchingworkflow/none`;

test.each<[string, Partial<CreateIdMappingWorkflowCommandInput>, string]>([
  ['no target', { inputSourceConfig: [SOURCE, SOURCE] }, `${SIDES}SOURCE, SOURCE`],
  ['two targets', { inputSourceConfig: [SOURCE, TARGET, TARGET] }, `${SIDES}SOURCE, TARGET, TARGET`],
  ['no source', { inputSourceConfig: [TARGET] }, `${SIDES}TARGET`],
  ['an input without a type', { inputSourceConfig: [SOURCE, TARGET, { ...SOURCE, type: undefined }] }, `${SIDES}SOURCE, TARGET, no type`],
  ['a table without a schema mapping', { inputSourceConfig: [{ ...SOURCE, schemaName: undefined }, TARGET] },
    `the input source ${tableArn('crm')} is a Glue table: give the schemaName that it is read through`],
  ['a schema mapping that does not exist', { inputSourceConfig: [{ ...SOURCE, schemaName: 'none' }, TARGET] },
    `the schemaName "none" of the input source ${tableArn('crm')} is no schema mapping of this account and Region`],
  ['a matching workflow that does not exist', { inputSourceConfig: [SOURCE, { ...TARGET, inputSourceARN: otherMatchingWorkflow('us-east-1') }] },
    `the input source ${otherMatchingWorkflow('us-east-1')} is not a matching workflow of this account and Region`],
  ['a matching workflow of another Region', { inputSourceConfig: [SOURCE, { ...TARGET, inputSourceARN: otherMatchingWorkflow('eu-west-1') }] },
    `the input source ${otherMatchingWorkflow('eu-west-1')} is not a matching workflow of this account and Region`],
  ['an ID namespace that does not exist', { inputSourceConfig: [SOURCE, { ...TARGET, inputSourceARN: `${ENTITY_RESOLUTION_ARN}:idnamespace/none` }] },
    `the input source ${ENTITY_RESOLUTION_ARN}:idnamespace/none is not an ID namespace of this account and Region`],
  ['a match key that no field has', ruleBased({ rules: [{ ruleName: 'r', matchingKeys: ['phone'] }] }),
    'the rule "r" names the match key "phone", which no field of the schema mappings has; they have: email, name'],
  ['a rule without match keys', ruleBased({ rules: [{ ruleName: 'r', matchingKeys: [] }] }), 'the rule "r" has no match keys: give 1 to 15'],
  ['no rules, where the source is not a matching workflow', ruleBased({ rules: undefined, ruleDefinitionType: 'SOURCE' }),
    'the ID mapping has no rules: give rules, or name as the ruleDefinitionType the side that is a rule-based ' +
    'matching workflow or an ID namespace with rules'],
  ['no rule-based properties', { idMappingTechniques: { idMappingType: 'RULE_BASED' } }, 'an ID mapping of type RULE_BASED needs ruleBasedProperties'],
  ['no provider properties', { idMappingTechniques: { idMappingType: 'PROVIDER' } }, 'an ID mapping of type PROVIDER needs providerProperties'],
])('an ID mapping workflow with %s is a 400 ValidationException', async (_, overrides, message) => {
  const refusal = { name: 'ValidationException', status: 400, message };

  expect(await errorOf(local.client.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow(overrides))))).toEqual(refusal);
  await local.client.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow()));
  expect(await errorOf(local.client.send(new UpdateIdMappingWorkflowCommand(idMappingWorkflow(overrides))))).toEqual(refusal);
});

test('rules of the workflow itself are taken where the source is a table, or refused, on request', async () => {
  await local.control.planFaults({ rulesOverTables: 'REFUSED' });
  const create = () => local.client.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow()));
  expect(await errorOf(create())).toEqual({
    name: 'ValidationException',
    status: 400,
    message: `the ruleDefinitionType is SOURCE, but the source ${tableArn('crm')} is a Glue table: let the rules be those of the TARGET`,
  });

  await local.control.planFaults({ rulesOverTables: 'TAKEN' });
  expect((await create()).workflowName).toBe('crm-to-loyalty');
});

test('an ID mapping workflow of a provider is kept', async () => {
  const idMappingTechniques = {
    idMappingType: 'PROVIDER' as const,
    providerProperties: { providerServiceArn: 'arn:aws:entityresolution:us-east-1::providerservice/provider/service' },
  };
  await local.client.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow({ idMappingTechniques })));

  expect(await local.client.send(new GetIdMappingWorkflowCommand({ workflowName: 'crm-to-loyalty' }))).toMatchObject({ idMappingTechniques });
});

describe('with ID namespaces', () => {
  const namespaceArn = (name: string) => `${ENTITY_RESOLUTION_ARN}:idnamespace/${name}`;

  /** A workflow from the ID namespace `people` to the ID namespace `members`. */
  async function create(
    sourceLimits: NamespaceRuleBasedProperties,
    targetLimits: NamespaceRuleBasedProperties,
    overrides: Partial<CreateIdMappingWorkflowCommandInput> = {},
  ): Promise<void> {
    const limited = (ruleBasedProperties: NamespaceRuleBasedProperties) =>
      ({ idMappingWorkflowProperties: [{ idMappingType: 'RULE_BASED' as const, ruleBasedProperties }] });
    await local.client.send(new CreateIdNamespaceCommand(idNamespace(limited(targetLimits))));
    await local.client.send(new CreateIdNamespaceCommand(idNamespace({
      idNamespaceName: 'people',
      type: 'SOURCE',
      inputSourceConfig: [{ inputSourceARN: tableArn('crm'), schemaName: 'people' }],
      ...limited(sourceLimits),
    })));
    await local.client.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow({
      inputSourceConfig: [{ inputSourceARN: namespaceArn('people') }, { inputSourceARN: namespaceArn('members') }], ...overrides,
    })));
  }

  test.each<[string, NamespaceRuleBasedProperties, NamespaceRuleBasedProperties]>([
    ['no limits', {}, {}],
    ['empty limits', { ruleDefinitionTypes: [], recordMatchingModels: [] }, {}],
    ['limits that admit it', { ruleDefinitionTypes: ['SOURCE', 'TARGET'], attributeMatchingModel: 'MANY_TO_MANY' },
      { ruleDefinitionTypes: ['SOURCE'], recordMatchingModels: ['ONE_SOURCE_TO_ONE_TARGET', 'MANY_SOURCE_TO_ONE_TARGET'] }],
  ])('of %s a workflow is created, and takes its sides from them', async (_, sourceLimits, targetLimits) => {
    await create(sourceLimits, targetLimits);
  });

  test.each<[string, NamespaceRuleBasedProperties, NamespaceRuleBasedProperties, string]>([
    ['the ruleDefinitionType', {}, { ruleDefinitionTypes: ['TARGET'] },
      'the ID namespace NAMESPACE/members does not admit the ruleDefinitionType SOURCE; it admits: TARGET'],
    ['the attributeMatchingModel', { attributeMatchingModel: 'ONE_TO_ONE' }, {},
      'the ID namespace NAMESPACE/people does not admit the attributeMatchingModel MANY_TO_MANY; it admits: ONE_TO_ONE'],
    ['the recordMatchingModel', { recordMatchingModels: ['MANY_SOURCE_TO_ONE_TARGET'] }, { recordMatchingModels: ['ONE_SOURCE_TO_ONE_TARGET'] },
      'the ID namespace NAMESPACE/people does not admit the recordMatchingModel ONE_SOURCE_TO_ONE_TARGET; it admits: MANY_SOURCE_TO_ONE_TARGET'],
  ])('of which one does not admit %s a workflow is a 400 ValidationException', async (_, sourceLimits, targetLimits, message) => {
    expect(await errorOf(create(sourceLimits, targetLimits))).toEqual({
      name: 'ValidationException', status: 400, message: message.replace('NAMESPACE', `${ENTITY_RESOLUTION_ARN}:idnamespace`),
    });
  });

  test.each(['SOURCE', 'TARGET'] as const)('of which the %s declares no rule-based use a workflow is a 400 ValidationException', async (type) => {
    await create({}, {});
    const [name, inputSourceARN] = type === 'SOURCE' ? ['people', tableArn('crm')] : ['members', `${ENTITY_RESOLUTION_ARN}:matchingworkflow/loyalty`];
    const schemaName = type === 'SOURCE' ? 'people' : undefined;
    await local.client.send(new UpdateIdNamespaceCommand({ idNamespaceName: name, inputSourceConfig: [{ inputSourceARN, schemaName }] }));

    expect(await errorOf(local.client.send(new UpdateIdMappingWorkflowCommand(idMappingWorkflow({
      inputSourceConfig: [{ inputSourceARN: namespaceArn('people') }, { inputSourceARN: namespaceArn('members') }],
    }))))).toEqual({
      name: 'ValidationException',
      status: 400,
      message: `the ID namespace ${namespaceArn(name)} of type ${type} declares no ruleBasedProperties in its idMappingWorkflowProperties: `
        + "a rule-based ID mapping workflow can't use it",
    });
  });

  test('a workflow that names the other side for one is a 400 ValidationException', async () => {
    const inputSourceConfig = [{ inputSourceARN: namespaceArn('people'), type: 'TARGET' as const }, SOURCE];

    expect(await errorOf(create({}, {}, { inputSourceConfig }))).toEqual({
      name: 'ValidationException', status: 400, message: `the input source ${namespaceArn('people')} is an ID namespace of type SOURCE, not TARGET`,
    });
  });

  test('a workflow without rules takes those of the side that it names, and these have to exist', async () => {
    await create({}, { rules: [{ ruleName: 'by name', matchingKeys: ['name'] }] }, ruleBased({ rules: undefined, ruleDefinitionType: 'TARGET' }));

    expect(await errorOf(local.client.send(new UpdateIdMappingWorkflowCommand(idMappingWorkflow({
      inputSourceConfig: [{ inputSourceARN: namespaceArn('people') }, { inputSourceARN: namespaceArn('members') }],
      ...ruleBased({ rules: undefined, ruleDefinitionType: 'SOURCE' }),
    }))))).toMatchObject({ name: 'ValidationException', message: expect.stringMatching('^the ID mapping has no rules: ') });
  });
});
