import {
  BatchGetSchemaCommand, CreateIdNamespaceAssociationCommand, DeleteCollaborationCommand, DeleteIdMappingTableCommand,
  DeleteIdNamespaceAssociationCommand,
  GetCollaborationIdNamespaceAssociationCommand, GetIdMappingTableCommand, GetIdNamespaceAssociationCommand, GetSchemaCommand,
  ListCollaborationIdNamespaceAssociationsCommand, ListIdMappingTablesCommand, ListIdNamespaceAssociationsCommand, ListSchemasCommand,
  PopulateIdMappingTableCommand, PopulateIdMappingTableCommandInput, UpdateIdMappingTableCommand, UpdateIdNamespaceAssociationCommand,
} from '@aws-sdk/client-cleanrooms';
import {
  DeleteIdMappingWorkflowCommand, DeletePolicyStatementCommand, GetIdMappingWorkflowCommand, GetPolicyCommand, ListIdMappingJobsCommand,
  UpdateIdMappingWorkflowCommand,
} from '@aws-sdk/client-entityresolution';
import {
  ADVERTISER, associate, collaborate, createTable, createWorkflow, errorOf, namespaceArn, NO_ID, Party, PUBLISHER, STRANGER, TestCollaboration,
  TestServers, WORKFLOW_ARN,
} from './test-collaboration';
import { Fault } from '../../src/rest-json/fault-plan';

let servers: TestServers;
let advertiser: Party;
let publisher: Party;
let ids: TestCollaboration;
let sourceId: string;
let targetId: string;

beforeEach(async () => {
  servers = await TestServers.start();
  advertiser = servers.party(ADVERTISER);
  publisher = servers.party(PUBLISHER);
  ids = await collaborate(advertiser, publisher);
  targetId = await associate(publisher, PUBLISHER, ids.publisherMembershipId, { name: 'members', type: 'TARGET' });
  sourceId = await associate(advertiser, ADVERTISER, ids.advertiserMembershipId, { name: 'crm', type: 'SOURCE' });
  await createWorkflow(advertiser);
});

afterEach(async () => {
  await servers.close();
});

const table = (overrides = {}) => createTable(advertiser, ids.advertiserMembershipId, overrides);

async function populate(idMappingTableIdentifier: string, overrides: Partial<PopulateIdMappingTableCommandInput> = {}): Promise<string> {
  const { idMappingJobId } = await advertiser.cleanRooms.send(new PopulateIdMappingTableCommand({
    membershipIdentifier: ids.advertiserMembershipId, idMappingTableIdentifier, ...overrides,
  }));
  return idMappingJobId!;
}

const BUSY: Fault[] = [{ operation: 'PopulateIdMappingTable', job: { runningSeconds: 3600 } }];

