import {
  CleanRoomsClient, GetCollaborationCommand, GetIdMappingTableCommand, GetIdNamespaceAssociationCommand, GetMembershipCommand, IdMappingTable,
  ListIdMappingTablesCommand, ListIdNamespaceAssociationsCommand, ListMembershipsCommand, ListMembersCommand, ListTagsForResourceCommand,
  PopulateIdMappingTableCommand,
} from '@aws-sdk/client-cleanrooms';
import {
  CloudFormationClient, CreateStackCommand, DescribeStackEventsCommand, UpdateStackCommand, waitUntilStackCreateComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as glue from 'aws-cdk-lib/aws-glue';
import { LocalAws } from 'id-mapping-local';
import * as mapping from '../../src';
import { completeStack } from '../clean-rooms/complete';
import { EMAIL_RULE, givenStack } from '../entity-resolution/given';

const ACCOUNT = '111122223333';

describe('the constructs of Clean Rooms, deployed onto the local AWS', () => {
  let aws: LocalAws;
  let cleanRooms: CleanRoomsClient;
  let cloudFormation: CloudFormationClient;
  let membershipIdentifier: string;

  beforeAll(async () => {
    aws = await LocalAws.start({ enforceIam: true });
    const client = { region: 'eu-west-1', credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'local' } };
    cleanRooms = new CleanRoomsClient({ ...client, endpoint: aws.cleanRoomsUrl });
    cloudFormation = new CloudFormationClient({ ...client, endpoint: aws.endpointUrl });
    await deploy('Data', dataStack());
    await deploy('Complete', completeStack());
    membershipIdentifier = (await cleanRooms.send(new ListMembershipsCommand({}))).membershipSummaries![0].id!;
  });

  afterAll(async () => {
    await aws?.stop();
  });

  /** The Glue database of the tables that the other stacks define, and the table that they know by its name. */
  function dataStack(): Stack {
    const stack = givenStack();
    const database = new glue.CfnDatabase(stack, 'Database', { catalogId: ACCOUNT, databaseName: 'customers', databaseInput: { name: 'customers' } });
    new glue.CfnTable(stack, 'Table', { catalogId: ACCOUNT, databaseName: database.ref, tableInput: { name: 'crm' } });
    return stack;
  }

  async function deploy(StackName: string, stack: Stack, { isUpdate = false } = {}): Promise<void> {
    const { Resources } = Template.fromStack(stack).toJSON();
    const input = { StackName, TemplateBody: JSON.stringify({ Resources }), Capabilities: ['CAPABILITY_IAM' as const] };
    await cloudFormation.send(isUpdate ? new UpdateStackCommand(input) : new CreateStackCommand(input));
    const waitUntilComplete = isUpdate ? waitUntilStackUpdateComplete : waitUntilStackCreateComplete;
    try {
      await waitUntilComplete({ client: cloudFormation, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { StackName });
    } catch {
      const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
      throw new Error(StackEvents.flatMap(({ ResourceStatusReason: reason }) => reason || []).join('\n'));
    }
  }

  async function tables(): Promise<IdMappingTable[]> {
    const { idMappingTableSummaries = [] } = await cleanRooms.send(new ListIdMappingTablesCommand({ membershipIdentifier }));
    return Promise.all(idMappingTableSummaries.map(async ({ id }) =>
      (await cleanRooms.send(new GetIdMappingTableCommand({ membershipIdentifier, idMappingTableIdentifier: id }))).idMappingTable!));
  }

  async function teamOf(resourceArn: string | undefined): Promise<string | undefined> {
    return (await cleanRooms.send(new ListTagsForResourceCommand({ resourceArn }))).tags?.team;
  }

  const pays = { isResponsible: true };
  const paysForAll = {
    queryCompute: pays, jobCompute: pays, machineLearning: { modelTraining: pays, modelInference: pays, syntheticDataGeneration: pays },
  };

  test('bring every property of a collaboration and a membership to the service', async () => {
    const { membership } = await cleanRooms.send(new GetMembershipCommand({ membershipIdentifier }));
    const collaborationIdentifier = membership!.collaborationId;
    const { collaboration } = await cleanRooms.send(new GetCollaborationCommand({ collaborationIdentifier }));
    const { memberSummaries } = await cleanRooms.send(new ListMembersCommand({ collaborationIdentifier }));

    expect(collaboration).toMatchObject({
      name: 'Campaign',
      description: 'Who has seen the campaign',
      creatorDisplayName: 'Advertiser',
      queryLogStatus: 'ENABLED',
      jobLogStatus: 'ENABLED',
      analyticsEngine: 'SPARK',
      dataEncryptionMetadata: { allowCleartext: true, allowDuplicates: true, allowJoinsOnColumnsWithDifferentNames: true, preserveNulls: true },
      autoApprovedChangeTypes: ['ADD_MEMBER', 'GRANT_RECEIVE_RESULTS_ABILITY', 'REVOKE_RECEIVE_RESULTS_ABILITY'],
      allowedResultRegions: ['eu-west-1', 'us-east-1'],
      isMetricsEnabled: true,
    });
    expect(memberSummaries).toMatchObject([
      {
        accountId: ACCOUNT,
        abilities: ['CAN_QUERY', 'CAN_RUN_JOB', 'CAN_RECEIVE_RESULTS'],
        mlAbilities: { customMLMemberAbilities: ['CAN_RECEIVE_MODEL_OUTPUT'] },
        paymentConfiguration: paysForAll,
      },
      {
        accountId: '444455556666',
        displayName: 'Publisher',
        abilities: ['CAN_RECEIVE_RESULTS'],
        mlAbilities: { customMLMemberAbilities: ['CAN_RECEIVE_INFERENCE_OUTPUT'] },
        paymentConfiguration: { queryCompute: { isResponsible: false } },
      },
    ]);
    const roleArn = 'arn:aws:iam::111122223333:role/results';
    expect(membership).toMatchObject({
      queryLogStatus: 'ENABLED',
      jobLogStatus: 'ENABLED',
      defaultResultConfiguration: {
        outputConfiguration: { s3: { bucket: 'results', keyPrefix: 'queries/', resultFormat: 'PARQUET', singleFileOutput: true } }, roleArn,
      },
      defaultJobResultConfiguration: { outputConfiguration: { s3: { bucket: 'results', keyPrefix: 'jobs/' } }, roleArn },
      paymentConfiguration: paysForAll,
      isMetricsEnabled: true,
    });
    expect(await Promise.all([collaboration?.arn, membership?.arn].map(teamOf))).toEqual(['crm', 'crm']);
  });

  test('bring every property of associations and a table to the service', async () => {
    const { idNamespaceAssociationSummaries = [] } = await cleanRooms.send(new ListIdNamespaceAssociationsCommand({ membershipIdentifier }));
    const { id: idNamespaceAssociationIdentifier } = idNamespaceAssociationSummaries.find(({ name }) => name === 'Our customers')!;
    const association = await cleanRooms.send(new GetIdNamespaceAssociationCommand({ membershipIdentifier, idNamespaceAssociationIdentifier }));
    const [table] = await tables();

    expect(association.idNamespaceAssociation).toMatchObject({
      description: 'Of the CRM', idMappingConfig: { allowUseAsDimensionColumn: true }, inputReferenceConfig: { manageResourcePolicies: true },
    });
    expect(table).toMatchObject({
      name: 'crm to members',
      description: 'Customers who are members',
      inputReferenceConfig: { manageResourcePolicies: false },
      kmsKeyArn: expect.stringContaining(':key/'),
    });
    expect(await Promise.all([association.idNamespaceAssociation?.arn, table.arn].map(teamOf))).toEqual(['crm', 'crm']);
  });

  test('let Clean Rooms populate a table whose policies the app writes itself', async () => {
    const [{ id: idMappingTableIdentifier }] = await tables();

    const { idMappingJobId } = await cleanRooms.send(new PopulateIdMappingTableCommand({ membershipIdentifier, idMappingTableIdentifier }));

    expect(idMappingJobId).toEqual(expect.any(String));
  });

  test('let a table without a name of its own be replaced, though the old one is deleted last', async () => {
    const [{ inputReferenceConfig }] = await tables();
    const { idNamespaceAssociationSummaries = [] } = await cleanRooms.send(new ListIdNamespaceAssociationsCommand({ membershipIdentifier }));
    const withWorkflow = (workflowName: string) => {
      const stack = givenStack();
      const namespace = (type: string) => {
        const association = idNamespaceAssociationSummaries.find((summary) => summary.inputReferenceProperties!.idNamespaceType === type)!;
        const arn = association.inputReferenceConfig!.inputReferenceArn!;
        return mapping.InputSource.idNamespace(mapping.IdNamespace.fromIdNamespaceArn(stack, type, arn));
      };
      const workflow = new mapping.IdMappingWorkflow(stack, 'Mapping', {
        workflowName,
        sources: [namespace('SOURCE')],
        target: namespace('TARGET'),
        technique: mapping.IdMappingTechnique.ruleBased({ rules: [EMAIL_RULE] }),
        writesOutput: false,
      });
      new mapping.IdMappingTable(stack, 'Table', { membership: mapping.Membership.fromMembershipId(stack, 'Membership', membershipIdentifier), workflow });
      return stack;
    };
    const workflowsOfTables = async () => (await tables()).map((table) => table.inputReferenceConfig!.inputReferenceArn!.split('/')[1]).sort();
    const complete = inputReferenceConfig!.inputReferenceArn!.split('/')[1];

    await deploy('Replaced', withWorkflow('before'));
    expect(await workflowsOfTables()).toEqual([complete, 'before'].sort());
    await deploy('Replaced', withWorkflow('now'), { isUpdate: true });
    expect(await workflowsOfTables()).toEqual([complete, 'now'].sort());
  });
});
