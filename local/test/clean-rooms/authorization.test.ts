import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { CreateIdNamespaceAssociationCommand, GetSchemaCommand, PopulateIdMappingTableCommand } from '@aws-sdk/client-cleanrooms';
import {
  ADVERTISER, associate, collaborate, createTable, createWorkflow, errorOf, namespaceArn, Party, PUBLISHER, TestCollaboration, TestServers,
  WORKFLOW_ARN,
} from './test-collaboration';

/** Decides what callers may do: all but what `denied` names. */
let judge: Server;
let asked: { action: string; resourceArn: string }[];
let denied: string;

let servers: TestServers;
let advertiser: Party;
let ids: TestCollaboration;
let idMappingTableIdentifier: string;

beforeAll(async () => {
  judge = createServer((request, response) => {
    void json(request).then((question) => {
      const { action, resourceArn } = question as { action: string; resourceArn: string };
      asked.push({ action, resourceArn });
      response.end(JSON.stringify(resourceArn === denied ? { allowed: false, reason: `not authorized on ${resourceArn}` } : { allowed: true }));
    });
  }).listen(0, '127.0.0.1');
  await once(judge, 'listening');
  asked = [];
  servers = await TestServers.start({ authorizeUrl: `http://127.0.0.1:${(judge.address() as AddressInfo).port}` });
  await servers.entityResolutionControl.planFaults({ inputsAtCreate: 'LEFT_ALONE' });
  advertiser = servers.party(ADVERTISER);
  const publisher = servers.party(PUBLISHER);
  ids = await collaborate(advertiser, publisher);
  await associate(publisher, PUBLISHER, ids.publisherMembershipId, { name: 'members', type: 'TARGET' });
  await associate(advertiser, ADVERTISER, ids.advertiserMembershipId, { name: 'crm', type: 'SOURCE' });
  await createWorkflow(advertiser);
  idMappingTableIdentifier = await createTable(advertiser, ids.advertiserMembershipId);
});

beforeEach(() => {
  asked = [];
  denied = '';
});

afterAll(async () => {
  await servers.close();
  judge.close();
});

const membershipArn = () => `arn:aws:cleanrooms:us-east-1:${ADVERTISER}:membership/${ids.advertiserMembershipId}`;
const tableArn = () => `${membershipArn()}/idmappingtable/${idMappingTableIdentifier}`;
const populate = () => advertiser.cleanRooms.send(
  new PopulateIdMappingTableCommand({ membershipIdentifier: ids.advertiserMembershipId, idMappingTableIdentifier }));

test.each([['membership', membershipArn], ['table', tableArn]])('a populate needs its action on the %s', async (_, resourceArn) => {
  denied = resourceArn();

  expect(await errorOf(populate())).toEqual({ name: 'AccessDeniedException', status: 403, message: `not authorized on ${resourceArn()}` });
  expect(asked.map(({ action }) => action)).toContain('cleanrooms:PopulateIdMappingTable');
});

test('a populate needs to see the workflow, as its dependent action', async () => {
  denied = WORKFLOW_ARN;

  expect(await errorOf(populate())).toEqual({ name: 'AccessDeniedException', status: 403, message: `not authorized on ${WORKFLOW_ARN}` });
  expect(asked.at(-1)).toEqual({ action: 'entityresolution:GetIdMappingWorkflow', resourceArn: WORKFLOW_ARN });
});

test('a table needs to see its workflow, as its dependent action', async () => {
  denied = WORKFLOW_ARN;

  expect(await errorOf(createTable(advertiser, ids.advertiserMembershipId, { name: 'unseen' }))).toMatchObject({ name: 'AccessDeniedException' });
  expect(asked.at(-1)).toEqual({ action: 'entityresolution:GetIdMappingWorkflow', resourceArn: WORKFLOW_ARN });
});

test('a schema needs its action on the collaboration, and on the configured table associations of its membership, if the service asks for these', async () => {
  const getSchema = () => advertiser.cleanRooms.send(new GetSchemaCommand({ collaborationIdentifier: ids.collaborationId, name: 'mapping' }));
  const collaboration = { action: 'cleanrooms:GetSchema', resourceArn: `arn:aws:cleanrooms:us-east-1:${ADVERTISER}:collaboration/${ids.collaborationId}` };
  await getSchema();
  expect(asked).toEqual([collaboration, { action: 'cleanrooms:GetSchema', resourceArn: `${membershipArn()}/configuredtableassociation/*` }]);

  asked = [];
  await servers.control.planFaults({ schemaOfAssociation: 'NOT_NEEDED' });
  await getSchema();
  await servers.control.planFaults({});
  expect(asked).toEqual([collaboration]);
});

test('of many tables of one name that are made at once there is one, and never more than the quota allows', async () => {
  const create = async (name: string) => createTable(advertiser, ids.advertiserMembershipId, { name }).then(() => 'created', (error: Error) => error.name);
  const same = await Promise.all(Array.from({ length: 20 }, async () => create('same')));
  expect(same.filter((outcome) => outcome === 'created')).toHaveLength(1);
  expect(new Set(same)).toEqual(new Set(['created', 'ConflictException']));

  const others = await Promise.all(Array.from({ length: 20 }, async (_, index) => create(`other${index}`)));
  expect(others.filter((outcome) => outcome === 'created')).toHaveLength(3);
  expect(new Set(others)).toEqual(new Set(['created', 'ServiceQuotaExceededException']));
});

test('of many associations of one name that are made at once there is one', async () => {
  const create = async () => advertiser.cleanRooms.send(new CreateIdNamespaceAssociationCommand({
    membershipIdentifier: ids.advertiserMembershipId,
    name: 'same',
    inputReferenceConfig: { inputReferenceArn: namespaceArn(ADVERTISER, 'crm'), manageResourcePolicies: true },
  })).then(() => 'created', (error: Error) => error.name);
  const outcomes = await Promise.all(Array.from({ length: 8 }, create));

  expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
  expect(new Set(outcomes)).toEqual(new Set(['created', 'ConflictException']));
});
