import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** A process of this machine. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** The processes that `pid` started, and those that they started. */
export function descendants(pid: number): Process[] {
  const processes = all();
  const of = (ancestor: number): Process[] => processes
    .filter(({ parent }) => parent === ancestor)
    .flatMap((child) => [child, ...of(child.pid)]);
  return of(pid);
}

/** The process that started `pid`, the one that started that, and so on. */
export function ancestors(pid: number): Process[] {
  const processes = new Map(all().map((process) => [process.pid, process]));
  const found: Process[] = [];
  for (let next = processes.get(processes.get(pid)?.parent ?? 0); next; next = processes.get(next.parent)) {
    found.push(next);
  }
  return found;
}

function all(): Process[] {
  return existsSync('/proc/self/stat') ? ofProc() : ofPs();
}

/** Small images of Linux have no ps. */
function ofProc(): Process[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      const [stat, command] = ['stat', 'cmdline'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'utf8'));
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return { pid: Number(pid), parent: Number(parent), command: command.replaceAll('\0', ' ').trim() };
    } catch {
      // It has ended in between.
      return [];
    }
  });
}

function ofPs(): Process[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).trim().split('\n').map((line) => {
    const [pid, parent, ...command] = line.trim().split(/\s+/);
    return { pid: Number(pid), parent: Number(parent), command: command.join(' ') };
  });
}
