import { DataSet } from './matching/data-set';
import { IdMapping } from './matching/id-mapping';
import { UsageError } from './matching/usage-error';
import { checkMatchKeys } from './rules';

// The service's own limits.
const MAX_RULES = 25;
const MAX_MATCH_KEYS = 15;
const MAX_SOURCES = 19;
const NAME = /^[a-zA-Z0-9_ -]{1,255}$/;

/** An ID mapping to rehearse. */
export interface RehearsedMapping extends IdMapping {
  /** Of the ID mapping workflow. */
  readonly name: string;
}

/** Gives data sets the files that the command line names for them. @param files by data set */
export function withFiles(mapping: RehearsedMapping, files: ReadonlyMap<string, readonly string[]>): RehearsedMapping {
  const dataSets = [...mapping.sources, ...mapping.targets];
  const names = dataSets.map(({ name }) => name);
  for (const name of files.keys()) {
    if (!names.includes(name)) {
      throw new UsageError(`--input ${name}=…: the ID mapping has no input "${name}"; it has: ${names.join(', ')}`);
    }
  }
  const given = (dataSet: DataSet): DataSet => {
    const own = files.get(dataSet.name) ?? dataSet.files;
    if (own.length === 0) {
      throw new UsageError(`the input "${dataSet.name}" has no file: add --input ${dataSet.name}=<file> (more than once for several files)`);
    }
    const parquet = own.filter((file) => file.endsWith('.parquet'));
    if (parquet.length > 0 && parquet.length < own.length) {
      throw new UsageError(`the input "${dataSet.name}" has files of two formats: ${parquet[0]} is Parquet, ` +
        `${own.find((file) => !file.endsWith('.parquet'))} is CSV; give files of one format`);
    }
    return { ...dataSet, files: own, ...parquet.length > 0 && { format: 'PARQUET' as const } };
  };
  return { ...mapping, sources: mapping.sources.map(given), targets: mapping.targets.map(given) };
}

/** Refuses what the service would refuse, and rules that can't match at all. */
export function checkMapping({ sources, targets, rules, attributeMatchingModel, recordMatchingModel }: RehearsedMapping): void {
  within('sources', sources.length, 1, MAX_SOURCES);
  if (targets.length === 0) {
    throw new UsageError('the ID mapping has no target: give one');
  }
  within('rules', rules.length, 1, MAX_RULES);
  oneOf('attributeMatchingModel', attributeMatchingModel, ['ONE_TO_ONE', 'MANY_TO_MANY']);
  oneOf('recordMatchingModel', recordMatchingModel, ['ONE_SOURCE_TO_ONE_TARGET', 'MANY_SOURCE_TO_ONE_TARGET']);
  [...sources, ...targets].forEach(checkUniqueId);
  const matchKeysOf = (side: readonly DataSet[]) => new Set(side.flatMap(({ fields }) => fields.flatMap(({ matchKey }) => matchKey ?? [])));
  const [sourceKeys, targetKeys] = [sources, targets].map(matchKeysOf);
  for (const { ruleName, matchingKeys } of rules) {
    for (const name of [ruleName, ...matchingKeys].filter((given) => !NAME.test(given))) {
      throw new UsageError(`the name ${JSON.stringify(name)} in the rules is one that the service refuses: allowed are 1 to 255 of a-z, A-Z, 0-9, _, - and blanks`);
    }
    within(`match keys of the rule "${ruleName}"`, matchingKeys.length, 1, MAX_MATCH_KEYS);
  }
  checkMatchKeys(rules, [...sources, ...targets]);
  if (!rules.some(({ matchingKeys }) => matchingKeys.every((key) => sourceKeys.has(key) && targetKeys.has(key)))) {
    throw new UsageError('no rule can match: there is none whose match keys are all in a source and in the target; ' +
      `the sources have: ${[...sourceKeys].join(', ') || 'none'}; the target has: ${[...targetKeys].join(', ') || 'none'}`);
  }
}

function checkUniqueId({ name, fields }: DataSet): void {
  const ids = fields.filter(({ type }) => type === 'UNIQUE_ID');
  if (ids.length !== 1) {
    throw new UsageError(`the input "${name}" has ${ids.length} fields of type UNIQUE_ID: give exactly one`);
  }
}

function within(what: string, given: number, min: number, max: number): void {
  if (given < min || given > max) {
    throw new UsageError(`the ${what} are ${given}: allowed are ${min} to ${max}`);
  }
}

function oneOf(what: string, given: string, allowed: readonly string[]): void {
  if (!allowed.includes(given)) {
    throw new UsageError(`the ${what} is ${given}: allowed are ${allowed.join(', ')}`);
  }
}

