/** A text from a file that can't steer the terminal: without control characters but line feeds, and without marks of writing direction. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (character) => (character === '\n' ? character : '�'));
}
