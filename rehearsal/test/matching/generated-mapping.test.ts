import { COLUMNS, generatedPeople, randomNumbers } from './generated-people';
import { mapped } from './mapped';
import { manyToMany, oneToOne, records, referenceMapping, Row, Table } from './reference-mapping';
import { Field } from '../../src/matching/data-set';
import { Rule } from '../../src/matching/id-mapping';

const ID: Field = { fieldName: 'id', type: 'UNIQUE_ID' };
const NAME: readonly Field[] = [
  { fieldName: 'given', type: 'NAME_FIRST', groupName: 'name', matchKey: 'name' },
  { fieldName: 'surname', type: 'NAME_LAST', groupName: 'name', matchKey: 'name' },
];
const FIELDS: readonly Field[] = [
  ID,
  ...NAME,
  { fieldName: 'street', type: 'ADDRESS_STREET1', groupName: 'address', matchKey: 'address' },
  { fieldName: 'suburb', type: 'ADDRESS_CITY', groupName: 'address', matchKey: 'address' },
  { fieldName: 'birth', type: 'DATE', matchKey: 'birth' },
  { fieldName: 'mobile', type: 'PHONE', matchKey: 'phone' },
  { fieldName: 'home', type: 'PHONE', matchKey: 'phone' },
  { fieldName: 'email', type: 'EMAIL_ADDRESS', matchKey: 'email' },
];
const RULES = [
  { ruleName: 'name and birth', matchingKeys: ['name', 'birth'] },
  { ruleName: 'email', matchingKeys: ['email'] },
  { ruleName: 'name and phone', matchingKeys: ['phone', 'name'] },
  { ruleName: 'phone', matchingKeys: ['phone'] },
  { ruleName: 'address', matchingKeys: ['address'] },
];
const SEEDS = [1, 2, 3];

const ATTRIBUTE_MODELS = [{ attributeMatchingModel: 'ONE_TO_ONE', matches: oneToOne }, { attributeMatchingModel: 'MANY_TO_MANY', matches: manyToMany }] as const;

function tables(seed: number, fields: readonly Field[]): { source: Table; target: Table } {
  const { originals, duplicates } = generatedPeople(400, seed);
  return { source: { fields, rows: duplicates }, target: { fields, rows: originals } };
}

function csv(rows: readonly Row[]): string {
  return [COLUMNS, ...rows.map((row) => COLUMNS.map((column) => `"${row[column]}"`))].map((line) => `${line.join(',')}\n`).join('');
}

