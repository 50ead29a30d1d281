import { createHash } from 'node:crypto';

/** Eight hex digits that stay the same as long as the document says the same, whatever the order of its keys. */
export function digest(document: unknown): string {
  return createHash('sha256').update(JSON.stringify(document, sortKeys)).digest('hex').slice(0, 8);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
