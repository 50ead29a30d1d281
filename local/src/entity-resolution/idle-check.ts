import { Context } from './context';
import { ExceedsLimitError } from './exceeds-limit-error';
import { Job, JobQueue } from './job-queue';
import { ConflictError } from '../rest-json/errors';

/**
 * Refuses a second job while one is queued or running.
 * @param kind of the jobs, such as `ID mapping`
 */
export function checkIdle(jobs: JobQueue<Job>, kind: string, { behaviour: { whenBusy } }: Context): void {
  if (!jobs.isBusy() || whenBusy === 'QUEUED') {
    return;
  }
  throw whenBusy === 'ExceedsLimitException'
    ? new ExceedsLimitError(`Concurrent ${kind} jobs`, 1)
    : new ConflictError(`a workflow is currently running: one ${kind} job runs at a time in an account and Region; ` +
      'wait until it has ended, then start this one again');
}
