import { candidates, isFree, isList, isSource, MatchedColumns, matchedColumns, position, valueNames } from './candidates';
import { ComparedColumn } from './comparison';
import { IdMapping, Rule } from './id-mapping';
import { list, literal } from './sql';

/** Makes the table of pairs: row ids of source and target records, the rule, and what is written of them, so that nothing has to be looked up then. */
export const CREATE_MAPPING =
  'CREATE TABLE mapping (source BIGINT, target BIGINT, rule UTINYINT, data_set UTINYINT, sourceId VARCHAR, targetId VARCHAR)';

/** How many pairs there are, and how many target records are in one. @param records how many there are in all: a billion at most, which is the most that AWS takes too */
export function countMapping(records: number): string {
  // A bit for each record takes a quarter of the time of a set of them.
  return `SELECT count(*), bit_count(bitstring_agg(target, 0, ${records})) FROM mapping`;
}

/**
 * One pass of a rule over the records that are not mapped yet: adds pairs to the mapping.
 *
 * MANY_SOURCE_TO_ONE_TARGET gives each source record the first of its target records. ONE_SOURCE_TO_ONE_TARGET pairs, among records
 * with the same values, the first source record with the first target record, the second with the second and so on; of pairs that
 * share a record because a match key has several values, the first is kept, and the rest waits for the next pass.
 */
export function applyRule(mapping: IdMapping, ruleIndex: number, columns: readonly ComparedColumn[]): string {
  const keys = matchedColumns(mapping.rules[ruleIndex], columns);
  return `INSERT INTO mapping ${mapping.recordMatchingModel === 'MANY_SOURCE_TO_ONE_TARGET'
    ? firstTargets(mapping, ruleIndex, keys)
    : pairsOfFirsts(mapping, ruleIndex, keys)}`;
}

/** Whether a pass may leave pairs for another one. */
export function needsPasses(mapping: IdMapping, rule: Rule, columns: readonly ComparedColumn[]): boolean {
  return mapping.recordMatchingModel === 'ONE_SOURCE_TO_ONE_TARGET' && matchedColumns(rule, columns).some(isList);
}

/** Whether some data set can match by the rule at all: each of its match keys has a field. */
export function isApplicable(rule: Rule, columns: readonly ComparedColumn[]): boolean {
  return rule.matchingKeys.length > 0 && matchedColumns(rule, columns).every(({ length }) => length > 0);
}

/** The SQL of the pairs: `sourceId`, `targetId`, `ruleName`, and what tells the records (`source`, `target`), the rule and the source's data set. */
export function selectPairs({ rules }: IdMapping): string {
  const names = list(rules.map(({ ruleName }) => literal(ruleName)));
  return `SELECT *, ${names}[rule + 1] AS ruleName FROM mapping`;
}

/** Writes the mapping. @param order SQL that puts the lines in order, for those who need one */
export function writeMapping(mapping: IdMapping, file: string, order = ''): string {
  return `COPY (SELECT sourceId, targetId, ruleName FROM (${selectPairs(mapping)}) ${order}) TO ${literal(file)} (FORMAT csv, HEADER)`;
}

function firstTargets(mapping: IdMapping, rule: number, keys: MatchedColumns): string {
  const values = valueNames(keys);
  const sources = candidates(keys, `${isSource(mapping)} AND ${isFree('source')}`, position(mapping.sources));
  // Of the target records only those are grouped that a source record matches: with each rule there are fewer.
  const targets = `SELECT ${values}, arg_min(record, position) AS record, arg_min(id, position) AS id, min(position) AS position
    FROM (${candidates(keys, `NOT (${isSource(mapping)})`, position(mapping.targets))}) SEMI JOIN source USING (${values}) GROUP BY ${values}`;
  const pairs = `FROM source JOIN (${targets}) target USING (${values})`;
  // The first rule looks at all source records: a copy of them takes more memory than it saves time.
  const materialized = rule === 0 ? 'NOT MATERIALIZED' : 'MATERIALIZED';
  return `WITH source AS ${materialized} (${sources}) ${keys.some(isList)
    ? `SELECT source.record, arg_min(target.record, target.position), ${rule}, any_value(data_set), any_value(source.id),
        arg_min(target.id, target.position) ${pairs} GROUP BY source.record`
    : `SELECT source.record, target.record, ${rule}, data_set, source.id, target.id ${pairs}`}`;
}

function pairsOfFirsts(mapping: IdMapping, rule: number, keys: MatchedColumns): string {
  const values = valueNames(keys);
  const several = keys.some(isList);
  // A record that has the same value twice is one candidate.
  const ranked = (records: string) => `SELECT *, row_number() OVER (PARTITION BY ${values} ORDER BY position) AS rank
    FROM (SELECT ${several ? 'DISTINCT ' : ''}* FROM (${records}))`;
  const sources = ranked(candidates(keys, `${isSource(mapping)} AND ${isFree('source')}`, position(mapping.sources)));
  const targets = ranked(candidates(keys, `NOT (${isSource(mapping)}) AND ${isFree('target')}`, position(mapping.targets)));
  const pairs = `FROM (${sources}) source JOIN (${targets}) target USING (${values}, rank)`;
  return several
    ? `SELECT arg_min(source, position), target, ${rule}, arg_min(data_set, position), arg_min(sourceId, position), any_value(targetId) FROM (
        SELECT source.record AS source, any_value(source.data_set) AS data_set, any_value(source.id) AS sourceId, any_value(source.position) AS position,
          arg_min(target.record, target.position) AS target, arg_min(target.id, target.position) AS targetId
        ${pairs} GROUP BY source.record
      ) GROUP BY target`
    : `SELECT source.record, target.record, ${rule}, source.data_set, source.id, target.id ${pairs}`;
}
