import { CleanRoomsClient, ListMembershipsCommand } from '@aws-sdk/client-cleanrooms';
import {
  CloudFormationClient, CreateStackCommand, DeleteStackCommand, DescribeStackEventsCommand, DescribeStacksCommand, UpdateStackCommand,
  waitUntilStackCreateComplete, waitUntilStackDeleteComplete, waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import {
  DeleteSchemaMappingCommand, EntityResolutionClient, GetIdMappingWorkflowCommand, GetIdNamespaceCommand, GetMatchingWorkflowCommand,
  GetPolicyCommand, GetSchemaMappingCommand, ListIdNamespacesCommand, ListSchemaMappingsCommand,
} from '@aws-sdk/client-entityresolution';
import { LocalAws } from '../src/local-aws';
import { ControlClient } from '../src/rest-json/control-client';

const ROLE = 'arn:aws:iam::000000000000:role/entityresolution';
const TABLE = 'arn:aws:glue:us-east-1:000000000000:table/crm/people';

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}
type Resources = Readonly<Record<string, Resource>>;

let aws: LocalAws;
let cloudFormation: CloudFormationClient;
let entityResolution: EntityResolutionClient;

beforeAll(async () => {
  aws = await LocalAws.start();
  const client = { region: 'us-east-1', credentials: { accessKeyId: '000000000000', secretAccessKey: 'local' } };
  cloudFormation = new CloudFormationClient({ ...client, endpoint: aws.endpointUrl });
  entityResolution = new EntityResolutionClient({ ...client, endpoint: aws.entityResolutionUrl });
});

afterAll(async () => {
  await aws.stop();
});

const waiter = () => ({ client: cloudFormation, maxWaitTime: 30, minDelay: 1, maxDelay: 1 });

async function create(stack: string, resources: Resources, outputs: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const TemplateBody = JSON.stringify({
    Resources: resources, Outputs: Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }])),
  });
  await cloudFormation.send(new CreateStackCommand({ StackName: stack, TemplateBody }));
  await waitUntilStackCreateComplete(waiter(), { StackName: stack });
}

/** @returns the names of the operations that the update has called */
async function update(stack: string, resources: Resources): Promise<string[]> {
  const control = new ControlClient(aws.entityResolutionUrl);
  const before = (await control.calls()).length;
  await cloudFormation.send(new UpdateStackCommand({ StackName: stack, TemplateBody: JSON.stringify({ Resources: resources }) }));
  await waitUntilStackUpdateComplete(waiter(), { StackName: stack });
  return (await control.calls()).slice(before).map(({ operation }) => operation);
}

async function remove(stack: string): Promise<void> {
  await cloudFormation.send(new DeleteStackCommand({ StackName: stack }));
  await waitUntilStackDeleteComplete(waiter(), { StackName: stack });
}

/** Why the creation of a stack with this resource fails. */
async function refusal(stack: string, resource: Resource): Promise<string | undefined> {
  await expect(create(stack, { Refused: resource })).rejects.toThrow();
  const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName: stack }));
  return StackEvents.find((event) => event.ResourceStatus === 'CREATE_FAILED')?.ResourceStatusReason;
}

function schemaMapping(name: string, properties: object = {}): Resource {
  return {
    Type: 'AWS::EntityResolution::SchemaMapping',
    Properties: {
      SchemaName: name,
      MappedInputFields: [{ FieldName: 'id', Type: 'UNIQUE_ID' }, { FieldName: 'email', Type: 'EMAIL_ADDRESS', MatchKey: 'email' }],
      ...properties,
    },
  };
}

