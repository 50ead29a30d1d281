import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomNumbers } from './generated-people';
import { mapped, mappedWithState, TestDataSet, TestMapping } from './mapped';
import { Field } from '../../src/matching/data-set';
import { JobType } from '../../src/matching/map-with-state';

const FIELDS: readonly Field[] = [
  { fieldName: 'id', type: 'UNIQUE_ID' },
  { fieldName: 'email', type: 'EMAIL_ADDRESS', matchKey: 'email' },
  { fieldName: 'other', type: 'EMAIL_ADDRESS', matchKey: 'email' },
  { fieldName: 'name', type: 'NAME', matchKey: 'name' },
  { fieldName: 'DELETE', type: 'STRING' },
];
const RULES = [
  { ruleName: 'both', matchingKeys: ['email', 'name'] },
  { ruleName: 'email', matchingKeys: ['email'] },
  { ruleName: 'name', matchingKeys: ['name'] },
];
const NO_CHANGE = { mapped: 0, mappedSources: 0, mappedTargets: 0 };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'state-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** The lines of a data set's files. */
type Files = readonly (readonly string[])[];

function dataSet(files: Files, deletedIds: readonly string[] = []): TestDataSet {
  return { fields: FIELDS, files: files.map((lines) => [FIELDS.map(({ fieldName }) => fieldName).join(','), ...lines, ''].join('\n')), deletedIds };
}

function mappingOf(sources: readonly Files[], target: Files, overrides: Partial<TestMapping> = {}, deletedIds?: readonly string[]): TestMapping {
  return {
    sources: sources.map((files) => dataSet(files)),
    targets: [dataSet(target, deletedIds)],
    rules: RULES,
    attributeMatchingModel: 'MANY_TO_MANY',
    recordMatchingModel: 'MANY_SOURCE_TO_ONE_TARGET',
    ...overrides,
  };
}

async function run(mapping: TestMapping, jobType: JobType = 'INCREMENTAL') {
  return mappedWithState(mapping, { jobType, stateFile: join(folder, 'state') });
}

/** Lines that come and go: few ids and values, so that ids are repeated and records have several candidates. */
class Changes {
  public readonly files: string[][][];
  private readonly random: (below: number) => number;

  constructor(seed: number) {
    const random = randomNumbers(seed);
    this.random = (below) => Math.floor(random() * below);
    this.files = [2, 1, 2].map((files, set) => Array.from({ length: files }, () => Array.from({ length: 10 }, () => this.line(set))));
  }

  /** Changes about every second line, and moves lines and files. */
  public next(): void {
    for (const [set, files] of this.files.entries()) {
      this.files[set] = files.map((lines) => lines.flatMap((line) =>
        [[line], [this.line(set)], [], [line, this.line(set)], [line, line], [line], [line], [line]][this.random(8)]));
      if (this.random(2) === 0) {
        this.files[set].reverse()[0].push(...this.files[set].at(-1)!.splice(0, 2));
      }
    }
  }

  private line(set: number): string {
    const pick = (...values: string[]) => values[this.random(values.length)];
    const id = this.random(9) === 0 ? pick('', 'no id') : `${'abt'[set]}${this.random(60)}`;
    return [id, pick('', 'u@x', 'v@x', 'w@x', 'x@x', 'y@x'), pick('', '', 'u@x', 'z@x'), pick('', 'ann', 'Ann', 'bob', 'cy', 'dee'), pick('', '', '', '', '', 'true')].join(',');
  }
}

/** What the counts are made of, found out line by line. */
function records(files: readonly Files[], deletedIds: readonly string[]) {
  const all = files.flatMap((set, index) => set.flat().map((line) => {
    const [id, , , , marker] = line.split(',');
    return { key: `${index}:${line}`, id, deleted: marker === 'true' || deletedIds.includes(id) };
  }));
  return all.map((record) => ({ ...record, rejected: !/^\w+$/.test(record.id) || all.filter(({ id }) => id === record.id).length > 1 }));
}

function without<T>(items: readonly T[], others: readonly T[]): T[] {
  const left = [...others];
  return items.filter((item) => {
    const found = left.indexOf(item);
    if (found >= 0) {
      left.splice(found, 1);
    }
    return found < 0;
  });
}

function difference(pairs: readonly string[], others: readonly string[]) {
  const distinct = (all: readonly string[], column: number) => [...new Set(all.map((pair) => pair.split(',')[column]))];
  const only = (column: number) => without(distinct(pairs, column), distinct(others, column)).length;
  const ids = (all: readonly string[]) => all.map((pair) => pair.split(',').slice(0, 2).join());
  return { mapped: without(ids(pairs), ids(others)).length, mappedSources: only(0), mappedTargets: only(1) };
}

const MODELS = (['ONE_TO_ONE', 'MANY_TO_MANY'] as const).flatMap((attributeMatchingModel) =>
  (['ONE_SOURCE_TO_ONE_TARGET', 'MANY_SOURCE_TO_ONE_TARGET'] as const).map((recordMatchingModel) => ({ attributeMatchingModel, recordMatchingModel })))
  .map((models, index) => ({ ...models, seed: index + 1 }));

