import { isSource, MatchedColumns, matchedColumns } from './candidates';
import { ComparedColumn, fieldColumn, RecordColumn } from './comparison';
import { DataSet } from './data-set';
import { FilePlace } from './file-places';
import { IdMapping } from './id-mapping';
import { FILE, REPEATED } from './record-statements';
import { isApplicable } from './rule-statements';
import { list, literal } from './sql';

/** The most values of a record that are looked up for one rule; of a rule with more, the last match keys are not looked at. */
const MAX_PROBES = 16;

/** Values by which records are found that may match by a rule: each that does shares one with its counterpart, but not each that shares one matches. */
interface Probe {
  readonly name: string;
  readonly expression: string;
  readonly isList: boolean;
}

/** The places of a data set's files, by their paths. */
export type Places = ReadonlyMap<string, number>;

/** A usable record: neither rejected nor marked for deletion. */
const USABLE = 'cause IS NULL AND NOT deleted';

/** What the table of records has beside its compared columns when a state is kept. */
export function stateColumns(dataSets: readonly DataSet[], places: readonly Places[]): RecordColumn[] {
  return [
    { name: 'place', type: 'INTEGER', expressions: places.map(placeOf) },
    { name: 'content', type: 'UBIGINT', expressions: dataSets.map(contentOf) },
    { name: 'record', type: 'BIGINT', expressions: dataSets.map(() => 'NULL') },
  ];
}

/** The same, where the place has been found out already. */
export function addedColumns(dataSets: readonly DataSet[]): RecordColumn[] {
  return stateColumns(dataSets, dataSets.map(() => new Map())).map((column) =>
    column.name === 'place' ? { ...column, expressions: dataSets.map(() => 'place') } : column);
}

function placeOf(places: Places): string {
  const [paths, numbers] = [[...places.keys()], [...places.values()]];
  // A function of a constant is looked up once for each chunk, not for each record.
  return paths.length > 1 ? `list_extract(${list(numbers.map(String))}, list_position(${list(paths.map(literal))}, ${FILE}))` : String(numbers[0] ?? 'NULL');
}

/** What two records have in common whose fields are the same: 64 bits, compared within the places of a data set's changed files only. */
function contentOf({ fields }: DataSet): string {
  return `hash(${fields.map((_, index) => fieldColumn(index)).join(', ')})`;
}

/**
 * Makes the table of what is in the files that have changed: `fields` of the records that are new, `state_row` of those that are not, and whether these have
 * moved to another file. Records of the state that are in the files no more have no `place`.
 */
// Each column takes its time: there is a row for each record, and most of them are as they were.
export const CREATE_COMPARED = 'CREATE TABLE compared (place INTEGER, state_row BIGINT, moved BOOLEAN, fields VARCHAR[])';

/**
 * Compares records with those that the last run has read from the same places. Of a single file the records that are gone are added at once; several may be
 * read one after the other, and need `insertGone`.
 * @param fields SQL of the records' fields, from `selectFields`
 */
export function insertCompared(dataSet: DataSet, places: Places, fields: string): string {
  const several = places.size > 1;
  return `INSERT INTO compared SELECT place, state_row, ${several ? 'place <> state_place' : 'false'},
      CASE WHEN state_row IS NULL THEN ${list(dataSet.fields.map((_, field) => fieldColumn(field)))} END
    FROM (SELECT *, ${placeOf(places)} AS place, ${contentOf(dataSet)} AS content FROM (${fields})) ${several ? 'LEFT' : 'FULL'} JOIN (
      SELECT rowid AS state_row, place AS state_place, content FROM state.records WHERE ${isIn('place', [...places.values()])} AND cause IS NULL
    ) USING (content)`;
}

/** Adds the records that are gone from several files, once all of them have been compared. */
export function insertGone(places: Places): string {
  return `INSERT INTO compared SELECT NULL, rowid, false, NULL FROM state.records ANTI JOIN compared ON compared.state_row = records.rowid
    WHERE ${isIn('place', [...places.values()])} AND cause IS NULL`;
}

