import { ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually';
import { descendants, isAlive, Process } from './processes';

const CLI = join(__dirname, '..', 'bin', 'id-mapping-local.js');

let folder: string;
let started: ChildProcessWithoutNullStreams[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-test-'));
  started = [];
});

afterEach(async () => {
  started.forEach((child) => child.kill('SIGKILL'));
  await rm(folder, { recursive: true });
});

function cli(args: string[], env: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, env: { ...process.env, TMPDIR: folder, ...env } });
  started.push(child);
  return child;
}

async function finished(child: ChildProcessWithoutNullStreams): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => { output.stdout += chunk; });
  child.stderr.on('data', (chunk) => { output.stderr += chunk; });
  const [code] = await once(child, 'close') as [number | null];
  return { code, ...output };
}

async function leftovers(): Promise<string[]> {
  // The cache that tsx keeps is meant to stay.
  return (await readdir(folder)).filter((name) => !name.startsWith('tsx-'));
}

const COMMAND = ['exec', '--', 'sh', '-c', 'echo running; exec sleep 60'];

/** The CLI with a command that runs until it is ended, once that command runs. */
async function running(child = cli(COMMAND)): Promise<{ child: ChildProcessWithoutNullStreams; launcher: Process; command: Process }> {
  await once(child.stdout, 'data');
  const find = async (text: string): Promise<Process> => {
    let found: Process | undefined;
    await eventually(() => (found = descendants(child.pid!).find(({ command }) => command.includes(text))) !== undefined);
    return found!;
  };
  return { child, launcher: await find('launcher.py'), command: await find('sleep 60') };
}

test.each([
  ['the command succeeds', ['true'], 0],
  ['the command fails', ['sh', '-c', 'exit 7'], 7],
  ['a signal ends the command', ['sh', '-c', 'kill -TERM $$'], 128 + constants.signals.SIGTERM],
])('ends as the command does when %s, and leaves nothing', async (_, command, code) => {
  expect(await finished(cli(['exec', '--', ...command]))).toStrictEqual({ code, stdout: '', stderr: '' });
  expect(await leftovers()).toStrictEqual([]);
});

test('a command that is not found ends with 127', async () => {
  expect(await finished(cli(['exec', '--', 'no-such-command']))).toStrictEqual({
    code: 127, stdout: '', stderr: 'id-mapping-local: cannot run \'no-such-command\': spawn no-such-command ENOENT\n',
  });
  expect(await leftovers()).toStrictEqual([]);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)('%s ends the command and everything with it', async (signal) => {
  const { child, launcher, command } = await running();
  child.kill(signal);
  expect((await finished(child)).code).toBe(128 + constants.signals[signal]);
  expect([launcher, command].filter(isAlive)).toStrictEqual([]);
  expect(await leftovers()).toStrictEqual([]);
});

test('SIGKILL takes the local AWS down, with its files', async () => {
  const { child, launcher, command } = await running();
  child.kill('SIGKILL');
  await eventually(() => !isAlive(launcher));
  expect(await leftovers()).toStrictEqual([]);
  process.kill(command.pid);
});

test.each(['SIGTERM', 'SIGKILL'] as const)('%s to the npx that has started it ends the command and everything with it', async (signal) => {
  const npx = spawn('npx', ['id-mapping-local', ...COMMAND], { cwd: join(__dirname, '..', '..'), env: { ...process.env, TMPDIR: folder } });
  started.push(npx);
  const { launcher, command } = await running(npx);
  const all = [...descendants(npx.pid!), launcher, command];
  npx.kill(signal);
  await eventually(() => !all.some(isAlive));
  expect(await leftovers()).toStrictEqual([]);
});

test('SIGTERM ends what the command has started, too', async () => {
  const { child, command } = await running(cli(['exec', '--', 'sh', '-c', 'sleep 60 > /dev/null 2>&1 & echo running; wait']));
  child.kill('SIGTERM');
  await finished(child);
  await eventually(() => !isAlive(command));
});

test('the command sees no other AWS, whatever was set before', async () => {
  await mkdir(join(folder, 'home', '.aws'), { recursive: true });
  await writeFile(join(folder, 'home', '.aws', 'config'), [
    '[default]', 'region = eu-west-1', '[profile production]', 'region = eu-west-1', 'ignore_configured_endpoint_urls = true', 'endpoint_url = http://127.0.0.1:1',
  ].join('\n'));
  await writeFile(join(folder, 'home', '.aws', 'credentials'), '[production]\naws_access_key_id = AKIAREAL\naws_secret_access_key = real\n');
  const script = `
    const { STSClient, GetCallerIdentityCommand } = require(${JSON.stringify(require.resolve('@aws-sdk/client-sts'))});
    const client = new STSClient({});
    client.send(new GetCallerIdentityCommand({})).then(async ({ Arn }) => console.log(Arn, await client.config.region()));
  `;
  const { stdout } = await finished(cli(['exec', '--', process.execPath, '--no-warnings', '-e', script], {
    HOME: join(folder, 'home'),
    AWS_PROFILE: 'production',
    AWS_CONFIG_FILE: join(folder, 'home', '.aws', 'config'),
    AWS_SESSION_TOKEN: 'real',
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1',
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
  }));
  expect(stdout).toBe('arn:aws:iam::000000000000:root us-east-1\n');
});

test('without a command it says what is missing', async () => {
  expect(await finished(cli(['exec']))).toStrictEqual({ code: 1, stdout: '', stderr: 'error: missing required argument \'command\'\n' });
});
