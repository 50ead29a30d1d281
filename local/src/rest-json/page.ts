import { createHash } from 'node:crypto';
import { ValidationError } from './errors';

/** The largest page, and the page of a request that asks for no size. */
const MAX_RESULTS = 25;

/** One page of a list operation. */
export interface Page<T> {
  readonly items: T[];
  readonly nextToken?: string;
}

interface ListRequest {
  readonly nextToken?: string;
  readonly maxResults?: number;
}

/**
 * The page that a list request asks for. The token says where the page before has ended, in the order of the keys: whatever comes or goes between
 * two calls, the last item of that page too, the rest of the list is what it was.
 * @param keyOf what no two items share, and by which they are listed
 * @throws ValidationError for a token of a request for something else
 */
export function page<T>(items: readonly T[], keyOf: (item: T) => string, request: ListRequest): Page<T> {
  const after = request.nextToken === undefined ? '' : keyOfToken(request.nextToken, request);
  const rest = items.map((item) => ({ item, key: keyOf(item) })).filter(({ key }) => key > after).sort((a, b) => (a.key < b.key ? -1 : 1));
  const listed = rest.slice(0, Math.max(1, request.maxResults ?? MAX_RESULTS));
  return {
    items: listed.map(({ item }) => item),
    nextToken: listed.length < rest.length ? tokenOf(listed[listed.length - 1].key, request) : undefined,
  };
}

/** A key that lists items in the order in which they were made. */
export function sequenceKey(sequence: number): string {
  return String(1e15 + sequence).padStart(20, '0');
}

function tokenOf(key: string, request: ListRequest): string {
  return Buffer.from(JSON.stringify([listOf(request), key])).toString('base64url');
}

function keyOfToken(token: string, request: ListRequest): string {
  try {
    const [list, key] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as unknown[];
    if (list === listOf(request) && typeof key === 'string') {
      return key;
    }
  } catch {
    // Answered below, like the token of another list.
  }
  throw new ValidationError('the nextToken is not one of this list: start again without it');
}

/** Names what a request lists. */
function listOf({ nextToken, maxResults, ...request }: ListRequest): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 8);
}
