import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CRM, MAPPING, writePeople } from './people';
import { CLI, HELD, interruptedCli, rehearse, rehearseCli } from './rehearse-cli';
import { Rehearsal } from '../src/rehearsal';
import { parquet } from './matching/mapped';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearse-test-'));
  await writePeople(folder);
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** What the command prints as JSON. */
async function report(...args: string[]): Promise<Rehearsal> {
  const { code, stdout, stderr } = await rehearse(folder, 'mapping.yaml', '--json', '-', ...args);
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

  expect(masked.rules[0].samples[0]).toEqual({ sourceId: 'c1', targetId: 's1', values: [{ matchKey: 'email', source: 'a••••••••••••••', target: 'A••••••••••••••' }] });
  expect(shown.rules[0].samples[0].values).toEqual([{ matchKey: 'email', source: 'ann@example.com', target: 'Ann@example.com' }]);
  expect(masked.matchKeys[0].repeatedValues).toEqual([
    { value: 'none@none.com', sourceRecords: 10, targetRecords: 0 }, { value: 'a••••••••••••••', sourceRecords: 2, targetRecords: 2 },
  ]);
});

test('a repeated value is shown as it is compared, with nothing that belongs to one of those who have it', async () => {
  const people = ['anna.schmidt', 'ben', 'carla', 'dirk', 'eva', 'finn', 'gina', 'hans', 'ida', 'jan'];
  await writePeople(folder, MAPPING, `id,mail,name,birth\n${people.map((name, index) => `k${index},Ki.ta+${name}@stadt.de,,\n`).join('')}`);
  const { code, stdout } = await rehearse(folder, 'mapping.yaml', '--json', 'report.json', '--html', 'report.html');
  const reports = [stdout, ...await Promise.all(['report.json', 'report.html'].map((name) => readFile(join(folder, name), 'utf8')))];

  expect(code).toBe(0);
  expect(reports.map((text) => people.filter((name) => text.includes(`+${name}`)))).toEqual([[], [], []]);
  expect(JSON.parse(reports[1])).toMatchObject({ matchKeys: [{ repeatedValues: [{ value: 'kita@stadt.de', sourceRecords: 10 }, {}] }, {}, {}] });
});

test('a record that has a repeated value in two fields of a match key counts once', async () => {
  const [source] = MAPPING.sources;
  const mappedInputFields = source.mappedInputFields.map((field) => (field.fieldName === 'birth' ? { ...field, type: 'EMAIL_ADDRESS', matchKey: 'email' } : field));
  const rules = [{ ruleName: 'e-mail', matchingKeys: ['email'] }];
  await writePeople(folder, { ...MAPPING, rules, sources: [{ ...source, mappedInputFields }] }, 'id,mail,name,birth\nc1,a@b.de,,A@b.de\nc2,x@y.de,,a@b.de\nc3,,,z@z.de\n');

  expect((await report('--show-values')).matchKeys[0].repeatedValues).toEqual([
    { value: 'a@b.de', sourceRecords: 2, targetRecords: 0 }, { value: 'ann@example.com', sourceRecords: 0, targetRecords: 2 },
  ]);
});

test('--truth tells precision and recall of each rule and of all', async () => {
  await writeFile(join(folder, 'truth.csv'), 'sourceId,targetId\nc1,s1\nc2,s2\nc3,s2\nc5,s3\n');
  const found = await report('--truth', 'truth.csv');

  expect(found.truth).toEqual({ pairs: 4, found: 2, precision: 2 / 3, recall: 0.5 });
  expect(found.rules.map(({ truth }) => truth)).toEqual([{ found: 1, precision: 0.5, recall: 0.25 }, { found: 1, precision: 1, recall: 0.5 }]);
});

