/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier. */
export function identifier(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** A list of SQL expressions as an SQL list. */
export function list(items: readonly string[]): string {
  return `[${items.join(', ')}]`;
}
