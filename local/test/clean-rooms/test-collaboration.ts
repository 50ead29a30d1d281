import {
  CleanRoomsClient, CleanRoomsServiceException, CreateCollaborationCommand, CreateIdMappingTableCommand, CreateIdMappingTableCommandInput,
  CreateIdNamespaceAssociationCommand, CreateMembershipCommand,
} from '@aws-sdk/client-cleanrooms';
import {
  AddPolicyStatementCommand, CreateIdMappingWorkflowCommand, CreateIdMappingWorkflowCommandInput, CreateIdNamespaceCommand,
  CreateMatchingWorkflowCommand, CreateSchemaMappingCommand, EntityResolutionClient,
} from '@aws-sdk/client-entityresolution';
import { CleanRoomsServer } from '../../src/clean-rooms/server';
import { EntityResolutionServer } from '../../src/entity-resolution/server';
import { pythonEnvironment } from '../../src/python-environment';
import { ControlClient } from '../../src/rest-json/control-client';
import { RestJsonServerProps } from '../../src/rest-json/server';
import { clientOf, idMappingWorkflow, matchingWorkflow, RULE_BASED_USE, schema } from '../entity-resolution/test-server';

export const ADVERTISER = '000000000000';
export const PUBLISHER = '111111111111';
export const STRANGER = '222222222222';

const REGION = 'us-east-1';
export const NO_ID = '00000000-0000-0000-0000-000000000000';

export const namespaceArn = (account: string, name: string) => `arn:aws:entityresolution:${REGION}:${account}:idnamespace/${name}`;
export const WORKFLOW_ARN = `arn:aws:entityresolution:${REGION}:${ADVERTISER}:idmappingworkflow/crm-to-members`;

/** A company in the collaboration, with clients of its account. */
export interface Party {
  readonly cleanRooms: CleanRoomsClient;
  readonly entityResolution: EntityResolutionClient;
}

export function partyOf(account: string, urls: { cleanRooms: string; entityResolution: string }): Party {
  const credentials = { accessKeyId: account, secretAccessKey: 'local' };
  return {
    cleanRooms: new CleanRoomsClient({ endpoint: urls.cleanRooms, region: REGION, credentials, maxAttempts: 1 }),
    entityResolution: clientOf(urls.entityResolution, { accessKeyId: account }),
  };
}

/** Both servers, with no AWS behind them: jobs fail. */
export class TestServers {
  public static async start(overrides: Partial<RestJsonServerProps> = {}): Promise<TestServers> {
    const { botocoreModel } = await pythonEnvironment();
    const props = { port: 0, awsEndpointUrl: 'http://127.0.0.1:9', ...overrides };
    const entityResolution = await EntityResolutionServer.start({ ...props, apiModelPath: botocoreModel('entityresolution', '2018-05-10') });
    const cleanRooms = await CleanRoomsServer.start({ ...props, apiModelPath: botocoreModel('cleanrooms', '2022-02-17'), entityResolution });
    return new TestServers(entityResolution, cleanRooms);
  }

  public readonly control: ControlClient;
  public readonly entityResolutionControl: ControlClient;

  private constructor(private readonly entityResolution: EntityResolutionServer, private readonly cleanRooms: CleanRoomsServer) {
    this.control = new ControlClient(cleanRooms.url);
    this.entityResolutionControl = new ControlClient(entityResolution.url);
  }

  public get cleanRoomsUrl(): string {
    return this.cleanRooms.url;
  }

  public party(account: string): Party {
    return partyOf(account, { cleanRooms: this.cleanRooms.url, entityResolution: this.entityResolution.url });
  }

  public async close(): Promise<void> {
    await Promise.all([this.cleanRooms.close(), this.entityResolution.close()]);
  }
}

/** The error that a call is answered with. */
export async function errorOf(call: Promise<unknown>): Promise<object> {
  const answer = await call.then(() => undefined, (error: unknown) => error);
  if (!(answer instanceof CleanRoomsServiceException)) {
    throw new Error(`not answered with an error of the service but: ${String(answer)}`);
  }
  const { name, message, $metadata, $fault, $response, $retryable, ...members } = answer;
  return { name, message, status: $metadata.httpStatusCode, ...members };
}

/** What two companies have made together. */
export interface TestCollaboration {
  readonly collaborationId: string;
  readonly advertiserMembershipId: string;
  readonly publisherMembershipId: string;
}