describe('an ID namespace association', () => {
  test('is got, updated, listed and deleted, and lets Clean Rooms use the ID namespace for the members', async () => {
    const { cleanRooms, entityResolution } = publisher;
    const key = { membershipIdentifier: ids.publisherMembershipId, idNamespaceAssociationIdentifier: targetId };
    await cleanRooms.send(new UpdateIdNamespaceAssociationCommand({ ...key, description: 'new', idMappingConfig: { allowUseAsDimensionColumn: true } }));

    const association = {
      id: targetId,
      name: 'members',
      description: 'new',
      inputReferenceConfig: { inputReferenceArn: namespaceArn(PUBLISHER, 'members'), manageResourcePolicies: true },
      inputReferenceProperties: { idNamespaceType: 'TARGET' },
      collaborationId: ids.collaborationId,
    };
    expect((await cleanRooms.send(new GetIdNamespaceAssociationCommand(key))).idNamespaceAssociation).toMatchObject({
      ...association, idMappingConfig: { allowUseAsDimensionColumn: true },
    });
    expect((await cleanRooms.send(new ListIdNamespaceAssociationsCommand(key))).idNamespaceAssociationSummaries).toMatchObject([association]);
    const collaboration = { collaborationIdentifier: ids.collaborationId, idNamespaceAssociationIdentifier: targetId };
    expect((await advertiser.cleanRooms.send(new GetCollaborationIdNamespaceAssociationCommand(collaboration))).collaborationIdNamespaceAssociation)
      .toMatchObject({ ...association, creatorAccountId: PUBLISHER });
    expect((await advertiser.cleanRooms.send(new ListCollaborationIdNamespaceAssociationsCommand(collaboration)))
      .collaborationIdNamespaceAssociationSummaries?.map(({ id }) => id)).toEqual([targetId, sourceId]);

    const { policy } = await entityResolution.send(new GetPolicyCommand({ arn: namespaceArn(PUBLISHER, 'members') }));
    expect(JSON.parse(policy!).Statement).toMatchObject([
      { Sid: 'Use' },
      {
        Effect: 'Allow',
        Principal: { Service: ['cleanrooms.amazonaws.com'] },
        Action: ['entityresolution:GetIdNamespace', 'entityresolution:ListIdNamespaces', 'entityresolution:StartIdMappingJob'],
        Condition: { StringEquals: { 'aws:SourceAccount': [ADVERTISER, PUBLISHER] } },
      },
    ]);
    await cleanRooms.send(new DeleteIdNamespaceAssociationCommand(key));
    const left = await entityResolution.send(new GetPolicyCommand({ arn: namespaceArn(PUBLISHER, 'members') }));
    expect((JSON.parse(left.policy!) as { Statement: object[] }).Statement).toMatchObject([{ Sid: 'Use' }]);
  });

  test('does not let the other members use the ID namespace: its owner has to', async () => {
    await publisher.entityResolution.send(new DeletePolicyStatementCommand({ arn: namespaceArn(PUBLISHER, 'members'), statementId: 'Use' }));

    await expect(createWorkflow(advertiser, { workflowName: 'another' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`entityresolution:UseIdNamespace on resource: ${namespaceArn(PUBLISHER, 'members')}`),
    });
  });

  test('takes no name of another association when it is updated', async () => {
    await associationOf({ name: 'other' });
    const key = { membershipIdentifier: ids.publisherMembershipId, idNamespaceAssociationIdentifier: targetId };

    expect(await errorOf(publisher.cleanRooms.send(new UpdateIdNamespaceAssociationCommand({ ...key, name: 'other' })))).toMatchObject({
      name: 'ConflictException', reason: 'ALREADY_EXISTS',
    });
    await publisher.cleanRooms.send(new UpdateIdNamespaceAssociationCommand({ ...key, name: 'members', description: 'same' }));
  });

  const associationOf = (overrides: object) => publisher.cleanRooms.send(new CreateIdNamespaceAssociationCommand({
    membershipIdentifier: ids.publisherMembershipId,
    name: 'other',
    inputReferenceConfig: { inputReferenceArn: namespaceArn(PUBLISHER, 'members'), manageResourcePolicies: false },
    ...overrides,
  }));

  test('with a name that is taken is a 409 ConflictException', async () => {
    expect(await errorOf(associationOf({ name: 'members' }))).toEqual({
      name: 'ConflictException', status: 409, reason: 'ALREADY_EXISTS', message: 'the membership has an ID namespace association "members" already',
    });
  });

  test('beyond the tenth is a 402 ServiceQuotaExceededException', async () => {
    for (let index = 1; index < 10; index++) {
      await associationOf({ name: `n${index}` });
    }
    expect(await errorOf(associationOf({}))).toEqual({
      name: 'ServiceQuotaExceededException',
      status: 402,
      quotaName: 'ID namespace associations per membership',
      quotaValue: 10,
      message: 'the quota "ID namespace associations per membership" allows 10: delete one, or ask for a higher quota',
    });
  });

  test.each([
    ['of another account', namespaceArn(ADVERTISER, 'crm'),
      `the ID namespace ${namespaceArn(ADVERTISER, 'crm')} belongs to another account: a member associates its own`],
    ['that does not exist', namespaceArn(PUBLISHER, 'none'), `there is no resource ${namespaceArn(PUBLISHER, 'none')} in this account and Region`],
  ])('of an ID namespace %s is a 400 ValidationException', async (_, inputReferenceArn, message) => {
    expect(await errorOf(associationOf({ inputReferenceConfig: { inputReferenceArn, manageResourcePolicies: true } }))).toEqual({
      name: 'ValidationException', status: 400, reason: 'INVALID_CONFIGURATION', message,
    });
  });
});