/** The fields of a data set's records that are new, as `selectFields` names them. */
export function selectAdded(dataSet: DataSet, places: Places): string {
  return `SELECT ${dataSet.fields.map((_, field) => `fields[${field + 1}] AS ${fieldColumn(field)}`).join(', ')}, place
    FROM compared WHERE ${isIn('place', [...places.values()])} AND fields IS NOT NULL`;
}

/**
 * Makes the table of rows of the state that are replaced: those whose record is in its place no more, and the rejected ones, which are told apart by nothing.
 * @param changed places of files that have been read
 */
export function createReplaced(changed: readonly number[], gone: readonly number[]): string {
  return `CREATE TABLE replaced AS SELECT rowid AS state_row FROM state.records
      WHERE ${isIn('place', gone)} OR (${isIn('place', changed)} AND cause IS NOT NULL)
    UNION ALL SELECT state_row FROM compared WHERE place IS NULL`;
}

/** How many records that the state has were found again, and how many times. */
export function countFound(changed: readonly number[]): string {
  return `SELECT count(*) - (SELECT count(*) FROM compared WHERE place IS NULL), (SELECT count(state_row) FROM compared WHERE place IS NOT NULL)
    FROM state.records WHERE cause IS NULL AND ${isIn('place', changed)}`;
}

/** The records found again that are not as they were: in another file, or more than once. @param repeated whether there are any of the latter */
export function selectMoved(repeated: boolean): string {
  return `SELECT state_row, place FROM compared WHERE state_row IS NOT NULL AND (moved${repeated
    ? ' OR state_row IN (SELECT state_row FROM compared WHERE state_row IS NOT NULL GROUP BY state_row HAVING count(*) > 1)' : ''})`;
}

/** Makes the table of the ids whose records are not as they were. */
export function createDirty(dataSets: readonly DataSet[]): string {
  return `CREATE TABLE dirty AS SELECT data_set, id FROM records WHERE id IS NOT NULL
    UNION SELECT data_set, id FROM state.records JOIN replaced ON records.rowid = state_row WHERE id IS NOT NULL
    UNION ${selectRequested(dataSets)}`;
}

/** Makes the table of the ids whose records are marked for deletion now and were not. */
export function createDeleted(dataSets: readonly DataSet[]): string {
  return `CREATE TABLE dirty AS SELECT data_set, id FROM records
      ANTI JOIN (SELECT data_set, content FROM replaced JOIN state.records ON records.rowid = state_row WHERE deleted) AS known USING (data_set, content)
      WHERE cause IS NULL AND deleted
    UNION ${selectRequested(dataSets)}`;
}

/** Leaves all changes as they are that are not of the dirty ids. */
export const KEEP_DIRTY_ONLY: readonly string[] = [
  'DELETE FROM records WHERE id IS NULL OR NOT EXISTS (FROM dirty WHERE dirty.data_set = records.data_set AND dirty.id = records.id)',
  'CREATE OR REPLACE TABLE replaced AS SELECT state_row FROM replaced JOIN state.records ON records.rowid = state_row SEMI JOIN dirty USING (data_set, id)',
];

/** The other records of the dirty ids: whether an id is repeated depends on them. */
export const SELECT_DIRTY = `SELECT state_row, place FROM (
    SELECT rowid AS state_row, place, data_set, id FROM state.records WHERE id_hash IN (SELECT hash(id) FROM dirty)
  ) SEMI JOIN dirty USING (data_set, id) ANTI JOIN replaced USING (state_row)`;

/** All records that were not looked at yet. */
export const SELECT_REST = 'SELECT rowid AS state_row, place FROM state.records ANTI JOIN replaced ON records.rowid = state_row';

/**
 * Takes records out of the state into the table of records. They are replaced by what becomes of them.
 * @param query gives `state_row` and `place`
 */
export function takeRecords(query: string, dataSets: readonly DataSet[], columns: readonly ComparedColumn[]): string[] {
  const requested = dataSets.flatMap(({ deletedIds = [] }, index) => deletedIds.length > 0 ? `(data_set = ${index} AND ${hasId(deletedIds)})` : []);
  const deleted = ['deleted', ...requested].join(' OR ');
  return [
    `CREATE OR REPLACE TABLE taken AS ${query}`,
    `INSERT INTO records BY NAME SELECT data_set, id, nullif(cause::VARCHAR, ${literal(REPEATED)}) AS cause, coalesce(${deleted}, false) AS deleted, taken.place, content, record
      ${columns.map(({ name }) => `, ${name}`).join('')} FROM taken JOIN state.records ON records.rowid = state_row`,
    'INSERT INTO replaced SELECT DISTINCT state_row FROM taken',
  ];
}

