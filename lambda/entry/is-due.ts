import { DecidedRun, Definition } from '../../src/runs/private/run-protocol';

/**
 * Whether an update changes what is run, and not only how: by the values that decide the result, as CloudFormation has resolved them.
 *
 * What another version of the library tells of a definition, or does not, is no change of it: only values that both versions tell are compared.
 */
export function isDue(run: DecidedRun, old: DecidedRun): boolean {
  const { definition, ...rest } = run;
  const { definition: oldDefinition, ...oldRest } = old;
  return !isSame(rest, oldRest) || !isSameDefinition(definition, oldDefinition);
}

function isSameDefinition(definition: Definition | undefined, old: Definition | undefined): boolean {
  return definition?.version === old?.version ? isSame(definition, old) : isSameWhereBothTell(definition, old);
}

/** The order of keys means nothing, and a key without a value is none. */
function isSame(a: unknown, b: unknown): boolean {
  return compare(a, b, (names, otherNames) => new Set([...names, ...otherNames]));
}

function isSameWhereBothTell(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return true;
  return compare(a, b, (names, otherNames) => new Set(names.filter((name) => name !== 'version' && otherNames.includes(name))));
}

function compare(a: unknown, b: unknown, compared: (names: string[], otherNames: string[]) => Set<string>): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => compare(item, b[index], compared));
  if (!isRecord(a) || !isRecord(b)) return a === b;
  return [...compared(namesOf(a), namesOf(b))].every((name) => compare(a[name], b[name], compared));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function namesOf(record: Record<string, unknown>): string[] {
  return Object.keys(record).filter((name) => record[name] !== undefined);
}
