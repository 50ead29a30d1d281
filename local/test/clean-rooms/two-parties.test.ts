import {
  GetIdMappingTableCommand, GetSchemaCommand, ListCollaborationsCommand, ListIdMappingTablesCommand, PopulateIdMappingTableCommand,
} from '@aws-sdk/client-cleanrooms';
import {
  CreateMatchingWorkflowCommand, CreateMatchingWorkflowCommandInput, JobType, UpdateIdMappingWorkflowCommand, UpdateMatchingWorkflowCommand,
} from '@aws-sdk/client-entityresolution';
import { ADVERTISER, createWorkflow, Party, partyOf, PUBLISHER, workflow, WORKFLOW_ARN } from './test-collaboration';
import { ControlClient, IdMappingTableRow } from '../../src/rest-json/control-client';
import { TestAws } from '../entity-resolution/test-aws';
import { endedJob, matchingWorkflow, schema as people } from '../entity-resolution/test-server';

let advertiserAws: TestAws;
let publisherAws: TestAws;
let advertiser: Party;
let publisher: Party;
let control: ControlClient;
let collaborationIdentifier: string;
let membershipIdentifier: string;

beforeAll(async () => {
  advertiserAws = await TestAws.start();
  publisherAws = await advertiserAws.otherAccount(PUBLISHER);
  const { cleanRoomsUrl, entityResolutionUrl } = advertiserAws.local;
  advertiser = partyOf(ADVERTISER, { cleanRooms: cleanRoomsUrl, entityResolution: entityResolutionUrl });
  publisher = partyOf(PUBLISHER, { cleanRooms: cleanRoomsUrl, entityResolution: entityResolutionUrl });
  control = new ControlClient(cleanRoomsUrl);
  await advertiserAws.createTable('crm');
  await advertiserAws.putObject('crm/1.csv', 'id,email,name\nc1,ANN@example.com,\nc2,bob@example.com,\n');
  await publisherAws.createTable('members');
  await publisherAws.putObject('members/1.csv', 'id,email,name\nm1,ann@example.com,\nm2,cy@example.com,\n');
  await publisher.entityResolution.send(new CreateMatchingWorkflowCommand(members('members', 'people')));
});

/** The publisher's matching workflow over a table of its own. */
function members(table: string, schemaName: string): CreateMatchingWorkflowCommandInput {
  return matchingWorkflow({
    workflowName: 'members',
    roleArn: `arn:aws:iam::${PUBLISHER}:role/entityresolution-members`,
    inputSourceConfig: [{ inputSourceARN: `arn:aws:glue:us-east-1:${PUBLISHER}:table/crm/${table}`, schemaName }],
    outputSourceConfig: [{ outputS3Path: `s3://data-${PUBLISHER}/out/`, output: [{ name: 'id' }] }],
  });
}

afterAll(async () => {
  await advertiserAws.stop();
});

/** A membership, an ID namespace over the Glue table or, if it is a target, the matching workflow of the same name, its association. */
function memberResources(account: string, name: string, type: 'SOURCE' | 'TARGET', collaboration: unknown): Record<string, unknown> {
  const input = type === 'SOURCE'
    ? { InputSourceARN: `arn:aws:glue:us-east-1:${account}:table/crm/${name}`, SchemaName: 'people' }
    : { InputSourceARN: `arn:aws:entityresolution:us-east-1:${account}:matchingworkflow/${name}` };
  return {
    Membership: { Type: 'AWS::CleanRooms::Membership', Properties: { CollaborationIdentifier: collaboration, QueryLogStatus: 'DISABLED' } },
    Namespace: {
      Type: 'AWS::EntityResolution::IdNamespace',
      Properties: {
        IdNamespaceName: name,
        Type: type,
        RoleArn: `arn:aws:iam::${account}:role/entityresolution-${name}`,
        InputSourceConfig: [input],
        IdMappingWorkflowProperties: [{
          IdMappingType: 'RULE_BASED',
          RuleBasedProperties: {
            RuleDefinitionTypes: ['SOURCE'], AttributeMatchingModel: 'MANY_TO_MANY', RecordMatchingModels: ['ONE_SOURCE_TO_ONE_TARGET'],
          },
        }],
      },
    },
    Association: {
      Type: 'AWS::CleanRooms::IdNamespaceAssociation',
      Properties: {
        MembershipIdentifier: { 'Fn::GetAtt': ['Membership', 'MembershipIdentifier'] },
        Name: name,
        InputReferenceConfig: { InputReferenceArn: { 'Fn::GetAtt': ['Namespace', 'IdNamespaceArn'] }, ManageResourcePolicies: true },
        Tags: [{ Key: 'team', Value: 'data' }],
      },
    },
    Use: {
      Type: 'AWS::EntityResolution::PolicyStatement',
      Properties: {
        Arn: { 'Fn::GetAtt': ['Namespace', 'IdNamespaceArn'] },
        StatementId: 'Use',
        Effect: 'Allow',
        Action: ['entityresolution:GetIdNamespace', 'entityresolution:UseIdNamespace'],
        Principal: [account === PUBLISHER ? ADVERTISER : PUBLISHER],
      },
    },
  };
}

