import type { JobSummary } from '@aws-sdk/client-entityresolution';
import { Jobs } from './jobs';
import { RunRequest } from './run';

/** The service's clock and ours differ a little, and job times may be cut to whole seconds. */
const CLOCK_TOLERANCE_SECONDS = 2;

/** What a job has to have in common with a run to be taken for it. */
type Likeness = Pick<RunRequest, 'workflowName' | 'jobType' | 'outputSourceConfig'>;

/** The oldest job of the same workflow, type and output that is not older than the time given. */
export async function findJobSince(request: Likeness, since: Date, jobs: Jobs): Promise<string | undefined> {
  const earliest = since.getTime() - CLOCK_TOLERANCE_SECONDS * 1000;
  const jobIds = await findJobs(request, jobs, ({ startTime }) => startTime!.getTime() >= earliest);
  return jobIds.at(-1);
}

/** The job of the same workflow, type and output that runs, or is queued to run. */
export async function findActiveJob(request: Likeness, jobs: Jobs): Promise<string | undefined> {
  const jobIds = await findJobs(request, jobs, ({ status }) => status === 'RUNNING' || status === 'QUEUED');
  return jobIds.at(-1);
}

/** Newest first, as the service lists them. */
async function findJobs(request: Likeness, jobs: Jobs, wanted: (job: JobSummary) => boolean): Promise<string[]> {
  const jobIds: string[] = [];
  for await (const job of jobs.list(request.workflowName)) {
    if (wanted(job) && await isAlike(request, job.jobId!, jobs)) jobIds.push(job.jobId!);
  }
  return jobIds;
}

async function isAlike({ workflowName, jobType, outputSourceConfig }: Likeness, jobId: string, jobs: Jobs): Promise<boolean> {
  if (jobType === undefined && outputSourceConfig === undefined) return true;
  const job = await jobs.get(workflowName, jobId);
  return (jobType === undefined || job.jobType === jobType)
    && (outputSourceConfig === undefined || job.outputSourceConfig?.[0]?.outputS3Path === outputSourceConfig[0].outputS3Path);
}
