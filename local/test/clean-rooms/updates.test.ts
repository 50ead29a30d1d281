import { ADVERTISER, associate, collaborate, createTable, createWorkflow, PUBLISHER, TestCollaboration, TestServers } from './test-collaboration';

let servers: TestServers;
let ids: TestCollaboration;
let associationId: string;
let tableId: string;

beforeAll(async () => {
  servers = await TestServers.start();
  const [advertiser, publisher] = [servers.party(ADVERTISER), servers.party(PUBLISHER)];
  ids = await collaborate(advertiser, publisher);
  await associate(publisher, PUBLISHER, ids.publisherMembershipId, { name: 'members', type: 'TARGET' });
  associationId = await associate(advertiser, ADVERTISER, ids.advertiserMembershipId, { name: 'crm', type: 'SOURCE' });
  await createWorkflow(advertiser);
  tableId = await createTable(advertiser, ids.advertiserMembershipId);
});

afterAll(async () => {
  await servers.close();
});

/** Not with an SDK: it would drop the members that it does not know yet. */
async function request(method: string, path: string, body?: object): Promise<Response> {
  return fetch(servers.cleanRoomsUrl + path, {
    method,
    body: body && JSON.stringify(body),
    headers: {
      'content-type': 'application/json',
      'authorization': `AWS4-HMAC-SHA256 Credential=${ADVERTISER}/20261122/us-east-1/cleanrooms/aws4_request, SignedHeaders=host, Signature=0`,
    },
  });
}

async function send(method: string, path: string, body?: object): Promise<Record<string, object>> {
  const response = await request(method, path, body);
  const answer = await response.json() as Record<string, object>;
  expect([response.status, answer]).toEqual([200, expect.anything()]);
  return answer;
}

const BUCKET = { s3: { bucket: 'results', resultFormat: 'CSV' } };
const JOB_BUCKET = { s3: { bucket: 'results' } };
const ROLE = `arn:aws:iam::${ADVERTISER}:role/results`;

const PATHS: Readonly<Record<string, () => string>> = {
  collaboration: () => `/collaborations/${ids.collaborationId}`,
  membership: () => `/memberships/${ids.advertiserMembershipId}`,
  idNamespaceAssociation: () => `/memberships/${ids.advertiserMembershipId}/idnamespaceassociations/${associationId}`,
  idMappingTable: () => `/memberships/${ids.advertiserMembershipId}/idmappingtables/${tableId}`,
};

test.each([
  ['collaboration', { name: 'renamed' }],
  ['collaboration', { description: 'changed' }],
  ['collaboration', { analyticsEngine: 'CLEAN_ROOMS_SQL' }],
  ['membership', { queryLogStatus: 'ENABLED' }],
  ['membership', { jobLogStatus: 'ENABLED' }],
  ['membership', { defaultResultConfiguration: { outputConfiguration: BUCKET, roleArn: ROLE } }],
  ['membership', { defaultJobResultConfiguration: { outputConfiguration: JOB_BUCKET, roleArn: ROLE } }],
  ['membership', { membershipPaymentConfiguration: { queryCompute: { isResponsible: false } } }],
  ['membership', { membershipPaymentConfiguration: { machineLearning: { modelTraining: { isResponsible: true } } } }],
  ['membership', { membershipPaymentConfiguration: { jobCompute: { isResponsible: true } } }],
  ['idNamespaceAssociation', { name: 'renamed' }],
  ['idNamespaceAssociation', { description: 'changed' }],
  ['idNamespaceAssociation', { idMappingConfig: { allowUseAsDimensionColumn: true } }],
  ['idMappingTable', { description: 'changed' }],
  ['idMappingTable', { kmsKeyArn: `arn:aws:kms:us-east-1:${ADVERTISER}:key/other` }],
])('an update of a %s changes what it says and nothing else: %j', async (kind, changes: Record<string, object | string>) => {
  const path = PATHS[kind]();
  const before = (await send('GET', path))[kind];
  const answer = (await send('PATCH', path, changes))[kind] as Record<string, unknown>;
  const after = (await send('GET', path))[kind] as Record<string, unknown>;

  const { membershipPaymentConfiguration, ...members } = changes;
  const { paymentConfiguration } = before as { paymentConfiguration?: object };
  const expected = {
    ...before,
    ...members,
    ...membershipPaymentConfiguration as object && { paymentConfiguration: { ...paymentConfiguration, ...membershipPaymentConfiguration as object } },
    updateTime: after.updateTime,
  };
  expect(after).toEqual(expected);
  expect(answer).toEqual(expected);
  expect(after).not.toEqual(before);
});

test.each([
  ['no member', {}],
  ['two members', { ...BUCKET, member: { accountId: ADVERTISER } }],
  ['a member that the model does not know', { parquet: {} }],
  ['a member that is null', { s3: null }],
])('a union with %s is refused, and what it belongs to can still be read', async (_, outputConfiguration) => {
  for (const kind of ['defaultResultConfiguration', 'defaultJobResultConfiguration']) {
    const changes = { [kind]: { outputConfiguration, roleArn: ROLE } };
    const response = await request('PATCH', PATHS.membership(), changes);
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([400, 'SerializationException']);
  }
  await send('GET', PATHS.membership());
});
