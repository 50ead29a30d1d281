import { fieldColumn, RecordColumn } from './comparison';
import { DataSet } from './data-set';
import { csvColumn, FileGroup } from './file-group';
import { list, literal } from './sql';

/** The longest unique id, in characters, that an ID mapping takes. */
const MAX_ID_LENGTH = 257;

/** The SQL name of the path of a record's file. */
export const FILE = 'file_of_record';

const MISSING = 'the unique id is missing';
const TOO_LONG = `the unique id is longer than ${MAX_ID_LENGTH} characters`;
const BAD_CHARACTERS = 'the unique id has characters other than a-z, A-Z, 0-9, _ and -';
/** The cause that depends on other records. */
export const REPEATED = 'the unique id is repeated in its table';

/** Makes the table of records: `cause` is why one is rejected, `deleted` whether one is marked for deletion. */
export function createRecords(columns: readonly RecordColumn[]): string[] {
  const values = columns.map(({ name, type = 'VARCHAR' }) => `, ${name} ${type}`).join('');
  return [
    `CREATE TYPE cause AS ENUM (${[MISSING, TOO_LONG, BAD_CHARACTERS, REPEATED].map(literal).join(', ')})`,
    `CREATE TABLE records (data_set UTINYINT, id VARCHAR, cause cause, deleted BOOLEAN${values})`,
  ];
}

/** Adds records of a data set. @param index of the data set @param fields SQL of its fields, from `selectFields` */
export function insertRecords(dataSet: DataSet, index: number, columns: readonly RecordColumn[], fields: string): string {
  const id = `trimmed(${fieldColumn(dataSet.fields.findIndex(({ type }) => type === 'UNIQUE_ID'))})`;
  const marker = dataSet.fields.findIndex((field) =>
    field.fieldName.toUpperCase() === 'DELETE' && field.type === 'STRING' && !field.matchKey && !field.groupName);
  const marked = marker < 0 ? 'false' : `coalesce(lower(trimmed(${fieldColumn(marker)})) = 'true', false)`;
  const deleted = dataSet.deletedIds?.length ? `${marked} OR coalesce(id IN (${dataSet.deletedIds.map(literal).join(', ')}), false)` : marked;
  const values = columns.map(({ expressions }) => `, ${expressions[index]}`).join('');
  return `INSERT INTO records SELECT ${index}, id, CASE
      WHEN id IS NULL THEN ${literal(MISSING)}
      WHEN length(id) > ${MAX_ID_LENGTH} THEN ${literal(TOO_LONG)}
      WHEN NOT regexp_full_match(id, '[a-zA-Z0-9_-]+') THEN ${literal(BAD_CHARACTERS)}
    END, ${deleted}${values} FROM (SELECT *, ${id} AS id FROM (${fields}))`;
}

/**
 * The SQL that reads the fields of a data set, named by `fieldColumn`, from files; `FILE` is the path of a record's file.
 * @param paths the files' paths as DuckDB takes them
 * @param isParallel whether several threads may read a CSV file
 */
export function selectFields(dataSet: DataSet, group: FileGroup, paths: readonly string[], isParallel: boolean): string {
  const fields = group.fieldColumns.map((column, field) => `${group.columns[column].expression} AS ${fieldColumn(field)}`);
  return `SELECT ${fields.join(', ')}, ${list(group.files.map(literal))}[file_index::BIGINT + 1] AS ${FILE}
    FROM ${dataSet.format === 'PARQUET' ? `read_parquet(${list(paths.map(literal))}, hive_partitioning = false)` : csv(dataSet, group, paths, isParallel)}`;
}

/** The first record that could not be read, if any: the index of its file, its place in that in bytes (DuckDB's number of its line is that of the record) and the kind of error. */
export const FIRST_BROKEN_LINE = 'SELECT file_id, line_byte_position, error_type FROM reject_errors ORDER BY file_id, line_byte_position LIMIT 1';

/** Rejects each record of an id that is repeated in its table: none is known to be the right one. */
export const REJECT_REPEATED_IDS = `UPDATE records SET cause = ${literal(REPEATED)} FROM (
    SELECT data_set, id FROM records WHERE cause IS NULL GROUP BY ALL HAVING count(*) > 1
  ) AS repeated WHERE records.data_set = repeated.data_set AND records.id = repeated.id`;

/** How many records were read, rejected, marked for deletion. */
export const COUNT_RECORDS = 'SELECT count(*), count(cause), count(*) FILTER (cause IS NULL AND deleted) FROM records';

/** Writes the rejected records. @param records SQL of the records that are looked at */
export function writeRejected(dataSets: readonly DataSet[], file: string, records = 'records'): string {
  const names = list(dataSets.map(({ name }) => literal(name)));
  return `COPY (SELECT ${names}[data_set + 1] AS inputSource, id AS uniqueId, cause::VARCHAR AS cause FROM ${records} WHERE cause IS NOT NULL ORDER BY ALL)
    TO ${literal(file)} (FORMAT csv, HEADER)`;
}

function csv(dataSet: DataSet, { columns }: FileGroup, paths: readonly string[], isParallel: boolean): string {
  const types = columns.map((_, column) => `${csvColumn(column)}: 'VARCHAR'`);
  // Rejects are stored, not thrown: DuckDB's own messages quote the line, which is personal data.
  return `read_csv(${list(paths.map(literal))}, auto_detect = false, columns = {${types.join(', ')}}, header = ${!dataSet.columns},
    delim = ${literal(dataSet.separator)}, quote = '"', escape = '"', parallel = ${isParallel}, store_rejects = true, rejects_limit = 1, hive_partitioning = false)`;
}
