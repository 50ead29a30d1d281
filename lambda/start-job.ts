import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { findActiveJob, findJobSince } from './find-job';
import { jobKindOf } from './job-kinds';
import { JobClients } from './jobs';
import { Outcome, Run, Watch } from './run';
import { isLasting, messageOf, outcomeOfError } from './service-error';
import { isGoingBack } from './stack-status';
import { startSeconds } from './time-limits';
import { growingWait } from './waits';

/** A list of jobs may lag behind: after a look in vain for the job of a lost start, there is another one before the next start. */
const LIST_SETTLES_SECONDS = 15;

/** The service takes a few calls a second from all runs together: one that was too many waits from then on like one that has waited for long. */
const REPEATS_IN_A_CROWD = 10;

/** What a start needs. */
export interface StartServices {
  readonly clients: JobClients;

  /** Clients that do not retry by themselves: a start is not idempotent. */
  readonly startOnce: JobClients;
  readonly cloudFormation: CloudFormationClient;
}

/** A run after a step, before it is known where it goes next. */
export type Progress = Omit<Run, 'next'>;

/**
 * Starts the job, once: when an earlier start may have been accepted, its job is looked for first, and twice.
 *
 * @param secondsSinceAsked how long ago the run was asked for
 */
export async function startJob(run: Run, services: StartServices, secondsSinceAsked: number): Promise<Progress> {
  const { request, lostStartAt } = run;
  const { clients, startOnce, cloudFormation } = services;
  const kind = jobKindOf(request);
  const jobs = kind.jobs(request, clients);
  let sentAt: Date | undefined;

  try {
    if (lostStartAt) {
      const jobId = await findJobSince(request, new Date(lostStartAt), jobs);
      if (jobId) return started(run, jobId);
      if (!run.lookedInVain) {
        return { ...run, outcome: 'UNKNOWN', lookedInVain: true, waitSeconds: LIST_SETTLES_SECONDS };
      }
    }
    if (secondsSinceAsked >= startSeconds(request)) {
      return { ...run, outcome: 'TIMED_OUT', reason: run.reason ?? 'none' };
    }
    if (await isGoingBack(request.callback.stackId, cloudFormation)) {
      const reason = 'the stack is being rolled back or deleted';
      // A run without its answer belongs to the very deployment that goes back; another one may be that of an earlier deployment, which stays.
      return run.answered ? notStarted(run, 'HELD', reason) : { ...run, outcome: 'FAILED', reason };
    }
    const { refusal, watch } = await jobs.prepare?.(secondsSinceAsked) ?? {};
    if (refusal) {
      return { ...run, outcome: 'FAILED', reason: refusal };
    }
    if (request.onBusy === 'JOIN' && !watch?.schema) {
      const jobId = await findActiveJob(request, jobs);
      if (jobId) return started(run, jobId);
    }

    sentAt = new Date();
    const jobId = await kind.jobs(request, startOnce).start();
    return started(run, jobId, watch && { ...watch, since: sentAt.toISOString() });
  } catch (error) {
    const outcome = outcomeOfError(error);
    if (isFinal(outcome, run, secondsSinceAsked)) {
      return { ...run, outcome: 'FAILED', reason: messageOf(error) };
    }
    const lost = outcome === 'UNKNOWN' && sentAt ? { lostStartAt: lostStartAt ?? sentAt.toISOString(), lookedInVain: false } : {};
    return { ...notStarted(run, outcome, messageOf(error)), ...lost };
  }
}

function started({ request, answered }: Run, jobId: string, watch?: Watch): Progress {
  return { request, answered, outcome: 'STARTED', jobId, watch, waitSeconds: request.pollIntervalSeconds };
}

function notStarted(run: Run, outcome: Outcome, reason: string): Progress {
  const repeats = (run.repeats ?? 0) + (outcome === 'THROTTLED' ? REPEATS_IN_A_CROWD : 1);
  return { ...run, outcome, reason, repeats, crashes: 0, waitSeconds: growingWait(run.request.pollIntervalSeconds, repeats) };
}

/** Whether another attempt can't do better. */
function isFinal(outcome: Outcome, { request, lostStartAt }: Run, secondsSinceAsked: number): boolean {
  // After a lost answer it may be our own job that keeps the service busy.
  return isLasting(outcome, secondsSinceAsked) || (outcome === 'BUSY' && request.onBusy === 'FAIL' && lostStartAt === undefined);
}
