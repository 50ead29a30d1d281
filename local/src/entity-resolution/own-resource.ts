import { AccountRegion } from './account-region';
import { Resource, ResourceTable } from './resource-table';
import { parseArn } from '../rest-json/arn';
import { ResourceNotFoundError } from '../rest-json/errors';

/**
 * The resource that an ARN names, with the table that keeps it.
 * @throws ResourceNotFoundError when the account does not have it in the Region
 */
export function ownResource(
  resourceArn: string, accountRegion: AccountRegion,
): { table: ResourceTable<unknown>; name: string; resource: Resource<unknown> } {
  const arn = parseArn(resourceArn);
  const table = accountRegion.ownerOf(arn) === accountRegion ? accountRegion.tableOf(arn) : undefined;
  if (!table) {
    throw new ResourceNotFoundError(`there is no resource ${resourceArn} in this account and Region`);
  }
  return { table, name: arn.resourceName, resource: table.get(arn.resourceName) };
}
