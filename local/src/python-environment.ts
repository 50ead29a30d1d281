import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const PACKAGE = resolve(__dirname, '..');
const REQUIREMENTS = join(PACKAGE, 'requirements.txt');
const MINIMUM_VERSION = '3.10';
const INTERPRETER_FACTS = `
import json, sys
print(json.dumps({'supported': sys.version_info >= (${MINIMUM_VERSION.replace('.', ', ')}), 'version': sys.version, 'prefix': sys.base_prefix}))
`;

/** A virtual environment that holds what `requirements.txt` names. */
export interface PythonEnvironment {
  /** Path of the environment's interpreter. */
  readonly python: string;
  /** Path of botocore's model (gzipped JSON) of a service, for example `entityresolution` at `2018-05-10`. */
  botocoreModel(service: string, apiVersion: string): string;
}

/**
 * The environment for the packages of `requirements.txt`, made on first use (some seconds, from the package index that pip is set to).
 * It is made anew when the requirements or the interpreter change.
 *
 * The environment variable `PYTHON` names the interpreter.
 *
 * @param cache folder that keeps the environments @default `.venv` in this package
 * @throws when there is no Python 3.10 or newer, or the packages cannot be installed
 */
export async function pythonEnvironment(cache = join(PACKAGE, '.venv')): Promise<PythonEnvironment> {
  const interpreter = process.env.PYTHON || 'python3';
  const facts = await interpreterFacts(interpreter);
  const key = createHash('sha256').update(facts).update(await readFile(REQUIREMENTS)).digest('hex').slice(0, 16);
  const folder = join(cache, key);
  if (!existsSync(folder)) {
    await make(interpreter, folder);
  }
  const python = join(folder, 'bin', 'python');
  const { stdout } = await run(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))']);
  return {
    python,
    botocoreModel: (service, apiVersion) => join(stdout.trim(), 'botocore', 'data', service, apiVersion, 'service-2.json.gz'),
  };
}

async function interpreterFacts(interpreter: string): Promise<string> {
  const advice = `install Python ${MINIMUM_VERSION} or newer, or set the environment variable PYTHON to its path`;
  const { stdout } = await run(interpreter, ['-c', INTERPRETER_FACTS]).catch((error: Error) => {
    throw new Error(`cannot run the Python interpreter '${interpreter}': ${error.message.trim()}; ${advice}`);
  });
  const { supported, version } = JSON.parse(stdout) as { supported: boolean; version: string };
  if (!supported) {
    throw new Error(`the Python interpreter '${interpreter}' is version ${version.split(' ')[0]}; ${advice}`);
  }
  return stdout;
}

async function make(interpreter: string, folder: string): Promise<void> {
  // Under a name of its own until it is whole: a process that is killed half-way leaves nothing that looks finished,
  // and of two that make it at once either may win. A moved environment is sound, as long as only its interpreter is used.
  await mkdir(dirname(folder), { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  try {
    await run(interpreter, ['-m', 'venv', draft]);
    await run(join(draft, 'bin', 'python'), [
      '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '--only-binary', ':all:', '--requirement', REQUIREMENTS,
    ]);
    await rename(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) {
      const { message, stdout } = error as Error & { stdout?: string };
      throw new Error(`cannot make the Python environment in '${folder}' (on Debian and Ubuntu it needs the package python3-venv): ${[message, stdout].join('\n').trim()}`);
    }
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
