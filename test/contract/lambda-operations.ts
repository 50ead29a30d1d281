import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LAMBDA = join(__dirname, '..', '..', 'lambda');

/** The names of all operations of services that the code in lambda/ calls. */
export function lambdaOperations(): string[] {
  const sources = readdirSync(LAMBDA, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) => readFileSync(join(LAMBDA, name), 'utf8'));
  const operations = sources.flatMap((source) => [...source.matchAll(/new (\w+)Command\(|paginate(\w+)\(/g)].map(([, command, paginated]) => command ?? paginated));
  return [...new Set(operations)].sort();
}
