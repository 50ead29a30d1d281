import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { guard } from './guard';
import { Progress, RunState } from './run-state';
import { startSeconds } from './time-limits';
import { growingWait } from './waits';
import { DEFAULT_POLL_SECONDS, Outcome, Run } from '../../src/runs/private/run-protocol';
import { Asker, Executions } from '../aws/executions';
import { RunClients } from '../aws/run-clients';
import { isLasting, messageOf, outcomeOfError } from '../aws/service-error';
import { findActiveJob, findJobSince } from '../kinds/find-job';
import { jobKindOf } from '../kinds/job-kinds';
import { Jobs } from '../kinds/jobs';
import { markOf, Survey, survey } from '../kinds/survey';

/** A list of jobs may lag behind: after a look in vain for the job of a lost start, there is another one before the next start. */
const LIST_SETTLES_SECONDS = 15;

/** The service takes a few calls a second from all runs together: one that was too many waits from then on like one that has waited for long. */
const REPEATS_IN_A_CROWD = 10;

/** Where the functions run, which is where they can start jobs. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** What a start needs. */
export interface StartServices {
  readonly run: RunClients;
  readonly cloudFormation: CloudFormationClient;
  readonly executions: Executions;
  readonly executionName: string;
  readonly place: Place;
}

/** A run that has something to run. */
export type JobRun = RunState & { readonly run: Run };

/**
 * Takes a run one step further towards its job, which is started once: the jobs that are there are listed in one step and the start is sent in the
 * next, so that whatever becomes of it, the job is known by not having been there. When a start may have been accepted, its job is looked for first,
 * and twice.
 *
 * @param secondsSinceAsked how long ago the run was asked for
 */
export async function startJob(state: JobRun, services: StartServices, secondsSinceAsked: number): Promise<Progress> {
  const { run, lostStartAt, mark } = state;
  const { clients, startOnce, ready } = services.run;
  const kind = jobKindOf(run);
  const jobs = kind.jobs(run.request, clients);
  let isSent = false;

  try {
    if (lostStartAt && mark) {
      await ready();
      const surveyed = await survey((nextToken) => jobs.list(nextToken), state.survey);
      if (surveyed.nextToken) return listing(state, surveyed);
      const jobId = await findJobSince(run, mark, surveyed, jobs);
      if (jobId) return started(state, jobId);
      if (!state.lookedInVain) return { ...state, outcome: 'UNKNOWN', survey: undefined, lookedInVain: true, waitSeconds: LIST_SETTLES_SECONDS };
    }
    if (secondsSinceAsked >= startSeconds(state)) return { ...state, outcome: 'TIMED_OUT', reason: state.reason ?? 'none' };

    const held = await guard(state, services.cloudFormation);
    if (held?.outcome === 'HELD') return notStarted(state, 'HELD', held.reason!);
    if (held) return await takeBack(held, services);
    if (!state.goesForward) return await accepted(state, services);

    await ready();
    if (!mark) return await prepared(state, jobs, secondsSinceAsked);

    isSent = true;
    const jobId = await kind.jobs(run.request, startOnce).start();
    return jobId ? started(state, jobId) : lost(state, 'the service has answered without the id of a job');
  } catch (error) {
    const outcome = outcomeOfError(error);
    if (outcome === 'UNKNOWN' && isSent) return lost(state, messageOf(error));
    if (isFinal(outcome, state, secondsSinceAsked)) return { ...state, outcome: 'FAILED', reason: messageOf(error) };
    return notStarted(state, outcome, messageOf(error));
  }
}

/** The run takes the place of what the same resource has waiting, and can't be run elsewhere. */
async function accepted(state: JobRun, services: StartServices): Promise<Progress> {
  const { run, callback } = state;
  if (callback?.takesBackOnly) return { ...state, outcome: 'NOT_RUN' };
  const elsewhere = whereElse(run, services.place);
  if (elsewhere) return { ...state, goesForward: true, outcome: 'FAILED', reason: elsewhere };
  const settled = !callback || await services.executions.cancelWaiting(callback, askerOf(state, services), 'a newer run of the same resource replaces it');
  return { ...state, goesForward: settled || undefined, outcome: 'ACCEPTED', waitSeconds: settled ? 0 : 1 };
}

