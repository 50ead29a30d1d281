import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquet } from './mapped';
import { inDatabase } from '../../src/matching/database';
import { readFields } from '../../src/matching/read-records';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parquet-file-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** The texts in the column `key` of Parquet files. */
async function texts(...contents: Buffer[]): Promise<unknown[]> {
  const files = await Promise.all(contents.map(async (content, index) => {
    const file = join(folder, `${index}.parquet`);
    await writeFile(file, content);
    return file;
  }));
  return inDatabase({ workFolder: folder, signal: new AbortController().signal }, async (database) => {
    await database.execute('CREATE TABLE records (key VARCHAR)');
    await readFields(database, { name: 'files', files, separator: ',', format: 'PARQUET', fields: [{ fieldName: 'key', type: 'STRING' }] },
      (fields) => `INSERT INTO records SELECT field0 FROM (${fields})`);
    return (await database.execute('FROM records ORDER BY ALL')).getRowsJson().map(([text]) => text);
  });
}

test.each<[string, string, string | null]>([
  ['text', "' Ann '", ' Ann '],
  ['a whole number', '42::BIGINT', '42'],
  ['a large whole number', '18446744073709551615::UBIGINT', '18446744073709551615'],
  ['a whole number in a column of fractions', '15551234567.0::DOUBLE', '15551234567'],
  ['a negative one', '-7.0::DOUBLE', '-7'],
  ['the largest one that is exact', '9007199254740991::DOUBLE', '9007199254740991'],
  ['a small one', '16777215::FLOAT', '16777215'],
  ['zero below zero', '-0.0::DOUBLE', '0'],
  ['a fraction', '0.1::DOUBLE', '0.1'],
  ['a fraction in four bytes', '0.1::FLOAT', '0.1'],
  ['no number', "'nan'::DOUBLE", null],
  ['nothing among fractions', 'NULL::DOUBLE', null],
  ['a decimal number', '12.50::DECIMAL(10, 2)', '12.50'],
  ['a whole decimal number', '15551234500.00::DECIMAL(20, 2)', '15551234500'],
  ['a decimal number without places', '1200::DECIMAL(18, 0)', '1200'],
  ['a truth', 'true', 'true'],
  ['a date', "DATE '1990-01-02'", '1990-01-02'],
  ['a time of day', "TIME '03:04:05'", '03:04:05'],
  ['a time', "TIMESTAMP '1990-01-02 03:04:05'", '1990-01-02 03:04:05'],
  ['a time in nanoseconds', "'1990-01-02 03:04:05.123456789'::TIMESTAMP_NS", '1990-01-02 03:04:05.123456789'],
  ['a time with a zone', "TIMESTAMPTZ '1990-01-02 03:04:05+05'", '1990-01-01 22:04:05+00'],
  ['bytes that are text', "encode('Zoë')", 'Zoë'],
  ['bytes that are none', 'NULL::BLOB', null],
  ['a UUID', "'bcbbf984-8335-4424-a6ba-3dfcc434cf40'::UUID", 'bcbbf984-8335-4424-a6ba-3dfcc434cf40'],
  ['a name of an enumeration', "'a'::ENUM('a', 'b')", 'a'],
])('%s is read as its text', async (_, value, text) => {
  expect(await texts(await parquet(`SELECT ${value} AS "KEY"`))).toEqual([text]);
});

test.each(['UTC', 'America/New_York', 'Asia/Kolkata'])('a time with a zone is the same in %s', (zone) => {
  // A process knows its zone from its beginning.
  const printed = execFileSync(process.execPath, ['--import', 'tsx', '--eval', `
    const { inDatabase } = require(${JSON.stringify(require.resolve('../../src/matching/database'))});
    inDatabase({ workFolder: '.', signal: new AbortController().signal }, async database => {
      console.log((await database.execute("SELECT CAST(TIMESTAMPTZ '1990-01-02 03:04:05+05' AS VARCHAR)")).getRowsJson()[0][0]);
    });
  `], { env: { ...process.env, TZ: zone }, encoding: 'utf8' });

  expect(printed).toBe('1990-01-01 22:04:05+00\n');
});

test.each([
  ['9007199254740992::DOUBLE', 'the column "key" is of the type DOUBLE and has numbers over 9007199254740991, which such a column holds only about: write it as text'],
  ["'-infinity'::DOUBLE", 'the column "key" is of the type DOUBLE and has numbers over 9007199254740991, which such a column holds only about: write it as text'],
  ['15551234567::FLOAT', 'the column "key" is of the type FLOAT and has numbers over 16777215, which such a column holds only about: write it as text'],
  ["'\\xAA\\xBB'::BLOB", 'the column "key" is of the type BLOB and has bytes that are no UTF-8: write it as text'],
  ['[1, 2]', 'the column "key" is of the type INTEGER[]: a field has to be of a type with single values'],
  ["{'a': 1}", 'the column "key" is of the type STRUCT(a INTEGER): a field has to be of a type with single values'],
  ["MAP {'a': 1}", 'the column "key" is of the type MAP(VARCHAR, INTEGER): a field has to be of a type with single values'],
])('the value %s is refused', async (value, message) => {
  await expect(texts(await parquet('SELECT \'a\' AS key WHERE false'), await parquet(`SELECT ${value} AS key`))).rejects.toMatchObject({ message, file: join(folder, '1.parquet') });
});

test('what no field names may be of any type', async () => {
  expect(await texts(await parquet("SELECT [1] AS list, 1e300 AS number, 'a' AS key, {'key': 'b'} AS struct"))).toEqual(['a']);
});

test('files of one table may have the column in several types and places', async () => {
  expect(await texts(
    await parquet('SELECT 1 AS key, 2 AS x'), await parquet("SELECT 'x' AS x, '2' AS key"), await parquet('SELECT 3.0::DOUBLE AS key, 1 AS x'),
    await parquet('SELECT 4::BIGINT AS key, 1 AS x'),
  )).toEqual(['1', '2', '3', '4']);
});

test.each(['key', 'KEY', 'Key'])('a column that is there twice, the second time as %s, is refused', async (name) => {
  const content = await parquet("SELECT {'key': 1} AS s, 'a' AS key, 1 AS x, 'b' AS kez");

  await expect(texts(Buffer.from(content.toString('latin1').replaceAll('kez', name), 'latin1'))).rejects.toThrow(
    'the column "key" is there more than once: as columns 2 and 4');
});