const tableStack = (name: string, description: string) => ({
  Resources: {
    Table: {
      Type: 'AWS::CleanRooms::IdMappingTable',
      Properties: {
        MembershipIdentifier: membershipIdentifier,
        Name: name,
        Description: description,
        InputReferenceConfig: { InputReferenceArn: WORKFLOW_ARN, ManageResourcePolicies: true },
      },
    },
  },
  Outputs: {
    ref: { Value: { Ref: 'Table' } },
    id: { Value: { 'Fn::GetAtt': ['Table', 'IdMappingTableIdentifier'] } },
    collaboration: { Value: { 'Fn::GetAtt': ['Table', 'CollaborationIdentifier'] } },
    arn: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] } },
  },
});

async function populate(idMappingTableIdentifier: string, jobType?: JobType): Promise<string | undefined> {
  const { idMappingJobId } = await advertiser.cleanRooms.send(
    new PopulateIdMappingTableCommand({ membershipIdentifier, idMappingTableIdentifier, jobType }));
  return (await endedJob(advertiser.entityResolution, 'crm-to-members', idMappingJobId!.replaceAll('-', ''))).status;
}

async function onlyTableId(name: string): Promise<string> {
  const { idMappingTableSummaries } = await advertiser.cleanRooms.send(new ListIdMappingTablesCommand({ membershipIdentifier }));
  expect(idMappingTableSummaries).toMatchObject([{ name }]);
  return idMappingTableSummaries![0].id!;
}

/** What the ID mapping table holds, by source record. */
async function rows(tableId: string): Promise<IdMappingTableRow[]> {
  return (await control.idMappingTable(tableId)).sort((a, b) => a.sourceId.localeCompare(b.sourceId));
}

async function schemaStatus(): Promise<string | undefined> {
  const { schema } = await publisher.cleanRooms.send(new GetSchemaCommand({ collaborationIdentifier, name: 'mapping' }));
  return schema?.schemaStatusDetails?.[0].status;
}

const ANN: IdMappingTableRow = { sourceId: 'c1', targetId: 'm1' };
const BOB: IdMappingTableRow = { sourceId: 'c2', targetId: 'm3' };

