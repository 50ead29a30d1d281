import { renameSync, rmSync } from 'node:fs';

/** Where a state is made: the file of a state holds a whole one. */
export function unfinished(stateFile: string): string {
  return `${stateFile}.new`;
}

/** Puts the state that was made in its place. */
export function finish(stateFile: string): void {
  removeState(stateFile);
  renameSync(unfinished(stateFile), stateFile);
}

/** Removes a state, if there is one. */
export function removeState(stateFile: string): void {
  // Beside the file DuckDB keeps what is not in it yet, and takes it for that of any state that is in its place later.
  for (const file of [stateFile, `${stateFile}.wal`]) {
    rmSync(file, { force: true });
  }
}