describe('an ID mapping table', () => {
  test('is got, updated, listed and deleted, and lets Clean Rooms start the jobs of its workflow', async () => {
    const { cleanRooms, entityResolution } = advertiser;
    const key = { membershipIdentifier: ids.advertiserMembershipId, idMappingTableIdentifier: await table() };
    const kmsKeyArn = 'arn:aws:kms:us-east-1:000000000000:key/1234';
    await cleanRooms.send(new UpdateIdMappingTableCommand({ ...key, description: 'new', kmsKeyArn }));

    const described = { id: key.idMappingTableIdentifier, name: 'mapping', description: 'new', collaborationId: ids.collaborationId };
    expect((await cleanRooms.send(new GetIdMappingTableCommand(key))).idMappingTable).toMatchObject({
      ...described,
      kmsKeyArn,
      arn: `arn:aws:cleanrooms:us-east-1:${ADVERTISER}:membership/${ids.advertiserMembershipId}/idmappingtable/${key.idMappingTableIdentifier}`,
      inputReferenceConfig: { inputReferenceArn: WORKFLOW_ARN, manageResourcePolicies: true },
      inputReferenceProperties: {
        idMappingTableInputSource: [{ idNamespaceAssociationId: sourceId, type: 'SOURCE' }, { idNamespaceAssociationId: targetId, type: 'TARGET' }],
      },
    });
    expect((await cleanRooms.send(new ListIdMappingTablesCommand(key))).idMappingTableSummaries).toMatchObject([described]);
    const { policy } = await entityResolution.send(new GetPolicyCommand({ arn: WORKFLOW_ARN }));
    expect(JSON.parse(policy!).Statement).toMatchObject([{
      Effect: 'Allow',
      Principal: { Service: ['cleanrooms.amazonaws.com'] },
      Action: ['entityresolution:GetIdMappingWorkflow', 'entityresolution:StartIdMappingJob'],
      Condition: { StringEquals: { 'aws:SourceAccount': [ADVERTISER] } },
    }]);

    await cleanRooms.send(new DeleteIdMappingTableCommand(key));
    await expect(entityResolution.send(new GetPolicyCommand({ arn: WORKFLOW_ARN }))).rejects.toThrow('has no policy');
    expect(await errorOf(cleanRooms.send(new GetIdMappingTableCommand(key)))).toEqual({
      name: 'ResourceNotFoundException',
      status: 404,
      resourceType: 'MEMBERSHIP',
      resourceId: key.idMappingTableIdentifier,
      message: `the membership has no ID mapping table ${key.idMappingTableIdentifier}`,
    });
  });

  test('has a schema that each member sees, not ready until it is populated', async () => {
    await table();
    const collaborationIdentifier = ids.collaborationId;
    const { cleanRooms } = publisher;
    const schema = { name: 'mapping', type: 'ID_MAPPING_TABLE', creatorAccountId: ADVERTISER };

    expect((await cleanRooms.send(new GetSchemaCommand({ collaborationIdentifier, name: 'mapping' }))).schema).toMatchObject({
      ...schema,
      schemaTypeProperties: { idMappingTable: { idMappingTableInputSource: [{ type: 'SOURCE' }, { type: 'TARGET' }] } },
      schemaStatusDetails: [{ status: 'NOT_READY', reasons: [{ code: 'ID_MAPPING_TABLE_NOT_POPULATED' }] }],
    });
    expect(await cleanRooms.send(new BatchGetSchemaCommand({ collaborationIdentifier, names: ['mapping', 'none'] }))).toMatchObject({
      schemas: [schema], errors: [{ name: 'none', code: 'ResourceNotFoundException', message: 'there is no schema "none" in the collaboration' }],
    });
    expect((await cleanRooms.send(new ListSchemasCommand({ collaborationIdentifier }))).schemaSummaries).toMatchObject([schema]);
    expect((await cleanRooms.send(new ListSchemasCommand({ collaborationIdentifier, schemaType: 'TABLE' }))).schemaSummaries).toEqual([]);
    expect(await errorOf(cleanRooms.send(new GetSchemaCommand({ collaborationIdentifier, name: 'none' })))).toEqual({
      name: 'ResourceNotFoundException', status: 404, resourceType: 'COLLABORATION', resourceId: 'none', message: 'there is no schema "none" in the collaboration',
    });
    expect(await errorOf(servers.party(STRANGER).cleanRooms.send(new GetSchemaCommand({ collaborationIdentifier, name: 'mapping' })))).toMatchObject({
      name: 'AccessDeniedException', status: 403,
    });
  });

  test('with a name that is taken is a 409 ConflictException', async () => {
    await table();
    expect(await errorOf(table())).toEqual({
      name: 'ConflictException', status: 409, reason: 'ALREADY_EXISTS', message: 'the collaboration has a table "mapping" already',
    });
  });

  test('beyond the fifth is a 402 ServiceQuotaExceededException', async () => {
    for (let index = 0; index < 5; index++) {
      await table({ name: `t${index}` });
    }
    expect(await errorOf(table())).toEqual({
      name: 'ServiceQuotaExceededException',
      status: 402,
      quotaName: 'ID mapping tables per membership',
      quotaValue: 5,
      message: 'the quota "ID mapping tables per membership" allows 5: delete one, or ask for a higher quota',
    });
  });

  test('of an ID namespace that is not associated is a 400 ValidationException', async () => {
    await publisher.cleanRooms.send(new DeleteIdNamespaceAssociationCommand({
      membershipIdentifier: ids.publisherMembershipId, idNamespaceAssociationIdentifier: targetId,
    }));
    expect(await errorOf(table())).toEqual({
      name: 'ValidationException',
      status: 400,
      reason: 'INVALID_CONFIGURATION',
      message: `the input source ${namespaceArn(PUBLISHER, 'members')} of the ID mapping workflow is not an ID namespace that is associated with ` +
        'the collaboration: its owner has to associate it first',
    });
  });
});

