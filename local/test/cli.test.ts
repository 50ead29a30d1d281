import { ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { descendants, isAlive } from './processes';

const CLI = join(__dirname, '..', 'bin', 'id-mapping-local.js');

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-test-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

function cli(args: string[], env: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [CLI, ...args], { cwd: folder, env: { ...process.env, TMPDIR: folder, ...env } });
}

async function finished(child: ChildProcessWithoutNullStreams): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', chunk => { output.stdout += chunk; });
  child.stderr.on('data', chunk => { output.stderr += chunk; });
  const [code] = await once(child, 'close') as [number | null];
  return { code, ...output };
}

async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100 && !await condition(); attempt++) {
    await setTimeout(50);
  }
  expect(await condition()).toBe(true);
}

/** The CLI with a command that runs until it is ended, once that command runs. */
async function running(): Promise<{ child: ChildProcessWithoutNullStreams; processes: number[] }> {
  const child = cli(['exec', '--', process.execPath, '-e', 'console.log("running"); setInterval(() => {}, 1000)']);
  await once(child.stdout, 'data');
  return { child, processes: descendants(child.pid!) };
}

test.each([
  ['the command succeeds', ['true'], 0],
  ['the command fails', ['sh', '-c', 'exit 7'], 7],
  ['a signal ends the command', ['sh', '-c', 'kill -TERM $$'], 128 + constants.signals.SIGTERM],
])('ends as the command does when %s, and leaves nothing', async (_, command, code) => {
  expect(await finished(cli(['exec', '--', ...command]))).toStrictEqual({ code, stdout: '', stderr: '' });
  expect(await readdir(folder)).toStrictEqual([]);
});

test('a command that is not found ends with 127', async () => {
  expect(await finished(cli(['exec', '--', 'no-such-command']))).toStrictEqual({
    code: 127, stdout: '', stderr: 'id-mapping-local: cannot run \'no-such-command\': spawn no-such-command ENOENT\n',
  });
  expect(await readdir(folder)).toStrictEqual([]);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends the command, and everything with it', async signal => {
  const { child, processes } = await running();
  expect(processes).toHaveLength(2);
  child.kill(signal);
  expect((await finished(child)).code).toBe(128 + constants.signals[signal]);
  expect(processes.filter(isAlive)).toStrictEqual([]);
  expect(await readdir(folder)).toStrictEqual([]);
});

test('SIGKILL takes the local AWS down, with its files', async () => {
  const { child, processes } = await running();
  child.kill('SIGKILL');
  await once(child, 'close', { signal: AbortSignal.timeout(0) }).catch(() => undefined);
  const [launcher, command] = processes;
  await eventually(() => !isAlive(launcher));
  await eventually(async () => (await readdir(folder)).length === 0);
  process.kill(command, 'SIGKILL');
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
