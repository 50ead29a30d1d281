import { join } from 'node:path';
import { DuckDBConnection } from '@duckdb/node-api';
import { Measured, mapOnState } from './contenders';
import { writePeople } from './people';

const CHANGED = 0.01;

/** What INCREMENTAL runs take, of which each finds one in a hundred source records changed since the run before. @param files that a first run maps */
export async function incrementalRuns(
  connection: DuckDBConnection, people: number, files: { readonly source: string; readonly target: string }, folder: string,
): Promise<Measured[]> {
  const changed = { source: join(folder, 'changed.csv'), target: join(folder, 'same.csv') };
  await writePeople(connection, people, changed, CHANGED);
  const run = (jobType: string, { source, target }: typeof files) => mapOnState(jobType, join(folder, 'state'), source, target, join(folder, 'incremental.csv'));
  await run('BATCH', files);
  return [await run('INCREMENTAL', changed), await run('INCREMENTAL', files)];
}
