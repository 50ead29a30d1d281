import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes a folder for what a process works with, and removes those of processes that were killed before they could do it.
 * @param name of the program, with which the folder's name begins
 */
export async function makeWorkFolder(name: string): Promise<string> {
  // Processes of another host may share the folder of temporary files, and a number of theirs says nothing here.
  const start = `${name}-${hostname()}-`;
  for (const folder of await readdir(tmpdir())) {
    const owner = folder.startsWith(start) ? Number(/^\d+(?=-)/.exec(folder.slice(start.length))?.[0]) : NaN;
    if (!Number.isNaN(owner) && !isAlive(owner)) {
      await removeOwn(join(tmpdir(), folder));
    }
  }
  return mkdtemp(join(tmpdir(), `${start}${process.pid}-`));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // What may not be signalled is another user's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

async function removeOwn(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.uid === process.getuid?.()) {
    await rm(folder, { recursive: true, force: true });
  }
}
