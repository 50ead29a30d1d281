import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CRM, MAPPING, writePeople } from './people';
import { rehearseCli } from './rehearse-cli';
import { Rehearsal } from '../../src/rehearsal/rehearsal';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearse-test-'));
  await writePeople(folder);
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function report(...args: string[]): Promise<Rehearsal> {
  const { code, stdout, stderr } = await rehearseCli(folder, 'mapping.yaml', '--json', '-', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Rehearsal;
}

test('the report counts what each rule finds and maps, what is rejected, what a run would cost', async () => {
  const found = await report('--price-per-1000', '2');

  expect(found).toMatchObject({
    name: 'crm to shop',
    recordMatchingModel: 'MANY_SOURCE_TO_ONE_TARGET',
    inputs: [
      { name: 'crm', side: 'SOURCE', records: 6, rejected: [{ cause: 'the unique id is missing', records: 1 }], deleted: 0 },
      { name: 'shop', side: 'TARGET', records: 3, rejected: [], deleted: 0 },
    ],
    sourceRecords: 5,
    mapped: 3,
    mappedShare: 0.6,
    mappedTargets: 2,
    mappedBySeveralRules: 1,
    unmapped: 2,
    conflicts: { severalTargets: 2, targetTaken: 0 },
    rules: [{ ruleName: 'e-mail', alone: 2, mapped: 2 }, { ruleName: 'name and birth', alone: 2, mapped: 1 }],
    overlaps: [
      { ruleNames: ['e-mail'], records: 1 }, { ruleNames: ['e-mail', 'name and birth'], records: 1 }, { ruleNames: ['name and birth'], records: 1 },
    ],
    price: { records: 9, per1000: 2, estimate: 0.018, date: new Date().toISOString().slice(0, 10) },
  });
});

test('ONE_SOURCE_TO_ONE_TARGET leaves records whose targets are taken', async () => {
  await writePeople(folder, { ...MAPPING, recordMatchingModel: 'ONE_SOURCE_TO_ONE_TARGET' }, `${CRM}\nc6,ann@example.com,Zoe,`);

  expect(await report()).toMatchObject({ mapped: 3, conflicts: { severalTargets: 2, targetTaken: 1 } });
});

test('the report tells for each match key what is usable, unusable and missing', async () => {
  expect((await report()).matchKeys.map(({ matchKey, coverage }) => ({ matchKey, coverage }))).toEqual([
    { matchKey: 'email', coverage: [{ input: 'crm', usable: 4, unusable: 0, missing: 1 }, { input: 'shop', usable: 3, unusable: 0, missing: 0 }] },
    { matchKey: 'name', coverage: [{ input: 'crm', usable: 4, unusable: 1, missing: 0 }, { input: 'shop', usable: 3, unusable: 0, missing: 0 }] },
    { matchKey: 'birth', coverage: [{ input: 'crm', usable: 3, unusable: 0, missing: 2 }, { input: 'shop', usable: 2, unusable: 0, missing: 1 }] },
  ]);
});

test('values are masked, unless they are asked for or ten records share them', async () => {
  const shared = Array.from({ length: 10 }, (_, index) => `n${index},none@none.com,,`).join('\n');
  await writePeople(folder, MAPPING, `${CRM}\n${shared}`);
  const [masked, shown] = [await report(), await report('--show-values')];

  expect(masked.rules[0].samples[0]).toEqual({ sourceId: 'c1', targetId: 's1', values: [{ matchKey: 'email', source: 'a••@e••••••.c••', target: 'A••@e••••••.c••' }] });
  expect(shown.rules[0].samples[0].values).toEqual([{ matchKey: 'email', source: 'ann@example.com', target: 'Ann@example.com' }]);
  expect(masked.matchKeys[0].repeatedValues).toEqual([
    { value: 'none@none.com', sourceRecords: 10, targetRecords: 0 }, { value: 'A••@e••••••.c••', sourceRecords: 2, targetRecords: 2 },
  ]);
});

test('--truth tells precision and recall of each rule and of all', async () => {
  await writeFile(join(folder, 'truth.csv'), 'sourceId,targetId\nc1,s1\nc2,s2\nc3,s2\nc5,s3\n');
  const found = await report('--truth', 'truth.csv');

  expect(found.truth).toEqual({ pairs: 4, found: 2, precision: 2 / 3, recall: 0.5 });
  expect(found.rules.map(({ truth }) => truth)).toEqual([{ found: 1, precision: 0.5, recall: 0.25 }, { found: 1, precision: 1, recall: 0.5 }]);
});

test('--diff tells what a changed rule gains, loses and moves, with examples', async () => {
  await rehearseCli(folder, 'mapping.yaml', '--json', 'old.json');
  await writePeople(folder, { ...MAPPING, rules: [{ ruleName: 'name', matchingKeys: ['name'] }] }, CRM.replace('c1,ann@example.com,Ann Lee', 'c1,,Ann').replace('c3,cy@example.com,Cy', 'c3,,bobray'));

  expect((await report('--diff', 'old.json')).difference).toEqual({
    gained: { records: 1, examples: [{ sourceId: 'c3', after: { targetId: 's2', ruleName: 'name' } }] },
    lost: { records: 1, examples: [{ sourceId: 'c5', before: { targetId: 's1', ruleName: 'e-mail' } }] },
    moved: { records: 1, examples: [{ sourceId: 'c1', before: { targetId: 's1', ruleName: 'e-mail' }, after: { targetId: 's3', ruleName: 'name' } }] },
  });
});

test('--json writes the report and all pairs beside it', async () => {
  expect(await rehearseCli(folder, 'mapping.yaml', '--json', 'report.json')).toMatchObject({ code: 0, stderr: '' });

  expect(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'))).toMatchObject({ mapped: 3, pairsFile: 'report.json.pairs.csv' });
  expect(await readFile(join(folder, 'report.json.pairs.csv'), 'utf8')).toBe('sourceId,targetId,ruleName\nc1,s1,e-mail\nc2,s2,name and birth\nc5,s1,e-mail\n');
});

test('the terminal shows tables', async () => {
  const { code, stdout } = await rehearseCli(folder, 'mapping.yaml');

  expect(code).toBe(0);
  expect(stdout).toContain('│ crm   │ SOURCE │       6 │ 1: the unique id is missing │             0 │');
  expect(stdout).toContain('│ mapped                                    │ 3 (60.0 %) │');
  expect(stdout).toContain('A run costs about $0.00: an estimate of ');
});

test.each([['0.6', 0, ''], ['0.61', 1, 'id-mapping-local: 60.0 % of 5 source records are mapped: less than the 61.0 % of --fail-under\n']])(
  '--fail-under %s ends with %i', async (share, code, stderr) => {
    expect(await rehearseCli(folder, 'mapping.yaml', '--fail-under', share)).toMatchObject({ code, stderr });
  });

test('an input takes several files from the command line, a compressed one among them', async () => {
  await writeFile(join(folder, 'more.csv.gz'), gzipSync('id,mail,name,birth\nc9,bob@example.com,,\n'));

  expect(await report('--input', 'crm=crm.csv', '--input', 'crm=more.csv.gz')).toMatchObject({ mapped: 4, inputs: [{ records: 7 }, { records: 3 }] });
});

test.each<[string, string | Buffer, string]>([
  ['a missing column', CRM.replace('mail', 'post'), 'the column "mail" is missing; the file has the columns: id, post, name, birth'],
  ['another delimiter', CRM.replaceAll(',', ';'), 'the column "id" (the unique id) is missing; the file has the columns: id;mail;name;birth; is its separator another one?'],
  ['a quote that is not closed', CRM.replace('ann@', '"ann@'), 'line 2: a quoted value is not closed, or goes on after its closing quote'],
  ['mixed encodings', Buffer.concat([Buffer.from(`${CRM}\n`), Buffer.from('c9,,Jos\u00e9,', 'latin1')]), 'line 8: the line is not UTF-8'],
  ['a duplicate header', CRM.replace('name', 'mail'), 'line 1: the column "mail" is there more than once: as columns 2 and 3'],
  ['nothing in it', '', 'the file is empty: it must hold at least a header line, with the column "id" (the unique id)'],
])('a file with %s ends with 2 and leaves no report', async (_, content, message) => {
  await writePeople(folder, MAPPING, content);

  expect(await rehearseCli(folder, 'mapping.yaml', '--json', 'report.json', '--html', 'report.html')).toEqual({
    code: 2, stdout: '', stderr: `id-mapping-local: ${join(folder, 'crm.csv')}: ${message}\n`,
  });
  expect((await readdir(folder)).sort()).toEqual(['crm.csv', 'mapping.yaml', 'shop.csv']);
});

test.each<[string, object, string]>([
  ['without a common match key', { rules: [{ ruleName: 'e-mail', matchingKeys: ['phone'] }] }, 'the rule "e-mail" names the match key "phone", which no field has; the fields have: email, name, birth'],
  ['without rules', { rules: [] }, 'the rules are 0: allowed are 1 to 25'],
  ['without a matching model', { recordMatchingModel: 'ALL' }, 'the recordMatchingModel is ALL: allowed are ONE_SOURCE_TO_ONE_TARGET, MANY_SOURCE_TO_ONE_TARGET'],
  ['with a member that is not known', { rule: [] }, 'mapping.yaml has the member "rule": allowed are name, attributeMatchingModel, recordMatchingModel, rules, sources, targets'],
])('an ID mapping %s ends with 2', async (_, overrides, message) => {
  await writePeople(folder, { ...MAPPING, ...overrides });

  expect(await rehearseCli(folder, 'mapping.yaml')).toEqual({ code: 2, stdout: '', stderr: `id-mapping-local: ${message}\n` });
});

test.each<[string, string[], string]>([
  ['nothing', [], 'id-mapping-local: give either a YAML file with the ID mapping, or both --app and --workflow\n'],
  ['a file that is not there', ['nope.yaml'], 'id-mapping-local: nope.yaml: there is no such file\n'],
  ['a share over 1', ['mapping.yaml', '--fail-under', '60'], "error: option '--fail-under <share>' argument '60' is invalid. allowed are numbers from 0 to 1\n"],
  ['an unknown input', ['mapping.yaml', '--input', 'web=crm.csv'], 'id-mapping-local: --input web=…: the ID mapping has no input "web"; it has: crm, shop\n'],
  ['an earlier report that is none', ['mapping.yaml', '--diff', 'crm.csv'], 'id-mapping-local: --diff crm.csv: it is not JSON\n'],
])('the command line with %s ends with 2', async (_, args, stderr) => {
  expect(await rehearseCli(folder, ...args)).toEqual({ code: 2, stdout: '', stderr });
});
