import { ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { rehearseCommand } from '../src/rehearse-command';
import { Stages } from '../src/stages';

export const CLI = join(__dirname, '..', '..', 'local', 'bin', 'id-mapping-local.js');

/** The environment of a rehearsal that waits for a signal as soon as it has its work folder. */
export const HELD = { NODE_OPTIONS: `--require ${join(__dirname, 'hold.js')}` };

/** What a command ended with and said. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Does in this process what `id-mapping-local rehearse` does in one of its own, which takes a second to start. */
export async function rehearse(folder: string, ...args: string[]): Promise<Finished> {
  const output = { stdout: '', stderr: '' };
  const [cwd, { exitCode }] = [process.cwd(), process];
  const printed = [
    jest.spyOn(console, 'log').mockImplementation((line: string) => { output.stdout += `${line}\n`; }),
    jest.spyOn(console, 'error').mockImplementation((line: string) => { output.stderr += `${line}\n`; }),
    // Progress bars, should the tests run in a terminal.
    jest.spyOn(Stages.prototype, 'begin').mockImplementation(),
  ];
  try {
    process.chdir(folder);
    await rehearseCommand().parseAsync(args, { from: 'user' });
    return { code: process.exitCode as number, ...output };
  } finally {
    process.chdir(cwd);
    process.exitCode = exitCode;
    printed.forEach((spy) => { spy.mockRestore(); });
  }
}

/** Runs `id-mapping-local rehearse` in a folder. */
export async function rehearseCli(folder: string, ...args: string[]): Promise<Finished> {
  return finished(started(folder, args));
}

/** Runs it until it has begun to work, then sends it signals. @param workFolder what it keeps its work in */
export async function interruptedCli(folder: string, workFolder: string, signals: readonly NodeJS.Signals[], ...args: string[]): Promise<Finished> {
  const before = await readdir(workFolder);
  const child = started(folder, args, { TMPDIR: workFolder, ...HELD });
  const end = finished(child);
  while (!(await readdir(workFolder)).some((name) => name.startsWith('id-mapping-rehearsal-') && !before.includes(name)) && child.exitCode === null) {
    await setTimeout(20);
  }
  for (const signal of signals) {
    child.kill(signal);
    await setTimeout(1);
  }
  return end;
}

function started(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [CLI, 'rehearse', ...args], { cwd: folder, env: { ...process.env, ...env } });
}

async function finished(child: ChildProcessWithoutNullStreams): Promise<Finished> {
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => { output.stdout += chunk; });
  child.stderr.on('data', (chunk) => { output.stderr += chunk; });
  const [code] = await once(child, 'close') as [number | null];
  return { code, ...output };
}
