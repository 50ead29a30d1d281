/** Where a value belongs to so many records of one side that it names nobody. */
export const SHARED_BY_MANY = 10;

const LONGEST = 60;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A value of which no more is left than its first character, with all marks that belong to it; nothing of a value that has only one. */
export function masked(value: string): string {
  const [first = '', ...others] = characters(value);
  return shortened(others.length === 0 ? '•'.repeat(first.length && 1) : first + '•'.repeat(others.length));
}

/** A value as a report can show it, whatever its length. */
export function shortened(value: string): string {
  const all = characters(value);
  return all.length > LONGEST ? `${all.slice(0, LONGEST).join('')}…` : value;
}

/** What readers take for characters, one more at most than are shown. */
function characters(value: string): string[] {
  const found: string[] = [];
  for (const { segment } of segmenter.segment(value)) {
    found.push(segment);
    if (found.length > LONGEST) {
      break;
    }
  }
  return found;
}
