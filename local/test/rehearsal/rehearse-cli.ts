import { ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const CLI = join(__dirname, '..', '..', 'bin', 'id-mapping-local.js');

/** What a command ended with and said. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `id-mapping-local rehearse` in a folder. */
export async function rehearseCli(folder: string, ...args: string[]): Promise<Finished> {
  return finished(started(folder, args));
}

/** Runs it until it has begun to work, then interrupts it. @param workFolder what it keeps its work in */
export async function interruptedCli(folder: string, workFolder: string, ...args: string[]): Promise<Finished> {
  const child = started(folder, args, { TMPDIR: workFolder });
  const end = finished(child);
  while (!(await readdir(workFolder)).some(name => name.startsWith('id-mapping-rehearsal-')) && child.exitCode === null) {
    await setTimeout(20);
  }
  child.kill('SIGINT');
  return end;
}

function started(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [CLI, 'rehearse', ...args], { cwd: folder, env: { ...process.env, ...env } });
}

async function finished(child: ChildProcessWithoutNullStreams): Promise<Finished> {
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', chunk => { output.stdout += chunk; });
  child.stderr.on('data', chunk => { output.stderr += chunk; });
  const [code] = await once(child, 'close') as [number | null];
  return { code, ...output };
}
