import {
  CreateCollaborationCommand, CreateIdMappingTableCommand, CreateIdNamespaceAssociationCommand, CreateMembershipCommand, DeleteIdMappingTableCommand,
} from '@aws-sdk/client-cleanrooms';
import { CreateIdMappingWorkflowCommand, CreateIdNamespaceCommand, CreateSchemaMappingCommand } from '@aws-sdk/client-entityresolution';
import { Account } from './account';
import { CleanRoomsServer } from '../../local/src/clean-rooms/server';
import { EntityResolutionServer } from '../../local/src/entity-resolution/server';
import { pythonEnvironment } from '../../local/src/python-environment';

/** Clean Rooms beside an Entity Resolution. */
export async function startCleanRooms(entityResolution: EntityResolutionServer, awsEndpointUrl = 'http://127.0.0.1:9'): Promise<CleanRoomsServer> {
  const { botocoreModel } = await pythonEnvironment();
  return CleanRoomsServer.start({ port: 0, awsEndpointUrl, apiModelPath: botocoreModel('cleanrooms', '2022-02-17'), entityResolution });
}

/** The matching workflow behind the target. */
export const TARGET_WORKFLOW = 'loyalty-of-tables';

/** What a population is of. */
export interface TableIds {
  readonly membershipIdentifier: string;
  readonly idMappingTableIdentifier: string;
}

/** ID mapping tables of a collaboration whose only member has both ID namespaces. */
export class IdMappingTables {
  public static async create(account: Account): Promise<IdMappingTables> {
    const { cleanRooms } = account.clients;
    const { collaboration } = await cleanRooms.send(new CreateCollaborationCommand({
      name: 'campaign', description: 'reach', creatorDisplayName: 'Advertiser', creatorMemberAbilities: [], queryLogStatus: 'DISABLED', members: [],
    }));
    const collaborationIdentifier = collaboration!.id!;
    const { membership } = await cleanRooms.send(new CreateMembershipCommand({ collaborationIdentifier, queryLogStatus: 'DISABLED' }));
    const tables = new IdMappingTables(account, collaborationIdentifier, membership!.id!);
    await tables.createNamespaces();
    return tables;
  }

  private constructor(
    private readonly account: Account, public readonly collaborationIdentifier: string, public readonly membershipIdentifier: string,
  ) {}

  public workflowArn(workflowName: string): string {
    return `arn:aws:entityresolution:${this.account.region}:${this.account.accountId}:idmappingworkflow/${workflowName}`;
  }

  /** Makes a workflow between the ID namespaces, and its table, both of this name. */
  public async createTable(name: string, incremental = false): Promise<TableIds> {
    const { entityResolution, cleanRooms } = this.account.clients;
    await entityResolution.send(new CreateIdMappingWorkflowCommand({
      workflowName: name,
      inputSourceConfig: [{ inputSourceARN: this.namespaceArn('crm') }, { inputSourceARN: this.namespaceArn('loyalty') }],
      idMappingTechniques: {
        idMappingType: 'RULE_BASED',
        ruleBasedProperties: {
          rules: [{ ruleName: 'email', matchingKeys: ['email'] }],
          ruleDefinitionType: 'SOURCE',
          attributeMatchingModel: 'MANY_TO_MANY',
          recordMatchingModel: 'ONE_SOURCE_TO_ONE_TARGET',
        },
      },
      incrementalRunConfig: incremental ? { incrementalRunType: 'ON_DEMAND' } : undefined,
    }));
    const { membershipIdentifier } = this;
    const { idMappingTable } = await cleanRooms.send(new CreateIdMappingTableCommand({
      membershipIdentifier,
      name: name.replaceAll('-', '_'),
      inputReferenceConfig: { inputReferenceArn: this.workflowArn(name), manageResourcePolicies: true },
    }));
    return { membershipIdentifier, idMappingTableIdentifier: idMappingTable!.id! };
  }

  /** Removes a table, not its workflow. */
  public async deleteTable(table: TableIds): Promise<void> {
    await this.account.clients.cleanRooms.send(new DeleteIdMappingTableCommand(table));
  }

  private async createNamespaces(): Promise<void> {
    const { account, membershipIdentifier } = this;
    const { entityResolution, cleanRooms } = account.clients;
    await entityResolution.send(new CreateSchemaMappingCommand({
      schemaName: 'identities',
      mappedInputFields: [{ fieldName: 'id', type: 'UNIQUE_ID' }, { fieldName: 'email', type: 'EMAIL_ADDRESS', matchKey: 'email' }],
    }));
    await account.createMatchingWorkflow(TARGET_WORKFLOW);
    const inputs = {
      SOURCE: { inputSourceARN: account.table('crm'), schemaName: 'identities' },
      TARGET: { inputSourceARN: `arn:aws:entityresolution:${account.region}:${account.accountId}:matchingworkflow/${TARGET_WORKFLOW}` },
    };
    for (const [name, type] of [['crm', 'SOURCE'], ['loyalty', 'TARGET']] as const) {
      await entityResolution.send(new CreateIdNamespaceCommand({
        idNamespaceName: name,
        type,
        roleArn: `arn:aws:iam::${account.accountId}:role/entityresolution-${name}`,
        inputSourceConfig: [inputs[type]],
        idMappingWorkflowProperties: [{
          idMappingType: 'RULE_BASED',
          ruleBasedProperties: {
            ruleDefinitionTypes: ['SOURCE'], attributeMatchingModel: 'MANY_TO_MANY', recordMatchingModels: ['ONE_SOURCE_TO_ONE_TARGET'],
          },
        }],
      }));
      await cleanRooms.send(new CreateIdNamespaceAssociationCommand({
        membershipIdentifier, name, inputReferenceConfig: { inputReferenceArn: this.namespaceArn(name), manageResourcePolicies: true },
      }));
    }
  }

  private namespaceArn(name: string): string {
    return `arn:aws:entityresolution:${this.account.region}:${this.account.accountId}:idnamespace/${name}`;
  }
}
