import { join } from 'node:path';
import { DuckDBInstance, DuckDBResultReader } from '@duckdb/node-api';
import { ComparedColumn, comparedColumns } from './comparison';
import { DataSet, fileGroups } from './data-set';
import { IdMapping, IdMappingCounts } from './id-mapping';
import { InputError } from './input-error';
import { NORMALIZATION_MACROS } from './normalization';
import { COUNT_RECORDS, CREATE_RECORDS, createStaged, FIRST_BROKEN_LINE, stage, writeRejected } from './record-statements';
import { applyRule, COUNT_MAPPING, CREATE_MAPPING, isApplicable, writeMapping } from './rule-statements';

/** Files and folders of one run, and how to end it early. */
export interface MapIdsOptions {
  /** An empty folder for the database and what does not fit into memory. */
  readonly workFolder: string;
  /** Where to write the mapping: CSV with the columns `sourceId`, `targetId`, `ruleName`. */
  readonly mappingFile: string;
  /** Where to write the rejected records: CSV with the columns `inputSource`, `uniqueId`, `cause`. */
  readonly rejectedFile: string;
  readonly signal: AbortSignal;
}

type Execute = (statement: string) => Promise<DuckDBResultReader>;

const BROKEN_LINES: Readonly<Record<string, string>> = {
  'UNQUOTED VALUE': 'a quoted value is not closed, or goes on after its closing quote',
  'MISSING COLUMNS': 'the line has fewer values than there are columns',
  'TOO MANY COLUMNS': 'the line has more values than there are columns',
  'INVALID ENCODING': 'the line is not UTF-8',
  'LINE SIZE OVER MAXIMUM': 'the line is longer than 2,000,000 bytes',
};

/**
 * Maps the records of the sources to those of the targets.
 * @throws InputError when a file can't be read as its data set says
 */
export async function mapIds(mapping: IdMapping, options: MapIdsOptions): Promise<IdMappingCounts> {
  const database = await DuckDBInstance.create(join(options.workFolder, 'records.duckdb'), {
    threads: '2',
    // Leaves room for Node.js below 2 GiB.
    memory_limit: '1536MiB',
    temp_directory: join(options.workFolder, 'spill'),
    autoinstall_known_extensions: 'false',
    preserve_insertion_order: 'false',
  });
  const connection = await database.connect();
  const interrupt = () => connection.interrupt();
  options.signal.addEventListener('abort', interrupt);
  // An interrupt ends the statement that runs, if one does: the next one has to ask.
  const execute = (statement: string) => {
    options.signal.throwIfAborted();
    return connection.runAndReadAll(statement);
  };
  try {
    return await run(execute, mapping, options);
  } finally {
    options.signal.removeEventListener('abort', interrupt);
    connection.closeSync();
    database.closeSync();
  }
}

async function run(execute: Execute, mapping: IdMapping, options: MapIdsOptions): Promise<IdMappingCounts> {
  const dataSets = [...mapping.sources, ...mapping.targets];
  const matchKeys = [...new Set(mapping.rules.flatMap(({ matchingKeys }) => matchingKeys))];
  const columns = comparedColumns(dataSets, matchKeys, mapping.attributeMatchingModel);

  for (const statement of [...NORMALIZATION_MACROS, createStaged(columns)]) {
    await execute(statement);
  }
  for (const [index, dataSet] of dataSets.entries()) {
    await read(execute, dataSet, index, columns);
  }
  for (const statement of CREATE_RECORDS) {
    await execute(statement);
  }
  const [input, rejected, deleted] = await numbers(execute, COUNT_RECORDS);
  await execute(writeRejected(dataSets, options.rejectedFile));

  await execute(CREATE_MAPPING);
  for (const [index, rule] of mapping.rules.entries()) {
    if (isApplicable(rule, columns)) {
      await apply(execute, applyRule(mapping, index, columns));
    }
  }
  const [mapped, mappedTargets] = await numbers(execute, COUNT_MAPPING);
  await execute(writeMapping(mapping, options.mappingFile));
  return { input, rejected, deleted, mapped, mappedTargets };
}

async function read(execute: Execute, dataSet: DataSet, index: number, columns: readonly ComparedColumn[]): Promise<void> {
  for (const group of await fileGroups(dataSet)) {
    await execute(stage(dataSet, index, group, columns));
    const [broken] = (await execute(FIRST_BROKEN_LINE)).getRowsJson();
    if (broken) {
      const [file, line, kind] = broken.map(String);
      throw new InputError(file, `line ${line}: ${BROKEN_LINES[kind] ?? kind.toLowerCase()}`);
    }
  }
}

async function apply(execute: Execute, pass: string): Promise<void> {
  let added: number;
  do {
    added = (await execute(pass)).rowsChanged;
  } while (added > 0);
}

async function numbers(execute: Execute, query: string): Promise<number[]> {
  const [row] = (await execute(query)).getRowsJson();
  return row.map(Number);
}