test('--diff tells what a changed rule gains, loses and moves, with examples', async () => {
  await rehearse(folder, 'mapping.yaml', '--json', 'old.json');
  await writePeople(folder, { ...MAPPING, rules: [{ ruleName: 'name', matchingKeys: ['name'] }] }, CRM.replace('c1,ann@example.com,Ann Lee', 'c1,,Ann').replace('c3,cy@example.com,Cy', 'c3,,bobray'));

  expect((await report('--diff', 'old.json')).difference).toEqual({
    gained: { records: 1, examples: [{ sourceId: 'c3', after: { targetId: 's2', ruleName: 'name' } }] },
    lost: { records: 1, examples: [{ sourceId: 'c5', before: { targetId: 's1', ruleName: 'e-mail' } }] },
    moved: { records: 1, examples: [{ sourceId: 'c1', before: { targetId: 's1', ruleName: 'e-mail' }, after: { targetId: 's3', ruleName: 'name' } }] },
  });
});

test('--json writes the report and all pairs beside it', async () => {
  expect(await rehearse(folder, 'mapping.yaml', '--json', 'report.json')).toMatchObject({ code: 0, stderr: '' });

  expect(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'))).toMatchObject({ mapped: 3, pairsFile: 'report.json.pairs.csv' });
  expect(await readFile(join(folder, 'report.json.pairs.csv'), 'utf8')).toBe('sourceId,targetId,ruleName\nc1,s1,e-mail\nc2,s2,name and birth\nc5,s1,e-mail\n');
});

test('the terminal shows tables', async () => {
  const { code, stdout } = await rehearseCli(folder, 'mapping.yaml');

  expect(code).toBe(0);
  expect(stdout).toContain('│ crm   │ SOURCE │       6 │ 1: the unique id is missing │      0 │');
  expect(stdout).toContain('│ mapped                                                │ 3 (60.0 %) │');
  expect(stdout).toContain(`A run costs less than $0.01: an estimate of ${new Date().toISOString().slice(0, 10)},\n9 records at 0.25 USD per 1,000\n`);
});

test.each([['0.6', 0, ''], ['0.61', 1, 'rehearse: 60.0 % of 5 source records are mapped: less than the 61.0 % of --fail-under\n']])(
  '--fail-under %s ends with %i', async (share, code, stderr) => {
    expect(await rehearseCli(folder, 'mapping.yaml', '--fail-under', share)).toMatchObject({ code, stderr });
  });

test('an input takes several files from the command line, a compressed one among them', async () => {
  await writeFile(join(folder, 'more.csv.gz'), gzipSync('id,mail,name,birth\nc9,bob@example.com,,\n'));

  expect(await report('--input', 'crm=crm.csv', '--input', 'crm=more.csv.gz')).toMatchObject({ mapped: 4, inputs: [{ records: 7 }, { records: 3 }] });
});

test('a field is taken from the folders of its files when they are partitions of a table', async () => {
  const [first, second, third] = ['birth=1990-01-01', 'birth=1991%2D01-01', 'birth=__HIVE_DEFAULT_PARTITION__'].map((partition, index) => join(partition, `${index}.csv`));
  const names = ['Ann Lee', 'Bob Ray', 'Ann'];
  for (const [index, file] of [first, second, third].entries()) {
    await mkdir(join(folder, dirname(file)));
    await writeFile(join(folder, file), `id,mail,name\nc${index},,${names[index]}\n`);
  }
  const inputs = [first, second, third].flatMap((file) => ['--input', `crm=${file}`]);

  expect(await report(...inputs)).toMatchObject({ mapped: 2, inputs: [{ records: 3 }, { records: 3 }], rules: [{ mapped: 0 }, { mapped: 2 }] });
  expect((await report(...inputs)).matchKeys[2].coverage[0]).toEqual({ input: 'crm', usable: 2, unusable: 0, missing: 1 });
  await writeFile(join(folder, 'other.csv'), 'id,mail,name\nc9,,\n');
  expect(await rehearse(folder, 'mapping.yaml', ...inputs, '--input', 'crm=other.csv')).toMatchObject({
    code: 2, stderr: 'rehearse: other.csv: the column "birth" is missing; the file has the columns: id, mail, name\n',
  });
});

describe('bad input ends with 2, says what is wrong and where, and leaves no report', () => {
  async function refused(command: typeof rehearse, file: string, message: string, ...args: string[]): Promise<void> {
    const before = (await readdir(folder)).sort();

    expect(await command(folder, 'mapping.yaml', ...args, '--json', 'report.json', '--html', 'report.html')).toEqual({
      code: 2, stdout: '', stderr: `rehearse: ${file}: ${message}\n`,
    });
    expect((await readdir(folder)).sort()).toEqual(before);
  }

  const UNEVEN = 'it does not end as the first line does, or has a carriage return in its midst: all lines have to end with LF, or all with CR LF';
  const NOT_TEXT = 'line 1: the file is not UTF-8 but UTF-16 or binary: convert it to UTF-8';

  test.each<[string, string | Buffer, string]>([
    ['a missing column', CRM.replace('mail', 'post'), 'the column "mail" is missing; the file has the columns: id, post, name, birth'],
    ['no unique id', CRM.replace('id,', 'no,'), 'the column "id" (the unique id) is missing; the file has the columns: no, mail, name, birth'],
    ['another delimiter', CRM.replaceAll(',', ';'), 'the column "id" (the unique id) is missing; the file has the columns: id;mail;name;birth; is its separator another one?'],
    ['tabs', CRM.replaceAll(',', '\t'), 'the column "id" (the unique id) is missing; the file has the columns: id�mail�name�birth; is its separator another one?'],
    ['a lone quote', CRM.replace('c4,-,', 'c4,",'), 'line 5: a quoted value is not closed, or goes on after its closing quote'],
    ['text after a closing quote', CRM.replace('Cy', '"Cy"x'), 'line 4: a quoted value is not closed, or goes on after its closing quote'],
    ['a quote that is not closed in the header', CRM.replace('name', '"name'), 'line 1: the quoted name of a column is not closed in the line'],
    ['a line with a value too few', CRM.replace('Cy,', 'Cy'), 'line 4: the line has fewer values than there are columns'],
    ['a line with a value too many', CRM.replace('Cy,', 'Cy,,x'), 'line 4: the line has more values than there are columns'],
    ['mixed encodings', Buffer.concat([Buffer.from(`${CRM}\n`), Buffer.from('c9,,Jos\u00e9,', 'latin1')]), 'line 8: the line is not UTF-8'],
    ['a Latin-1 header', Buffer.from(CRM.replace('birth', 'n\u00e9'), 'latin1'), 'line 1: the line is not UTF-8'],
    ['UTF-16', Buffer.from(`\ufeff${CRM}`, 'utf16le'), NOT_TEXT],
    ['UTF-16 without a byte order mark', Buffer.from(CRM, 'utf16le'), NOT_TEXT],
    ['zeroes only', Buffer.alloc(5000), NOT_TEXT],
    ['line ends of two kinds', CRM.replace('1991-01-01\n', '1991-01-01\r\n'), `line 3: ${UNEVEN}`],
    ['a carriage return in a value', CRM.replace('Bob Ray', 'Bob\rRay'), `line 3: ${UNEVEN}`],
    ['CR line ends', CRM.replaceAll('\n', '\r'), 'line 1: it has a carriage return (CR) in its midst: lines have to end with LF or CR LF'],
    ['a blank first line', `\n${CRM}`, 'line 1: it is blank: it has to name the columns'],
    ['a byte order mark only', '\ufeff', 'line 1: it is blank: it has to name the columns'],
    ['a duplicate header', CRM.replace('name', 'mail'), 'line 1: the column "mail" is there more than once: as columns 2 and 3'],
    ['nothing in it', '', 'the file is empty: it must hold at least a header line, with the column "id" (the unique id)'],
    ['an overlong header', `${CRM.split('\n')[0]}${'x'.repeat(2_100_000)}`, 'line 1: the line is longer than 2,000,000 bytes'],
    ['gzip without the ending', gzipSync(CRM), 'the file is compressed with gzip: its name has to end with .gz'],
    ['Parquet without the ending', Buffer.from('PAR1\n'), 'the file is Parquet, not CSV: its name has to end with .parquet, or its table has to be one of Parquet'],
    ['a spreadsheet', Buffer.from('PK\x03\x04\n'), 'the file is a ZIP archive or a spreadsheet: export it as CSV; CSV may be compressed with gzip'],
    ['a name that steers the terminal', CRM.replace('mail', '\u001b[31mpost'), 'the column "mail" is missing; the file has the columns: id, �[31mpost, name, birth'],
  ])('%s', async (_, content, message) => {
    await writePeople(folder, MAPPING, content);

    await refused(rehearse, join(folder, 'crm.csv'), message);
  });

  test('a process of its own', async () => {
    await writePeople(folder, MAPPING, CRM.replace('ann@', '"ann@'));

    await refused(rehearseCli, join(folder, 'crm.csv'), 'line 2: a quoted value is not closed, or goes on after its closing quote');
  });

  test('a line of a gigabyte', async () => {
    await truncate(join(folder, 'crm.csv'), 2 ** 30);

    await refused(rehearse, join(folder, 'crm.csv'), 'line 7: the line is longer than 2,000,000 bytes');
  });

  const CUT_OFF = 'the compressed file is cut off or damaged: it can\'t be read to its end';
  const NO_PARQUET = 'the file is not Parquet, or it is cut off';

  test.each<[string, string, () => Buffer | Promise<Buffer>, string]>([
    ['a compressed file that is cut off', 'crm.csv.gz', () => gzipSync(CRM).subarray(0, -9), CUT_OFF],
    ['a compressed file with something after it', 'crm.csv.gz', () => Buffer.concat([gzipSync(CRM), Buffer.from(CRM)]), CUT_OFF],
    ['a compressed file with zeros after it', 'crm.csv.gz', () => Buffer.concat([gzipSync(CRM), Buffer.alloc(512)]), 'the compressed file goes on with zeros after its end: compress it anew'],
    ['a compressed file of 0 bytes', 'crm.csv.gz', () => Buffer.alloc(0), CUT_OFF],
    ['a compressed file that is none', 'crm.csv.gz', () => Buffer.from(CRM), 'the file is not compressed with gzip, though its name ends with .gz'],
    ['a compressed file with an overlong line', 'crm.csv.gz', () => gzipSync(`${CRM}${'x'.repeat(2_000_001)}`), 'line 7: the line is longer than 2,000,000 bytes'],
    ['Parquet of another schema', 'crm.parquet', () => parquet("SELECT 'c1' AS id, 'a' AS post"), 'the column "mail" is missing; the file has the columns: id, post'],
    ['Parquet with lists', 'crm.parquet', () => parquet("SELECT 'c1' AS id, ['a'] AS mail, '' AS name, '' AS birth"),
      'the column "mail" is of the type VARCHAR[]: a field has to be of a type with single values'],
    ['Parquet that is text', 'crm.parquet', () => Buffer.from(CRM), NO_PARQUET],
    ['Parquet of 0 bytes', 'crm.parquet', () => Buffer.alloc(0), NO_PARQUET],
    ['Parquet that is damaged', 'crm.parquet', async () => (await parquet("SELECT 's' || i AS id, 'a' || i AS mail, '' AS name, '' AS birth FROM range(1000) t(i)")).fill(0, 100, 2000),
      'the file is damaged: it can\'t be read as Parquet to its end'],
  ])('%s', async (_, name, content, message) => {
    await writeFile(join(folder, name), await content());

    await refused(rehearse, name, message, '--input', `crm=${name}`);
  });

  test('files of two formats', async () => {
    await refused(rehearse, 'the input "crm" has files of two formats', 'a.parquet is Parquet, crm.csv is CSV; give files of one format',
      '--input', 'crm=crm.csv', '--input', 'crm=a.parquet');
  });

  test('a folder', async () => {
    await mkdir(join(folder, 'crm'));

    await refused(rehearse, 'crm', 'it is a folder: give a file', '--input', 'crm=crm');
  });

  test('true pairs that name no target', async () => {
    await writeFile(join(folder, 'truth.csv'), 'sourceId,target\nc1,s1\n');

    await refused(rehearse, 'truth.csv', 'the column "targetId" is missing; the file has the columns: sourceId, target', '--truth', 'truth.csv');
  });
});

test.each([['a byte order mark and CR LF', `\ufeff${CRM.replaceAll('\n', '\r\n')}`, 5], ['a header only', CRM.split('\n')[0], 0]])(
  'a file with %s is good', async (_, content, sourceRecords) => {
    await writePeople(folder, MAPPING, content);

    expect(await report()).toMatchObject({ sourceRecords, mapped: sourceRecords === 0 ? 0 : 3 });
  });

describe('a first line with the names of the columns, though there is no header line', () => {
  const WARNING = 'line 1 has the names of the columns, and is read as a record: if it is a header line, set skip.header.line.count of its Glue table to 1 ' +
    '(in a YAML file leave out columns)';
  const withoutHeader = (columns: string[]) => ({ ...MAPPING, sources: [{ ...MAPPING.sources[0], columns }] });

  test('is warned of in each report, and is a record', async () => {
    await writePeople(folder, withoutHeader(['ID', 'Mail', 'name', 'birth']));
    const { stdout } = await rehearse(folder, 'mapping.yaml', '--json', 'report.json', '--html', 'report.html');

    expect(stdout).toContain(`Warning: ${join(folder, 'crm.csv')}: ${WARNING}`);
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain(WARNING);
    expect(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'))).toMatchObject({
      warnings: [`${join(folder, 'crm.csv')}: ${WARNING}`], inputs: [{ records: 7 }, { records: 3 }],
    });
  });

  test('is not warned of when the names are others', async () => {
    await writePeople(folder, withoutHeader(['id', 'mail', 'name', 'birth']), 'id,mail,name,Birthday\nc1,ann@example.com,,\n');

    expect((await rehearse(folder, 'mapping.yaml')).stdout).not.toContain('Warning');
  });
});

