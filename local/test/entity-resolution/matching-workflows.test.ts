import {
  CreateMatchingWorkflowCommand, CreateMatchingWorkflowCommandInput, CreateSchemaMappingCommand, DeleteMatchingWorkflowCommand,
  GetMatchingWorkflowCommand, ListMatchingWorkflowsCommand, UpdateMatchingWorkflowCommand,
} from '@aws-sdk/client-entityresolution';
import { ENTITY_RESOLUTION_ARN, errorOf, matchingWorkflow, schema, startServer, tableArn, TestServer } from './test-server';

let local: TestServer;

beforeEach(async () => {
  local = await startServer();
  await local.client.send(new CreateSchemaMappingCommand(schema()));
});

afterEach(async () => {
  await local.server.close();
});

test('a matching workflow is created, got, updated, listed and deleted', async () => {
  const { client } = local;
  const workflowArn = `${ENTITY_RESOLUTION_ARN}:matchingworkflow/loyalty`;

  expect(await client.send(new CreateMatchingWorkflowCommand(matchingWorkflow({ tags: { team: 'crm' } })))).toMatchObject({ ...matchingWorkflow(), workflowArn });
  const got = await client.send(new GetMatchingWorkflowCommand({ workflowName: 'loyalty' }));
  expect(got).toMatchObject({ ...matchingWorkflow(), workflowArn, tags: { team: 'crm' } });

  await client.send(new UpdateMatchingWorkflowCommand(matchingWorkflow({ description: 'new' })));
  const { createdAt, updatedAt, description } = await client.send(new GetMatchingWorkflowCommand({ workflowName: 'loyalty' }));
  expect({ createdAt, description }).toEqual({ createdAt: got.createdAt, description: 'new' });

  const { workflowSummaries } = await client.send(new ListMatchingWorkflowsCommand());
  expect(workflowSummaries).toEqual([{ workflowName: 'loyalty', workflowArn, createdAt, updatedAt, resolutionType: 'RULE_MATCHING' }]);

  expect(await client.send(new DeleteMatchingWorkflowCommand({ workflowName: 'loyalty' }))).toMatchObject({ message: 'the matching workflow "loyalty" is deleted' });
  expect((await client.send(new ListMatchingWorkflowsCommand())).workflowSummaries).toEqual([]);
});

test.each([
  ['got', new GetMatchingWorkflowCommand({ workflowName: 'none' })],
  ['updated', new UpdateMatchingWorkflowCommand(matchingWorkflow({ workflowName: 'none' }))],
  ['deleted', new DeleteMatchingWorkflowCommand({ workflowName: 'none' })],
])('a matching workflow that does not exist can not be %s', async (_, command) => {
  expect(await errorOf(local.client.send(command as GetMatchingWorkflowCommand))).toEqual({
    name: 'ResourceNotFoundException', status: 404, message: 'there is no matching workflow "none" in this account and Region',
  });
});

test('a name that is taken is a 400 ConflictException', async () => {
  await local.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow()));

  expect(await errorOf(local.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow())))).toEqual({
    name: 'ConflictException', status: 400, message: 'the matching workflow "loyalty" exists already',
  });
});

test('the eleventh matching workflow is a 402 ExceedsLimitException', async () => {
  for (let index = 0; index < 10; index++) {
    await local.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow({ workflowName: `w${index}` })));
  }

  expect(await errorOf(local.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow())))).toEqual({
    name: 'ExceedsLimitException',
    status: 402,
    message: 'the quota "Matching workflows" allows 10 per account and Region',
    quotaName: 'Matching workflows',
    quotaValue: 10,
  });
});

test('a schema mapping that does not exist is a 400 ValidationException', async () => {
  const inputSourceConfig = [{ inputSourceARN: tableArn('loyalty'), schemaName: 'none' }];

  expect(await errorOf(local.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow({ inputSourceConfig }))))).toEqual({
    name: 'ValidationException',
    status: 400,
    message: `the schemaName "none" of the input source ${tableArn('loyalty')} is no schema mapping of this account and Region`,
  });
});

test('a rule with a match key that no field has is a 400 ValidationException', async () => {
  const resolutionTechniques = {
    resolutionType: 'RULE_MATCHING' as const,
    ruleBasedProperties: { rules: [{ ruleName: 'r', matchingKeys: ['name', 'phone'] }], attributeMatchingModel: 'ONE_TO_ONE' as const },
  };

  expect(await errorOf(local.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow({ resolutionTechniques }))))).toEqual({
    name: 'ValidationException',
    status: 400,
    message: 'the rule "r" names the match key "phone", which no field of the schema mappings has; they have: email, name',
  });
});

const RULE_CONDITIONS = { rules: [{ ruleName: 'r', condition: 'Exact(email)' }] };
const PROVIDER = { providerServiceArn: 'arn:aws:entityresolution:us-east-1::providerservice/provider/service' };

test.each<CreateMatchingWorkflowCommandInput['resolutionTechniques']>([
  { resolutionType: 'RULE_MATCHING', ruleConditionProperties: RULE_CONDITIONS },
  { resolutionType: 'ML_MATCHING' },
  { resolutionType: 'PROVIDER', providerProperties: PROVIDER },
])('the resolution techniques %j are kept', async (resolutionTechniques) => {
  await local.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow({ resolutionTechniques })));

  expect((await local.client.send(new GetMatchingWorkflowCommand({ workflowName: 'loyalty' }))).resolutionTechniques).toEqual(resolutionTechniques);
});

const RULE_BASED = matchingWorkflow().resolutionTechniques!.ruleBasedProperties;
const EITHER = 'a matching workflow of the resolutionType RULE_MATCHING needs either ruleBasedProperties or ruleConditionProperties';

test.each<[CreateMatchingWorkflowCommandInput['resolutionTechniques'], string]>([
  [{ resolutionType: 'RULE_MATCHING' }, EITHER],
  [{ resolutionType: 'RULE_MATCHING', ruleBasedProperties: RULE_BASED, ruleConditionProperties: RULE_CONDITIONS }, EITHER],
  [{ resolutionType: 'PROVIDER' }, 'a matching workflow of the resolutionType PROVIDER needs providerProperties'],
])('the resolution techniques %j are a 400 ValidationException', async (resolutionTechniques, message) => {
  expect(await errorOf(local.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow({ resolutionTechniques }))))).toEqual({
    name: 'ValidationException', status: 400, message,
  });
});