const matchingWorkflow = (name: string): Resource => ({
  Type: 'AWS::EntityResolution::MatchingWorkflow',
  Properties: {
    WorkflowName: name,
    RoleArn: ROLE,
    InputSourceConfig: [{ InputSourceARN: TABLE, SchemaArn: { 'Fn::GetAtt': ['Schema', 'SchemaArn'] }, ApplyNormalization: 'true' }],
    OutputSourceConfig: [{ OutputS3Path: 's3://results/loyalty', Output: [{ Name: 'id' }] }],
    ResolutionTechniques: {
      ResolutionType: 'RULE_MATCHING',
      RuleBasedProperties: { AttributeMatchingModel: 'ONE_TO_ONE', Rules: [{ RuleName: 'email', MatchingKeys: ['email'] }] },
    },
  },
});

const idMappingWorkflow = (name: string, ruleName: string): Resource => ({
  Type: 'AWS::EntityResolution::IdMappingWorkflow',
  Properties: {
    WorkflowName: name,
    RoleArn: ROLE,
    InputSourceConfig: [
      { InputSourceARN: TABLE, SchemaArn: { 'Fn::GetAtt': ['Schema', 'SchemaArn'] }, Type: 'SOURCE' },
      { InputSourceARN: { 'Fn::GetAtt': ['Matching', 'WorkflowArn'] }, Type: 'TARGET' },
    ],
    OutputSourceConfig: [{ OutputS3Path: 's3://results/mapping', KMSArn: 'arn:aws:kms:us-east-1:000000000000:key/k' }],
    IdMappingIncrementalRunConfig: { IncrementalRunType: 'ON_DEMAND' },
    IdMappingTechniques: {
      IdMappingType: 'RULE_BASED',
      RuleBasedProperties: {
        AttributeMatchingModel: 'ONE_TO_ONE',
        RecordMatchingModel: 'ONE_SOURCE_TO_ONE_TARGET',
        RuleDefinitionType: 'SOURCE',
        Rules: [{ RuleName: ruleName, MatchingKeys: ['email'] }],
      },
    },
  },
});

test('a stack makes, changes and removes the resources of the service', async () => {
  const resources = (ruleName: string) => ({
    Schema: schemaMapping('crm'), Matching: matchingWorkflow('loyalty'), Mapping: idMappingWorkflow('crm-to-loyalty', ruleName),
  });
  await create('All', resources('email'), {
    Ref: { Ref: 'Mapping' }, Arn: { 'Fn::GetAtt': ['Mapping', 'WorkflowArn'] }, HasWorkflows: { 'Fn::GetAtt': ['Schema', 'HasWorkflows'] },
  });

  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'All' }));
  expect(Object.fromEntries(Stacks?.[0].Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]) ?? [])).toStrictEqual({
    Ref: 'crm-to-loyalty',
    Arn: 'arn:aws:entityresolution:us-east-1:000000000000:idmappingworkflow/crm-to-loyalty',
    HasWorkflows: 'false',
  });
  expect(await entityResolution.send(new GetMatchingWorkflowCommand({ workflowName: 'loyalty' }))).toMatchObject({
    inputSourceConfig: [{ inputSourceARN: TABLE, schemaName: 'crm', applyNormalization: true }],
    outputSourceConfig: [{ outputS3Path: 's3://results/loyalty', output: [{ name: 'id' }] }],
  });
  const workflow = {
    roleArn: ROLE,
    inputSourceConfig: [
      { inputSourceARN: TABLE, schemaName: 'crm', type: 'SOURCE' },
      { inputSourceARN: 'arn:aws:entityresolution:us-east-1:000000000000:matchingworkflow/loyalty', type: 'TARGET' },
    ],
    outputSourceConfig: [{ outputS3Path: 's3://results/mapping', KMSArn: 'arn:aws:kms:us-east-1:000000000000:key/k' }],
    incrementalRunConfig: { incrementalRunType: 'ON_DEMAND' },
  };
  const get = new GetIdMappingWorkflowCommand({ workflowName: 'crm-to-loyalty' });
  expect(await entityResolution.send(get)).toMatchObject({
    ...workflow, idMappingTechniques: { ruleBasedProperties: { rules: [{ ruleName: 'email', matchingKeys: ['email'] }] } },
  });

  expect(await update('All', resources('address'))).toStrictEqual(['UpdateIdMappingWorkflow', 'GetIdMappingWorkflow']);
  expect(await entityResolution.send(get)).toMatchObject({
    ...workflow, idMappingTechniques: { ruleBasedProperties: { rules: [{ ruleName: 'address', matchingKeys: ['email'] }] } },
  });

  await remove('All');
  await expect(entityResolution.send(get)).rejects.toThrow(expect.objectContaining({ name: 'ResourceNotFoundException' }));
  expect((await entityResolution.send(new ListSchemaMappingsCommand({}))).schemaList).toStrictEqual([]);
});

