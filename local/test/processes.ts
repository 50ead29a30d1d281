import { execFileSync, spawnSync } from 'node:child_process';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** The processes that `pid` started, and those that they started. */
export function descendants(pid: number): Process[] {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n').map(line => {
    const [id, parent, ...command] = line.trim().split(/\s+/);
    return { pid: Number(id), parent: Number(parent), command: command.join(' ') };
  });
  const of = (ancestor: number): Process[] => processes
    .filter(({ parent }) => parent === ancestor)
    .flatMap(child => [child, ...of(child.pid)]);
  return of(pid);
}

/** Whether a process runs. One that has ended and that nobody has asked about yet (a zombie) does not. */
export function isAlive({ pid }: Process): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}
