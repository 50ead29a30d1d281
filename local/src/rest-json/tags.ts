import { ValidationError } from './errors';

export type Tags = Readonly<Record<string, string>>;

/** What the API model lets an answer have. */
const MAX_TAGS = 200;

/**
 * The tags of a resource with those that are added.
 * @throws ValidationError when they are too many together
 */
export function addTags(tags: Tags, added: Tags): Tags {
  const all = { ...tags, ...added };
  const count = Object.keys(all).length;
  if (count > MAX_TAGS) {
    throw new ValidationError(`the resource would have ${count} tags: it may have ${MAX_TAGS}; untag it first`);
  }
  return all;
}

export function removeTags(tags: Tags, keys: readonly string[]): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
}
