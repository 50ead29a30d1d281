import {
  EntityResolutionClient,
  GetIdMappingJobCommand,
  paginateListIdMappingJobs,
  StartIdMappingJobCommand,
} from '@aws-sdk/client-entityresolution';
import { Run, RunRequest } from './run';
import { messageOf, outcomeOfStartError } from './service-error';
import { growingWait } from './waits';

/** Permissions that were just made are not visible everywhere at once. */
const PERMISSIONS_SETTLE_SECONDS = 120;

/** The service's clock and ours differ a little, and job times may be cut to whole seconds. */
const CLOCK_TOLERANCE_SECONDS = 5;

/**
 * Starts the job, once: when an earlier start may have been accepted, its job is looked for first.
 *
 * @param startClient a client that does not retry by itself: a start is not idempotent
 * @param askedAt when the run was asked for
 */
export async function startIdMappingJob(
  run: Run, startClient: EntityResolutionClient, readClient: EntityResolutionClient, askedAt: Date, now = new Date(),
): Promise<Run> {
  const { request } = run;

  if (run.mayHaveStarted) {
    const jobId = await findStartedJob(request, readClient, run.notStartedBefore ? new Date(run.notStartedBefore) : askedAt);
    if (jobId) return started(run, jobId);
  }

  const secondsSinceAsked = (now.getTime() - askedAt.getTime()) / 1000;
  if (secondsSinceAsked >= request.timeoutSeconds) {
    return { ...run, outcome: 'TIMED_OUT', reason: run.reason ?? 'none' };
  }

  try {
    const { jobId } = await startClient.send(new StartIdMappingJobCommand({
      workflowName: request.workflowName,
      jobType: request.jobType,
      outputSourceConfig: request.outputSourceConfig,
    }));
    return started(run, jobId!);
  } catch (error) {
    return notStarted(run, error, now, secondsSinceAsked);
  }
}

function started(run: Run, jobId: string): Run {
  return { request: run.request, outcome: 'STARTED', jobId, repeats: 0, waitSeconds: run.request.pollIntervalSeconds };
}

function notStarted(run: Run, error: unknown, now: Date, secondsSinceAsked: number): Run {
  const outcome = outcomeOfStartError(error);
  const reason = messageOf(error);
  if (outcome === 'NOT_YET_ALLOWED' && secondsSinceAsked >= PERMISSIONS_SETTLE_SECONDS) {
    return { ...run, outcome: 'FAILED', reason };
  }
  const repeats = (run.repeats ?? 0) + 1;
  const mayHaveStarted = outcome === 'UNKNOWN';
  return {
    ...run,
    outcome,
    reason,
    repeats,
    waitSeconds: growingWait(run.request.pollIntervalSeconds, repeats, Math.random()),
    mayHaveStarted,
    // A refusal says that no job of ours runs yet; a lost answer leaves the time of the last refusal.
    notStartedBefore: mayHaveStarted ? run.notStartedBefore : now.toISOString(),
  };
}

/** The job that an unanswered start has started: of the same workflow, type and output, and not older than the start. */
async function findStartedJob(request: RunRequest, client: EntityResolutionClient, notBefore: Date): Promise<string | undefined> {
  const earliest = notBefore.getTime() - CLOCK_TOLERANCE_SECONDS * 1000;
  for await (const page of paginateListIdMappingJobs({ client }, { workflowName: request.workflowName })) {
    for (const { jobId, startTime } of page.jobs ?? []) {
      if (startTime!.getTime() < earliest) continue;
      const job = await client.send(new GetIdMappingJobCommand({ workflowName: request.workflowName, jobId }));
      const sameType = request.jobType === undefined || job.jobType === request.jobType;
      const sameOutput = request.outputSourceConfig === undefined
        || job.outputSourceConfig?.[0].outputS3Path === request.outputSourceConfig[0].outputS3Path;
      if (sameType && sameOutput) return jobId;
    }
  }
  return undefined;
}