/** How many records are new or have changed, how many of them are rejected, marked for deletion: those that were there already don't count, wherever they are. */
export const COUNT_CHANGED = `SELECT coalesce(sum(n), 0), coalesce(sum(n) FILTER (cause IS NOT NULL), 0), coalesce(sum(n) FILTER (cause IS NULL AND deleted), 0) FROM (
    SELECT cause, deleted, greatest(now.n - coalesce(before.n, 0), 0) AS n
    FROM (SELECT data_set, content, deleted, any_value(cause) AS cause, count(*) AS n FROM records GROUP BY data_set, content, deleted) AS now
    LEFT JOIN (
      SELECT data_set, content, deleted, count(*) AS n FROM replaced JOIN state.records ON records.rowid = state_row GROUP BY data_set, content, deleted
    ) AS before USING (data_set, content, deleted)
  )`;

/** Makes the tables of the ids that the last run had loaded, as far as their records are replaced, and of those that a run had loaded and this one has not. */
export function createLoaded(isWhole: boolean): string[] {
  return [
    `CREATE TABLE was_loaded AS SELECT data_set, id FROM state.records ${isWhole ? '' : 'JOIN replaced ON records.rowid = state_row'} WHERE ${USABLE}`,
    `CREATE TABLE went AS SELECT data_set, id FROM (FROM state.went UNION ALL FROM was_loaded) AS loaded
      ANTI JOIN (SELECT data_set, id FROM records WHERE ${USABLE}) AS now USING (data_set, id)`,
  ];
}

/** How many records are loaded for the first time, how many are loaded in all, how many were in any run. */
export const COUNT_LOADED = `SELECT
    (SELECT count(*) FROM records ANTI JOIN (FROM was_loaded UNION ALL FROM state.went) AS loaded USING (data_set, id) WHERE ${USABLE}),
    (SELECT count(*) FROM state.records WHERE ${USABLE}) - (SELECT count(*) FROM was_loaded) + (SELECT count(*) FROM records WHERE ${USABLE}),
    (SELECT count(*) FROM went)`;

/** The records that have to be mapped anew: sources whose target is replaced, that have none since a deletion, or that may match a target that is replaced. */
export function selectAffectedSources(mapping: IdMapping, columns: readonly ComparedColumn[]): string {
  return selectUsable(isSource(mapping), [
    `SELECT rowid FROM state.records SEMI JOIN (
      SELECT source AS record FROM state.mapping
        SEMI JOIN (${REPLACED_RECORDS} WHERE NOT (${isSource(mapping)})) AS replaced(target) USING (target) UNION ALL FROM state.unsettled
    ) USING (record)`,
    ...counterparts(mapping, columns, isSource(mapping)),
  ]);
}

/** The target records that may match the source records that have to be mapped anew. */
export function selectAffectedTargets(mapping: IdMapping, columns: readonly ComparedColumn[]): string {
  return selectUsable(`NOT (${isSource(mapping)})`, counterparts(mapping, columns, `NOT (${isSource(mapping)})`));
}

function selectUsable(side: string, rows: readonly string[]): string {
  return `SELECT row AS state_row, place FROM (SELECT DISTINCT row FROM (${rows.join(' UNION ALL ')}) AS rows(row) ANTI JOIN replaced ON row = state_row)
    JOIN state.records ON records.rowid = row WHERE ${side} AND ${USABLE}`;
}

/** For each rule the rows of the state on one side that share a probe with the records of the other. */
function counterparts(mapping: IdMapping, columns: readonly ComparedColumn[], side: string): string[] {
  return probesOf(mapping, columns).map(({ name, expression, isList }) => {
    const values = (probe: string) => isList ? `unnest(${probe})` : probe;
    return `SELECT row FROM (SELECT rowid AS row, ${values(name)} AS probe FROM state.records WHERE ${side} AND ${USABLE})
      SEMI JOIN (SELECT ${values(expression)} AS probe FROM records WHERE NOT (${side}) AND ${USABLE}) USING (probe)`;
  });
}

