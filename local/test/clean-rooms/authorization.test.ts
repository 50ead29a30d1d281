import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { GetSchemaCommand, PopulateIdMappingTableCommand } from '@aws-sdk/client-cleanrooms';
import {
  ADVERTISER, associate, collaborate, createTable, createWorkflow, errorOf, Party, PUBLISHER, TestCollaboration, TestServers,
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
    void json(request).then(question => {
      const { action, resourceArn } = question as { action: string; resourceArn: string };
      asked.push({ action, resourceArn });
      response.end(JSON.stringify(resourceArn === denied ? { allowed: false, reason: `not authorized on ${resourceArn}` } : { allowed: true }));
    });
  }).listen(0, '127.0.0.1');
  await once(judge, 'listening');
  asked = [];
  servers = await TestServers.start({ authorizeUrl: `http://127.0.0.1:${(judge.address() as AddressInfo).port}` });
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

test('a schema needs its action on the collaboration', async () => {
  await advertiser.cleanRooms.send(new GetSchemaCommand({ collaborationIdentifier: ids.collaborationId, name: 'mapping' }));

  expect(asked).toEqual([
    { action: 'cleanrooms:GetSchema', resourceArn: `arn:aws:cleanrooms:us-east-1:${ADVERTISER}:collaboration/${ids.collaborationId}` },
  ]);
});