test.each<[string, object, string]>([
  ['of another account', { inputReferenceArn: WORKFLOW_ARN.replace(ADVERTISER, PUBLISHER) },
    `the ID mapping workflow ${WORKFLOW_ARN.replace(ADVERTISER, PUBLISHER)} belongs to another account: a member makes a table of its own workflow`],
  ['that does not exist', { inputReferenceArn: WORKFLOW_ARN.replace('crm-to-members', 'none') },
    'there is no ID mapping workflow "none" in this account and Region'],
])('a table of a workflow %s is a 400 ValidationException', async (_, reference, message) => {
  expect(await errorOf(table({ inputReferenceConfig: { manageResourcePolicies: true, ...reference } }))).toEqual({
    name: 'ValidationException', status: 400, reason: 'INVALID_CONFIGURATION', message,
  });
});

test('a table of a workflow with two sources is a 400 ValidationException', async () => {
  await associate(advertiser, ADVERTISER, ids.advertiserMembershipId, { name: 'shop', type: 'SOURCE' });
  const inputs = [[ADVERTISER, 'crm'], [ADVERTISER, 'shop'], [PUBLISHER, 'members']];
  await createWorkflow(advertiser, {
    workflowName: 'two', inputSourceConfig: inputs.map(([account, name]) => ({ inputSourceARN: namespaceArn(account, name) })),
  });
  const inputReferenceArn = WORKFLOW_ARN.replace('crm-to-members', 'two');

  expect(await errorOf(table({ inputReferenceConfig: { inputReferenceArn, manageResourcePolicies: true } }))).toMatchObject({
    name: 'ValidationException',
    message: `the ID mapping workflow ${inputReferenceArn} needs one ID namespace of type SOURCE and one of type TARGET as inputs; ` +
      'given: SOURCE, SOURCE, TARGET',
  });
});