test('many rejected records are counted by their causes, not listed', async () => {
  await writePeople(folder, MAPPING, `id,mail,name,birth\n${'a b,x,x,x\n'.repeat(100_000)}`);
  const { stdout } = await rehearse(folder, 'mapping.yaml');

  expect(stdout).toContain('100,000: the unique id has characters other than a-z, A-Z, 0-9, _ and -');
  expect(stdout.split('\n').length).toBeLessThan(50);
});

describe('a rehearsal that is interrupted', () => {
  const workFiles = async () => (await readdir(folder, { recursive: true })).filter((name) => /report|id-mapping-rehearsal/.test(name));
  let work: string;

  beforeEach(async () => {
    work = join(folder, 'work');
    await mkdir(work);
  });

  test.each<NodeJS.Signals[]>([['SIGINT'], ['SIGTERM'], ['SIGHUP'], ['SIGQUIT'], ['SIGHUP', 'SIGHUP', 'SIGTERM', 'SIGINT']])(
    'by %s ends as the signal says and leaves nothing', async (...signals) => {
      expect(await interruptedCli(folder, work, signals, 'mapping.yaml', '--json', 'report.json')).toEqual({
        code: 128 + constants.signals[signals[0]], stdout: '', stderr: 'rehearse: interrupted; nothing was written\n',
      });
      expect(await workFiles()).toEqual([]);
    });

  test('by SIGKILL leaves what the next one removes, and nothing of those that still run', async () => {
    await interruptedCli(folder, work, ['SIGKILL'], 'mapping.yaml');
    const [left] = await workFiles();
    const running = left.replace(/-\d+-\w+$/, `-${process.pid}-running`);
    await mkdir(join(folder, running));
    await interruptedCli(folder, work, ['SIGINT'], 'mapping.yaml');

    expect(left).toMatch(/id-mapping-rehearsal/);
    expect(await workFiles()).toEqual([running]);
  });

  test('by its terminal, which is closed, leaves nothing', async () => {
    // Python has terminals: it closes one as soon as the work has begun.
    const script = `
import os, pty, sys, time
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
while not any(name.startswith("id-mapping-rehearsal-") for name in os.listdir(${JSON.stringify(work)})):
    time.sleep(0.02)
os.close(terminal)
os.waitpid(pid, 0)
`;
    execFileSync(process.env.PYTHON ?? 'python3', ['-c', script, process.execPath, CLI, 'rehearse', 'mapping.yaml'], {
      cwd: folder, env: { ...process.env, TMPDIR: work, ...HELD },
    });

    expect(await workFiles()).toEqual([]);
  });
});

