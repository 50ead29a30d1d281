import { ComparedColumn, fieldColumn } from './comparison';
import { DataSet, FileGroup } from './data-set';
import { list, literal } from './sql';

/** The longest unique id, in characters, that an ID mapping takes. */
const MAX_ID_LENGTH = 257;

/** Makes the table of records as read. */
export function createStaged(columns: readonly ComparedColumn[]): string {
  return `CREATE TABLE staged (data_set UTINYINT, id VARCHAR, deleted BOOLEAN${columns.map(({ name }) => `, ${name} VARCHAR`).join('')})`;
}

/** Reads files of a data set. @param index of the data set */
export function stage(dataSet: DataSet, index: number, group: FileGroup, columns: readonly ComparedColumn[]): string {
  const fields = group.fieldColumns.map((column, field) => `column${column} AS ${fieldColumn(field)}`);
  const id = fieldColumn(dataSet.fields.findIndex(({ type }) => type === 'UNIQUE_ID'));
  const marker = dataSet.fields.findIndex(field =>
    field.fieldName.toUpperCase() === 'DELETE' && field.type === 'STRING' && !field.matchKey && !field.groupName);
  const deleted = marker < 0 ? 'false' : `coalesce(lower(trimmed(${fieldColumn(marker)})) = 'true', false)`;
  const values = columns.map(({ expressions }) => `, ${expressions[index]}`).join('');
  return `INSERT INTO staged SELECT ${index}, trimmed(${id}), ${deleted}${values} FROM (SELECT ${fields.join(', ')} FROM ${csv(dataSet, group)})`;
}

/** The first line that could not be read, if any: its file, number and the kind of error. */
export const FIRST_BROKEN_LINE =
  'SELECT file_path, line, error_type FROM reject_errors JOIN reject_scans USING (scan_id, file_id) ORDER BY file_path, line LIMIT 1';

/** Checks the unique ids and numbers the records in the order of their ids, so that every choice between records is the same in every run. */
export const CREATE_RECORDS: readonly string[] = [
  'CREATE TABLE repeated AS SELECT data_set, id FROM staged WHERE id IS NOT NULL GROUP BY ALL HAVING count(*) > 1',
  `CREATE VIEW checked AS SELECT staged.*, CASE
    WHEN staged.id IS NULL THEN 'the unique id is missing'
    WHEN length(staged.id) > ${MAX_ID_LENGTH} THEN 'the unique id is longer than ${MAX_ID_LENGTH} characters'
    WHEN NOT regexp_full_match(staged.id, '[a-zA-Z0-9_-]+') THEN 'the unique id has characters other than a-z, A-Z, 0-9, _ and -'
    WHEN repeated.id IS NOT NULL THEN 'the unique id is repeated in its table'
    END AS cause FROM staged LEFT JOIN repeated ON staged.data_set = repeated.data_set AND staged.id = repeated.id`,
  `CREATE TABLE records AS SELECT row_number() OVER (ORDER BY data_set, id) AS record, * EXCLUDE (deleted, cause)
    FROM checked WHERE cause IS NULL AND NOT deleted`,
];

/** How many records were read, rejected, marked for deletion. */
export const COUNT_RECORDS =
  'SELECT count(*), count(cause), count(*) FILTER (cause IS NULL AND deleted) FROM checked';

/** Writes the rejected records. */
export function writeRejected(dataSets: readonly DataSet[], file: string): string {
  const names = list(dataSets.map(({ name }) => literal(name)));
  return `COPY (SELECT ${names}[data_set + 1] AS inputSource, id AS uniqueId, cause FROM checked WHERE cause IS NOT NULL ORDER BY ALL)
    TO ${literal(file)} (FORMAT csv, HEADER)`;
}

function csv(dataSet: DataSet, { files, columnCount }: FileGroup): string {
  const columns = Array.from({ length: columnCount }, (_, column) => `column${column}: 'VARCHAR'`);
  // Rejects are stored, not thrown: DuckDB's own messages quote the line, which is personal data.
  return `read_csv(${list(files.map(literal))}, auto_detect = false, columns = {${columns.join(', ')}}, header = ${!dataSet.columns},
    delim = ${literal(dataSet.separator)}, quote = '"', escape = '"', store_rejects = true, rejects_limit = 1)`;
}
