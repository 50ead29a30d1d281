import { candidates, isSource, MatchedColumns, matchedColumns, valueNames } from './matching/candidates';
import { ComparedColumn, RecordColumn } from './matching/comparison';
import { IdMapping } from './matching/id-mapping';
import { selectPairs } from './matching/rule-statements';
import { list, literal } from './matching/sql';

const SAMPLES = 5;
const REPEATED_VALUES = 5;
const USABLE = 'cause IS NULL AND NOT deleted';

/** Columns with the compared values as the files have them. */
export function givenColumns(columns: readonly ComparedColumn[]): RecordColumn[] {
  return columns.map((column) => ({ name: given(column), expressions: column.givenExpressions }));
}

/** Makes the table of source records by the rules that find a target for them; `several` tells of a choice of targets. */
export const CREATE_REACH = 'CREATE TABLE reach (record BIGINT, rule UTINYINT, several BOOLEAN)';

/** Adds what a rule finds, whatever the other rules do. */
export function insertReach(mapping: IdMapping, rule: number, columns: readonly ComparedColumn[]): string {
  const keys: MatchedColumns = matchedColumns(mapping.rules[rule], columns);
  const values = valueNames(keys);
  return `INSERT INTO reach SELECT source.record, ${rule}, min(target.first) <> max(target.last)
    FROM (${candidates(keys, isSource(mapping), 'NULL')}) source
    JOIN (
      SELECT ${values}, min(record) AS first, max(record) AS last FROM (${candidates(keys, `NOT (${isSource(mapping)})`, 'NULL')}) GROUP BY ${values}
    ) target USING (${values}) GROUP BY source.record`;
}

/** For each data set and cause of rejection (NULL for none): records, those marked for deletion. */
export const COUNT_INPUTS = `SELECT data_set, cause::VARCHAR, count(*), count(*) FILTER (cause IS NULL AND deleted)
  FROM records GROUP BY ALL ORDER BY ALL`;

/** For each set of rules that find a target for the same source records: the rules, how many records, how many of them are mapped. */
export const COUNT_REACH = `SELECT rules, count(*), count(mapping.source) FROM (
    SELECT record, list_sort(list(rule::INTEGER)) AS rules FROM reach GROUP BY record
  ) AS reached LEFT JOIN mapping ON mapping.source = reached.record GROUP BY rules ORDER BY rules`;

/** How many source records had a choice of targets by the rule that mapped them. */
export const COUNT_CHOICES =
  'SELECT count(*) FROM mapping JOIN reach ON mapping.source = reach.record AND mapping.rule = reach.rule WHERE several';

/** For each rule: how many pairs it made. */
export const COUNT_RULES = 'SELECT rule, count(*) FROM mapping GROUP BY rule';

/** For each data set: records with a usable value for the match key, with a value that is not usable, without a value. */
export function coverage(columns: readonly ComparedColumn[]): string {
  const usable = `coalesce(${columns.map(({ name }) => name).join(', ')}) IS NOT NULL`;
  const filled = `coalesce(${columns.map((column) => `trimmed(${given(column)})`).join(', ')}) IS NOT NULL`;
  return `SELECT data_set, count(*) FILTER (${usable}), count(*) FILTER (${filled} AND NOT (${usable})), count(*) FILTER (NOT (${filled}))
    FROM records WHERE ${USABLE} GROUP BY data_set ORDER BY data_set`;
}

/** The values of a match key that most records have in common, as they are compared: as it was given a value may be one person's. With source and target records. */
export function repeatedValues(mapping: IdMapping, columns: readonly ComparedColumn[]): string {
  const names = columns.map(({ name }) => name);
  const value = names.length === 1 ? names[0] : `unnest(list_distinct(${list(names)}))`;
  return `SELECT value, count(*) FILTER (${isSource(mapping)}) AS sources, count(*) FILTER (NOT (${isSource(mapping)})) AS targets
    FROM (SELECT data_set, ${value} AS value FROM records WHERE ${USABLE}) WHERE value IS NOT NULL GROUP BY value HAVING sources > 1 OR targets > 1
    ORDER BY sources + targets DESC, value LIMIT ${REPEATED_VALUES}`;
}

/** The first pairs of a rule: ids, then for each match key the source's and the target's values as given. */
export function samples(mapping: IdMapping, rule: number, columns: readonly ComparedColumn[]): string {
  const values = (side: string, key: readonly ComparedColumn[]) =>
    `array_to_string(list_filter(${list(key.map((column) => `trimmed(${side}.${given(column)})`))}, lambda value: value IS NOT NULL), ' | ')`;
  const keys = matchedColumns(mapping.rules[rule], columns).flatMap((key) => [values('s', key), values('t', key)]);
  return `SELECT sourceId, targetId, ${keys.join(', ')} FROM (
      SELECT * FROM (${selectPairs(mapping)}) WHERE rule = ${rule} ORDER BY data_set, sourceId LIMIT ${SAMPLES}
    ) AS pairs JOIN records s ON s.rowid = pairs.source JOIN records t ON t.rowid = pairs.target ORDER BY pairs.data_set, sourceId`;
}

/** For each rule: its pairs, how many of them are in the table of true pairs. */
export function countTrue(mapping: IdMapping): string {
  return `SELECT rule, count(*), count(truth.sourceId) FROM (${selectPairs(mapping)}) AS pairs
    LEFT JOIN truth ON truth.sourceId = pairs.sourceId AND truth.targetId = pairs.targetId GROUP BY rule ORDER BY rule`;
}

/** Makes the table of source records whose pair is not as it was in the table of earlier pairs. */
export function createChanges(mapping: IdMapping): string {
  return `CREATE TABLE changes AS SELECT coalesce(pairs.sourceId, earlier.sourceId) AS sourceId, earlier.targetId AS before, earlier.ruleName AS ruleBefore,
      pairs.targetId AS after, pairs.ruleName AS ruleAfter,
      CASE WHEN before IS NULL THEN 'gained' WHEN after IS NULL THEN 'lost' ELSE 'moved' END AS change
    FROM (${selectPairs(mapping)}) AS pairs FULL JOIN earlier ON earlier.sourceId = pairs.sourceId
    WHERE before IS DISTINCT FROM after`;
}

/** The first changes of a kind, with the number of all. */
export function changes(kind: string): string {
  return `SELECT count(*) OVER (), sourceId, before, ruleBefore, after, ruleAfter FROM changes WHERE change = ${literal(kind)} ORDER BY sourceId LIMIT ${SAMPLES}`;
}

function given({ name }: ComparedColumn): string {
  return `given_${name}`;
}
