/** A record of the FEBRL data sets, by column. */
export type Person = Record<string, string>;

/** The rules of examples/febrl-tables.ts, written down once more and without the library, its engine or SQL. */
export const BY_SSN = (person: Person) => person.soc_sec_id;
export const BY_NAME_AND_BIRTH = (person: Person) => {
  const name = `${person.given_name}${person.surname}`.replace(/[^a-z]/g, '');
  return name && person.date_of_birth && `${name} ${person.date_of_birth}`;
};

/** The people of a CSV file with a header and without quotes. */
export function people(csv: string): Person[] {
  const [header, ...lines] = csv.trimEnd().split(/\r?\n/).map((line) => line.split(','));
  return lines.map((values) => Object.fromEntries(values.map((value, index) => [header[index], value])));
}

/** How many sources agree with a target in one of the keys. */
export function mapped(sources: Person[], targets: Person[], keys: ((person: Person) => string)[]): number {
  const known = keys.map((key) => new Set(targets.map(key).filter(Boolean)));
  return sources.filter((source) => keys.some((key, index) => known[index].has(key(source)))).length;
}