describe('a populate', () => {
  test('in a collaboration that is deleted is a 409 ConflictException', async () => {
    const id = await table();
    await advertiser.cleanRooms.send(new DeleteCollaborationCommand({ collaborationIdentifier: ids.collaborationId }));

    expect(await errorOf(populate(id))).toEqual({
      name: 'ConflictException',
      status: 409,
      reason: 'INVALID_STATE',
      message: `the collaboration of the membership ${ids.advertiserMembershipId} is deleted`,
    });
  });

  test.each([true, false])('starts the ID mapping job of the workflow; its id names the job: %s', async (namesJob) => {
    const id = await table();
    await servers.control.planFaults({ faults: BUSY, idMappingJobId: namesJob ? 'JOB' : 'NOTHING' });
    const idMappingJobId = await populate(id);

    expect(idMappingJobId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const { jobs } = await advertiser.entityResolution.send(new ListIdMappingJobsCommand({ workflowName: 'crm-to-members' }));
    expect(jobs!.map(({ jobId }) => jobId === idMappingJobId.replaceAll('-', ''))).toEqual([namesJob]);
  });

  test('while a job runs is a 409 ConflictException, or a 402 ServiceQuotaExceededException', async () => {
    const id = await table();
    await servers.control.planFaults({ faults: BUSY });
    await populate(id);

    expect(await errorOf(populate(id))).toEqual({
      name: 'ConflictException',
      status: 409,
      reason: 'INVALID_STATE',
      message: 'a workflow is currently running: one ID mapping job runs at a time in an account and Region; ' +
        'wait until it has ended, then start this one again',
    });
    await servers.entityResolutionControl.planFaults({ whenBusy: 'ExceedsLimitException' });
    expect(await errorOf(populate(id))).toMatchObject({
      name: 'ServiceQuotaExceededException', status: 402, quotaName: 'Concurrent ID mapping jobs', quotaValue: 1,
    });
  });

  test.each([
    ['refused', { before: 'ThrottlingException' }, { name: 'ThrottlingException', status: 429 }, 0],
    ['started, and the answer lost,', { after: 'InternalServerException' }, { name: 'InternalServerException', status: 500 }, 1],
  ])('may be %s on request', async (_, fault, error, jobs) => {
    const id = await table();
    await servers.control.planFaults({ faults: [{ ...BUSY[0], ...fault }] });

    expect(await errorOf(populate(id))).toMatchObject(error);
    const started = await advertiser.entityResolution.send(new ListIdMappingJobsCommand({ workflowName: 'crm-to-members' }));
    expect(started.jobs).toHaveLength(jobs);
  });

  test('of a type that the workflow does not have is a 400 ValidationException', async () => {
    expect(await errorOf(populate(await table(), { jobType: 'INCREMENTAL' }))).toEqual({
      name: 'ValidationException',
      status: 400,
      reason: 'INVALID_CONFIGURATION',
      message: 'the ID mapping workflow "crm-to-members" has no incrementalRunConfig: its jobs are of type BATCH, not INCREMENTAL',
    });
  });

  test.each([['INCREMENTAL', 'INCREMENTAL'], [undefined, 'none, which is INCREMENTAL']] as const)(
    'of an incremental workflow and the type %s is refused as long as the table was never populated, if the service wants BATCH then', async (jobType, given) => {
      const id = await table();
      const { inputSourceConfig, idMappingTechniques, roleArn } = await advertiser.entityResolution.send(new GetIdMappingWorkflowCommand({ workflowName: 'crm-to-members' }));
      await advertiser.entityResolution.send(new UpdateIdMappingWorkflowCommand({
        workflowName: 'crm-to-members', inputSourceConfig, idMappingTechniques, roleArn, incrementalRunConfig: { incrementalRunType: 'ON_DEMAND' },
      }));

      expect(await errorOf(populate(id, { jobType }))).toEqual({
        name: 'ValidationException',
        status: 400,
        reason: 'INVALID_CONFIGURATION',
        message: `the ID mapping table ${id} was never populated: populate it with the jobType BATCH first; given: ${given}`,
      });
      await servers.control.planFaults({ firstPopulation: 'TAKEN' });
      expect(await populate(id, { jobType })).toMatch(/^[0-9a-f-]{36}$/);
      await servers.control.planFaults({});
    });

  test('of a table that does not exist is a 404 ResourceNotFoundException', async () => {
    expect(await errorOf(populate(NO_ID))).toMatchObject({ name: 'ResourceNotFoundException', status: 404, resourceType: 'MEMBERSHIP' });
    expect(await errorOf(populate(NO_ID, { membershipIdentifier: NO_ID }))).toMatchObject({
      name: 'ResourceNotFoundException', status: 404, resourceType: 'MEMBERSHIP',
    });
  });

  test.each([
    ['Use', 'entityresolution:UseIdNamespace'], ['CleanRooms', 'entityresolution:GetIdNamespace'],
  ])('once the statement %s of the policy of an ID namespace is withdrawn is a 403 AccessDeniedException', async (statement, action) => {
    const id = await table();
    await publisher.entityResolution.send(new DeletePolicyStatementCommand({
      arn: namespaceArn(PUBLISHER, 'members'), statementId: statement === 'Use' ? 'Use' : `CleanRooms${targetId.replaceAll('-', '')}`,
    }));

    expect(await errorOf(populate(id))).toMatchObject({
      name: 'AccessDeniedException',
      status: 403,
      reason: 'INSUFFICIENT_PERMISSIONS',
      message: expect.stringContaining(`is not authorized to perform: ${action} on resource: ${namespaceArn(PUBLISHER, 'members')}`),
    });
  });

  test('of a workflow whose policy does not let Clean Rooms in is a 403 AccessDeniedException', async () => {
    const id = await table({ inputReferenceConfig: { inputReferenceArn: WORKFLOW_ARN, manageResourcePolicies: false } });

    expect(await errorOf(populate(id))).toMatchObject({
      name: 'AccessDeniedException',
      status: 403,
      message: `Clean Rooms is not authorized to perform: entityresolution:StartIdMappingJob on resource: ${WORKFLOW_ARN}: let the table manage the ` +
        `workflow's policy (manageResourcePolicies), or add a statement to it that allows cleanrooms.amazonaws.com for the account ${ADVERTISER}`,
    });
  });

  test('of a workflow that is gone says so', async () => {
    const id = await table();
    await advertiser.entityResolution.send(new DeleteIdMappingWorkflowCommand({ workflowName: 'crm-to-members' }));

    expect(await errorOf(populate(id))).toMatchObject({
      name: 'ValidationException',
      status: 400,
      reason: 'INVALID_CONFIGURATION',
      message: `the ID mapping workflow ${WORKFLOW_ARN} of the ID mapping table ${id} is deleted: make the workflow again, or make a table of another workflow`,
    });
  });

  test.each([
    ['the source', ['SOURCE']], ['the target', ['TARGET']], ['both', ['SOURCE', 'TARGET']],
  ])('of a table whose association of %s is deleted is refused', async (_, gone) => {
    const id = await table();
    const [advertisers, publishers] = [[advertiser, ids.advertiserMembershipId, sourceId], [publisher, ids.publisherMembershipId, targetId]] as const;
    for (const [party, membershipIdentifier, idNamespaceAssociationIdentifier] of [advertisers, publishers]) {
      if (gone.includes(party === advertiser ? 'SOURCE' : 'TARGET')) {
        await party.cleanRooms.send(new DeleteIdNamespaceAssociationCommand({ membershipIdentifier, idNamespaceAssociationIdentifier }));
      }
    }

    expect(await errorOf(populate(id))).toMatchObject({
      name: 'ValidationException',
      reason: 'INVALID_CONFIGURATION',
      message: expect.stringContaining(`has no ID namespace association for its ${gone.join(' and its ')} any more`),
    });
  });

  test.each([
    ['ResourceNotFoundException', { resourceId: 'as-planned', resourceType: 'CONFIGURED_TABLE' }],
    ['ServiceQuotaExceededException', { quotaName: 'as-planned', quotaValue: 1 }],
  ])('a planned %s has all that the API model asks for', async (before, members) => {
    await servers.control.planFaults({ faults: [{ operation: 'PopulateIdMappingTable', before }] });
    expect(await errorOf(populate(await table()))).toMatchObject({ name: before, ...members });
  });
});
