import type { JobSummary } from '@aws-sdk/client-entityresolution';
import { Jobs } from './jobs';
import { RunRequest } from './run';

/** The service's clock and ours differ a little, and job times may be cut to whole seconds. */
const CLOCK_TOLERANCE_SECONDS = 2;

/** What a job has to have in common with a run to be taken for it, beside the workflow. */
type Likeness = Pick<RunRequest, 'jobType' | 'outputSourceConfig'>;

/** The oldest job of the same type and output that is not older than the time given. */
export async function findJobSince(likeness: Likeness, since: Date, jobs: Jobs): Promise<string | undefined> {
  const earliest = since.getTime() - CLOCK_TOLERANCE_SECONDS * 1000;
  const jobIds = await findJobs(likeness, jobs, ({ startTime }) => startTime!.getTime() >= earliest);
  return jobIds.at(-1);
}

/** The job of the same type and output that runs, or is queued to run. */
export async function findActiveJob(likeness: Likeness, jobs: Jobs): Promise<string | undefined> {
  const jobIds = await findJobs(likeness, jobs, ({ status }) => status === 'RUNNING' || status === 'QUEUED');
  return jobIds.at(-1);
}

/** Newest first, as the service lists them. */
async function findJobs(likeness: Likeness, jobs: Jobs, wanted: (job: JobSummary) => boolean): Promise<string[]> {
  const jobIds: string[] = [];
  for await (const job of jobs.list()) {
    if (wanted(job) && await isAlike(likeness, job.jobId!, jobs)) jobIds.push(job.jobId!);
  }
  return jobIds;
}

async function isAlike({ jobType, outputSourceConfig }: Likeness, jobId: string, jobs: Jobs): Promise<boolean> {
  if (jobType === undefined && outputSourceConfig === undefined) return true;
  const job = await jobs.look({ jobId });
  return (jobType === undefined || job.jobType === jobType)
    && (outputSourceConfig === undefined || job.outputSourceConfig?.[0]?.outputS3Path === outputSourceConfig[0].outputS3Path);
}
