import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const run = (command: string, ...args: string[]) => execFileSync(command, args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

describe('the package', () => {
  beforeAll(() => {
    run('npx', 'jsii', '--silence-warnings=reserved-word');
  });

  test('has no dependencies but its peers', () => {
    const { dependencies, peerDependencies } = JSON.parse(read('package.json'));
    expect(dependencies).toBeUndefined();
    expect(Object.keys(peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
  });

  test('holds the library, its assembly and the Lambda code, and nothing that it is made from', () => {
    const [{ files }] = JSON.parse(run('npm', 'pack', '--dry-run', '--json', '--ignore-scripts'));
    const names: string[] = files.map(({ path }: { path: string }) => path);
    expect(names).toEqual(expect.arrayContaining(['.jsii', 'API.md', 'LICENSE', 'README.md', 'assets/runner/index.js', 'lib/index.js', 'lib/index.d.ts']));
    expect(names.filter((name) => !/^(\.jsii|API\.md|LICENSE|README\.md|package\.json|assets\/runner\/index\.js|lib\/.*\.(js|d\.ts))$/.test(name))).toEqual([]);
  });

  test('has an API.md that says what the code says', () => {
    const folder = mkdtempSync(join(tmpdir(), 'api-'));
    try {
      run('npx', 'jsii-docgen', '-o', join(folder, 'API.md'));
      expect(readFileSync(join(folder, 'API.md'), 'utf8')).toBe(read('API.md'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the bundled Lambda code', () => {
  test('is the same wherever it is made, and knows nothing of the machine', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
    try {
      const { tasks } = JSON.parse(read('.projen/tasks.json'));
      const command: string = tasks.bundle.steps[0].exec;
      run('npx', '-c', command.replace('assets/runner/', `${folder}/`));
      const bundled = readFileSync(join(folder, 'index.js'), 'utf8');

      expect(digest(bundled)).toBe(digest(read('assets/runner/index.js')));
      expect(bundled.includes(ROOT)).toBe(false);
      expect(/sourceMappingURL|node_modules\//.test(bundled)).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
