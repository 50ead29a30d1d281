import { RecordColumn } from './comparison';
import { checkFile, NOT_UTF8, OVERLONG_LINE, unevenLine } from './csv-file';
import { DataSet } from './data-set';
import { Database } from './database';
import { fileGroups } from './file-group';
import { InputError } from './input-error';
import { NORMALIZATION_MACROS } from './normalization';
import { withPartitionValues } from './partitions';
import { createRecords, FIRST_BROKEN_LINE, insertRecords, REJECT_REPEATED_IDS, selectFields } from './record-statements';

const BROKEN_LINES: Readonly<Record<string, string>> = {
  'UNQUOTED VALUE': 'a quoted value is not closed, or goes on after its closing quote',
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
    await readFields(database, dataSet, fields => insertRecords(dataSet, index, columns, fields));
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
    const read = async (files: readonly string[]) => {
      const fields = selectFields(dataSet, { ...group, files });
      await database.execute(insert(withPartitionValues(fields, files, dataSet.fields, group.partitionFields)));
    };
    await (dataSet.format === 'PARQUET' ? readParquet(group.files, read) : readCsv(group.files, read, database));
  }
}

type Read = (files: readonly string[]) => Promise<void>;

async function readCsv(files: readonly string[], read: Read, database: Database): Promise<void> {
  await Promise.all(files.map(checkFile));
  try {
    await read(files);
  } catch (error) {
    throw isAboutInput(error) ? await unevenLineEnd(files) ?? error : error;
  }
  await refuseBrokenLine(database);
}

/** One file at a time: DuckDB does not say which of several is damaged. */
async function readParquet(files: readonly string[], read: Read): Promise<void> {
  for (const file of files) {
    try {
      await read([file]);
    } catch (error) {
      throw isAboutInput(error) ? new InputError(file, 'the file is damaged: it can\'t be read as Parquet to its end') : error;
    }
  }
}

/** Whether DuckDB blames what it has read: not its memory, its disk or an interrupt. */
function isAboutInput(error: unknown): boolean {
  return /^(Invalid|Conversion|Serialization)\b.* Error:/.test((error as Error).message);
}

async function unevenLineEnd(files: readonly string[]): Promise<InputError | undefined> {
  for (const file of files) {
    const line = await unevenLine(file);
    if (line !== undefined) {
      return new InputError(file, `line ${line}: it does not end as the first line does, or has a carriage return in its midst: all lines have to end with LF, or all with CR LF`);
    }
  }
  return undefined;
}

async function refuseBrokenLine(database: Database): Promise<void> {
  const [broken] = (await database.execute(FIRST_BROKEN_LINE)).getRowsJson();
  if (broken) {
    const [file, line, kind] = broken.map(String);
    throw new InputError(file, `line ${line}: ${BROKEN_LINES[kind] ?? kind.toLowerCase()}`);
  }
}
