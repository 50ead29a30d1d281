import { ValidationError } from './errors';

/** The largest page, and the page of a request that asks for no size. */
const MAX_RESULTS = 25;

/** One page of a list operation. */
export interface Page<T> {
  readonly items: T[];
  readonly nextToken?: string;
}

/**
 * The page that a list request asks for. The token names the last item seen, so items that come or go between two
 * calls move nothing.
 * @param keyOf an item's identity
 */
export function page<T>(items: readonly T[], keyOf: (item: T) => string, request: { nextToken?: string; maxResults?: number }): Page<T> {
  const after = request.nextToken === undefined ? -1 : items.findIndex(item => tokenOf(keyOf(item)) === request.nextToken);
  if (request.nextToken !== undefined && after < 0) {
    throw new ValidationError('the nextToken is not one of this list: start again without it');
  }
  const end = after + 1 + Math.max(1, request.maxResults ?? MAX_RESULTS);
  return {
    items: items.slice(after + 1, end),
    nextToken: end < items.length ? tokenOf(keyOf(items[end - 1])) : undefined,
  };
}

function tokenOf(key: string): string {
  return Buffer.from(key).toString('base64');
}
