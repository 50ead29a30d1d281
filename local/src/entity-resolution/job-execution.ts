import { setTimeout as wait } from 'node:timers/promises';
import { Context } from './context';
import { JobFailure } from './job-failure';
import { Job } from './job-queue';
import { Behaviour } from '../rest-json/fault-plan';

/** The longest error message of the API model, in characters. */
const MAX_ERROR_MESSAGE = 2048;

/** Takes a job from QUEUED to its end, whatever its work comes to. */
export async function executeJob<M>(
  job: Job & { metrics?: M }, work: () => Promise<M>, { jobEnvironment, plannedJob, behaviour }: Context,
): Promise<void> {
  const fault = plannedJob?.fault;
  const pause = async (seconds = 0) => { await wait(seconds * 1000, undefined, { signal: jobEnvironment.signal }); };
  try {
    await plannedJob?.gates.pass(fault?.holdQueued);
    await pause(fault?.queuedSeconds);
    job.status = 'RUNNING';
    await plannedJob?.gates.pass(fault?.holdRunning);
    await pause(fault?.runningSeconds);
    if (fault?.failure !== undefined) {
      throw new JobFailure(fault.failure);
    }
    job.metrics = await work();
    job.status = 'SUCCEEDED';
  } catch (error) {
    job.errorDetails = { errorMessage: [...messageOf(error)].slice(0, MAX_ERROR_MESSAGE).join('') };
    job.status = 'FAILED';
  }
  job.endTime = serviceTime(behaviour);
}

/** What the service's clock shows. */
export function serviceTime({ clockAheadSeconds }: Required<Behaviour>): Date {
  return new Date(Date.now() + clockAheadSeconds * 1000);
}

function messageOf(error: unknown): string {
  if (error instanceof JobFailure) {
    return error.message;
  }
  // Only the kind of any other error: its text may quote records.
  const kind = error instanceof Error ? /^[A-Z][A-Za-z ]*Error(?=:)/.exec(error.message)?.[0] ?? error.name : 'unknown';
  return `internal failure of the local AWS Entity Resolution (${kind})`;
}
