import { Field } from '../../src/matching/data-set';
import { Rule } from '../../src/matching/id-mapping';

/** A record as the generator makes it: a value for each field name. */
export type Row = Readonly<Record<string, string>>;

/** A data set in memory. */
export interface Table {
  readonly fields: readonly Field[];
  readonly rows: readonly Row[];
}

/** A pair of unique ids with the rule that made it. */
export type Pair = readonly [sourceId: string, targetId: string, ruleName: string];

interface ReferenceRecord {
  readonly id: string;
  /** For each match key, its fields' names and normalized values; empty ones are left out. */
  readonly values: ReadonlyMap<string, readonly (readonly [name: string, value: string])[]>;
}

type Matches = (source: ReferenceRecord, target: ReferenceRecord, rule: Rule) => boolean;

/**
 * The mapping, computed record by record, with nothing taken from the engine: each source record in the order of ids takes the first
 * target record that matches.
 */
export function referenceMapping(source: Table, target: Table, rules: readonly Rule[], matches: Matches, shareTargets: boolean): Pair[] {
  const pairs: Pair[] = [];
  const mappedSources = new Set<string>();
  const mappedTargets = new Set<string>();
  for (const rule of rules) {
    for (const candidate of records(source)) {
      const found = mappedSources.has(candidate.id) ? undefined
        : records(target).find(({ id, values }) => (shareTargets || !mappedTargets.has(id)) && matches(candidate, { id, values }, rule));
      if (found) {
        mappedSources.add(candidate.id);
        mappedTargets.add(found.id);
        pairs.push([candidate.id, found.id, rule.ruleName]);
      }
    }
  }
  return pairs.sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

/** The records of a table in the order of their ids. */
export function records({ fields, rows }: Table): ReferenceRecord[] {
  const cached = recordsOf.get(rows);
  if (cached) {
    return cached;
  }
  const made = rows.map((row) => record(fields, row)).sort((a, b) => (a.id < b.id ? -1 : 1));
  recordsOf.set(rows, made);
  return made;
}

const recordsOf = new WeakMap<readonly Row[], ReferenceRecord[]>();

/** Every match key has a value that both records have in the field of the same name. */
export const oneToOne: Matches = (source, target, rule) => rule.matchingKeys.every((key) =>
  (source.values.get(key) ?? []).some(([name, value]) => (target.values.get(key) ?? []).some((other) => other[0] === name && other[1] === value)));

/** Every match key has a value that both records have in any of its fields. */
export const manyToMany: Matches = (source, target, rule) => rule.matchingKeys.every((key) =>
  (source.values.get(key) ?? []).some(([, value]) => (target.values.get(key) ?? []).some((other) => other[1] === value)));

function record(fields: readonly Field[], row: Row): ReferenceRecord {
  const values = new Map<string, [string, string][]>();
  const add = (matchKey: string | undefined, name: string, value: string) => {
    if (matchKey && value.trim() !== '') {
      values.set(matchKey, [...values.get(matchKey) ?? [], [name, value]]);
    }
  };
  const groups = new Set<string>();
  for (const { fieldName, type, groupName, matchKey } of fields) {
    if (groupName === undefined) {
      add(matchKey, fieldName, normalize(type, row[fieldName]));
    } else if (!groups.has(groupName)) {
      groups.add(groupName);
      const parts = fields.filter((field) => field.groupName === groupName).map((field) => row[field.fieldName].trim());
      add(matchKey, groupName, normalize(type.split('_')[0], parts.filter((part) => part !== '').join(' ')));
    }
  }
  const id = fields.find(({ type }) => type === 'UNIQUE_ID')!.fieldName;
  return { id: row[id], values };
}

const SHORT_WORDS: Readonly<Record<string, string>> = { street: 'st', road: 'rd', avenue: 'ave', north: 'n', place: 'pl', no: 'number' };

function normalize(type: string, value: string): string {
  const plain = value.trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
  switch (type) {
    case 'NAME':
      return [...plain].filter((character) => character >= 'a' && character <= 'z').join('');
    case 'PHONE':
      return String(value.replace(/\D/g, '')).replace(/^0*/, '');
    case 'ADDRESS':
      return plain.replace(/[,./-]/g, ' ').replace(/#/g, ' number ').split(' ').filter((word) => word !== '')
        .map((word) => SHORT_WORDS[word] ?? word).join(' ');
    case 'EMAIL_ADDRESS': {
      const [user, domain] = plain.split('@');
      return plain === '' ? '' : `${user.split('+')[0].split('.').join('')}@${domain === 'googlemail.com' ? 'gmail.com' : domain}`;
    }
    default:
      return value;
  }
}
