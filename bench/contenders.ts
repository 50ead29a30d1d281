import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const VENV = join(__dirname, '.venv');
const PYTHON = join(VENV, 'bin', 'python');

/** What a process has taken for the mapping, without its own start. */
export interface Measured {
  readonly seconds: number;
  /** In MiB. */
  readonly peak: number;
}

/** Each maps the source file to the target file, in a process of its own, and writes its pairs. */
export const CONTENDERS = {
  'engine': (...files: string[]) => node('contender.ts', 'engine', ...files),
  'hand-written': (...files: string[]) => node('contender.ts', 'hand-written', ...files),
  'splink': python,
};

export type Contender = keyof typeof CONTENDERS;

/** Installs Splink, once. */
export async function makeVenv(): Promise<void> {
  if (!existsSync(PYTHON)) {
    await run('python3', ['-m', 'venv', VENV]);
    await run(PYTHON, ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--requirement', join(__dirname, 'requirements.txt')]);
  }
}

/** Maps on the state of the last run: `<BATCH|INCREMENTAL> <state> <source> <target> <mapping>`. */
export async function mapOnState(...args: string[]): Promise<Measured> {
  return node('second-run.ts', ...args);
}

async function node(script: string, ...args: string[]): Promise<Measured> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', join(__dirname, script), ...args]);
  return JSON.parse(stdout) as Measured;
}

async function python(...files: string[]): Promise<Measured> {
  const { stdout } = await run(PYTHON, [join(__dirname, 'deterministic_link.py'), ...files]);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Measured;
}
