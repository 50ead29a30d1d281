import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { JobFailure } from './job-failure';
import { InputError } from '../matching/input-error';
import { NoStateError } from '../matching/map-with-state';

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

function failureOf(error: unknown, { objects }: Workspace): unknown {
  if (error instanceof InputError) {
    return new JobFailure(`the object ${objects.get(error.file)}: ${error.message}`);
  }
  return error instanceof NoStateError ? new JobFailure(error.message) : error;
}