/** A collaboration of the advertiser, which may query, and the publisher, which both have joined. */
export async function collaborate(advertiser: Party, publisher: Party): Promise<TestCollaboration> {
  const { collaboration } = await advertiser.cleanRooms.send(new CreateCollaborationCommand({
    name: 'campaign',
    description: 'reach',
    creatorDisplayName: 'Advertiser',
    creatorMemberAbilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'],
    queryLogStatus: 'DISABLED',
    members: [{ accountId: PUBLISHER, displayName: 'Publisher', memberAbilities: [] }],
  }));
  const join = async ({ cleanRooms }: Party) => {
    const { membership } = await cleanRooms.send(new CreateMembershipCommand({ collaborationIdentifier: collaboration!.id, queryLogStatus: 'DISABLED' }));
    return membership!.id!;
  };
  return {
    collaborationId: collaboration!.id!, advertiserMembershipId: await join(advertiser), publisherMembershipId: await join(publisher),
  };
}

/**
 * An ID namespace over the Glue table of the same name, which the other party may use, and its association; over a matching workflow of the table and of
 * the same name, if it is a target.
 * @returns the association's id
 */
export async function associate(
  party: Party, account: string, membershipIdentifier: string, namespace: { name: string; type: 'SOURCE' | 'TARGET' },
): Promise<string> {
  const { entityResolution, cleanRooms } = party;
  const { name, type } = namespace;
  await entityResolution.send(new CreateSchemaMappingCommand(schema({ schemaName: name })));
  const roleArn = `arn:aws:iam::${account}:role/entityresolution-${name}`;
  const table = [{ inputSourceARN: `arn:aws:glue:${REGION}:${account}:table/crm/${name}`, schemaName: name }];
  if (type === 'TARGET') {
    const outputSourceConfig = [{ outputS3Path: `s3://data-${account}/out/`, output: [{ name: 'id' }] }];
    await entityResolution.send(new CreateMatchingWorkflowCommand(
      matchingWorkflow({ workflowName: name, roleArn, inputSourceConfig: table, outputSourceConfig })));
  }
  const workflowArn = `arn:aws:entityresolution:${REGION}:${account}:matchingworkflow/${name}`;
  await entityResolution.send(new CreateIdNamespaceCommand({
    idNamespaceName: name,
    type,
    roleArn,
    inputSourceConfig: type === 'TARGET' ? [{ inputSourceARN: workflowArn }] : table,
    idMappingWorkflowProperties: RULE_BASED_USE,
  }));
  await grantUse(party, namespaceArn(account, name), account === PUBLISHER ? ADVERTISER : PUBLISHER);
  const { idNamespaceAssociation } = await cleanRooms.send(new CreateIdNamespaceAssociationCommand({
    membershipIdentifier, name, inputReferenceConfig: { inputReferenceArn: namespaceArn(account, name), manageResourcePolicies: true },
  }));
  return idNamespaceAssociation!.id!;
}

/** Lets another account use an ID namespace in its workflows, as `idNamespace.grants.use(account)` does. */
export async function grantUse({ entityResolution }: Party, arn: string, account: string): Promise<void> {
  await entityResolution.send(new AddPolicyStatementCommand({
    arn, statementId: 'Use', effect: 'Allow', action: ['entityresolution:GetIdNamespace', 'entityresolution:UseIdNamespace'], principal: [account],
  }));
}

/** An ID mapping workflow of the advertiser from its namespace `crm` to the publisher's `members`. */
export function workflow(overrides: Partial<CreateIdMappingWorkflowCommandInput> = {}): CreateIdMappingWorkflowCommandInput {
  return idMappingWorkflow({
    workflowName: 'crm-to-members',
    outputSourceConfig: undefined,
    inputSourceConfig: [{ inputSourceARN: namespaceArn(ADVERTISER, 'crm') }, { inputSourceARN: namespaceArn(PUBLISHER, 'members') }],
    ...overrides,
  });
}

export async function createWorkflow({ entityResolution }: Party, overrides: Partial<CreateIdMappingWorkflowCommandInput> = {}): Promise<void> {
  await entityResolution.send(new CreateIdMappingWorkflowCommand(workflow(overrides)));
}

/** The advertiser's ID mapping table. @returns its id */
export async function createTable(
  { cleanRooms }: Party, membershipIdentifier: string, overrides: Partial<CreateIdMappingTableCommandInput> = {},
): Promise<string> {
  const { idMappingTable } = await cleanRooms.send(new CreateIdMappingTableCommand({
    membershipIdentifier, name: 'mapping', inputReferenceConfig: { inputReferenceArn: WORKFLOW_ARN, manageResourcePolicies: true }, ...overrides,
  }));
  return idMappingTable!.id!;
}
