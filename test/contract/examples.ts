import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { contextOfNewProject } from '../new-project';

export const EXAMPLES = join(__dirname, '..', '..', 'examples');

/** What is given to each example when it is deployed, as docs/deploy-an-example.md says. */
export const CONTEXT: Record<string, Record<string, string>> = {
  'clean-rooms-two-parties/advertiser': {
    dataBucket: 'our-data', publisherNamespaceArn: 'arn:aws:entityresolution:us-east-1:222222222222:idnamespace/audience', dataVersion: '1',
  },
  'clean-rooms-two-parties/publisher': { dataBucket: 'our-data', collaborationId: '11111111-1111-1111-1111-111111111111', dataVersion: '1' },
  'id-namespaces': { dataBucket: 'our-data' },
  'matching-workflows': { dataBucket: 'our-data' },
  'partitioned-table': { dataBucket: 'our-data' },
  'provider': { dataBucket: 'our-data' },
  'quickstart': { dataBucket: 'our-data' },
  'two-accounts': { dataBucket: 'our-data' },
};

/** What an app is synthesized with beside its own context. */
export interface Project {
  readonly context: object;
  readonly env: NodeJS.ProcessEnv;
}

/** The newest aws-cdk-lib, all of its feature flags, and its validator, which ends the synthesis of a bad template. */
export const NEW_PROJECT: Project = {
  context: contextOfNewProject(),
  env: { CDK_VALIDATION: undefined, NODE_OPTIONS: `--require ${join(__dirname, '..', 'newest-aws-cdk-lib.js')}` },
};

/** What the CDK CLI does with an app: it tells by environment variables where the assembly goes and what the context is. */
export async function synthesize(
  example: string, outdir: string, { context, env: own }: Partial<Project> = {}, given = CONTEXT[example],
): Promise<void> {
  const cwd = join(EXAMPLES, example);
  const { app, context: ofExample } = JSON.parse(await readFile(join(cwd, 'cdk.json'), 'utf8')) as { app: string; context?: object };
  const [command, ...args] = app.split(' ');
  const env = { ...process.env, ...own, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...ofExample, ...given }) };
  await promisify(execFile)(command, args, { cwd, env });
}
