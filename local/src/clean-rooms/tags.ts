import { ListTagsForResourceInput, TagResourceInput, UntagResourceInput } from '@aws-sdk/client-cleanrooms';
import { Context } from './context';
import { notFound } from './errors';
import { Entity, ownedBy } from './store';
import { Valid } from '../rest-json/api-model';
import { addTags, removeTags } from '../rest-json/tags';

export const tagOperations = {
  TagResource({ resourceArn, tags }: Valid<TagResourceInput>, context: Context) {
    const resource = resourceOf(resourceArn, context);
    resource.tags = addTags(resource.tags, tags);
    return {};
  },

  UntagResource({ resourceArn, tagKeys }: Valid<UntagResourceInput>, context: Context) {
    const resource = resourceOf(resourceArn, context);
    resource.tags = removeTags(resource.tags, tagKeys);
    return {};
  },

  ListTagsForResource({ resourceArn }: Valid<ListTagsForResourceInput>, context: Context) {
    return { tags: resourceOf(resourceArn, context).tags };
  },
};

function resourceOf(resourceArn: string, context: Context): Entity {
  const { store: { collaborations, memberships, idNamespaceAssociations, idMappingTables } } = context;
  const resource = [collaborations, memberships, idNamespaceAssociations, idMappingTables]
    .flatMap((kind) => ownedBy<Entity>(kind, context)).find(({ arn }) => arn === resourceArn);
  if (!resource) {
    throw notFound(resourceArn.includes(':membership/') ? 'MEMBERSHIP' : 'COLLABORATION', resourceArn, `there is no resource ${resourceArn} in this account and Region`);
  }
  return resource;
}
