import { ComparedColumn } from './comparison';
import { IdMapping, Rule } from './id-mapping';
import { list, literal } from './sql';

/** Makes the table of pairs. */
export const CREATE_MAPPING = 'CREATE TABLE mapping (source BIGINT, target BIGINT, rule UTINYINT)';

/** How many pairs there are, and how many target records are in one. */
export const COUNT_MAPPING = 'SELECT count(*), count(DISTINCT target) FROM mapping';

/**
 * One pass of a rule over the records that are not mapped yet: adds pairs to the mapping. A rule is done when a pass adds none.
 *
 * MANY_SOURCE_TO_ONE_TARGET gives each source record the first of its target records. ONE_SOURCE_TO_ONE_TARGET pairs, among records
 * with the same values, the first source record with the first target record, the second with the second and so on; of pairs that
 * share a record because a match key has several values, the first is kept, and the rest waits for the next pass.
 */
export function applyRule(mapping: IdMapping, ruleIndex: number, columns: readonly ComparedColumn[]): string {
  const keys = matchedColumns(mapping.rules[ruleIndex], columns);
  const values = keys.map((_, key) => `value${key}`).join(', ');
  const isSource = `data_set < ${mapping.sources.length}`;
  const sources = candidates(keys, `${isSource} AND record NOT IN (SELECT source FROM mapping)`);
  if (mapping.recordMatchingModel === 'MANY_SOURCE_TO_ONE_TARGET') {
    const targets = `SELECT ${values}, min(record) AS target FROM (${candidates(keys, `NOT ${isSource}`)}) GROUP BY ALL`;
    return `INSERT INTO mapping SELECT source.record, min(target), ${ruleIndex}
      FROM (${sources}) source JOIN (${targets}) USING (${values}) GROUP BY source.record`;
  }
  const targets = candidates(keys, `NOT ${isSource} AND record NOT IN (SELECT target FROM mapping)`);
  const ranked = (records: string) => `SELECT *, row_number() OVER (PARTITION BY ${values} ORDER BY record) AS rank FROM (${records})`;
  return `INSERT INTO mapping SELECT min(source), target, ${ruleIndex} FROM (
      SELECT source.record AS source, min(target.record) AS target
      FROM (${ranked(sources)}) source JOIN (${ranked(targets)}) target USING (${values}, rank) GROUP BY source.record
    ) GROUP BY target`;
}

/** Whether some data set can match by the rule at all: each of its match keys has a field. */
export function isApplicable(rule: Rule, columns: readonly ComparedColumn[]): boolean {
  return rule.matchingKeys.length > 0 && matchedColumns(rule, columns).every(({ length }) => length > 0);
}

/** Writes the mapping, by source record. */
export function writeMapping({ rules }: IdMapping, file: string): string {
  const names = list(rules.map(({ ruleName }) => literal(ruleName)));
  return `COPY (SELECT source.id AS sourceId, target.id AS targetId, ${names}[rule + 1] AS ruleName
    FROM mapping JOIN records source ON mapping.source = source.record JOIN records target ON mapping.target = target.record
    ORDER BY mapping.source) TO ${literal(file)} (FORMAT csv, HEADER)`;
}

/** For each match key of the rule the columns that it compares. */
function matchedColumns({ matchingKeys }: Rule, columns: readonly ComparedColumn[]): ComparedColumn[][] {
  return matchingKeys.map(key => columns.filter(({ matchKey }) => matchKey === key));
}

/** The records with a value for each match key: several rows for a record with several values, none for one that lacks a value. */
function candidates(keys: readonly (readonly ComparedColumn[])[], condition: string): string {
  const rows = keys.reduce(
    (from, columns, key) => `SELECT *, ${value(columns)} AS value${key} FROM (${from})`,
    `SELECT * FROM records WHERE ${condition}`,
  );
  const values = keys.map((_, key) => `value${key}`);
  return `SELECT ${keys.some(isList) ? 'DISTINCT ' : ''}record, ${values.join(', ')} FROM (${rows})
    WHERE ${values.map(name => `${name} IS NOT NULL`).join(' AND ')}`;
}

function value(columns: readonly ComparedColumn[]): string {
  return isList(columns) ? `unnest(${list(columns.map(({ slot, name }) => `'${slot} ' || ${name}`))})` : columns[0].name;
}

function isList(columns: readonly ComparedColumn[]): boolean {
  return columns.length > 1;
}