async function engineMapping(
  { source, target }: { source: Table; target: Table }, attributeMatchingModel: 'ONE_TO_ONE' | 'MANY_TO_MANY',
  recordMatchingModel: 'ONE_SOURCE_TO_ONE_TARGET' | 'MANY_SOURCE_TO_ONE_TARGET',
): Promise<string[][]> {
  const { pairs } = await mapped({
    sources: [{ fields: source.fields, files: [csv(source.rows)] }],
    targets: [{ fields: target.fields, files: [csv(target.rows)] }],
    rules: RULES,
    attributeMatchingModel,
    recordMatchingModel,
  });
  return pairs.map((pair) => pair.split(',')).sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

describe.each(SEEDS)('generated people (seed %i)', (seed) => {
  test.each(ATTRIBUTE_MODELS)('MANY_SOURCE_TO_ONE_TARGET with $attributeMatchingModel maps as the reference does', async ({ attributeMatchingModel, matches }) => {
    const people = tables(seed, FIELDS);
    const expected = referenceMapping(people.source, people.target, RULES, matches, true);

    expect(expected.length).toBeGreaterThan(200);
    expect(new Set(expected.map(([, , rule]) => rule)).size).toBe(RULES.length);
    expect(await engineMapping(people, attributeMatchingModel, 'MANY_SOURCE_TO_ONE_TARGET')).toEqual(expected);
  });

  test('ONE_SOURCE_TO_ONE_TARGET maps as the reference does when each match key has one field', async () => {
    const people = tables(seed, FIELDS.filter(({ fieldName }) => fieldName !== 'home'));
    const expected = referenceMapping(people.source, people.target, RULES, oneToOne, false);

    expect(expected.length).toBeGreaterThan(200);
    expect(await engineMapping(people, 'ONE_TO_ONE', 'ONE_SOURCE_TO_ONE_TARGET')).toEqual(expected);
  });

  test.each(ATTRIBUTE_MODELS)('ONE_SOURCE_TO_ONE_TARGET with $attributeMatchingModel maps as much as it can, each record once, by the first rule that can',
    async ({ attributeMatchingModel, matches }) => {
      const people = tables(seed, FIELDS);
      const [sources, targets] = [records(people.source), records(people.target)];
      const pairs = await engineMapping(people, attributeMatchingModel, 'ONE_SOURCE_TO_ONE_TARGET');

      expect(new Set(pairs.map(([source]) => source)).size).toBe(pairs.length);
      expect(new Set(pairs.map(([, target]) => target)).size).toBe(pairs.length);
      let [freeSources, freeTargets] = [sources, targets];
      for (const rule of RULES) {
        const ofRule = pairs.filter(([, , ruleName]) => ruleName === rule.ruleName);
        for (const [sourceId, targetId] of ofRule) {
          expect(matches(sources.find(({ id }) => id === sourceId)!, targets.find(({ id }) => id === targetId)!, rule)).toBe(true);
        }
        freeSources = freeSources.filter(({ id }) => !ofRule.some(([sourceId]) => sourceId === id));
        freeTargets = freeTargets.filter(({ id }) => !ofRule.some(([, targetId]) => targetId === id));
        expect(freeSources.filter((source) => freeTargets.some((target) => matches(source, target, rule)))).toEqual([]);
      }
    });
});

describe('of generated people', () => {
  const { source, target } = tables(4, FIELDS);
  const MODELS = (['ONE_SOURCE_TO_ONE_TARGET', 'MANY_SOURCE_TO_ONE_TARGET'] as const).flatMap((recordMatchingModel) =>
    ATTRIBUTE_MODELS.map(({ attributeMatchingModel }) => ({ recordMatchingModel, attributeMatchingModel })));
  const BROKEN_ID = { ...source.rows[0], id: 'not an id' };

  /** The rows in several files, their order and that of the columns by chance. */
  function shuffledFiles(rows: readonly Row[]): string[] {
    const random = randomNumbers(rows.length);
    const shuffled = <T>(items: readonly T[]) => items.map((item) => [random(), item] as const).sort((a, b) => a[0] - b[0]).map(([, item]) => item);
    const all = shuffled(rows);
    return [all.slice(0, 150), all.slice(150, 160), all.slice(160)].map((part) => {
      const columns = shuffled(COLUMNS);
      return [columns, ...part.map((row) => columns.map((column) => `"${row[column]}"`))].map((line) => `${line.join(',')}\n`).join('');
    });
  }

  test.each(MODELS)('the order of rows, files and columns changes nothing with $recordMatchingModel and $attributeMatchingModel', async (models) => {
    const { pairs } = await mapped({
      sources: [{ fields: [...FIELDS].reverse(), files: shuffledFiles(source.rows) }],
      targets: [{ fields: FIELDS, files: shuffledFiles(target.rows) }],
      rules: RULES,
      ...models,
    });
    const inOrder = await engineMapping({ source, target }, models.attributeMatchingModel, models.recordMatchingModel);

    expect(pairs.map((pair) => pair.split(',')).sort((a, b) => (a[0] < b[0] ? -1 : 1))).toEqual(inOrder);
  });

  test('a rule that is added, wherever, loses no source record of MANY_SOURCE_TO_ONE_TARGET, and no pair when it is the last', async () => {
    const pairsBy = async (rules: readonly Rule[]) => (await mapped({
      sources: [{ fields: FIELDS, files: [csv(source.rows)] }],
      targets: [{ fields: FIELDS, files: [csv(target.rows)] }],
      rules,
      attributeMatchingModel: 'MANY_TO_MANY',
      recordMatchingModel: 'MANY_SOURCE_TO_ONE_TARGET',
    })).pairs;
    const all = await pairsBy(RULES);
    for (const [index] of RULES.entries()) {
      const fewer = await pairsBy(RULES.filter((_, other) => other !== index));
      expect(all.map((pair) => pair.split(',')[0])).toEqual(expect.arrayContaining(fewer.map((pair) => pair.split(',')[0])));
      expect(index < RULES.length - 1 ? [] : fewer.filter((pair) => !all.includes(pair))).toEqual([]);
    }
  });

  test.each(MODELS)('every record is mapped, unmapped or rejected, once, with $recordMatchingModel and $attributeMatchingModel', async (models) => {
    const { pairs, rejected, counts } = await mapped({
      sources: [{ fields: FIELDS, files: [csv([...source.rows, source.rows[1], BROKEN_ID])] }],
      targets: [{ fields: FIELDS, files: [csv([...target.rows, target.rows[0], target.rows[0]])] }],
      rules: RULES,
      ...models,
    });
    const mappedIds = pairs.map((pair) => pair.split(',')[0]);
    const rejectedIds = rejected.map((line) => line.split(',')[1]);

    expect(rejectedIds.sort()).toEqual(['not an id', source.rows[1].id, source.rows[1].id, ...Array<string>(3).fill(target.rows[0].id)].sort());
    expect(new Set(mappedIds).size).toBe(mappedIds.length);
    expect(pairs.flatMap((pair) => pair.split(',').slice(0, 2)).filter((id) => rejectedIds.includes(id))).toEqual([]);
    expect(counts).toMatchObject({ input: source.rows.length + target.rows.length + 4, rejected: 6, mapped: pairs.length });
  });
});
