import { Progress } from './run-state';
import { JobRun } from './start-job';
import { watchSeconds } from './time-limits';
import { growingWait } from './waits';
import { DEFAULT_POLL_SECONDS } from '../../src/runs/private/run-protocol';
import { isLasting, isNotFound, messageOf, outcomeOfError } from '../aws/service-error';
import { jobKindOf } from '../kinds/job-kinds';
import { Job, JobClients } from '../kinds/jobs';

/** A job that was started a moment ago may not be found at once, and one look may miss it: only so many in a row tell that it can't be seen. */
const LOOKS_IN_VAIN = 5;

/** Not what anybody has paid for, though the service calls it a success. */
const MAPS_NOTHING = 'the job has succeeded, but has mapped 0 records: has a job of the matching workflow behind the target succeeded since its data changed, '
  + 'and do both sides have values for the match keys of a rule?';

/**
 * Looks how the job goes. A job that is queued counts as running: it will run without our doing.
 *
 * @param secondsSinceAsked how long ago the run was asked for
 */
export async function pollJob(state: JobRun, clients: JobClients, secondsSinceAsked: number): Promise<Progress> {
  const { run } = state;
  try {
    const { status, metrics, errorDetails, watch = state.watch } = await jobKindOf(run).jobs(run.request, clients).look(state);
    const seen = { ...state, watch, inVain: 0 };
    switch (status) {
      case 'SUCCEEDED':
        return { ...seen, outcome: 'SUCCEEDED', metrics, reason: mapsNothing(metrics) ? MAPS_NOTHING : undefined };
      case 'FAILED':
        return { ...seen, outcome: 'FAILED', metrics, reason: errorDetails?.errorMessage ?? 'the service gave no reason' };
      case 'UNWATCHED':
        return { ...seen, outcome: 'UNWATCHED', reason: 'the jobs of its workflow can not be read, and the table was not known to be empty before' };
      default:
        return lookAgain(seen, `the job is ${status}`, secondsSinceAsked);
    }
  } catch (error) {
    const reason = messageOf(error);
    // What hinders a look does not hinder the job.
    if (!isNotFound(error) && !isLasting(outcomeOfError(error), secondsSinceAsked)) return lookAgain(state, reason, secondsSinceAsked);
    const inVain = (state.inVain ?? 0) + 1;
    return inVain < LOOKS_IN_VAIN
      ? lookAgain({ ...state, inVain }, reason, secondsSinceAsked)
      : { ...state, outcome: isNotFound(error) ? 'FAILED' : 'UNWATCHED', reason };
  }
}

function mapsNothing(metrics: Job['metrics']): boolean {
  return metrics?.totalMappedRecords === 0;
}

/** Looks again later, as long as the run is watched. */
export function lookAgain(state: Progress, reason: string, secondsSinceAsked: number): Progress {
  const repeats = (state.repeats ?? 0) + 1;
  const outcome = secondsSinceAsked >= watchSeconds(state) ? 'TIMED_OUT' : 'RUNNING';
  return { ...state, outcome, reason, repeats, waitSeconds: growingWait(state.settings.pollIntervalSeconds ?? DEFAULT_POLL_SECONDS, repeats + 1) };
}
