import { AccountRegion } from './account-region';
import { allows } from './resource-policy';
import { Resource, ResourceTable } from './resource-table';
import { parseArn } from '../rest-json/arn';
import { AccessDeniedError, ResourceNotFoundError } from '../rest-json/errors';

/** A resource with what the service keeps for its owner. */
export interface SharedResource<T> {
  readonly owner: AccountRegion;
  readonly resource: Resource<T>;
}

/**
 * The resource that an ARN names: one of the account, or one of another whose policy lets the account do the action.
 * @param tableOf the table of the resource's kind
 * @throws ResourceNotFoundError when the account has no such resource, or the ARN is of another Region
 * @throws AccessDeniedError when the other account does not allow it, or has no such resource
 */
export function sharedResource<T>(
  resourceArn: string, action: string, accountRegion: AccountRegion, tableOf: (owner: AccountRegion) => ResourceTable<T>,
): SharedResource<T> {
  const arn = parseArn(resourceArn);
  const owner = accountRegion.ownerOf(arn);
  const resource = owner && tableOf(owner).find(arn.resourceName);
  const { account } = accountRegion;
  if (owner && owner !== accountRegion
    && !allows(resource?.policy?.statements ?? [], { action, principal: account, resource: resourceArn, context: { 'aws:PrincipalAccount': account } })) {
    throw new AccessDeniedError(`the account ${account} is not authorized to perform: ${action} on resource: ${resourceArn}, ` +
      `because no resource-based policy allows it: the account ${owner.account} has to add a statement that does`);
  }
  if (!owner || !resource) {
    throw new ResourceNotFoundError(`there is no resource ${resourceArn} in this account and Region`);
  }
  return { owner, resource };
}
