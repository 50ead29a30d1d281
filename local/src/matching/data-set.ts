import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { InputError } from './input-error';

/** One field of a data set, in the terms of AWS Entity Resolution's schema mappings. */
export interface Field {
  readonly fieldName: string;
  /** The attribute type, such as `NAME_FIRST`, `EMAIL_ADDRESS`; exactly one field of a data set is the `UNIQUE_ID`. */
  readonly type: string;
  readonly matchKey?: string;
  readonly groupName?: string;
  readonly subType?: string;
  /** @default false */
  readonly hashed?: boolean;
}

/** CSV files with the same fields: UTF-8, double quotes around values that need them. */
export interface DataSet {
  /** Stands for the data set in the file of rejected records. */
  readonly name: string;
  readonly files: readonly string[];
  /** The character between two values. */
  readonly separator: string;
  /** The columns of files that have no header line. @default - the first line of each file names its columns */
  readonly columns?: readonly string[];
  readonly fields: readonly Field[];
}

/** Files with the same columns in the same order. */
export interface FileGroup {
  readonly files: readonly string[];
  /** For each field of the data set the column (from 0) that holds it. */
  readonly fieldColumns: readonly number[];
  readonly columnCount: number;
}

/**
 * Groups a data set's files by their columns, so that each group is one read.
 * @throws InputError when a file is empty or lacks a field's column
 */
export async function fileGroups(dataSet: DataSet): Promise<FileGroup[]> {
  const groups = new Map<string, { columns: readonly string[]; files: string[] }>();
  for (const file of dataSet.files) {
    const firstLine = await readFirstLine(file);
    if (firstLine === undefined) {
      throw new InputError(file, `the file is empty: it must hold at least ${dataSet.columns ? 'one record' : 'a header line'}, ` +
        `with the column "${uniqueIdField(dataSet).fieldName}" (the unique id)`);
    }
    const columns = dataSet.columns ?? splitLine(firstLine, dataSet.separator);
    const key = JSON.stringify(columns);
    groups.set(key, { columns, files: [...groups.get(key)?.files ?? [], file] });
  }
  return [...groups.values()].map(({ columns, files }) => ({
    files,
    columnCount: columns.length,
    fieldColumns: dataSet.fields.map(field => columnOf(field, columns, files[0])),
  }));
}

/** The field that identifies a record. */
export function uniqueIdField(dataSet: DataSet): Field {
  return dataSet.fields.find(({ type }) => type === 'UNIQUE_ID')!;
}

function columnOf({ fieldName, type }: Field, columns: readonly string[], file: string): number {
  // Glue writes all its column names in lower case, headers do not.
  const column = columns.findIndex(name => name.toLowerCase() === fieldName.toLowerCase());
  if (column < 0) {
    throw new InputError(file, `the column "${fieldName}"${type === 'UNIQUE_ID' ? ' (the unique id)' : ''} is missing; ` +
      `the file has the columns: ${columns.join(', ')}`);
  }
  return column;
}

async function readFirstLine(file: string): Promise<string | undefined> {
  const stream = createReadStream(file, 'utf8');
  try {
    for await (const line of createInterface({ input: stream })) {
      return line;
    }
    return undefined;
  } finally {
    stream.destroy();
  }
}

/** Trims the names, which takes a byte order mark away too. */
function splitLine(line: string, separator: string): string[] {
  const columns: string[] = [];
  let column = '';
  let quoted = false;
  for (const character of line) {
    if (character === '"') {
      quoted = !quoted;
    } else if (character === separator && !quoted) {
      columns.push(column.trim());
      column = '';
    } else {
      column += character;
    }
  }
  return [...columns, column.trim()];
}
