import { RecordColumn } from './comparison';
import { hasQuotedLineBreaks, lineAt, NOT_UTF8, OPEN_QUOTE, OVERLONG_LINE, unevenLine } from './csv-file';
import { DataSet } from './data-set';
import { Database } from './database';
import { fileGroups } from './file-group';
import { InputError } from './input-error';
import { NORMALIZATION_MACROS } from './normalization';
import { DAMAGED } from './parquet-file';
import { withPartitionValues } from './partitions';
import { plainPath } from './plain-path';
import { createRecords, FIRST_BROKEN_LINE, insertRecords, REJECT_REPEATED_IDS, selectFields } from './record-statements';

const BROKEN_LINES: Readonly<Record<string, string>> = {
  'UNQUOTED VALUE': OPEN_QUOTE,
  'MISSING COLUMNS': 'the line has fewer values than there are columns',
  'TOO MANY COLUMNS': 'the line has more values than there are columns',
  'INVALID ENCODING': NOT_UTF8,
  'LINE SIZE OVER MAXIMUM': OVERLONG_LINE,
};

/**
 * Reads the files of all data sets into the table of records, each file once.
 * @param columns of the table, beside those that every record has
 * @param onDataSet is told of each data set before it is read
 * @throws InputError when a file can't be read as its data set says
 */
export async function readRecords(
  database: Database, dataSets: readonly DataSet[], columns: readonly RecordColumn[], onDataSet: (dataSet: DataSet) => void = () => {},
): Promise<void> {
  for (const statement of [...NORMALIZATION_MACROS, ...createRecords(columns)]) {
    await database.execute(statement);
  }
  for (const [index, dataSet] of dataSets.entries()) {
    onDataSet(dataSet);
    await readFields(database, dataSet, (fields) => insertRecords(dataSet, index, columns, fields));
  }
  await database.execute(REJECT_REPEATED_IDS);
}

/**
 * Reads the files of a data set, each once.
 * @param insert makes the statement that takes the fields, given the SQL that reads them
 * @throws InputError when a file can't be read as its data set says
 */
export async function readFields(database: Database, dataSet: DataSet, insert: (fields: string) => string): Promise<void> {
  for (const group of await fileGroups(dataSet, database)) {
    const read = async (files: readonly string[], isParallel = true) => {
      const paths = await Promise.all(files.map((file) => plainPath(file, database.workFolder)));
      const fields = selectFields(dataSet, { ...group, files }, paths, isParallel);
      await database.execute(insert(withPartitionValues(fields, files, dataSet.fields, group.partitionFields)));
    };
    await (dataSet.format === 'PARQUET' ? readParquet(group.files, read) : readCsv(group.files, dataSet.separator, read, database));
  }
}

type Read = (files: readonly string[], isParallel?: boolean) => Promise<void>;

async function readCsv(files: readonly string[], separator: string, read: Read, database: Database): Promise<void> {
  const isParallel = await Promise.all(files.map(async (file) => !await hasQuotedLineBreaks(file, separator, database.signal)));
  for (const parallel of [true, false]) {
    const alike = files.filter((_, index) => isParallel[index] === parallel);
    if (alike.length > 0) {
      try {
        await read(alike, parallel);
      } catch (error) {
        throw isAboutInput(error) ? await unevenLineEnd(alike, separator) ?? error : error;
      }
      await refuseBrokenLine(alike, database);
    }
  }
}

/** One file at a time: DuckDB does not say which of several is damaged. */
async function readParquet(files: readonly string[], read: Read): Promise<void> {
  for (const file of files) {
    try {
      await read([file]);
    } catch (error) {
      throw isAboutInput(error) ? new InputError(file, DAMAGED) : error;
    }
  }
}

/** Whether DuckDB blames what it has read: not its memory, its disk or an interrupt. */
function isAboutInput(error: unknown): boolean {
  return /^(Invalid|Conversion|Serialization)\b.* Error:/.test((error as Error).message);
}

async function unevenLineEnd(files: readonly string[], separator: string): Promise<InputError | undefined> {
  for (const file of files) {
    const line = await unevenLine(file, separator);
    if (line !== undefined) {
      return new InputError(file, `line ${line}: it does not end as the first line does, or has a carriage return in its midst: all lines have to end with LF, or all with CR LF`);
    }
  }
  return undefined;
}

async function refuseBrokenLine(files: readonly string[], database: Database): Promise<void> {
  const [broken] = (await database.execute(FIRST_BROKEN_LINE)).getRowsJson();
  if (broken) {
    const [index, position, kind] = broken;
    const file = files[Number(index)];
    throw new InputError(file, `line ${await lineAt(file, Number(position))}: ${BROKEN_LINES[String(kind)] ?? String(kind).toLowerCase()}`);
  }
}
