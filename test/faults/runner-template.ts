import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { App, DefaultStackSynthesizer, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { buildSync } from 'esbuild';
import { Change } from './case';
import * as mapping from '../../src';

const ROOT = resolve(__dirname, '..', '..');

/** What the functions are made of. */
const SOURCES = ['lambda', 'src/runs/private/run-protocol.ts'];

/** Where the code of a runner was uploaded. */
export interface Code {
  readonly S3Bucket: string;
  readonly S3Key: string;
}

/** MiniStack's Step Functions says of a function that it could not invoke what AWS says of one that ended without a word. */
const THROTTLED: Change = { text: "'Lambda.TooManyRequestsException'", replacement: "'Lambda.TooManyRequestsException', 'Lambda.Unknown'" };

/** The template of a stack that has nothing but a runner. */
export function runnerTemplate(code: Code, changes: Change[]): string {
  const stack = new Stack(new App(), 'Runner', { synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) });
  mapping.IdMappingRunner.of(stack);
  const template = Template.fromStack(stack).toJSON();
  for (const { Type, Properties } of Object.values<{ Type: string; Properties: Record<string, unknown> }>(template.Resources)) {
    if (Type === 'AWS::Lambda::Function') Properties.Code = code;
  }
  return [THROTTLED, ...changes.filter(({ file }) => file === undefined)].reduce(replaceAll, JSON.stringify(template));
}

/** The runner's code in one file, as it is shipped. */
export function runnerCode(changes: Change[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'runner-'));
  try {
    for (const source of SOURCES) {
      mkdirSync(dirname(join(folder, source)), { recursive: true });
      cpSync(join(ROOT, source), join(folder, source), { recursive: true });
    }
    for (const change of changes) {
      if (change.file === undefined) continue;
      const file = join(folder, change.file);
      writeFileSync(file, replaceAll(readFileSync(file, 'utf8'), change));
    }
    const { outputFiles } = buildSync({
      entryPoints: [join(folder, 'lambda', 'index.ts')],
      nodePaths: [join(ROOT, 'node_modules')],
      tsconfigRaw: {},
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node20',
      legalComments: 'none',
      write: false,
    });
    return outputFiles[0].text;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function replaceAll(source: string, { text, replacement }: Change): string {
  if (!source.includes(text)) throw new Error(`the runner has no ${JSON.stringify(text)} any more, so it can't be changed`);
  return source.replaceAll(text, () => replacement);
}