test.each(MODELS)('INCREMENTAL maps as BATCH does, with $attributeMatchingModel and $recordMatchingModel', async ({ seed, ...models }) => {
  const changes = new Changes(seed);
  const loaded = new Set<string>();
  let lastPairs: string[] = [];
  let lastRecords: string[] = [];
  for (const jobType of ['INCREMENTAL', 'INCREMENTAL', 'BATCH', 'INCREMENTAL'] as const) {
    const deletedIds = lastRecords.length > 0 ? ['t1', 't2', 't3'] : [];
    const mapping = mappingOf(changes.files.slice(0, 2), changes.files[2], models, deletedIds);
    const batch = await mapped(mapping);
    const { pairs, rejected, counts } = await run(mapping, jobType);

    expect({ pairs, rejected }).toEqual({ pairs: batch.pairs, rejected: batch.rejected });
    const now = records(changes.files, deletedIds);
    const processed = jobType === 'BATCH' ? now
      : without(now.map(({ key, deleted }) => `${key} ${deleted}`), lastRecords).map((key) => now.find((record) => `${record.key} ${record.deleted}` === key)!);
    const newlyLoaded = now.filter(({ id, rejected: isRejected, deleted }) => !isRejected && !deleted && !loaded.has(id)).map(({ id }) => id);
    newlyLoaded.forEach((id) => loaded.add(id));
    expect(counts).toEqual({
      input: processed.length,
      rejected: processed.filter((record) => record.rejected).length,
      deleted: processed.filter((record) => !record.rejected && record.deleted).length,
      allRejected: now.filter((record) => record.rejected).length,
      mapped: pairs.length,
      mappedTargets: new Set(pairs.map((pair) => pair.split(',')[1])).size,
      loaded: loaded.size,
      newlyLoaded: newlyLoaded.length,
      added: difference(pairs, lastPairs),
      removed: difference(lastPairs, pairs),
    });
    expect(pairs.length).toBeGreaterThan(2);
    lastPairs = pairs;
    lastRecords = now.map(({ key, deleted }) => `${key} ${deleted}`);
    changes.next();
  }
});

test.each(MODELS)('DELETE_ONLY takes out what is deleted only, with $attributeMatchingModel and $recordMatchingModel', async ({ seed, ...models }) => {
  const changes = new Changes(seed);
  let { pairs: last } = await run(mappingOf(changes.files.slice(0, 2), changes.files[2], models));
  for (const deletedIds of [['t4', 't5', 't6', 't7'], ['t4', 't5', 't6', 't7', 't8', 't9']]) {
    const known = records(changes.files, []).map(({ key }) => key);
    changes.next();
    const mapping = mappingOf(changes.files.slice(0, 2), changes.files[2], models, deletedIds);
    const deleted = records(changes.files, deletedIds)
      .filter((record) => record.deleted && (deletedIds.includes(record.id) || !known.includes(record.key))).map(({ id }) => id);
    const left = last.filter((pair) => !pair.split(',').some((id) => deleted.includes(id)));
    const { pairs, counts } = await run(mapping, 'DELETE_ONLY');

    expect(pairs).toEqual(left);
    expect(counts).toMatchObject({ mapped: left.length, newlyLoaded: 0, added: NO_CHANGE, removed: difference(last, left) });
    expect((await run(mapping, 'DELETE_ONLY')).counts).toMatchObject({ input: 0, mapped: left.length, removed: NO_CHANGE });
    const batch = await mapped(mapping);
    ({ pairs: last } = await run(mapping));
    expect(last).toEqual(batch.pairs);
  }
});

test.each(MODELS)('a record that has moved to another file does not go with the first, with $attributeMatchingModel and $recordMatchingModel', async ({ seed, ...models }) => {
  const [ann, bob, cy] = ['a1,,,ann,', 'a2,,,bob,', 'a3,,,cy,'];
  const target = [['t1,,,ann,', 't2,,,bob,', 't3,,,cy,']];
  for (const files of [[[ann, bob], [cy]], [[bob], [cy, ann]], [[cy, ann]]]) {
    const mapping = mappingOf([files], target, models);
    expect((await run(mapping)).pairs).toEqual((await mapped(mapping)).pairs);
  }
});

test('DELETE_ONLY needs a last run', async () => {
  await expect(run(mappingOf([[['a1,u@x,,,']]], [['t1,u@x,,,']]), 'DELETE_ONLY')).rejects.toThrow(
    'there is no last run of this mapping whose records could be deleted: run BATCH or INCREMENTAL first');
});

test('a mapping that has changed is made from all records, and nothing counts as removed', async () => {
  const files = [[['a1,u@x,,,', 'a2,,,ann,']], [['t1,u@x,,ann,']]] as const;
  await run(mappingOf([[files[0][0].slice(1)]], files[1]));
  await run(mappingOf([files[0]], files[1]));
  const changed = mappingOf([files[0]], files[1], { rules: RULES.slice(0, 2) });
  const { counts, pairs } = await run(changed);

  expect(pairs).toEqual(['a1,t1,email']);
  expect(counts).toMatchObject({ input: 3, added: { mapped: 1 }, removed: NO_CHANGE });
  expect((await run(changed)).counts).toMatchObject({ input: 0, mapped: 1, added: NO_CHANGE, removed: NO_CHANGE });
});

test('a run whose files can not be handed over leaves the state as it was', async () => {
  await run(mappingOf([[['a1,u@x,,,']]], [['t1,u@x,,,']]));
  const changed = mappingOf([[['a1,v@x,,,']]], [['t1,u@x,,,']]);
  const failing = mappedWithState(changed, { jobType: 'INCREMENTAL', stateFile: join(folder, 'state'), deliver: () => Promise.reject(new Error('as planned')) });

  await expect(failing).rejects.toThrow('as planned');
  expect((await run(changed)).counts).toMatchObject({ input: 1, removed: { mapped: 1 } });
});
