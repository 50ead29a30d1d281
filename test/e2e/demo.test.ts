import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(__dirname, '..', '..');

describe('the demo', () => {
  let output: string;

  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(join(ROOT, 'node_modules', '.bin', 'tsx'), [
      '--import', join(__dirname, 'check-logs-at-stop.ts'), join('examples', 'quickstart', 'demo.ts'),
    ], { cwd: ROOT });
    output = stdout;
  });

  test('deploys the quickstart and shows a job that succeeded', () => {
    expect(output).toMatch(/^Job [a-f0-9]{32}: SUCCEEDED$/m);
    expect(output).toContain('CREATE_COMPLETE Custom::IdMappingJob CrmToLoyalty/FirstRun/Resource');
  });

  test('shows the mapping and how right it is', () => {
    const [, pairs] = /The first 5 of (\d+) mapped pairs:/.exec(output)!;
    expect(output).toMatch(/rec-\d+-dup-0.*rec-\d+-org.*social security number/);
    expect(output).toMatch(new RegExp(`^Precision: \\d+\\.\\d % \\(\\d+ of ${pairs}\\)$`, 'm'));
    expect(output).toMatch(/^Recall: +\d+\.\d % \(\d+ of 5000\)$/m);
  });

  test('tells where the output is and how long each step took', () => {
    expect(output).toMatch(/^Output: +s3:\/\/\S+\/success\/\S+\.csv/m);
    expect(output).toMatch(/^ +\d+\.\d {2}cdk bootstrap$/m);
  });

  test('logs no event, URL, credential or record', () => {
    expect(output).toMatch(/^Lines of the runner: [1-9]/m);
  });

  test('says that it was emulated', () => {
    expect(output).toContain('This was emulated');
  });
});