test('tags that change are changed without touching the resource', async () => {
  const tags = (...keys: string[]) => ({ Schema: schemaMapping('tagged', { Tags: keys.map((Key) => ({ Key, Value: 'x' })) }) });
  await create('Tags', tags('kept', 'dropped'));
  expect(await update('Tags', tags('kept', 'added'))).toStrictEqual(['GetSchemaMapping', 'UntagResource', 'TagResource']);
  const schema = await entityResolution.send(new GetSchemaMappingCommand({ schemaName: 'tagged' }));
  expect(schema.tags).toStrictEqual({
    'kept': 'x',
    'added': 'x',
    'aws:cloudformation:stack-name': 'Tags',
    'aws:cloudformation:stack-id': expect.stringContaining(':stack/Tags/'),
    'aws:cloudformation:logical-id': 'Schema',
  });
});

test('a new name replaces the resource', async () => {
  await create('Name', { Schema: schemaMapping('before') });
  expect(await update('Name', { Schema: schemaMapping('after') })).toStrictEqual(['CreateSchemaMapping', 'GetSchemaMapping', 'DeleteSchemaMapping']);
});

test('a resource that is gone already is removed', async () => {
  await create('Gone', { Schema: schemaMapping('gone') });
  await entityResolution.send(new DeleteSchemaMappingCommand({ schemaName: 'gone' }));
  await remove('Gone');
});

test('primitive values are coerced to their types', async () => {
  await create('Coerced', {
    Schema: schemaMapping('coerced', {
      MappedInputFields: [{ FieldName: 'id', Type: 'UNIQUE_ID', Hashed: 'false' }, { FieldName: 1, Type: 'STRING', MatchKey: true, Hashed: 'true' }],
    }),
  });
  const schema = await entityResolution.send(new GetSchemaMappingCommand({ schemaName: 'coerced' }));
  expect(schema.mappedInputFields).toStrictEqual([
    { fieldName: 'id', type: 'UNIQUE_ID', hashed: false }, { fieldName: '1', type: 'STRING', matchKey: 'true', hashed: true },
  ]);
});

test.each([
  ['unknown property', schemaMapping('refused', { Colour: 'red' }),
    'Model validation failed (#: extraneous key [Colour] is not permitted, allowed: Description, MappedInputFields, SchemaName, Tags)'],
  ['name of the API in place of the template\'s', {
    Type: 'AWS::EntityResolution::IdMappingWorkflow',
    Properties: { WorkflowName: 'refused', InputSourceConfig: [{ InputSourceARN: TABLE, SchemaName: 'crm' }] },
  }, 'Model validation failed (#/InputSourceConfig/0: extraneous key [SchemaName] is not permitted, allowed: InputSourceARN, SchemaArn, Type)'],
  ['value of another type', schemaMapping('refused', { MappedInputFields: 'id' }),
    'Model validation failed (#/MappedInputFields: expected type: array, found: \'id\')'],
])('a resource with an %s is refused', async (name, resource, message) => {
  expect(await refusal(`Refused-${name.split(' ')[0]}`, resource)).toBe(message);
});

test('an error of the service is the reason of the failure', async () => {
  await create('First', { Schema: schemaMapping('taken') });
  expect(await refusal('Second', schemaMapping('taken'))).toMatch(
    /^Resource handler returned message: ".*taken.* \(Service: EntityResolution, Status Code: 400, Request ID: [\w-]+\)" \(HandlerErrorCode: ConflictException\)$/);
});

