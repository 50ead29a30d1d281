import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type {
  GetIdMappingJobInput, JobType, ListIdMappingJobsInput, StartIdMappingJobInput,
} from '@aws-sdk/client-entityresolution';
import { AccountRegion, IdMappingJob, IdMappingWorkflow } from './account-region';
import { Valid } from './api-model';
import { parseArn } from './arn';
import { Context } from './context';
import { ConflictError, ExceedsLimitError, ResourceNotFoundError, ValidationError } from './errors';
import { IdMappingRun, runIdMappingJob } from './id-mapping-job';
import { JobFailure } from './job-failure';
import { page } from './page';

/** The longest error message of the API model, in characters. */
const MAX_ERROR_MESSAGE = 2048;

export const idMappingJobOperations = {
  StartIdMappingJob(input: Valid<StartIdMappingJobInput>, context: Context) {
    const { accountRegion } = context;
    const workflow = findWorkflow(input.workflowName, accountRegion);
    const jobType = jobTypeOf(input.jobType, workflow);
    checkIdle(context);
    const job: IdMappingJob = {
      jobId: randomBytes(16).toString('hex'),
      workflowName: workflow.workflowName,
      status: 'QUEUED',
      startTime: new Date(),
      outputSourceConfig: input.outputSourceConfig,
      jobType,
    };
    const run = { jobId: job.jobId, workflow, output: input.outputSourceConfig?.[0] ?? workflow.outputSourceConfig?.[0], accountRegion };
    accountRegion.idMappingJobs.push(job);
    accountRegion.lastJob = accountRegion.lastJob.then(async () => { await execute(job, run, context); });
    return job;
  },

  GetIdMappingJob({ workflowName, jobId }: Valid<GetIdMappingJobInput>, { accountRegion }: Context) {
    const job = jobsOf(workflowName, accountRegion).find(candidate => candidate.jobId === jobId);
    if (!job) {
      throw new ResourceNotFoundError(`the ID mapping workflow "${workflowName}" has no job ${jobId}`);
    }
    return job;
  },

  ListIdMappingJobs(input: Valid<ListIdMappingJobsInput>, { accountRegion }: Context) {
    const { items, nextToken } = page(jobsOf(input.workflowName, accountRegion).reverse(), ({ jobId }) => jobId, input);
    return { jobs: items, nextToken };
  },
};

/** @param workflowName a name or an ARN */
function findWorkflow(workflowName: string, accountRegion: AccountRegion): IdMappingWorkflow {
  if (!workflowName.startsWith('arn:')) {
    return accountRegion.idMappingWorkflows.get(workflowName).members;
  }
  const { account, region, resourceName } = parseArn(workflowName);
  if (account !== accountRegion.account || region !== accountRegion.region) {
    throw new ResourceNotFoundError(`there is no ID mapping workflow ${workflowName} in this account and Region`);
  }
  return accountRegion.idMappingWorkflows.get(resourceName).members;
}

function jobsOf(workflowName: string, accountRegion: AccountRegion): IdMappingJob[] {
  const workflow = findWorkflow(workflowName, accountRegion);
  return accountRegion.idMappingJobs.filter(job => job.workflowName === workflow.workflowName);
}

function jobTypeOf(jobType: JobType | undefined, { workflowName, incrementalRunConfig }: IdMappingWorkflow): JobType {
  if (jobType !== undefined && jobType !== 'BATCH' && !incrementalRunConfig) {
    throw new ValidationError(`the ID mapping workflow "${workflowName}" has no incrementalRunConfig: its jobs are of type BATCH, not ${jobType}`);
  }
  return jobType ?? (incrementalRunConfig ? 'INCREMENTAL' : 'BATCH');
}

function checkIdle({ accountRegion, whenBusy }: Context): void {
  if (!accountRegion.isBusy() || whenBusy === 'QUEUED') {
    return;
  }
  throw whenBusy === 'ExceedsLimitException'
    ? new ExceedsLimitError('Concurrent ID mapping jobs', 1)
    : new ConflictError('a workflow is currently running: one ID mapping job runs at a time in an account and Region; ' +
      'wait until it has ended, then start this one again');
}

async function execute(job: IdMappingJob, run: IdMappingRun, { jobEnvironment, jobFault }: Context): Promise<void> {
  const pause = async (seconds = 0) => { await wait(seconds * 1000, undefined, { signal: jobEnvironment.signal }); };
  try {
    await pause(jobFault?.queuedSeconds);
    job.status = 'RUNNING';
    await pause(jobFault?.runningSeconds);
    if (jobFault?.failure !== undefined) {
      throw new JobFailure(jobFault.failure);
    }
    if (job.jobType === 'DELETE_ONLY') {
      throw new JobFailure('the local AWS Entity Resolution does not run jobs of type DELETE_ONLY: use BATCH or INCREMENTAL');
    }
    job.metrics = await runIdMappingJob(run, jobEnvironment);
    job.status = 'SUCCEEDED';
  } catch (error) {
    job.errorDetails = { errorMessage: messageOf(error).slice(0, MAX_ERROR_MESSAGE) };
    job.status = 'FAILED';
  }
  job.endTime = new Date();
}

function messageOf(error: unknown): string {
  if (error instanceof JobFailure) {
    return error.message;
  }
  // Only the kind of any other error: its text may quote records.
  const kind = error instanceof Error ? /^[A-Z][A-Za-z ]*Error(?=:)/.exec(error.message)?.[0] ?? error.name : 'unknown';
  return `internal failure of the local AWS Entity Resolution (${kind})`;
}