function probesOf({ rules }: IdMapping, columns: readonly ComparedColumn[]): Probe[] {
  return rules.flatMap((rule, index) => isApplicable(rule, columns) ? { name: `probe${index}`, ...probeOf(matchedColumns(rule, columns)) } : []);
}

function probeOf([first, ...others]: MatchedColumns): Omit<Probe, 'name'> {
  let combinations = first.map((column) => [column]);
  for (const key of others) {
    if (combinations.length * key.length > MAX_PROBES) {
      break;
    }
    combinations = combinations.flatMap((combination) => key.map((column) => [...combination, column]));
  }
  const values = combinations.map((combination) => `CASE WHEN ${combination.map(({ name }) => `${name} IS NOT NULL`).join(' AND ')}
    THEN hash(${combination.map(({ slot, name }) => `${slot}, ${name}`).join(', ')}) END`);
  return values.length > 1 ? { expression: list(values), isList: true } : { expression: values[0], isList: false };
}

const REPLACED_RECORDS = 'SELECT record FROM state.records JOIN replaced ON records.rowid = state_row';

/**
 * Makes the tables of pairs before and after the run, as far as they may differ; the view `kept` has the other ones.
 * @param isWhole whether all may
 * @param settles whether the sources of replaced targets have been mapped anew, and are replaced too
 */
export function createPairs(isWhole: boolean, settles: boolean): string[] {
  const id = 'coalesce(source.record, first_record + source.rowid) AS source, coalesce(target.record, first_record + target.rowid) AS target';
  return [
    ...isWhole
      ? ['CREATE VIEW before AS FROM state.mapping', 'CREATE VIEW kept AS FROM state.mapping WHERE false']
      : [
        `CREATE TABLE touched AS ${REPLACED_RECORDS}${settles ? '' : ` UNION SELECT source FROM state.mapping WHERE target IN (${REPLACED_RECORDS})`}`,
        'CREATE TABLE before AS FROM state.mapping WHERE source IN (FROM touched)',
        'CREATE VIEW kept AS FROM state.mapping WHERE source NOT IN (FROM touched)',
      ],
    `CREATE TABLE after AS SELECT ${id}, rule, source.data_set AS source_set, source.id AS sourceId, target.data_set AS target_set, target.id AS targetId
      FROM mapping JOIN records AS source ON mapping.source = source.rowid JOIN records AS target ON mapping.target = target.rowid, first_record`,
  ];
}

/** The number of the first record that is new. */
export const CREATE_FIRST_RECORD = 'CREATE TABLE first_record AS SELECT coalesce(max(record) + 1, 0) AS first_record FROM state.records';

/** How many pairs, source records, target records there are that were not, and then how many there were that are not. */
export const COUNT_PAIR_CHANGES = `SELECT ${[['after', 'before'], ['before', 'after']].flatMap(([one, other]) => [
  `(SELECT count(*) FROM ${one} ANTI JOIN ${other} USING (source_set, sourceId, target_set, targetId))`,
  `(SELECT count(*) FROM ${one} ANTI JOIN ${other} USING (source_set, sourceId))`,
  `(SELECT count(DISTINCT (target_set, targetId)) FROM ${one} ANTI JOIN ${other} USING (target_set, targetId) ANTI JOIN kept USING (target))`,
]).join(', ')}, (SELECT count(*) FROM state.mapping) - (SELECT count(*) FROM before) + (SELECT count(*) FROM after)`;

/** Writes the whole mapping, in no order. */
export function writeWholeMapping({ rules }: IdMapping, file: string): string {
  const names = list(rules.map(({ ruleName }) => literal(ruleName)));
  return `COPY (SELECT sourceId, targetId, ${names}[rule + 1] AS ruleName FROM (FROM kept UNION ALL FROM after))
    TO ${literal(file)} (FORMAT csv, HEADER)`;
}

/** All records that are rejected now. */
export function selectRejected(isWhole: boolean): string {
  const columns = 'SELECT data_set, id, cause::VARCHAR AS cause FROM';
  return isWhole ? 'records'
    : `(${columns} records WHERE cause IS NOT NULL UNION ALL ${columns} state.records ANTI JOIN replaced ON records.rowid = state_row WHERE cause IS NOT NULL)`;
}

