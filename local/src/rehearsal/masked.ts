/** Where a value belongs to so many records of one side that it names nobody. */
export const SHARED_BY_MANY = 10;

const LONGEST = 60;

/** A value with all but the first letter or digit of each word hidden. */
export function masked(value: string): string {
  return shortened(value.replace(/([\p{L}\p{N}])([\p{L}\p{N}]*)/gu, (_, first: string, rest: string) => first + '•'.repeat(rest.length)));
}

/** A value as a report can show it, whatever its length. */
export function shortened(value: string): string {
  const characters = [...value];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST).join('')}…` : value;
}
