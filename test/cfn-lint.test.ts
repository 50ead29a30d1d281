import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Template } from 'aws-cdk-lib/assertions';
import { pythonEnvironment } from 'id-mapping-local';
import { completeStack as completeCleanRooms } from './clean-rooms/complete';
import { completeStack as completeEntityResolution } from './entity-resolution/complete';

const run = promisify(execFile);
const EXAMPLES = join(__dirname, '..', 'examples');

let templates: string;

beforeAll(async () => {
  templates = await mkdtemp(join(tmpdir(), 'templates-'));
});

afterAll(async () => {
  await rm(templates, { recursive: true, force: true });
});

test('cfn-lint finds nothing in the templates of the constructs and of the examples', async () => {
  const stacks = Object.entries({ completeCleanRooms, completeEntityResolution });
  await Promise.all(stacks.map(([name, complete]) =>
    writeFile(join(templates, `${name}.template.json`), JSON.stringify(Template.fromStack(complete()).toJSON()))));
  await Promise.all((await examples()).map(synthesize));
  const files = (await readdir(templates, { recursive: true })).filter((name) => name.endsWith('.template.json')).sort();

  expect(files.length).toBeGreaterThan((await examples()).length);
  expect(await lint(files)).toBe('');
});

test('cfn-lint finds what is wrong', async () => {
  const resource = { Type: 'AWS::EntityResolution::IdNamespace', Properties: { IdNamespaceName: 'crm', Type: 'SAUCE' } };
  await writeFile(join(templates, 'wrong.json'), JSON.stringify({ Resources: { Crm: resource } }));

  expect(await lint(['wrong.json'])).toContain("'SAUCE' is not one of ['SOURCE', 'TARGET']");
});

async function examples(): Promise<string[]> {
  const entries = await readdir(EXAMPLES);
  return entries.filter((name) => existsSync(join(EXAMPLES, name, 'cdk.json')));
}

/** What the CDK CLI does with an app: it tells by environment variables where the assembly goes and what the context is. */
async function synthesize(example: string): Promise<void> {
  const cwd = join(EXAMPLES, example);
  const { app, context } = JSON.parse(await readFile(join(cwd, 'cdk.json'), 'utf8')) as { app: string; context: object };
  const [command, ...args] = app.split(' ');
  await run(command, args, { cwd, env: { ...process.env, CDK_OUTDIR: join(templates, example), CDK_CONTEXT_JSON: JSON.stringify(context) } });
}

/** What cfn-lint prints: nothing when all is well. */
async function lint(files: string[]): Promise<string> {
  const { python } = await pythonEnvironment();
  const packages = await cfnLint(python);
  // W3005: the L2s of aws-cdk-lib name dependencies that a reference implies already.
  const args = [join(packages, 'bin', 'cfn-lint'), '--regions', 'eu-west-1', '--ignore-checks', 'W3005', '--', ...files];
  const { stdout } = await run(python, args, { cwd: templates, env: { ...process.env, PYTHONPATH: packages } })
    .catch((error: { stdout: string; stderr: string }) => ({ stdout: error.stdout + error.stderr }));
  return stdout;
}

/** The folder that holds cfn-lint, installed on first use and when the requirements change. */
async function cfnLint(python: string): Promise<string> {
  const requirements = join(__dirname, 'requirements.txt');
  const digest = createHash('sha256').update(await readFile(requirements)).digest('hex').slice(0, 16);
  const folder = join(__dirname, '..', 'node_modules', '.cache', 'cfn-lint', digest);
  if (!existsSync(join(folder, 'bin', 'cfn-lint'))) {
    await run(python, [
      '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '--target', folder, '--requirement', requirements,
    ]);
  }
  return folder;
}