/** Makes the tables of a state in which nothing has run. Needs the table of records. */
export function createState(mapping: IdMapping, columns: readonly ComparedColumn[]): string[] {
  return [
    'CREATE TABLE state.run (definition VARCHAR, deleted_ids VARCHAR, mapped_targets BIGINT)',
    'CREATE TABLE state.files (place INTEGER, data_set UTINYINT, fingerprint VARCHAR)',
    `CREATE TABLE state.records AS ${selectState(mapping, columns, '0')} LIMIT 0`,
    'CREATE TABLE state.mapping (source BIGINT, target BIGINT, rule UTINYINT, source_set UTINYINT, sourceId VARCHAR, target_set UTINYINT, targetId VARCHAR)',
    'CREATE TABLE state.went (data_set UTINYINT, id VARCHAR)',
    'CREATE TABLE state.unsettled (record BIGINT)',
  ];
}

/** What the state of a run is, beside its records and pairs. */
export interface RunState {
  readonly definition: string;
  /** The deleted ids of each data set. */
  readonly deletedIds: readonly (readonly string[])[];
  readonly files: readonly FilePlace[];
  readonly mappedTargets: number;
}

/** Replaces the state of the last run. @param settles whether the run has mapped all that there is to map */
export function saveState(mapping: IdMapping, columns: readonly ComparedColumn[], run: RunState, isWhole: boolean, settles: boolean): string[] {
  const records = `${selectState(mapping, columns, '(FROM first_record)')}`;
  const { definition, deletedIds, files, mappedTargets } = run;
  return [
    'BEGIN TRANSACTION',
    ...isWhole
      ? [`CREATE OR REPLACE TABLE state.records AS ${records}`, 'CREATE OR REPLACE TABLE state.mapping AS FROM after']
      : [
        ...settles ? [] : [`INSERT INTO state.unsettled SELECT source FROM state.mapping WHERE target IN (${REPLACED_RECORDS}) AND source NOT IN (${REPLACED_RECORDS})`],
        'DELETE FROM state.mapping WHERE source IN (FROM touched)',
        'DELETE FROM state.records WHERE rowid IN (FROM replaced)',
        `INSERT INTO state.records ${records}`,
        'INSERT INTO state.mapping FROM after',
      ],
    ...settles ? ['DELETE FROM state.unsettled'] : [],
    'CREATE OR REPLACE TABLE state.went AS FROM went',
    'DELETE FROM state.files',
    `INSERT INTO state.files VALUES ${files.map(({ place, dataSet, fingerprint }) => `(${place}, ${dataSet}, ${literal(fingerprint)})`).join(', ')}`,
    'DELETE FROM state.run',
    `INSERT INTO state.run VALUES (${literal(definition)}, ${literal(JSON.stringify(deletedIds))}, ${mappedTargets})`,
    'COMMIT',
    // What it was before takes as much room again until then.
    ...isWhole ? ['CHECKPOINT state'] : [],
  ];
}

function selectState(mapping: IdMapping, columns: readonly ComparedColumn[], firstRecord: string): string {
  return `SELECT coalesce(record, ${firstRecord} + rowid) AS record, data_set, id, cause, deleted, place, content, ${columns.map(({ name }) => `${name}, `).join('')}
    hash(id) AS id_hash ${probesOf(mapping, columns).map(({ name, expression }) => `, ${expression} AS ${name}`).join('')} FROM records`;
}

function selectRequested(dataSets: readonly DataSet[]): string {
  const requested = dataSets.flatMap(({ deletedIds = [] }, index) => deletedIds.length > 0 ? `(data_set = ${index} AND ${hasId(deletedIds)})` : []);
  return `SELECT data_set, id FROM state.records WHERE NOT deleted AND (${requested.join(' OR ') || 'false'})`;
}

function hasId(ids: readonly string[]): string {
  return `id IN (${ids.map(literal).join(', ')})`;
}

function isIn(column: string, numbers: readonly number[]): string {
  return numbers.length > 0 ? `${column} IN (${numbers.join(', ')})` : 'false';
}
