import { firstLine, splitLine } from './csv-file';
import { DataSet, Field, uniqueIdField } from './data-set';
import { Database } from './database';
import { InputError } from './input-error';
import { literal } from './sql';

/** Files with the same columns in the same order. */
export interface FileGroup {
  readonly files: readonly string[];
  readonly columns: readonly string[];
  /** For each field of the data set the column (from 0) that holds it. */
  readonly fieldColumns: readonly number[];
}

/**
 * Groups a data set's files by their columns, so that each group is one read.
 * @throws InputError when a file is empty, lacks a field's column or has it twice
 */
export async function fileGroups(dataSet: DataSet, database: Database): Promise<FileGroup[]> {
  const groups = new Map<string, { columns: readonly string[]; files: string[] }>();
  for (const file of dataSet.files) {
    const columns = dataSet.format === 'PARQUET' ? await parquetColumns(file, database) : await csvColumns(file, dataSet);
    const key = JSON.stringify(columns);
    groups.set(key, { columns, files: [...groups.get(key)?.files ?? [], file] });
  }
  return [...groups.values()].map(({ columns, files }) => ({
    files,
    columns,
    fieldColumns: dataSet.fields.map(field => columnOf(field, columns, files[0])),
  }));
}

async function csvColumns(file: string, dataSet: DataSet): Promise<readonly string[]> {
  const line = await firstLine(file);
  if (line === undefined) {
    throw new InputError(file, `the file is empty: it must hold at least ${dataSet.columns ? 'one record' : 'a header line'}, ` +
      `with the column "${uniqueIdField(dataSet).fieldName}" (the unique id)`);
  }
  return dataSet.columns ?? splitLine(line, dataSet.separator);
}

async function parquetColumns(file: string, database: Database): Promise<string[]> {
  try {
    return (await database.execute(`DESCRIBE FROM read_parquet(${literal(file)})`)).getRowsJson().map(([name]) => String(name));
  } catch {
    throw new InputError(file, 'the file is not Parquet');
  }
}

function columnOf({ fieldName, type }: Field, columns: readonly string[], file: string): number {
  // Glue writes all its column names in lower case, headers do not.
  const found = columns.flatMap((name, index) => (name.toLowerCase() === fieldName.toLowerCase() ? index : []));
  if (found.length === 0) {
    throw new InputError(file, `the column "${fieldName}"${type === 'UNIQUE_ID' ? ' (the unique id)' : ''} is missing; ` +
      `the file has the columns: ${columns.join(', ')}${columns.length === 1 ? '; is its separator another one?' : ''}`);
  }
  if (found.length > 1) {
    throw new InputError(file, `line 1: the column "${fieldName}" is there more than once: as columns ${found.map(index => index + 1).join(' and ')}`);
  }
  return found[0];
}
