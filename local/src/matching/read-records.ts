import { RecordColumn } from './comparison';
import { checkLineLengths, OVERLONG_LINE } from './csv-file';
import { DataSet } from './data-set';
import { Database } from './database';
import { fileGroups } from './file-group';
import { InputError } from './input-error';
import { NORMALIZATION_MACROS } from './normalization';
import { createRecords, FIRST_BROKEN_LINE, insertRecords, REJECT_REPEATED_IDS, selectFields } from './record-statements';

const BROKEN_LINES: Readonly<Record<string, string>> = {
  'UNQUOTED VALUE': 'a quoted value is not closed, or goes on after its closing quote',
  'MISSING COLUMNS': 'the line has fewer values than there are columns',
  'TOO MANY COLUMNS': 'the line has more values than there are columns',
  'INVALID ENCODING': 'the line is not UTF-8',
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
    if (dataSet.format === 'PARQUET') {
      await database.execute(insert(selectFields(dataSet, group)));
    } else {
      await Promise.all(group.files.map(checkLineLengths));
      await database.execute(insert(selectFields(dataSet, group)));
      await refuseBrokenLine(database);
    }
  }
}

async function refuseBrokenLine(database: Database): Promise<void> {
  const [broken] = (await database.execute(FIRST_BROKEN_LINE)).getRowsJson();
  if (broken) {
    const [file, line, kind] = broken.map(String);
    throw new InputError(file, `line ${line}: ${BROKEN_LINES[kind] ?? kind.toLowerCase()}`);
  }
}
