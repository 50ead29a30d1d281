import { masked, shortened } from '../src/masked';

test.each<[string, string, string]>([
  ['Latin', 'Ann Lee', 'A••••••'],
  ['Latin with marks', 'E\u0301mile', 'E\u0301••••'],
  ['Greek', 'Αλέξης', 'Α•••••'],
  ['Cyrillic', 'Анна-Мария', 'А•••••••••'],
  ['Hebrew with points', 'שָׁלוֹם', 'שָׁ•••'],
  ['Arabic with vowels', 'مُحَمَّد', 'مُ•••'],
  ['Devanagari', 'मीना', 'मी•'],
  ['Bengali', 'রীতা', 'রী•'],
  ['Tamil', 'மீனா', 'மீ•'],
  ['Thai', 'สมชาย', 'ส••••'],
  ['Han', '王 芳', '王••'],
  ['Hiragana', 'か\u3099く', 'か\u3099•'],
  ['Hangul, composed', '김민수', '김••'],
  ['Hangul, in letters', '\u1100\u1175\u11b7\u1106\u1175\u11ab', '\u1100\u1175\u11b7•'],
  ['letters between dots', 'j.s.w@x.com', 'j••••••••••'],
  ['digits between hyphens', '5-5-5-1-2-3-4', '5••••••••••••'],
  ['pictures of several signs', '👩‍👩‍👧🇩🇪a', '👩‍👩‍👧••'],
  ['one letter', 'F', '•'],
  ['one character of several signs', 'मी', '•'],
  ['nothing', '', ''],
  ['more than can be shown', 'x'.repeat(2_000_000), `x${'•'.repeat(59)}…`],
])('of %s no more is left than the first character', (_, value, shown) => {
  expect(masked(value)).toBe(shown);
});

test.each([['e\u0301'.repeat(60), 'e\u0301'.repeat(60)], ['e\u0301'.repeat(61), `${'e\u0301'.repeat(60)}…`]])('a value is cut between characters', (value, shown) => {
  expect(shortened(value)).toBe(shown);
});