const idNamespace = (name: string, properties: object = {}): Resource => ({
  Type: 'AWS::EntityResolution::IdNamespace',
  Properties: {
    IdNamespaceName: name,
    Type: 'SOURCE',
    RoleArn: ROLE,
    InputSourceConfig: [{ InputSourceARN: TABLE, SchemaName: { Ref: 'Schema' } }],
    IdMappingWorkflowProperties: [{
      IdMappingType: 'RULE_BASED', RuleBasedProperties: { RuleDefinitionTypes: ['SOURCE'], Rules: [{ RuleName: 'email', MatchingKeys: ['email'] }] },
    }],
    ...properties,
  },
});

const policyStatement = (properties: object = {}): Resource => ({
  Type: 'AWS::EntityResolution::PolicyStatement',
  Properties: {
    Arn: { 'Fn::GetAtt': ['Namespace', 'IdNamespaceArn'] },
    StatementId: 'Use',
    Effect: 'Allow',
    Action: ['entityresolution:UseIdNamespace'],
    Principal: ['111111111111'],
    Condition: '{"StringEquals":{"aws:PrincipalAccount":"111111111111"}}',
    ...properties,
  },
});

test('a stack makes, changes and removes an ID namespace and a statement of its policy', async () => {
  const resources = (namespace: object, statement: object) => ({
    Schema: schemaMapping('shared'), Namespace: idNamespace('people', namespace), Statement: policyStatement(statement),
  });
  await create('Shared', resources({}, {}), { Name: { Ref: 'Namespace' }, Statement: { Ref: 'Statement' } });
  const arn = 'arn:aws:entityresolution:us-east-1:000000000000:idnamespace/people';

  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'Shared' }));
  expect(Object.fromEntries(Stacks![0].Outputs!.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]))).toStrictEqual({
    Name: 'people', Statement: `${arn}|Use`,
  });
  expect(await entityResolution.send(new GetIdNamespaceCommand({ idNamespaceName: 'people' }))).toMatchObject({
    type: 'SOURCE', roleArn: ROLE, inputSourceConfig: [{ inputSourceARN: TABLE, schemaName: 'shared' }],
  });

  expect(await update('Shared', resources({ Description: 'new' }, {}))).toStrictEqual(['UpdateIdNamespace', 'GetIdNamespace']);
  expect(await update('Shared', resources({ Description: 'new' }, { Effect: 'Deny' }))).toStrictEqual(['DeletePolicyStatement', 'AddPolicyStatement']);
  const { policy } = await entityResolution.send(new GetPolicyCommand({ arn }));
  expect(JSON.parse(policy!).Statement).toMatchObject([{ Sid: 'Use', Effect: 'Deny', Principal: { AWS: ['111111111111'] } }]);

  await remove('Shared');
  expect((await entityResolution.send(new ListIdNamespacesCommand({}))).idNamespaceSummaries).toStrictEqual([]);
});

/** Why an update fails. */
async function updateRefusal(stack: string, resources: Resources): Promise<string | undefined> {
  await expect(update(stack, resources)).rejects.toThrow();
  const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName: stack }));
  return StackEvents.find((event) => event.ResourceStatus === 'UPDATE_FAILED')?.ResourceStatusReason;
}

test('the type of an ID namespace can not be changed', async () => {
  const resources = (type: string) => ({ Schema: schemaMapping('typed'), Namespace: idNamespace('typed', { Type: type }) });
  await create('Typed', resources('SOURCE'));

  expect(await updateRefusal('Typed', resources('TARGET'))).toBe('Type of typed can\'t be changed from SOURCE to TARGET');
});