test.each<[string, object, string]>([
  ['without a common match key', { rules: [{ ruleName: 'e-mail', matchingKeys: ['phone'] }] }, 'the rule "e-mail" names the match key "phone", which no field of the schema mappings has; they have: birth, email, name'],
  ['whose rule has a name that the service refuses', { rules: [{ ruleName: '=1+1', matchingKeys: ['email'] }] }, 'the name "=1+1" in the rules is one that the service refuses: allowed are 1 to 255 of a-z, A-Z, 0-9, _, - and blanks'],
  ['without rules', { rules: [] }, 'the rules are 0: allowed are 1 to 25'],
  ['without a matching model', { recordMatchingModel: 'ALL' }, 'the recordMatchingModel is ALL: allowed are ONE_SOURCE_TO_ONE_TARGET, MANY_SOURCE_TO_ONE_TARGET'],
  ['with a member that is not known', { rule: [] }, 'mapping.yaml has the member "rule": allowed are name, attributeMatchingModel, recordMatchingModel, rules, sources, targets'],
])('an ID mapping %s ends with 2', async (_, overrides, message) => {
  await writePeople(folder, { ...MAPPING, ...overrides });

  expect(await rehearse(folder, 'mapping.yaml')).toEqual({ code: 2, stdout: '', stderr: `rehearse: ${message}\n` });
});

