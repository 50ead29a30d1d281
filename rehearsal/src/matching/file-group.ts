import { checkFormat, csvHeader, firstLine, isHeader } from './csv-header';
import { DataSet, Field, isNamed, uniqueIdField } from './data-set';
import { Database } from './database';
import { InputError } from './input-error';
import { parquetColumns } from './parquet-file';
import { partitionValue } from './partitions';
import { plainPath } from './plain-path';

// A message is read by people, and a file may be anything.
const MOST_LISTED = 20;
const LONGEST_LISTED = 100;

/** A column of a file. */
export interface FileColumn {
  readonly name: string;
  /** The SQL of its values as texts. */
  readonly expression: string;
}

/** Files with the same columns in the same order. */
export interface FileGroup {
  readonly files: readonly string[];
  readonly columns: readonly FileColumn[];
  /** For each field of the data set the column (from 0) that holds it; any column for one that none holds. */
  readonly fieldColumns: readonly number[];
  /** The fields (from 0) that no column but folders of the files' paths hold. */
  readonly partitionFields: readonly number[];
}

/**
 * Groups a data set's files by their columns, so that each group is one read.
 * @throws InputError when a file is empty, has a field neither as a column nor in its path, or as two columns
 */
export async function fileGroups(dataSet: DataSet, database: Database): Promise<FileGroup[]> {
  const groups = new Map<string, { columns: readonly FileColumn[]; files: string[] }>();
  for (const file of dataSet.files) {
    const columns = dataSet.format === 'PARQUET'
      ? await parquetColumns(file, await plainPath(file, database.workFolder), dataSet.fields, database)
      : (await csvColumns(file, dataSet, database)).map((name, index) => ({ name, expression: csvColumn(index) }));
    const key = JSON.stringify(columns);
    groups.set(key, { columns, files: [...groups.get(key)?.files ?? [], file] });
  }
  return [...groups.values()].map(({ columns, files }) => {
    const isPartition = (field: Field) =>
      !columns.some(({ name }) => isNamed(field, name)) && files.every((file) => partitionValue(file, field) !== undefined);
    return {
      files,
      columns,
      fieldColumns: dataSet.fields.map((field) => (isPartition(field) ? 0 : columnOf(field, columns.map(({ name }) => name), dataSet, files))),
      partitionFields: dataSet.fields.flatMap((field, index) => (isPartition(field) ? index : [])),
    };
  });
}

/** The SQL name of a CSV file's column. */
export function csvColumn(index: number): string {
  return `column${index}`;
}

async function csvColumns(file: string, dataSet: DataSet, database: Database): Promise<readonly string[]> {
  const line = await firstLine(file);
  if (line === undefined) {
    throw new InputError(file, `the file is empty: it must hold at least ${dataSet.columns ? 'one record' : 'a header line'}, ` +
      `with the column "${uniqueIdField(dataSet).fieldName}" (the unique id)`);
  }
  checkFormat(file, line);
  if (dataSet.columns === undefined) {
    return csvHeader(file, line, dataSet.separator);
  }
  if (isHeader(line, dataSet.columns, dataSet.separator)) {
    database.warn(file, 'line 1 has the names of the columns, and is read as a record: if it is a header line, set skip.header.line.count of its Glue table to 1 ' +
      '(in a YAML file leave out columns)');
  }
  return dataSet.columns;
}

function columnOf(field: Field, columns: readonly string[], { format }: DataSet, files: readonly string[]): number {
  const { fieldName, type } = field;
  const found = columns.flatMap((name, index) => (isNamed(field, name) ? index : []));
  const file = files.find((path) => partitionValue(path, field) === undefined) ?? files[0];
  if (found.length === 0) {
    throw new InputError(file, `the column "${fieldName}"${type === 'UNIQUE_ID' ? ' (the unique id)' : ''} is missing; ` +
      `the file has the columns: ${listed(columns)}${columns.length === 1 ? '; is its separator another one?' : ''}`);
  }
  if (found.length > 1) {
    throw new InputError(file, `${format === 'PARQUET' ? '' : 'line 1: '}the column "${fieldName}" is there more than once: as columns ${found.map((index) => index + 1).join(' and ')}`);
  }
  return found[0];
}

function listed(columns: readonly string[]): string {
  const [shown, left] = [columns.slice(0, MOST_LISTED), columns.length - MOST_LISTED];
  return shown.map((name) => (name.length > LONGEST_LISTED ? `${name.slice(0, LONGEST_LISTED)}…` : name)).join(', ') + (left > 0 ? ` and ${left} more` : '');
}
