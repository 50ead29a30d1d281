import { jobKindOf } from './job-kinds';
import { JobClients } from './jobs';
import { Run } from './run';
import { isLasting, isNotFound, messageOf, outcomeOfError } from './service-error';
import { Progress } from './start-job';
import { watchSeconds } from './time-limits';
import { growingWait } from './waits';

/** A job that was started a moment ago may not be found at once: only after so many looks it is gone. */
const LOOKS_FOR_A_NEW_JOB = 5;

/**
 * Looks how the job goes. A job that is queued counts as running: it will run without our doing.
 *
 * @param secondsSinceAsked how long ago the run was asked for
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
      default:
        return lookAgain(seen, `the job is ${status}`, secondsSinceAsked);
    }
  } catch (error) {
    const reason = messageOf(error);
    if (mayPass(error, run, secondsSinceAsked)) return lookAgain(run, reason, secondsSinceAsked);
    // What hinders a look does not hinder the job.
    return { ...run, outcome: isNotFound(error) ? 'FAILED' : 'UNWATCHED', reason };
  }
}

function lookAgain(run: Run, reason: string, secondsSinceAsked: number): Progress {
  const { request } = run;
  const repeats = (run.repeats ?? 0) + 1;
  const outcome = secondsSinceAsked >= watchSeconds(request) ? 'TIMED_OUT' : 'RUNNING';
  return { ...run, outcome, reason, repeats, waitSeconds: growingWait(request.pollIntervalSeconds, repeats + 1) };
}

/** Whether another look may do better. */
function mayPass(error: unknown, { repeats = 0 }: Run, secondsSinceAsked: number): boolean {
  return isNotFound(error) ? repeats < LOOKS_FOR_A_NEW_JOB : !isLasting(outcomeOfError(error), secondsSinceAsked);
}
