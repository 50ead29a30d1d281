import { join } from 'node:path';
import { DuckDBInstance, DuckDBResultReader } from '@duckdb/node-api';

const INTERRUPT_INTERVAL_MS = 50;

/** Where a database works, and within which limits. */
export interface DatabaseOptions {
  /** A folder of its own for what does not fit into memory. */
  readonly workFolder: string;
  /** The memory that the database takes at most, in MiB; more goes to the work folder. @default 1536, which leaves Node.js room below 2 GiB */
  readonly memoryLimit?: number;
  /** Ends the work early. */
  readonly signal: AbortSignal;
  /** Is told of what may not be as it was meant, in a file that can be read. @default - nobody is */
  readonly onWarning?: (file: string, message: string) => void;
}

/** Runs SQL. */
export interface Database {
  /** A folder for what the work needs beside it. */
  readonly workFolder: string;
  /** Ends the work early. */
  readonly signal: AbortSignal;
  /** Tells of what may not be as it was meant. The message never holds a record's values. */
  warn(file: string, message: string): void;
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
  let interrupting: NodeJS.Timeout | undefined;
  const interrupt = () => {
    connection.interrupt();
    // The statement may be just about to run.
    interrupting = setInterval(() => { connection.interrupt(); }, INTERRUPT_INTERVAL_MS);
  };
  options.signal.addEventListener('abort', interrupt);
  try {
    const execute = (statement: string) => {
      // An interrupt ends the statement that runs, if one does: the next one has to ask.
      options.signal.throwIfAborted();
      return connection.runAndReadAll(statement);
    };
    // Times with a zone are the same on each machine.
    await execute("SET TimeZone = 'UTC'");
    // Else DuckDB does not look how far it is.
    await execute('SET enable_progress_bar = true');
    await execute('SET enable_progress_bar_print = false');
    return await work({
      workFolder: options.workFolder,
      signal: options.signal,
      warn: (file, message) => options.onWarning?.(file, message),
      execute,
      numbers: async (query) => (await execute(query)).getRowsJson()[0].map(Number),
      progress: () => Math.max(0, connection.progress.percentage) / 100,
    });
  } finally {
    options.signal.removeEventListener('abort', interrupt);
    clearInterval(interrupting);
    connection.closeSync();
    instance.closeSync();
  }
}
