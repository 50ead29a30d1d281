import { join } from 'node:path';
import { DuckDBInstance, DuckDBResultReader } from '@duckdb/node-api';

/** Where a database works, and within which limits. */
export interface DatabaseOptions {
  /** A folder of its own for what does not fit into memory. */
  readonly workFolder: string;
  /** The memory that the database takes at most, in MiB; more goes to the work folder. @default 1536, which leaves Node.js room below 2 GiB */
  readonly memoryLimit?: number;
  /** Ends the work early. */
  readonly signal: AbortSignal;
}

/** Runs SQL. */
export interface Database {
  execute(statement: string): Promise<DuckDBResultReader>;
  /** The numbers of a query's only row. */
  numbers(query: string): Promise<number[]>;
  /** How much of the statement that runs is done, from 0 to 1. */
  progress(): number;
}

/** Does work in a database of its own, which is gone afterwards. */
export async function inDatabase<T>(options: DatabaseOptions, work: (database: Database) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: `${options.memoryLimit ?? 1536}MiB`,
    temp_directory: join(options.workFolder, 'spill'),
    // By default so much of what is freed is kept that the process takes half as much again as the limit.
    allocator_flush_threshold: '16MiB',
    allocator_bulk_deallocation_flush_threshold: '16MiB',
    autoinstall_known_extensions: 'false',
    preserve_insertion_order: 'false',
  });
  const connection = await instance.connect();
  const interrupt = () => connection.interrupt();
  options.signal.addEventListener('abort', interrupt);
  try {
    const execute = (statement: string) => {
      // An interrupt ends the statement that runs, if one does: the next one has to ask.
      options.signal.throwIfAborted();
      return connection.runAndReadAll(statement);
    };
    return await work({
      execute,
      numbers: async query => (await execute(query)).getRowsJson()[0].map(Number),
      progress: () => Math.max(0, connection.progress.percentage) / 100,
    });
  } finally {
    options.signal.removeEventListener('abort', interrupt);
    connection.closeSync();
    instance.closeSync();
  }
}
