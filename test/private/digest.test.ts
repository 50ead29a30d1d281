import { digest } from '../../src/private/digest';

test('is eight hex digits', () => {
  expect(digest({ rules: ['email'] })).toMatch(/^[0-9a-f]{8}$/);
});

test('does not depend on the order of keys, at any depth', () => {
  expect(digest({ a: 1, b: { c: 2, d: [{ e: 3, f: 4 }] } })).toBe(digest({ b: { d: [{ f: 4, e: 3 }], c: 2 }, a: 1 }));
});

test.each([
  ['a value', { a: 1 }, { a: 2 }],
  ['a key', { a: 1 }, { b: 1 }],
  ['the order of a list', ['a', 'b'], ['b', 'a']],
  ['the depth', { a: { b: 1 } }, { a: 1, b: 1 }],
  ['null and nothing', [null], []],
])('depends on %s', (_, one, other) => {
  expect(digest(one)).not.toBe(digest(other));
});

test('takes what is undefined as not there', () => {
  expect(digest({ a: 1, b: undefined })).toBe(digest({ a: 1 }));
});
