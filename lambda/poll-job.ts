import { jobKindOf } from './job-kinds';
import { JobClients } from './jobs';
import { Run } from './run';
import { isNotFound, messageOf } from './service-error';
import { Progress } from './start-job';
import { watchSeconds } from './time-limits';
import { growingWait } from './waits';

/**
 * Looks how the job goes. A job that is queued counts as running: it will run without our doing.
 *
 * @param secondsSinceAsked how long ago the run was asked for
 * @throws whatever hinders the look, which does no harm to repeat
 */
export async function pollJob(run: Run, clients: JobClients, secondsSinceAsked: number): Promise<Progress> {
  const { request } = run;
  try {
    const { status, metrics, errorDetails, watch = run.watch } = await jobKindOf(request).jobs(request, clients).look(run);
    const seen = watch ? { ...run, watch } : run;
    switch (status) {
      case 'SUCCEEDED':
        return { ...seen, outcome: 'SUCCEEDED', metrics, reason: undefined };
      case 'FAILED':
        return { ...seen, outcome: 'FAILED', metrics, reason: errorDetails?.errorMessage ?? 'the service gave no reason' };
      case 'UNWATCHED':
        return { ...seen, outcome: 'UNWATCHED', reason: 'the jobs of its workflow can not be read, and the table was not known to be empty before' };
      default: {
        const repeats = (run.repeats ?? 0) + 1;
        const outcome = secondsSinceAsked >= watchSeconds(request) ? 'TIMED_OUT' : 'RUNNING';
        return { ...seen, outcome, reason: `the job is ${status}`, repeats, waitSeconds: growingWait(request.pollIntervalSeconds, repeats + 1) };
      }
    }
  } catch (error) {
    if (isNotFound(error)) return { ...run, outcome: 'FAILED', reason: messageOf(error) };
    throw error;
  }
}