test('a matching workflow is asked for a new name when real-time matching changes', async () => {
  const { Type, Properties } = matchingWorkflow('real-time');
  const resources = (EnableRealTimeMatching: boolean) => ({
    Schema: schemaMapping('real-time'),
    Matching: { Type, Properties: { ...Properties, ResolutionTechniques: { ...Properties.ResolutionTechniques as object, EnableRealTimeMatching } } },
  });
  await create('RealTime', resources(true));

  expect(await updateRefusal('RealTime', resources(false))).toBe(
    'CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename real-time and update the stack again.');
});

test('a matching workflow keeps rule conditions, transitive matching and an integration with Customer Profiles', async () => {
  const { Type, Properties } = matchingWorkflow('conditions');
  const profiles = {
    DomainArn: 'arn:aws:profile:us-east-1:000000000000:domains/shop', ObjectTypeArn: 'arn:aws:profile:us-east-1:000000000000:domains/shop/object-types/person',
  };
  await create('Conditions', {
    Schema: schemaMapping('conditions'),
    Matching: {
      Type,
      Properties: {
        ...Properties,
        OutputSourceConfig: [{ Output: [{ Name: 'id' }], CustomerProfilesIntegrationConfig: profiles }],
        ResolutionTechniques: {
          ResolutionType: 'RULE_MATCHING',
          RuleConditionProperties: {
            Rules: [{ RuleName: 'email', Condition: 'Exact(email)' }], MatchingConfig: { EnableTransitiveMatching: 'true' },
          },
        },
      },
    },
  });

  expect(await entityResolution.send(new GetMatchingWorkflowCommand({ workflowName: 'conditions' }))).toMatchObject({
    outputSourceConfig: [{ customerProfilesIntegrationConfig: { domainArn: profiles.DomainArn, objectTypeArn: profiles.ObjectTypeArn } }],
    resolutionTechniques: {
      ruleConditionProperties: { rules: [{ ruleName: 'email', condition: 'Exact(email)' }], matchingConfig: { enableTransitiveMatching: true } },
    },
  });
});

test('a NormalizationVersion, which the API does not have, is accepted', async () => {
  const { Type, Properties } = idMappingWorkflow('versioned', 'email');
  const resources = (NormalizationVersion: string) => ({
    Schema: schemaMapping('versioned'),
    Matching: matchingWorkflow('versioned'),
    Mapping: { Type, Properties: { ...Properties, IdMappingTechniques: { ...Properties.IdMappingTechniques as object, NormalizationVersion } } },
  });
  await create('Versioned', resources('1.0'));

  expect(await update('Versioned', resources('2.0'))).toStrictEqual(['GetIdMappingWorkflow']);
});

test('what a membership pays for is changed in place', async () => {
  const cleanRooms = new CleanRoomsClient({
    endpoint: aws.cleanRoomsUrl, region: 'us-east-1', credentials: { accessKeyId: '000000000000', secretAccessKey: 'local' },
  });
  const resources = (IsResponsible: boolean): Resources => ({
    Collaboration: {
      Type: 'AWS::CleanRooms::Collaboration',
      Properties: {
        Name: 'campaign', Description: 'reach', CreatorDisplayName: 'A', QueryLogStatus: 'DISABLED', Members: [], CreatorMemberAbilities: ['CAN_QUERY'],
      },
    },
    Membership: {
      Type: 'AWS::CleanRooms::Membership',
      Properties: {
        CollaborationIdentifier: { Ref: 'Collaboration' },
        QueryLogStatus: 'DISABLED',
        PaymentConfiguration: { QueryCompute: { IsResponsible }, JobCompute: { IsResponsible: true } },
      },
    },
  });
  const payments = async () => {
    const { membershipSummaries } = await cleanRooms.send(new ListMembershipsCommand({}));
    return membershipSummaries!.map(({ id, paymentConfiguration }) => ({ id, paymentConfiguration }));
  };
  await create('Paying', resources(true));
  const [before] = await payments();
  await update('Paying', resources(false));

  const paymentConfiguration = { queryCompute: { isResponsible: false }, jobCompute: { isResponsible: true } };
  expect(await payments()).toEqual([{ ...before, paymentConfiguration }]);
});
