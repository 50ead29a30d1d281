import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as ts from 'typescript';

const ROOT = resolve(__dirname, '..');
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md')).map((name) => join('docs', name))];

/** What every block can use without saying so, as a file of a user's app that already has its imports. */
const FIXTURE = readFileSync(join(__dirname, 'readme-fixture.ts.txt'), 'utf8');

interface Block {
  readonly document: string;
  readonly line: number;
  readonly code: string;
}

function blocksOf(document: string): Block[] {
  const text = readFileSync(join(ROOT, document), 'utf8');
  return [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map((match) => ({
    document, line: text.slice(0, match.index).split('\n').length, code: match[1],
  }));
}

/** The messages of the compiler for each of the blocks, all compiled at once. */
function compile(blocks: Block[]): string[][] {
  const { options } = ts.getParsedCommandLineOfConfigFile(join(ROOT, 'examples', 'tsconfig.json'), {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} })!;
  const files = new Map(blocks.map((block, index) => [
    join(ROOT, 'examples', `block-${index}.ts`), FIXTURE.replace('/// block', block.code),
  ]));
  const host = ts.createCompilerHost({ ...options, noUnusedLocals: false });
  const { fileExists, readFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  const program = ts.createProgram([...files.keys()], { ...options, noUnusedLocals: false }, host);
  return [...files.keys()].map((name) => ts.getPreEmitDiagnostics(program, program.getSourceFile(name))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')));
}

describe('the examples of the documents', () => {
  const blocks = DOCUMENTS.flatMap(blocksOf);
  let messages: string[][];

  beforeAll(() => {
    messages = compile([...blocks, { document: '', line: 0, code: 'new IdMappingJob(this, 42);' }]);
  });

  test('are there', () => {
    expect(blocks.filter(({ document }) => document === 'README.md').length).toBeGreaterThan(3);
  });

  test.each(blocks.map(({ document, line }, index) => ({ document, line, index })))('$document, line $line, compiles', ({ index }) => {
    expect(messages[index]).toEqual([]);
  });

  test('would not compile with an error in them', () => {
    expect(messages.at(-1)).not.toEqual([]);
  });
});
