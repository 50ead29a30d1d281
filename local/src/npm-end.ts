import { ancestors } from './processes';

const INTERVAL_MS = 250;

/**
 * Calls back when the npm or npx is gone that has started this process, if one has. A signal to npm ends npm and its shell, and neither tells
 * what the shell has started.
 */
export function onNpmEnd(callback: () => void): void {
  const started = process.env.npm_execpath === undefined ? [] : ancestors(process.pid);
  const npm = started.findIndex(({ command }) => /\bnp[mx]\b/.test(command));
  const between = started.slice(0, npm + 1).map(({ pid }) => pid);
  const timer = setInterval(() => {
    if (process.ppid !== between[0] || !between.every(isAlive)) {
      clearInterval(timer);
      callback();
    }
  }, INTERVAL_MS);
  timer.unref();
  if (npm < 0) {
    clearInterval(timer);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