/** The calls take names only: in another account or Region they would start what happens to have the same name here. */
function whereElse({ account, region }: Run, here: Place): string | undefined {
  const isElsewhere = (account !== undefined && account !== here.account) || (region !== undefined && region !== here.region);
  return isElsewhere
    ? `it belongs to account ${account ?? here.account}, Region ${region ?? here.region}, and can be run only there, not in account ${here.account}, `
      + `Region ${here.region}: run it from a stack of that account and Region`
    : undefined;
}

function askerOf({ startedAt }: Progress, { executionName }: StartServices): Asker {
  return { executionName, startedAt };
}

/** A run that is taken back takes with it what the same resource has waiting: both belong to a deployment that is taken back. */
async function takeBack(state: Progress, services: StartServices): Promise<Progress> {
  const settled = await services.executions.cancelWaiting(state.callback!, askerOf(state, services), 'the deployment that asked for the run was rolled back');
  return settled ? state : { ...state, outcome: 'HELD', waitSeconds: 1 };
}

/** What has to be known before a start: whether there is any use in it, whether a job can be joined, and which jobs are there. */
async function prepared(state: JobRun, jobs: Jobs, secondsSinceAsked: number): Promise<Progress> {
  const { run, settings } = state;
  const { refusal, watch } = await jobs.prepare?.(settings, secondsSinceAsked) ?? {};
  if (refusal) return { ...state, outcome: 'FAILED', reason: refusal };
  // Of a table whose jobs can't be read, nothing can be listed.
  if (watch?.schema) return { ...state, watch, mark: { jobIds: [] }, waitSeconds: 0 };

  const surveyed = await survey((nextToken) => jobs.list(nextToken), state.survey);
  if (surveyed.nextToken) return listing(state, surveyed);
  if (settings.onBusy === 'JOIN') {
    const jobId = await findActiveJob(run, surveyed, jobs);
    if (jobId) return started(state, jobId);
  }
  const mark = markOf(surveyed);
  return { ...state, survey: undefined, mark, watch: watch && { ...watch, mark }, waitSeconds: 0 };
}

function listing(state: JobRun, surveyed: Survey): Progress {
  return { ...state, survey: surveyed, waitSeconds: 0 };
}

function started({ run, settings, callback, askedAt, startedAt, answer, goesForward, turns, part, watch }: JobRun, jobId: string): Progress {
  const waitSeconds = settings.pollIntervalSeconds ?? DEFAULT_POLL_SECONDS;
  return { run, settings, callback, askedAt, startedAt, answer, goesForward, turns, part, outcome: 'STARTED', jobId, watch, waitSeconds };
}

/** The next attempt begins with the jobs that are there by then. After a lost start it is the jobs before that one which count. */
function notStarted(state: RunState, outcome: Outcome, reason: string): Progress {
  const repeats = (state.repeats ?? 0) + (outcome === 'THROTTLED' ? REPEATS_IN_A_CROWD : 1);
  const { settings, lostStartAt } = state;
  const waitSeconds = growingWait(settings.pollIntervalSeconds ?? DEFAULT_POLL_SECONDS, repeats);
  return { ...state, outcome, reason, repeats, waitSeconds, survey: undefined, mark: lostStartAt ? state.mark : undefined };
}

function lost(state: RunState, reason: string): Progress {
  return { ...notStarted({ ...state, lostStartAt: state.lostStartAt ?? new Date().toISOString() }, 'UNKNOWN', reason), lookedInVain: false };
}

/** Whether another attempt can't do better. */
function isFinal(outcome: Outcome, { settings, lostStartAt }: RunState, secondsSinceAsked: number): boolean {
  // After a lost answer it may be our own job that keeps the service busy.
  return isLasting(outcome, secondsSinceAsked) || (outcome === 'BUSY' && settings.onBusy === 'FAIL' && lostStartAt === undefined);
}
