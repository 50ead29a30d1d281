import { Job, Jobs } from './jobs';
import { activeJobs, jobsSince, Mark, Survey } from './survey';
import { Run } from '../../src/runs/private/run-protocol';

/** The oldest job like that of the run that has come since. */
export function findJobSince(run: Run, mark: Mark, surveyed: Survey, jobs: Jobs): Promise<string | undefined> {
  return firstAlike(run, jobsSince(mark, surveyed), jobs);
}

/** The oldest job like that of the run that runs, or is queued to run. */
export function findActiveJob(run: Run, surveyed: Survey, jobs: Jobs): Promise<string | undefined> {
  return firstAlike(run, activeJobs(surveyed), jobs);
}

async function firstAlike(run: Run, jobIds: readonly string[], jobs: Jobs): Promise<string | undefined> {
  const asksForMore = 'jobType' in run.request || 'outputSourceConfig' in run.request;
  for (const jobId of jobIds) {
    if (!asksForMore || isAlike(run, await jobs.look({ jobId }))) return jobId;
  }
  return undefined;
}

/** Whether the job is of the type and output that the run asks for. What the service leaves out, or says in other words, is no difference. */
export function isAlike({ request }: Pick<Run, 'request'>, job: Pick<Job, 'jobType' | 'outputSourceConfig'>): boolean {
  const jobType = 'jobType' in request ? request.jobType : undefined;
  const path = 'outputSourceConfig' in request ? request.outputSourceConfig?.[0]?.outputS3Path : undefined;
  const seenPath = job.outputSourceConfig?.[0]?.outputS3Path;
  return (jobType === undefined || job.jobType === undefined || job.jobType === jobType)
    && (path === undefined || seenPath === undefined || withoutTrailingSlash(seenPath) === withoutTrailingSlash(path));
}

function withoutTrailingSlash(path: string): string {
  return path.replace(/\/+$/, '');
}
