import { randomBytes } from 'node:crypto';
import {
  GetIdMappingJobInput, JobType, ListIdMappingJobsInput, StartIdMappingJobInput,
} from '@aws-sdk/client-entityresolution';
import { AccountRegion, IdMappingJob, IdMappingWorkflow } from './account-region';
import { Context } from './context';
import { runIdMappingJob } from './id-mapping-job';
import { checkIdle } from './idle-check';
import { executeJob, serviceTime } from './job-execution';
import { tableInputs } from './workflow-input';
import { Valid } from '../rest-json/api-model';
import { parseArn } from '../rest-json/arn';
import { AccessDeniedError, ResourceNotFoundError, ValidationError } from '../rest-json/errors';
import { Behaviour, PlantedJobs } from '../rest-json/fault-plan';

export const idMappingJobOperations = {
  StartIdMappingJob(input: Valid<StartIdMappingJobInput>, context: Context) {
    const { accountRegion } = context;
    const workflow = findWorkflow(input.workflowName, accountRegion);
    const jobType = jobTypeOf(input.jobType, workflow);
    checkUses(workflow, accountRegion);
    checkIdle(accountRegion.idMappingJobs, 'ID mapping', context);
    const job: IdMappingJob = {
      jobId: randomBytes(16).toString('hex'),
      workflowName: workflow.workflowName,
      status: 'QUEUED',
      startTime: serviceTime(context.behaviour),
      outputSourceConfig: input.outputSourceConfig,
      jobType,
    };
    const output = input.outputSourceConfig?.[0] ?? workflow.outputSourceConfig?.[0];
    const run = { job, workflow, output, accountRegion, behaviour: context.behaviour };
    accountRegion.idMappingJobs.add(job, () => executeJob(job, () => runIdMappingJob(run, context.jobEnvironment), context),
      context.plannedJob?.fault.missingFromLists);
    return describe(job, context.behaviour);
  },

  GetIdMappingJob({ workflowName, jobId }: Valid<GetIdMappingJobInput>, { accountRegion, behaviour }: Context) {
    const job = accountRegion.idMappingJobs.find(nameOf(workflowName, accountRegion), jobId);
    if (!job) {
      throw new ResourceNotFoundError(`the ID mapping workflow "${workflowName}" has no job ${jobId}`);
    }
    return describe(job, behaviour);
  },

  ListIdMappingJobs(input: Valid<ListIdMappingJobsInput>, { accountRegion, behaviour }: Context) {
    const { items, nextToken } = accountRegion.idMappingJobs.list(input, nameOf(input.workflowName, accountRegion), behaviour);
    return { jobs: items, nextToken };
  },
};

/** A job as answers about it alone show it. */
function describe(job: IdMappingJob, { jobType, trailingSlash }: Required<Behaviour>): IdMappingJob {
  const ended = (path: string) => (trailingSlash === 'AS_GIVEN' ? path : path.replace(/\/*$/, trailingSlash === 'ADDED' ? '/' : ''));
  return {
    ...job,
    outputSourceConfig: job.outputSourceConfig?.map((output) => ({ ...output, outputS3Path: ended(output.outputS3Path) })),
    jobType: jobType === 'SAID' ? job.jobType : undefined,
  };
}

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

function nameOf(workflowName: string, accountRegion: AccountRegion): string {
  return findWorkflow(workflowName, accountRegion).workflowName;
}

function jobTypeOf(jobType: JobType | undefined, { workflowName, incrementalRunConfig }: IdMappingWorkflow): JobType {
  if (jobType !== undefined && jobType !== 'BATCH' && !incrementalRunConfig) {
    throw new ValidationError(`the ID mapping workflow "${workflowName}" has no incrementalRunConfig: its jobs are of type BATCH, not ${jobType}`);
  }
  return jobType ?? (incrementalRunConfig ? 'INCREMENTAL' : 'BATCH');
}

/** What another account allowed when the workflow was made it may have withdrawn. Whatever else is missing fails the job. */
function checkUses({ inputSourceConfig }: IdMappingWorkflow, accountRegion: AccountRegion): void {
  for (const input of inputSourceConfig) {
    try {
      tableInputs(input, accountRegion);
    } catch (error) {
      if (error instanceof AccessDeniedError) {
        throw error;
      }
    }
  }
}

/** Gives a workflow jobs that have ended. */
export function plantIdMappingJobs(
  { workflowName, count, status = 'SUCCEEDED', newest = new Date(Date.now() - 60_000).toISOString() }: PlantedJobs, accountRegion: AccountRegion,
): void {
  findWorkflow(workflowName, accountRegion);
  accountRegion.idMappingJobs.plant(Array.from({ length: count }, (_, index) => {
    const startTime = new Date(Date.parse(newest) - index * 60_000);
    return {
      jobId: randomBytes(16).toString('hex'),
      workflowName,
      status,
      startTime,
      endTime: new Date(startTime.getTime() + 30_000),
      jobType: 'BATCH',
      ...status === 'FAILED' && { errorDetails: { errorMessage: 'failed long ago' } },
    };
  }));
}
