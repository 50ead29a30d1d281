import { pollJob } from './poll-job';
import { Progress, RunState } from './run-state';
import { JobRun } from './start-job';
import { growingWait } from './waits';
import { Executions } from '../aws/executions';
import { isNotFound, messageOf } from '../aws/service-error';
import { jobKindOf } from '../kinds/job-kinds';
import { JobClients } from '../kinds/jobs';
import { activeJobs, survey } from '../kinds/survey';

/** A deletion must not fail, and a stack must not be stuck: what can't be done so often is left. */
const ATTEMPTS = 5;

/** What a deletion needs. */
export interface TakeBackServices {
  readonly clients: JobClients;
  readonly executions: Executions;
  readonly executionName: string;
}

/**
 * Takes back what a resource that is deleted has waiting, and finds the job that has to end before its workflow can be deleted.
 *
 * A job can't be stopped, and its output is data of the user: there is nothing else to take back.
 */
export async function takeBackRuns(state: RunState, { clients, executions, executionName }: TakeBackServices): Promise<Progress> {
  const { callback, run, repeats = 0 } = state;
  try {
    const settled = await executions.cancelWaiting(callback!, { executionName, startedAt: state.startedAt }, 'what asked for the run was deleted, or its deployment rolled back');
    if (!settled) return { ...state, waitSeconds: 1 };
    if (!run) return { ...state, outcome: 'NOT_RUN' };

    // The service refuses to delete a workflow whose job runs, whoever has started it.
    const jobs = jobKindOf(run).jobs(run.request, clients);
    const surveyed = await survey((nextToken) => jobs.list(nextToken), state.survey);
    if (surveyed.nextToken) return { ...state, survey: surveyed, waitSeconds: 0 };
    const [jobId] = activeJobs(surveyed);
    if (!jobId) return { ...state, outcome: 'NOT_RUN' };
    if (callback!.awaitsJob) return { ...state, survey: undefined, repeats: 0, outcome: 'RUNNING', jobId, waitSeconds: 1 };
    const reason = `Job ${jobId} of ${jobKindOf(run).subject(run.request)} still runs. Its workflow can be deleted when the job has ended: `
      + `look at it with: ${jobKindOf(run).lookCommand(run.request, { jobId })}`;
    return { ...state, outcome: 'NOT_RUN', reason };
  } catch (error) {
    // What is not there has no job.
    if (isNotFound(error)) return { ...state, outcome: 'NOT_RUN' };
    const reason = messageOf(error);
    if (repeats + 1 >= ATTEMPTS) return { ...state, outcome: 'NOT_RUN', reason };
    return { ...state, reason, repeats: repeats + 1, waitSeconds: growingWait(1, repeats + 1) };
  }
}

/** Waits for the end of a job whose workflow is to be deleted. When it has ended there may be another one, which was queued behind it. */
export async function awaitJob(state: JobRun, clients: JobClients, secondsSinceAsked: number): Promise<Progress> {
  const seen = await pollJob(state, clients, secondsSinceAsked);
  const hasEnded = seen.outcome === 'SUCCEEDED' || seen.outcome === 'FAILED';
  return hasEnded ? { ...seen, outcome: 'RUNNING', jobId: undefined, inVain: 0, waitSeconds: 0 } : seen;
}
