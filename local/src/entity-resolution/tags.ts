import type { ListTagsForResourceInput, TagResourceInput, UntagResourceInput } from '@aws-sdk/client-entityresolution';
import { Context } from './context';
import { ownResource } from './own-resource';
import { Valid } from '../rest-json/api-model';

export const tagOperations = {
  TagResource({ resourceArn, tags }: Valid<TagResourceInput>, { accountRegion }: Context) {
    const { table, name, resource } = ownResource(resourceArn, accountRegion);
    table.change(name, { tags: { ...resource.tags, ...tags } });
    return {};
  },

  UntagResource({ resourceArn, tagKeys }: Valid<UntagResourceInput>, { accountRegion }: Context) {
    const { table, name, resource } = ownResource(resourceArn, accountRegion);
    table.change(name, { tags: Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !tagKeys.includes(key))) });
    return {};
  },

  ListTagsForResource({ resourceArn }: Valid<ListTagsForResourceInput>, { accountRegion }: Context) {
    return { tags: ownResource(resourceArn, accountRegion).resource.tags };
  },
};
