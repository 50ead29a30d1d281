import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonEnvironment } from '../src/python-environment';

let folder: string;
const inherited = process.env.PYTHON;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'python-environment-'));
});

afterEach(async () => {
  restore();
  await rm(folder, { recursive: true });
});

function restore(): void {
  delete process.env.PYTHON;
  if (inherited !== undefined) {
    process.env.PYTHON = inherited;
  }
}

/** Makes PYTHON a script that stands for an interpreter: it takes down its calls, and its environments are copies of it. */
async function interpreter(answers: { supported?: boolean; prefix?: string; onInstall?: string } = {}): Promise<void> {
  const { supported = true, prefix = '/usr', onInstall = '' } = answers;
  const path = join(folder, 'python3');
  await writeFile(path, `#!/bin/sh
echo "$1 $2" >> '${folder}/calls'
case "$1 $2" in
  '-c import sysconfig'*) echo /site-packages ;;
  '-c '*) echo '${JSON.stringify({ supported, version: '3.9.1 (main)', prefix })}' ;;
  '-m venv') mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  '-m pip') ${onInstall} ;;
esac
`);
  await chmod(path, 0o755);
  process.env.PYTHON = path;
}

async function timesMade(): Promise<number> {
  return (await readFile(join(folder, 'calls'), 'utf8')).split('\n').filter((call) => call === '-m venv').length;
}

const cache = () => join(folder, 'cache');

test('an environment is made once', async () => {
  await interpreter();
  const first = await pythonEnvironment(cache());
  const second = await pythonEnvironment(cache());
  expect(await timesMade()).toBe(1);
  expect(second.python).toBe(first.python);
  expect(existsSync(first.python)).toBe(true);
});

test('another interpreter gets another environment', async () => {
  await interpreter({ prefix: '/usr' });
  const first = await pythonEnvironment(cache());
  await interpreter({ prefix: '/opt' });
  const second = await pythonEnvironment(cache());
  expect(second.python).not.toBe(first.python);
});

test('names botocore\'s model of a service', async () => {
  await interpreter();
  const { botocoreModel } = await pythonEnvironment(cache());
  expect(botocoreModel('entityresolution', '2018-05-10')).toBe('/site-packages/botocore/data/entityresolution/2018-05-10/service-2.json.gz');
});

test('two processes that make it at once both end with the same whole one', async () => {
  // Whichever comes first waits for the other.
  await interpreter({ onInstall: `while [ "$(grep -c '^-m venv' '${folder}/calls')" -lt 2 ]; do sleep 0.05; done;` });
  const script = `require('tsx/cjs'); require(${JSON.stringify(join(__dirname, '../src/python-environment.ts'))})
    .pythonEnvironment(${JSON.stringify(cache())}).then(environment => console.log(environment.python))`;
  const made = await Promise.all([1, 2].map(async () => promisify(execFile)(process.execPath, ['-e', script], { cwd: __dirname, env: process.env })));
  expect(await timesMade()).toBe(2);
  expect(made[0].stdout).toBe(made[1].stdout);
  expect(await readdir(cache())).toHaveLength(1);
});

test('one that was not finished is not used, and leaves nothing', async () => {
  await interpreter({ onInstall: 'echo "no matching distribution"; exit 1;' });
  await expect(pythonEnvironment(cache())).rejects.toThrow(/^cannot make the Python environment in '.*' \(on Debian and Ubuntu it needs the package python3-venv\): [^]*no matching distribution$/);
  expect(await readdir(cache())).toStrictEqual([]);
  await interpreter();
  expect(existsSync((await pythonEnvironment(cache())).python)).toBe(true);
});

test('an interpreter that is too old is refused', async () => {
  await interpreter({ supported: false });
  await expect(pythonEnvironment(cache())).rejects.toThrow(
    `the Python interpreter '${process.env.PYTHON}' is version 3.9.1; install Python 3.10 or newer, or set the environment variable PYTHON to its path`);
});

test('an interpreter that is not there is refused', async () => {
  process.env.PYTHON = '/nowhere/python3';
  await expect(pythonEnvironment(cache())).rejects.toThrow(
    'cannot run the Python interpreter \'/nowhere/python3\': spawn /nowhere/python3 ENOENT; install Python 3.10 or newer, or set the environment variable PYTHON to its path');
});
