import type { ListTagsForResourceInput, TagResourceInput, UntagResourceInput } from '@aws-sdk/client-entityresolution';
import { AccountRegion } from './account-region';
import { Valid } from './api-model';
import { parseArn } from './arn';
import { Context } from './context';
import { ResourceNotFoundError } from './errors';
import { ResourceTable } from './resource-table';

export const tagOperations = {
  TagResource({ resourceArn, tags }: Valid<TagResourceInput>, { accountRegion }: Context) {
    const { table, name } = find(resourceArn, accountRegion);
    table.tag(name, { ...table.get(name).tags, ...tags });
    return {};
  },

  UntagResource({ resourceArn, tagKeys }: Valid<UntagResourceInput>, { accountRegion }: Context) {
    const { table, name } = find(resourceArn, accountRegion);
    table.tag(name, Object.fromEntries(Object.entries(table.get(name).tags).filter(([key]) => !tagKeys.includes(key))));
    return {};
  },

  ListTagsForResource({ resourceArn }: Valid<ListTagsForResourceInput>, { accountRegion }: Context) {
    const { table, name } = find(resourceArn, accountRegion);
    return { tags: table.get(name).tags };
  },
};

function find(resourceArn: string, accountRegion: AccountRegion): { table: ResourceTable<unknown>; name: string } {
  const { account, region, resourceType, resourceName } = parseArn(resourceArn);
  const tables: Readonly<Record<string, ResourceTable<unknown>>> = {
    schemamapping: accountRegion.schemaMappings,
    matchingworkflow: accountRegion.matchingWorkflows,
    idmappingworkflow: accountRegion.idMappingWorkflows,
  };
  const table = tables[resourceType];
  if (!table || account !== accountRegion.account || region !== accountRegion.region) {
    throw new ResourceNotFoundError(`there is no resource ${resourceArn} in this account and Region`);
  }
  return { table, name: resourceName };
}
