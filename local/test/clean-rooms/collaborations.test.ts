import {
  CreateCollaborationCommand, CreateMembershipCommand, DeleteCollaborationCommand, DeleteMembershipCommand, GetCollaborationCommand,
  GetMembershipCommand,
  ListCollaborationsCommand, ListMembersCommand, ListMembershipsCommand, ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand,
  UpdateCollaborationCommand, UpdateMembershipCommand,
} from '@aws-sdk/client-cleanrooms';
import { ADVERTISER, associate, collaborate, errorOf, NO_ID, Party, PUBLISHER, STRANGER, TestCollaboration, TestServers } from './test-collaboration';

let servers: TestServers;
let advertiser: Party;
let publisher: Party;
let ids: TestCollaboration;

beforeEach(async () => {
  servers = await TestServers.start();
  advertiser = servers.party(ADVERTISER);
  publisher = servers.party(PUBLISHER);
  ids = await collaborate(advertiser, publisher);
});

afterEach(async () => {
  await servers.close();
});

test('a collaboration is got by each member, updated and deleted by its creator', async () => {
  const collaborationIdentifier = ids.collaborationId;
  const get = new GetCollaborationCommand({ collaborationIdentifier });

  expect((await publisher.cleanRooms.send(get)).collaboration).toMatchObject({
    id: collaborationIdentifier,
    arn: `arn:aws:cleanrooms:us-east-1:${ADVERTISER}:collaboration/${collaborationIdentifier}`,
    name: 'campaign',
    creatorAccountId: ADVERTISER,
    memberStatus: 'ACTIVE',
    membershipId: ids.publisherMembershipId,
    analyticsEngine: 'SPARK',
  });
  await advertiser.cleanRooms.send(new UpdateCollaborationCommand({ collaborationIdentifier, description: 'new' }));
  expect((await advertiser.cleanRooms.send(get)).collaboration).toMatchObject({ name: 'campaign', description: 'new' });
  expect((await publisher.cleanRooms.send(new ListCollaborationsCommand({}))).collaborationList).toMatchObject([{ id: collaborationIdentifier }]);
  expect((await publisher.cleanRooms.send(new ListCollaborationsCommand({ memberStatus: 'INVITED' }))).collaborationList).toEqual([]);
  expect((await publisher.cleanRooms.send(new ListMembersCommand({ collaborationIdentifier }))).memberSummaries).toMatchObject([
    { accountId: ADVERTISER, displayName: 'Advertiser', status: 'ACTIVE', abilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'] },
    { accountId: PUBLISHER, displayName: 'Publisher', status: 'ACTIVE', abilities: [], membershipId: ids.publisherMembershipId },
  ]);

  expect(await errorOf(publisher.cleanRooms.send(new DeleteCollaborationCommand({ collaborationIdentifier })))).toMatchObject({
    name: 'AccessDeniedException',
    status: 403,
    message: `the collaboration ${collaborationIdentifier} belongs to the account ${ADVERTISER}, which alone may change or delete it`,
  });
  await advertiser.cleanRooms.send(new DeleteCollaborationCommand({ collaborationIdentifier }));
  const { membership } = await publisher.cleanRooms.send(new GetMembershipCommand({ membershipIdentifier: ids.publisherMembershipId }));
  expect(membership?.status).toBe('COLLABORATION_DELETED');
});

test('a collaboration is nothing to a stranger', async () => {
  const command = new GetCollaborationCommand({ collaborationIdentifier: ids.collaborationId });

  expect(await errorOf(servers.party(STRANGER).cleanRooms.send(command))).toEqual({
    name: 'AccessDeniedException',
    status: 403,
    reason: 'INSUFFICIENT_PERMISSIONS',
    message: `the account ${STRANGER} is no member of a collaboration ${ids.collaborationId} in this Region`,
  });
});

test('a membership is got, updated, listed and deleted by its owner', async () => {
  const membershipIdentifier = ids.advertiserMembershipId;
  await advertiser.cleanRooms.send(new UpdateMembershipCommand({ membershipIdentifier, queryLogStatus: 'ENABLED' }));

  expect((await advertiser.cleanRooms.send(new GetMembershipCommand({ membershipIdentifier }))).membership).toMatchObject({
    id: membershipIdentifier,
    collaborationId: ids.collaborationId,
    collaborationCreatorAccountId: ADVERTISER,
    collaborationName: 'campaign',
    status: 'ACTIVE',
    queryLogStatus: 'ENABLED',
    memberAbilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'],
    paymentConfiguration: { queryCompute: { isResponsible: true } },
  });
  expect((await advertiser.cleanRooms.send(new ListMembershipsCommand({ status: 'ACTIVE' }))).membershipSummaries).toMatchObject([{ id: membershipIdentifier }]);
  expect(await errorOf(publisher.cleanRooms.send(new GetMembershipCommand({ membershipIdentifier })))).toEqual({
    name: 'ResourceNotFoundException',
    status: 404,
    resourceId: membershipIdentifier,
    resourceType: 'MEMBERSHIP',
    message: `there is no membership ${membershipIdentifier} in this account and Region`,
  });
  await advertiser.cleanRooms.send(new DeleteMembershipCommand({ membershipIdentifier }));
  expect((await advertiser.cleanRooms.send(new ListMembershipsCommand({}))).membershipSummaries).toEqual([]);
});

test('a second membership is a 409 ConflictException', async () => {
  expect(await errorOf(publisher.cleanRooms.send(
    new CreateMembershipCommand({ collaborationIdentifier: ids.collaborationId, queryLogStatus: 'DISABLED' })))).toEqual({
    name: 'ConflictException',
    status: 409,
    reason: 'ALREADY_EXISTS',
    message: `the account ${PUBLISHER} has the membership ${ids.publisherMembershipId} in the collaboration already`,
  });
});

test('a membership with resources can not be deleted', async () => {
  const id = await associate(publisher, PUBLISHER, ids.publisherMembershipId, { name: 'members', type: 'TARGET' });

  expect(await errorOf(publisher.cleanRooms.send(new DeleteMembershipCommand({ membershipIdentifier: ids.publisherMembershipId })))).toEqual({
    name: 'ConflictException',
    status: 409,
    reason: 'SUBRESOURCES_EXIST',
    message: `the membership ${ids.publisherMembershipId} has resources: delete ` +
      `arn:aws:cleanrooms:us-east-1:${PUBLISHER}:membership/${ids.publisherMembershipId}/idnamespaceassociation/${id} first`,
  });
});

test('a value that breaks a constraint is a 400 ValidationException with its reason and the field', async () => {
  const message = "Value 'no' at 'membershipIdentifier' failed to satisfy constraint: Member must have length greater than or equal to 36";

  expect(await errorOf(publisher.cleanRooms.send(new GetMembershipCommand({ membershipIdentifier: 'no' })))).toMatchObject({
    name: 'ValidationException',
    status: 400,
    reason: 'FIELD_VALIDATION_FAILED',
    fieldList: [{ name: 'membershipIdentifier', message }, { name: 'membershipIdentifier' }],
  });
});

test('resources are tagged and untagged', async () => {
  const id = await associate(publisher, PUBLISHER, ids.publisherMembershipId, { name: 'members', type: 'TARGET' });
  const resourceArn = `arn:aws:cleanrooms:us-east-1:${PUBLISHER}:membership/${ids.publisherMembershipId}/idnamespaceassociation/${id}`;
  const { cleanRooms } = publisher;

  await cleanRooms.send(new TagResourceCommand({ resourceArn, tags: { team: 'data', stage: 'test' } }));
  await cleanRooms.send(new UntagResourceCommand({ resourceArn, tagKeys: ['stage'] }));
  expect((await cleanRooms.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ team: 'data' });
  expect(await errorOf(cleanRooms.send(new ListTagsForResourceCommand({ resourceArn: resourceArn.replace(id, NO_ID) })))).toMatchObject({
    name: 'ResourceNotFoundException', status: 404,
  });
});

test('lists go on when each page deletes what it lists', async () => {
  const { cleanRooms } = advertiser;
  const join = async () => {
    const { collaboration } = await cleanRooms.send(new CreateCollaborationCommand({
      name: 'many', description: 'x', creatorDisplayName: 'A', creatorMemberAbilities: [], queryLogStatus: 'DISABLED', members: [],
    }));
    await cleanRooms.send(new CreateMembershipCommand({ collaborationIdentifier: collaboration!.id, queryLogStatus: 'DISABLED' }));
  };
  await join();
  await join();
  await cleanRooms.send(new DeleteMembershipCommand({ membershipIdentifier: ids.advertiserMembershipId }));

  const left: string[] = [];
  for (let nextToken: string | undefined, page = 0; page === 0 || nextToken !== undefined; page++) {
    const memberships = await cleanRooms.send(new ListMembershipsCommand({ maxResults: 1, nextToken }));
    for (const { id } of memberships.membershipSummaries!) {
      await cleanRooms.send(new DeleteMembershipCommand({ membershipIdentifier: id }));
      left.push(id!);
    }
    ({ nextToken } = memberships);
  }
  expect(left).toHaveLength(2);

  const deleted: string[] = [];
  for (let nextToken: string | undefined, page = 0; page === 0 || nextToken !== undefined; page++) {
    const collaborations = await cleanRooms.send(new ListCollaborationsCommand({ maxResults: 1, nextToken }));
    for (const { id } of collaborations.collaborationList!) {
      await cleanRooms.send(new DeleteCollaborationCommand({ collaborationIdentifier: id }));
      deleted.push(id!);
    }
    ({ nextToken } = collaborations);
  }
  expect(deleted).toHaveLength(3);
});