test('two companies deploy their sides of a collaboration, and one of them populates its ID mapping table', async () => {
  const { collaboration, membership } = await advertiserAws.createStack({
    Resources: {
      Collaboration: {
        Type: 'AWS::CleanRooms::Collaboration',
        Properties: {
          Name: 'campaign',
          Description: 'reach',
          CreatorDisplayName: 'Advertiser',
          CreatorMemberAbilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'],
          QueryLogStatus: 'DISABLED',
          AnalyticsEngine: 'SPARK',
          Members: [{ AccountId: PUBLISHER, DisplayName: 'Publisher' }],
        },
      },
      ...memberResources(ADVERTISER, 'crm', 'SOURCE', { 'Fn::GetAtt': ['Collaboration', 'CollaborationIdentifier'] }),
    },
    Outputs: { collaboration: { Value: { Ref: 'Collaboration' } }, membership: { Value: { Ref: 'Membership' } } },
  }, 'advertiser');
  collaborationIdentifier = collaboration;
  membershipIdentifier = membership;
  const { association, associationId, publisherMembership } = await publisherAws.createStack({
    Resources: memberResources(PUBLISHER, 'members', 'TARGET', collaborationIdentifier),
    Outputs: {
      association: { Value: { Ref: 'Association' } },
      associationId: { Value: { 'Fn::GetAtt': ['Association', 'IdNamespaceAssociationIdentifier'] } },
      publisherMembership: { Value: { Ref: 'Membership' } },
    },
  }, 'publisher');
  expect(association).toBe(`${associationId}|${publisherMembership}`);

  await createWorkflow(advertiser);
  const outputs = await advertiserAws.createStack(tableStack('mapping', 'old'), 'table');
  expect(outputs).toEqual({
    ref: `${outputs.id}|${membershipIdentifier}`,
    id: outputs.id,
    collaboration: collaborationIdentifier,
    arn: `arn:aws:cleanrooms:us-east-1:${ADVERTISER}:membership/${membershipIdentifier}/idmappingtable/${outputs.id}`,
  });
  expect(await schemaStatus()).toBe('NOT_READY');

  // The publisher has not run what indexes its records.
  expect(await populate(outputs.id)).toBe('SUCCEEDED');
  expect(await rows(outputs.id)).toEqual([]);
  await publisherAws.index('members');
  expect(await populate(outputs.id)).toBe('SUCCEEDED');
  expect(await rows(outputs.id)).toEqual([ANN]);
  expect(await schemaStatus()).toBe('READY');

  await publisherAws.putObject('members/2.csv', 'id,email,name\nm3,bob@example.com,\n');
  expect(await populate(outputs.id)).toBe('SUCCEEDED');
  expect(await rows(outputs.id)).toEqual([ANN, BOB]);

  await publisherAws.putObject('members/3.csv', 'no header\n');
  expect(await populate(outputs.id)).toBe('FAILED');
  expect(await rows(outputs.id)).toEqual([ANN, BOB]);
});

test('a populate of type INCREMENTAL leaves the right mapping in the table, one of type DELETE_ONLY takes out what is deleted', async () => {
  const tableId = await onlyTableId('mapping');
  const columns = ['id', 'email', 'name', 'delete'];
  await publisherAws.createTable('subscribers', { Columns: columns.map((Name) => ({ Name })) });
  await publisherAws.putObject('subscribers/1.csv', `${columns.join()}\nm1,ann@example.com,,\nm3,bob@example.com,,\n`);
  await publisherAws.createSchema('subscribers', [...people().mappedInputFields!, { fieldName: 'delete', type: 'STRING' }]);
  await publisher.entityResolution.send(new UpdateMatchingWorkflowCommand(members('subscribers', 'subscribers')));
  await advertiser.entityResolution.send(new UpdateIdMappingWorkflowCommand(
    workflow({ incrementalRunConfig: { incrementalRunType: 'ON_DEMAND' } })));
  expect(await populate(tableId)).toBe('SUCCEEDED');
  expect(await rows(tableId)).toEqual([ANN, BOB]);

  await publisherAws.putObject('subscribers/1.csv', `${columns.join()}\nm1,ann@example.com,,true\nm3,bob@example.com,,\nm5,cy@example.com,,\n`);
  await advertiserAws.putObject('crm/2.csv', 'id,email,name\nc3,cy@example.com,\n');
  expect(await populate(tableId, 'DELETE_ONLY')).toBe('SUCCEEDED');
  expect(await rows(tableId)).toEqual([BOB]);

  expect(await populate(tableId, 'INCREMENTAL')).toBe('SUCCEEDED');
  expect(await rows(tableId)).toEqual([BOB, { sourceId: 'c3', targetId: 'm5' }]);
});

test('a changed description leaves the table and what it holds, a new name makes an empty one', async () => {
  const id = await onlyTableId('mapping');
  const held = await rows(id);
  expect(held).toContainEqual(BOB);
  await advertiserAws.updateStack(tableStack('mapping', 'new'), 'table');
  expect((await advertiser.cleanRooms.send(new GetIdMappingTableCommand({ membershipIdentifier, idMappingTableIdentifier: id }))).idMappingTable)
    .toMatchObject({ description: 'new' });
  expect(await rows(id)).toEqual(held);

  await advertiserAws.updateStack(tableStack('renamed', 'new'), 'table');
  const newId = await onlyTableId('renamed');
  expect(newId).not.toBe(id);
  await expect(control.idMappingTable(newId)).rejects.toThrow('404');
});

test('the stacks are deleted in the opposite order', async () => {
  await advertiserAws.deleteStack('table');
  await publisherAws.deleteStack('publisher');
  await advertiserAws.deleteStack('advertiser');

  expect((await advertiser.cleanRooms.send(new ListCollaborationsCommand({}))).collaborationList).toEqual([]);
});
