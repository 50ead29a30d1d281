import { CreateIdMappingTableInput, PopulateIdMappingTableInput } from '@aws-sdk/client-cleanrooms';
import { Store } from './store';
import { Valid } from '../rest-json/api-model';
import { Permission } from '../rest-json/authorization';
import { ServiceCall } from '../rest-json/server';

/** The permissions that a call needs: on each resource of its path, and to see the ID mapping workflow of its table. */
export function requiredPermissions({ operation, labels, caller, account, input, behaviour }: ServiceCall, store: Store): Permission[] {
  const prefix = `arn:aws:cleanrooms:${caller.region}:${account}:`;
  const { resourceArn, collaborationIdentifier, membershipIdentifier, idMappingTableIdentifier, idNamespaceAssociationIdentifier } = labels;
  const membership = membershipIdentifier && `${prefix}membership/${membershipIdentifier}`;
  const resources = [
    resourceArn,
    collaborationIdentifier && (store.collaborations.get(collaborationIdentifier)?.arn ?? `${prefix}collaboration/${collaborationIdentifier}`),
    membership,
    idMappingTableIdentifier && `${membership}/idmappingtable/${idMappingTableIdentifier}`,
    membership && idNamespaceAssociationIdentifier && `${membership}/idnamespaceassociation/${idNamespaceAssociationIdentifier}`,
    ...behaviour.schemaOfAssociation === 'NEEDED' ? associationsOf(operation.name, input, account, store) : [],
  ].filter((arn) => arn !== undefined);
  return [
    ...(resources.length > 0 ? resources : [`${prefix}*`]).map((arn) => ({ action: `cleanrooms:${operation.name}`, resourceArn: arn, context: {} })),
    ...workflowArns(operation.name, input, store).map((arn) => ({ action: 'entityresolution:GetIdMappingWorkflow', resourceArn: arn, context: {} })),
  ];
}

/** What the service authorization reference asks for beside the collaboration, whatever the schema is of. */
function associationsOf(operationName: string, input: object, account: string, { memberships }: Store): string[] {
  const { collaborationIdentifier } = input as { collaborationIdentifier?: string };
  return operationName === 'GetSchema' || operationName === 'BatchGetSchema'
    ? [...memberships.values()].filter((membership) => membership.account === account && membership.collaboration.id === collaborationIdentifier)
      .map(({ arn }) => `${arn}/configuredtableassociation/*`)
    : [];
}

/** The workflow that a table is made or populated of: a dependent action, which the service authorization reference of 2025 has, and later ones leave out. */
function workflowArns(operationName: string, input: object, { idMappingTables }: Store): string[] {
  switch (operationName) {
    case 'CreateIdMappingTable':
      return [(input as Valid<CreateIdMappingTableInput>).inputReferenceConfig.inputReferenceArn];
    case 'PopulateIdMappingTable': {
      const table = idMappingTables.get((input as Valid<PopulateIdMappingTableInput>).idMappingTableIdentifier);
      return table ? [table.members.inputReferenceConfig.inputReferenceArn] : [];
    }
    default:
      return [];
  }
}
