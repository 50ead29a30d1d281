import { ComparedColumn } from './comparison';
import { DataSet } from './data-set';
import { IdMapping, Rule } from './id-mapping';
import { list } from './sql';

/** For each match key of a rule the columns that it compares. */
export type MatchedColumns = readonly (readonly ComparedColumn[])[];

/** The SQL condition for a record of a source. */
export function isSource({ sources }: IdMapping): string {
  return `data_set < ${sources.length}`;
}

/** The SQL condition for a record that is not in a pair yet. */
export function isFree(side: 'source' | 'target'): string {
  // With NOT EXISTS a rule takes up to twice as long.
  return `rowid NOT IN (SELECT ${side} FROM mapping)`;
}

/** What records are ordered by where one of them has to be chosen: the data sets' order, then the ids. */
export function position(dataSets: readonly DataSet[]): string {
  return dataSets.length > 1 ? 'chr(data_set + 1) || id' : 'id';
}

/** For each match key of the rule the columns that it compares. */
export function matchedColumns({ matchingKeys }: Rule, columns: readonly ComparedColumn[]): MatchedColumns {
  return matchingKeys.map((key) => columns.filter(({ matchKey }) => matchKey === key));
}

/**
 * The SQL of the records with a value for each match key: several rows for a record with several values, none for one that lacks a value.
 * @param order SQL of what records are ordered by
 */
export function candidates(keys: MatchedColumns, condition: string, order: string): string {
  const compared = keys.flat().map(({ name }) => `, ${name}`).join('');
  // One at a time: unnested together, the lists of two match keys are read in step, not combined.
  const rows = keys.reduce(
    (from, columns, key) => `SELECT *, ${value(columns)} AS value${key} FROM (${from})`,
    `SELECT rowid AS record, data_set, id, ${order} AS position${compared} FROM records WHERE cause IS NULL AND NOT deleted AND ${condition}`,
  );
  return `SELECT record, data_set, id, position, ${valueNames(keys)} FROM (${rows}) WHERE ${keys.map((_, key) => `value${key} IS NOT NULL`).join(' AND ')}`;
}

/** The SQL names of the values that candidates have in common when they match. */
export function valueNames(keys: MatchedColumns): string {
  return keys.map((_, key) => `value${key}`).join(', ');
}

function value(columns: readonly ComparedColumn[]): string {
  return isList(columns) ? `unnest(${list(columns.map(({ slot, name }) => `'${slot} ' || ${name}`))})` : columns[0].name;
}

/** Whether a match key may have several values. */
export function isList(columns: readonly ComparedColumn[]): boolean {
  return columns.length > 1;
}
