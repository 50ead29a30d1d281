import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdk } from '../cdk';
import { febrl, truePairs } from '../febrl';

const CLI = join(__dirname, '..', '..', 'node_modules', '.bin', 'id-mapping-local');
const REPORT = join(__dirname, 'rehearsal.html');

/** Rehearses the workflow of the quickstart with the FEBRL data sets: nothing is deployed. */
async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  try {
    const data = await febrl();
    const app = join(folder, 'cdk.out');
    const { exitCode, output } = await cdk(__dirname, ['synth', '--quiet', '--output', app, '--context', 'dataBucket=febrl-data']);
    if (exitCode !== 0) throw new Error(output);

    const { status } = spawnSync(CLI, [
      'rehearse', '--app', app, '--workflow', 'CrmToLoyalty',
      '--input', `crm=${file('crm.csv', data.duplicates)}`, '--input', `loyalty=${file('loyalty.csv', data.originals)}`,
      '--truth', file('truth.csv', truePairs(data)), '--html', REPORT,
    ], { stdio: 'inherit' });
    return status ?? 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main().then((status) => { process.exitCode = status; }, (error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
