import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquet } from './mapped';
import { DataSet, Field } from '../../src/matching/data-set';
import { inDatabase } from '../../src/matching/database';
import { readFields } from '../../src/matching/read-records';

const ID: Field = { fieldName: 'id', type: 'UNIQUE_ID' };
const KEY: Field = { fieldName: 'Key', type: 'STRING', matchKey: 'key' };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paths-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Writes a file and gives its path, not tidied up. */
async function written(path: string, content: string | Buffer): Promise<string> {
  const file = `${folder}/${path}`;
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, content);
  return file;
}

/** The ids and keys of the records in files. */
async function read(files: readonly string[], dataSet: Partial<DataSet> = {}): Promise<unknown[]> {
  return inDatabase({ workFolder: folder, signal: new AbortController().signal }, async (database) => {
    await database.execute('CREATE TABLE records (id VARCHAR, key VARCHAR)');
    await readFields(database, { name: 'files', files, separator: ',', fields: [ID, KEY], ...dataSet }, (fields) => `INSERT INTO records SELECT field0, field1 FROM (${fields})`);
    return (await database.execute('FROM records ORDER BY ALL')).getRowsJson();
  });
}

const FORMATS: readonly [string, Partial<DataSet>, (id: string) => Promise<Buffer>][] = [
  ['.csv', {}, (id) => Promise.resolve(Buffer.from(`id\n${id}\n`))],
  ['.csv.gz', {}, (id) => Promise.resolve(gzipSync(`id\n${id}\n`))],
  ['.parquet', { format: 'PARQUET' }, (id) => parquet(`SELECT '${id}' AS id`)],
];

describe.each(FORMATS)('of %s files', (ending, dataSet, content) => {
  test.each([
    '[x]', 'x]', '[', '*', '**', '?', '{a,b}', '[!a]', '[a-z]', 'a\\b', 'a\\*b', '\\', '%', '#', '$HOME', '~', 'a b', ' ', "'", '"', ',', ';', 'a=b', 'a\nb', 'ü', 'u\u0308', '日本', '👩‍👩‍👧',
    '2020-1-2', '007', '1e3', 'true', 'NULL', '',
  ])('the folder Key=%j gives the records their value, as it is', async (value) => {
    const files = await Promise.all(['a', 'b'].map(async (id) => written(`.//KEY=${value}/x//${id}${ending}`, await content(id))));

    expect(await read(files, dataSet)).toEqual([['a', value], ['b', value]]);
  });

  test('what would match a pattern beside the file is not read', async () => {
    const [file] = await Promise.all(['*', 'a', 'b'].map(async (name) => written(`key=x/${name}${ending}`, await content('a'))));

    expect(await read([file], dataSet)).toEqual([['a', 'x']]);
  });

  test('a folder of a missing value gives none, and one in percent-encoding what it stands for', async () => {
    const files = await Promise.all(['__HIVE_DEFAULT_PARTITION__', '100%25%2F7', '50%'].map(async (value, index) =>
      written(`year=2026/key=${value}/${index}${ending}`, await content(String(index)))));

    expect(await read(files, dataSet)).toEqual([['0', null], ['1', '100%/7'], ['2', '50%']]);
  });

  test('the innermost folder of the name counts', async () => {
    expect(await read([await written(`key=1/key=2/a${ending}`, await content('a'))], dataSet)).toEqual([['a', '2']]);
  });

  test('a file of which a folder gives no value is refused', async () => {
    const files = [await written(`key=1/a${ending}`, await content('a')), await written(`b${ending}`, await content('b'))];

    await expect(read(files, dataSet)).rejects.toMatchObject({ message: expect.stringContaining('the column "Key" is missing'), file: files[1] });
  });
});

test.each<[string, Partial<DataSet>, () => Promise<Buffer>]>([
  ['.csv', {}, () => Promise.resolve(Buffer.from('id,key\na,column\n'))],
  ['.parquet', { format: 'PARQUET' }, () => parquet("SELECT 'a' AS id, 'column' AS key")],
])('a column of %s files goes before a folder of its name', async (ending, dataSet, content) => {
  expect(await read([await written(`KEY=folder/key=folder/a${ending}`, await content())], dataSet)).toEqual([['a', 'column']]);
});

test.each(['[x].csv', '*.csv', 'a\\*.csv', 'people.zst'])('a broken line of the file %s is told with its path', async (name) => {
  const files = [await written('good.csv', 'id,key\na,b\n'), await written(name, 'id,key\na,b\nsecret\n')];

  await expect(read(files)).rejects.toMatchObject({ message: 'line 3: the line has fewer values than there are columns', file: files[1] });
});
