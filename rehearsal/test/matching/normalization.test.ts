import { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { NORMALIZATION_MACROS, normalizedField, normalizedGroup } from '../../src/matching/normalization';

let connection: DuckDBConnection;

beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const macro of NORMALIZATION_MACROS) {
    await connection.run(macro);
  }
});

afterAll(() => {
  connection.closeSync();
});

async function evaluate(expression: string, values: Record<string, string> = {}): Promise<unknown> {
  return (await connection.runAndReadAll(`SELECT ${expression}`, values)).getRowsJson()[0][0];
}

test.each([
  ['NAME', "  Óscar d'Été-Lee 3 ", 'oscardetelee'],
  ['NAME', '42', null],
  ['EMAIL_ADDRESS', ' J.Doe+news@Mail.Example.com ', 'jdoe@mail.example.com'],
  ['EMAIL_ADDRESS', 'j_d@googlemail.com', 'jd@gmail.com'],
  ['EMAIL_ADDRESS', 'j-d@example-1.com', 'j-d@example-1.com'],
  ['EMAIL_ADDRESS', ' ', null],
  ['PHONE', ' +00 (44) 20-70 ', '442070'],
  ['PHONE', '000', null],
  ['ADDRESS', '12 North  Avenue, Suite #5', '12 n ave suite number 5'],
  ['ADDRESS', 'Haupt Str. 7, Köln', 'haupt strasse 7 koln'],
  ['ADDRESS', 'Weiße Gasse Núm 3/Ø [Hof] Æ', 'weisse gasse number 3 o hof ae'],
  ['ADDRESS', ' . ', null],
  ['UNIQUE_ID', ' A-1 ', 'A-1'],
  ['PROVIDER_ID', '\tXY1\r\n', 'XY1'],
  ['DATE', ' 1990-01-02', ' 1990-01-02'],
  ['STRING', 'A b', 'A b'],
  ['STRING', ' \t', null],
  ['NAME_FIRST', 'Ann ', 'Ann '],
  ['PHONE_NUMBER', '0 1', '0 1'],
  ['MAID', 'aB', 'aB'],
])('a field of type %s with the value %j is compared as %j', async (type, value, expected) => {
  expect(await evaluate(normalizedField({ fieldName: 'field', type }, '$value'), { value })).toBe(expected);
});

test.each(['NAME', 'EMAIL_ADDRESS', 'PHONE', 'ADDRESS', 'STRING'])('a hashed field of type %s is only trimmed', async (type) => {
  expect(await evaluate(normalizedField({ fieldName: 'field', type, hashed: true }, '$value'), { value: ' 0Ab.+ ' })).toBe('0Ab.+');
});

test.each(['NAME', 'EMAIL_ADDRESS', 'PHONE', 'ADDRESS', 'STRING', 'UNIQUE_ID'])('a field of type %s without a value stays without', async (type) => {
  expect(await evaluate(normalizedField({ fieldName: 'field', type }, 'NULL'))).toBeNull();
});

test.each([
  ['NAME_LAST Lee, NAME_FIRST Ann, NAME_MIDDLE É.', 'annelee'],
  ['NAME_LAST Lee, NAME_FIRST  ', 'lee'],
  ['PHONE_NUMBER 20 70, PHONE_COUNTRYCODE +44', '442070'],
  ['PHONE_NUMBER  , PHONE_COUNTRYCODE +44', null],
  ['PHONE_NUMBER 020', '20'],
  ['ADDRESS_CITY Perth, ADDRESS_POSTALCODE 6000, ADDRESS_STREET1 1 Mill Road, ADDRESS_STREET2 #2, ADDRESS_STATE WA, ADDRESS_COUNTRY AU',
    '1 mill rd number 2 perth wa au 6000'],
  ['ADDRESS_STREET3 c, ADDRESS_STREET2 b, ADDRESS_STREET1 a', 'a b c'],
])('the group of %s is compared as %j', async (group, expected) => {
  const parts = group.split(', ').map((part, index) => ({ type: part.split(' ')[0], value: part.slice(part.indexOf(' ') + 1), fieldName: `value${index}` }));
  const expression = normalizedGroup(parts.map(({ type, fieldName }) => ({ type, fieldName, groupName: 'group' })), ({ fieldName }) => `$${fieldName}`);

  expect(await evaluate(expression, Object.fromEntries(parts.map(({ fieldName, value }) => [fieldName, value])))).toBe(expected);
});

test('a group with a hashed field is only trimmed', async () => {
  const expression = normalizedGroup([
    { type: 'NAME_LAST', fieldName: 'last', groupName: 'name', hashed: true },
    { type: 'NAME_FIRST', fieldName: 'first', groupName: 'name' },
  ], ({ fieldName }) => `$${fieldName}`);

  expect(await evaluate(expression, { first: 'É ', last: ' F0' })).toBe('É F0');
});
