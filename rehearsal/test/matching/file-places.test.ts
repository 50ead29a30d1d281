import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileChanges } from '../../src/matching/file-places';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'places-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Data sets of files whose content is given by their names. */
async function dataSets(...contents: readonly Record<string, string>[]) {
  return Promise.all(contents.map(async (files) => ({
    name: '',
    separator: ',',
    fields: [],
    files: await Promise.all(Object.entries(files).map(async ([name, content]) => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    })),
  })));
}

test('files are read that are new or have changed, whatever their names', async () => {
  const last = await fileChanges(await dataSets({ a: '1', b: '2', c: '3' }, { d: '1' }), []);
  const now = await fileChanges(await dataSets({ e: '4', f: '1' }, { d: '1', g: '2' }), last.places);

  expect(last.toRead.map((read) => [...read.values()])).toEqual([[0, 1, 2], [3]]);
  expect(now.toRead).toEqual([new Map([[join(folder, 'e'), 1]]), new Map([[join(folder, 'g'), 4]])]);
  expect(now.gone).toEqual([2]);
  expect(now.places.map(({ place }) => place).sort()).toEqual([0, 1, 3, 4]);
});

test('a file that moves to another partition has changed when a field is taken from that', async () => {
  const partitioned = async (...countries: string[]) => Promise.all(countries.map(async (country) => {
    await mkdir(join(folder, `country=${country}`), { recursive: true });
    return [{ name: '', separator: ',', fields: [{ fieldName: 'Country', type: 'STRING' }], files: [join(folder, `country=${country}`, 'a')] }];
  }));
  const [german, french] = await partitioned('de', 'fr');
  await Promise.all([german, french].map(([{ files }]) => writeFile(files[0], '1')));
  const last = await fileChanges(german, []);

  expect((await fileChanges(german, last.places)).toRead).toEqual([new Map()]);
  expect((await fileChanges(french, last.places)).toRead).toEqual([new Map([[french[0].files[0], 0]])]);
});

test('a file that is there twice has two places', async () => {
  const last = await fileChanges(await dataSets({ a: '1' }), []);
  const now = await fileChanges(await dataSets({ a: '1', b: '1' }), last.places);

  expect(now.toRead).toEqual([new Map([[join(folder, 'b'), 1]])]);
});