test.each<[string, string[], string]>([
  ['nothing', [], 'give either a YAML file with the ID mapping, or both --app and --workflow'],
  ['a file that is not there', ['nope.yaml'], 'nope.yaml: there is no such file'],
  ['an unknown input', ['mapping.yaml', '--input', 'web=crm.csv'], '--input web=…: the ID mapping has no input "web"; it has: crm, shop'],
  ['a folder for a file', ['mapping.yaml', '--truth', '.'], '.: it is a folder: give a file'],
  ['a report to a folder that is not there', ['mapping.yaml', '--json', 'nope/report.json'], "nope/report.json: it can't be written: no such file or directory"],
  ['a report to a folder for a file', ['mapping.yaml', '--html', '.'], '.: it is a folder: give the name of a file'],
  ['an earlier report that is none', ['mapping.yaml', '--diff', 'crm.csv'], '--diff crm.csv: it is not JSON'],
])('the command line with %s ends with 2', async (_, args, stderr) => {
  expect(await rehearse(folder, ...args)).toEqual({ code: 2, stdout: '', stderr: `rehearse: ${stderr}\n` });
});

test.each([
  ['--fail-under', '60', "error: option '--fail-under <share>' argument '60' is invalid. allowed are numbers from 0 to 1\n"],
  ['--memory-limit', '1000', "error: option '--memory-limit <MiB>' argument '1000' is invalid. allowed are numbers from 1024\n"],
])('the option %s %s ends with 2', async (option, value, stderr) => {
  expect(await rehearseCli(folder, 'mapping.yaml', option, value)).toEqual({ code: 2, stdout: '', stderr });
});
