import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const CLI = join(__dirname, '..', '..', 'bin', 'id-mapping-local.js');

/** What a command ended with and said. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `id-mapping-local rehearse` in a folder. */
export async function rehearseCli(folder: string, ...args: string[]): Promise<Finished> {
  const child = spawn(process.execPath, [CLI, 'rehearse', ...args], { cwd: folder });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', chunk => { output.stdout += chunk; });
  child.stderr.on('data', chunk => { output.stderr += chunk; });
  const [code] = await once(child, 'close') as [number | null];
  return { code, ...output };
}
