import {
  CreateIdMappingWorkflowCommand, CreateIdNamespaceCommand, CreateMatchingWorkflowCommand, CreateSchemaMappingCommand,
} from '@aws-sdk/client-entityresolution';
import { ACCOUNT, idMappingWorkflow, idNamespace, matchingWorkflow, schema, startServer, tableArn, TestServer } from './test-server';

let local: TestServer;

beforeAll(async () => {
  local = await startServer();
  for (const schemaName of ['people', 'unused']) await local.client.send(new CreateSchemaMappingCommand(schema({ schemaName })));
  await local.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow()));
  await local.client.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow()));
  await local.client.send(new CreateIdNamespaceCommand(idNamespace()));
});

afterAll(async () => {
  await local.server.close();
});

/** Not with an SDK: it would drop the members that it does not know yet. */
async function send(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(local.server.url + path, {
    method,
    body: body && JSON.stringify(body),
    headers: {
      'content-type': 'application/json',
      'authorization': `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20261122/us-east-1/entityresolution/aws4_request, SignedHeaders=host, Signature=0`,
    },
  });
  const answer = await response.json() as Record<string, unknown>;
  expect([response.status, answer]).toEqual([200, expect.anything()]);
  return answer;
}

const OTHER_ROLE = `arn:aws:iam::${ACCOUNT}:role/other`;
const WORKFLOW_RULES = idMappingWorkflow().idMappingTechniques!.ruleBasedProperties!;
const MATCHING_RULES = matchingWorkflow().resolutionTechniques!;

const KINDS: Readonly<Record<string, { path: string; request: object }>> = {
  schemaMapping: { path: '/schemas/unused', request: schema({ schemaName: 'unused' }) },
  matchingWorkflow: { path: '/matchingworkflows/loyalty', request: matchingWorkflow() },
  idMappingWorkflow: { path: '/idmappingworkflows/crm-to-loyalty', request: idMappingWorkflow() },
  idNamespace: { path: '/idnamespaces/members', request: idNamespace() },
};

test.each([
  ['schemaMapping', { description: 'changed' }],
  ['schemaMapping', { mappedInputFields: [{ fieldName: 'key', type: 'UNIQUE_ID' }, { fieldName: 'phone', type: 'PHONE', matchKey: 'phone' }] }],
  ['matchingWorkflow', { description: 'changed' }],
  ['matchingWorkflow', { inputSourceConfig: [{ inputSourceARN: tableArn('other'), schemaName: 'people', applyNormalization: true }] }],
  ['matchingWorkflow', { outputSourceConfig: [{ outputS3Path: 's3://output/other', output: [{ name: 'email', hashed: true }] }] }],
  ['matchingWorkflow', { resolutionTechniques: { ...MATCHING_RULES, ruleBasedProperties: { ...MATCHING_RULES.ruleBasedProperties, attributeMatchingModel: 'ONE_TO_ONE' } } }],
  ['matchingWorkflow', { incrementalRunConfig: { incrementalRunType: 'IMMEDIATE' } }],
  ['matchingWorkflow', { roleArn: OTHER_ROLE }],
  ['idMappingWorkflow', { description: 'changed' }],
  ['idMappingWorkflow', { inputSourceConfig: [{ inputSourceARN: tableArn('shop'), schemaName: 'people', type: 'SOURCE' }, idMappingWorkflow().inputSourceConfig![1]] }],
  ['idMappingWorkflow', { outputSourceConfig: [{ outputS3Path: 's3://output/other' }] }],
  ['idMappingWorkflow', { idMappingTechniques: { idMappingType: 'RULE_BASED', ruleBasedProperties: { ...WORKFLOW_RULES, attributeMatchingModel: 'ONE_TO_ONE' } } }],
  ['idMappingWorkflow', { incrementalRunConfig: { incrementalRunType: 'ON_DEMAND' } }],
  ['idMappingWorkflow', { roleArn: OTHER_ROLE }],
  ['idNamespace', { description: 'changed' }],
  ['idNamespace', { inputSourceConfig: [] }],
  ['idNamespace', { idMappingWorkflowProperties: [{ idMappingType: 'RULE_BASED', ruleBasedProperties: { ruleDefinitionTypes: ['TARGET'] } }] }],
  ['idNamespace', { roleArn: OTHER_ROLE }],
])('an update of a %s changes what it says and nothing else: %j', async (kind, changes: object) => {
  const { path, request } = KINDS[kind];
  const before = await send('GET', path);
  const answer = await send('PUT', path, { ...request, ...changes });
  const after = await send('GET', path);

  expect(after).toEqual({ ...before, ...changes, updatedAt: after.updatedAt });
  expect(answer).toMatchObject(changes);
  expect(after).not.toEqual(before);
  await send('PUT', path, request);
  expect(await send('GET', path)).toEqual({ ...before, updatedAt: expect.any(Number) });
});
