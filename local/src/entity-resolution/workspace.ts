import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, NoStateError, UsageError } from 'id-mapping-rehearsal';
import { JobFailure } from './job-failure';

/** Where a job keeps its files. */
export interface Workspace {
  readonly folder: string;
  /** The URIs of the objects that were read, by the files that they were read into. */
  readonly objects: Map<string, string>;
  readonly signal: AbortSignal;
}

/** Does a job's work with a folder of its own. @param workFolder where that is made */
export async function inWorkspace<T>(workFolder: string, signal: AbortSignal, work: (workspace: Workspace) => Promise<T>): Promise<T> {
  const workspace = { folder: await mkdtemp(join(workFolder, 'job-')), objects: new Map<string, string>(), signal };
  try {
    return await work(workspace);
  } catch (error) {
    throw failureOf(error, workspace);
  } finally {
    await rm(workspace.folder, { recursive: true, force: true });
  }
}

/** Warns whoever runs the local AWS: a job that has succeeded has no place for it. */
export function warningOf({ objects }: Workspace): (file: string, message: string) => void {
  return (file, message) => { console.warn(`id-mapping-local: the object ${objects.get(file)}: ${message}`); };
}

function failureOf(error: unknown, { objects }: Workspace): unknown {
  if (error instanceof InputError) {
    return new JobFailure(`the object ${objects.get(error.file)}: ${error.message}`);
  }
  return error instanceof NoStateError || error instanceof UsageError ? new JobFailure(error.message) : error;
}
