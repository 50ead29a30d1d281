import { Store } from './store';
import { Permission } from '../rest-json/authorization';
import { ServiceCall } from '../rest-json/server';

/** The permissions that a call needs: on each resource of its path. */
export function requiredPermissions({ operation, labels, caller, account }: ServiceCall, store: Store): Permission[] {
  const prefix = `arn:aws:cleanrooms:${caller.region}:${account}:`;
  const { resourceArn, collaborationIdentifier, membershipIdentifier, idMappingTableIdentifier, idNamespaceAssociationIdentifier } = labels;
  const membership = membershipIdentifier && `${prefix}membership/${membershipIdentifier}`;
  const resources = [
    resourceArn,
    collaborationIdentifier && (store.collaborations.get(collaborationIdentifier)?.arn ?? `${prefix}collaboration/${collaborationIdentifier}`),
    membership,
    idMappingTableIdentifier && `${membership}/idmappingtable/${idMappingTableIdentifier}`,
    membership && idNamespaceAssociationIdentifier && `${membership}/idnamespaceassociation/${idNamespaceAssociationIdentifier}`,
  ].filter((arn) => arn !== undefined);
  return (resources.length > 0 ? resources : [`${prefix}*`]).map((arn) => ({ action: `cleanrooms:${operation.name}`, resourceArn: arn, context: {} }));
}
