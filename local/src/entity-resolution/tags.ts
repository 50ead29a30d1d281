import { ListTagsForResourceInput, TagResourceInput, UntagResourceInput } from '@aws-sdk/client-entityresolution';
import { Context } from './context';
import { ownResource } from './own-resource';
import { Valid } from '../rest-json/api-model';
import { addTags, removeTags } from '../rest-json/tags';

export const tagOperations = {
  TagResource({ resourceArn, tags }: Valid<TagResourceInput>, { accountRegion }: Context) {
    const { table, name, resource } = ownResource(resourceArn, accountRegion);
    table.change(name, { tags: addTags(resource.tags, tags) });
    return {};
  },

  UntagResource({ resourceArn, tagKeys }: Valid<UntagResourceInput>, { accountRegion }: Context) {
    const { table, name, resource } = ownResource(resourceArn, accountRegion);
    table.change(name, { tags: removeTags(resource.tags, tagKeys) });
    return {};
  },

  ListTagsForResource({ resourceArn }: Valid<ListTagsForResourceInput>, { accountRegion }: Context) {
    return { tags: ownResource(resourceArn, accountRegion).resource.tags };
  },
};
