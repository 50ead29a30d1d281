import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App, DefaultStackSynthesizer, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { buildSync } from 'esbuild';
import * as mapping from '../../src';

const LAMBDA = resolve(__dirname, '..', '..', 'lambda');

/** A piece of the runner that is taken out, to see what it is there for. */
export interface Removal {
  /** A file of `lambda/`; none is the state machine's definition. */
  readonly file?: string;

  /** The text that is there now. */
  readonly text: string;

  /** What is put in its place. */
  readonly replacement: string;
}

/** Where the code of a runner was uploaded. */
export interface Code {
  readonly S3Bucket: string;
  readonly S3Key: string;
}

/** The template of a stack that has nothing but a runner. */
export function runnerTemplate(code: Code, removal?: Removal): string {
  const stack = new Stack(new App(), 'Runner', { synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) });
  mapping.IdMappingRunner.of(stack);
  const template = Template.fromStack(stack).toJSON();
  for (const { Type, Properties } of Object.values<{ Type: string; Properties: Record<string, unknown> }>(template.Resources)) {
    if (Type === 'AWS::Lambda::Function') Properties.Code = code;
  }
  const text = JSON.stringify(template);
  return removal && removal.file === undefined ? replace(text, removal) : text;
}

/** The runner's code in one file, as it is shipped. */
export function runnerCode(removal?: Removal): string {
  const folder = mkdtempSync(join(tmpdir(), 'runner-'));
  try {
    cpSync(LAMBDA, folder, { recursive: true });
    if (removal?.file) {
      const file = join(folder, removal.file);
      writeFileSync(file, replace(readFileSync(file, 'utf8'), removal));
    }
    const { outputFiles } = buildSync({
      entryPoints: [join(folder, 'index.ts')],
      nodePaths: [resolve(LAMBDA, '..', 'node_modules')],
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

function replace(source: string, { text, replacement }: Removal): string {
  if (!source.includes(text)) throw new Error(`the runner has no ${JSON.stringify(text)} any more, so it can't be removed`);
  return source.replace(text, replacement);
}
