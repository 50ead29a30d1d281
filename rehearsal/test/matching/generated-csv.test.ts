import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fieldColumn } from '../../src/matching/comparison';
import { DataSet } from '../../src/matching/data-set';
import { inDatabase } from '../../src/matching/database';
import { readFields } from '../../src/matching/read-records';

const COLUMNS = ['id', 'address', 'mail'];
const MB = 1_000_000;

/** How the values of a file are made, and its lines ended. */
interface Shape {
  /** The parts of an address; what looks like a record is what a reader that begins in the midst of a file may take for one. */
  readonly parts: readonly string[];
  readonly between: readonly string[];
  readonly lineEnd: '\n' | '\r\n';
  readonly megabytes: number;
}

const WAREHOUSE: Shape = { parts: ['Warehouse, Gate 3, North'], between: ['\n'], lineEnd: '\n', megabytes: 17.5 };
const SHAPES: Readonly<Record<string, Shape>> = {
  'addresses whose lines look like records': WAREHOUSE,
  'addresses some of whose lines look like records': { ...WAREHOUSE, parts: ['Warehouse,1,2', 'Gate 3'] },
  'addresses of several lines': { ...WAREHOUSE, parts: ['12 Main Street', 'Springfield, IL 62701', 'Warehouse'] },
  'CR LF, and line breaks of all kinds in addresses': { ...WAREHOUSE, between: ['\n', '\r\n', '\r'], lineEnd: '\r\n' },
  'quotes and separators in addresses of one line': { ...WAREHOUSE, parts: ['The "Mill"', '","', '"', ',', 'Warehouse,1,2'], between: ['', ' ', ','] },
  'quotes in addresses of several lines': { ...WAREHOUSE, parts: ['The "Mill"', 'Warehouse, 2, x', '"\n"'] },
};
const FILES = [
  ...Object.entries(SHAPES),
  ['addresses whose lines look like records, of 50 MB', { ...WAREHOUSE, megabytes: 50 }] as [string, Shape],
];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'generated-csv-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** The text of a file: the same on each machine. */
function generated({ parts, between, lineEnd, megabytes }: Shape): string {
  // A linear congruential generator.
  let state = 1;
  const below = (limit: number) => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return Math.floor(state / 2 ** 32 * limit);
  };
  const one = (of: readonly string[]) => of[below(of.length)];
  const numbered = () => `${one(parts)}${below(2) ? '' : ` ${below(1000)}`}`;
  const lines = Array.from({ length: 5000 }, (_, record) => {
    const address = Array.from({ length: below(12) + 1 }, numbered).reduce((text, part) => text + one(between) + part, numbered());
    return `r${record},"${address.replaceAll('"', '""')}",u${record}@example.com${lineEnd}`;
  }).join('');
  return COLUMNS.join(',') + lineEnd + lines.repeat(Math.ceil(megabytes * MB / lines.length));
}

/** How many records the engine finds in a file, and a digest of their values. */
async function read(file: string): Promise<string> {
  const dataSet: DataSet = { name: 'generated', files: [file], separator: ',', fields: COLUMNS.map((fieldName) => ({ fieldName, type: 'STRING' })) };
  return inDatabase({ workFolder: folder, signal: new AbortController().signal }, async (database) => {
    await database.execute('CREATE TABLE digests (digest HUGEINT)');
    const values = COLUMNS.map((_, index) => `coalesce(${fieldColumn(index)}, '')`).join(', ');
    await readFields(database, dataSet, (fields) => `INSERT INTO digests SELECT md5_number(concat_ws(chr(0), ${values})) % 1000000007 FROM (${fields})`);
    const [[count, digest]] = (await database.execute('SELECT count(*), sum(digest) FROM digests')).getRowsJson();
    return `${String(count)} ${String(digest)}`;
  });
}

function truth(file: string): string {
  return execFileSync(process.env.PYTHON ?? 'python3', [join(__dirname, 'csv_truth.py'), file], { encoding: 'utf8' }).trim();
}

test.each(FILES)('of a file with %s the engine reads what Python reads', async (_, shape) => {
  const file = join(folder, 'people.csv');
  await writeFile(file, generated(shape));

  expect(await read(file)).toBe(truth(file));
});

test('of a compressed file, too', async () => {
  const [file, compressed] = ['people.csv', 'people.csv.gz'].map((name) => join(folder, name));
  const content = generated(WAREHOUSE);
  await Promise.all([writeFile(file, content), writeFile(compressed, gzipSync(content, { level: 1 }))]);

  expect(await read(compressed)).toBe(truth(file));
});
