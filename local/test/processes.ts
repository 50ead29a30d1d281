import { spawnSync } from 'node:child_process';
import { Process } from '../src/processes';

export { descendants, type Process } from '../src/processes';

/** Whether a process runs. One that has ended and that nobody has asked about yet (a zombie) does not. */
export function isAlive({ pid }: Process): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}
