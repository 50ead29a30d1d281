import { randomBytes } from 'node:crypto';
import { GetMatchingJobInput, ListMatchingJobsInput, StartMatchingJobInput } from '@aws-sdk/client-entityresolution';
import { MatchingJob } from './account-region';
import { Context } from './context';
import { checkIdle } from './idle-check';
import { executeJob, serviceTime } from './job-execution';
import { runMatchingJob } from './matching-job';
import { Valid } from '../rest-json/api-model';
import { ResourceNotFoundError } from '../rest-json/errors';

export const matchingJobOperations = {
  StartMatchingJob({ workflowName }: Valid<StartMatchingJobInput>, context: Context) {
    const { accountRegion } = context;
    const workflow = accountRegion.matchingWorkflows.get(workflowName).members;
    checkIdle(accountRegion.matchingJobs, 'matching', context);
    const job: MatchingJob = { jobId: randomBytes(16).toString('hex'), workflowName, status: 'QUEUED', startTime: serviceTime(context.behaviour) };
    const run = { job, workflow, accountRegion, behaviour: context.behaviour };
    accountRegion.matchingJobs.add(job, () => executeJob(job, () => runMatchingJob(run, context.jobEnvironment), context),
      context.plannedJob?.fault.missingFromLists);
    return job;
  },

  GetMatchingJob({ workflowName, jobId }: Valid<GetMatchingJobInput>, { accountRegion }: Context) {
    accountRegion.matchingWorkflows.get(workflowName);
    const job = accountRegion.matchingJobs.find(workflowName, jobId);
    if (!job) {
      throw new ResourceNotFoundError(`the matching workflow "${workflowName}" has no job ${jobId}`);
    }
    return job;
  },

  ListMatchingJobs(input: Valid<ListMatchingJobsInput>, { accountRegion, behaviour }: Context) {
    accountRegion.matchingWorkflows.get(input.workflowName);
    const { items, nextToken } = accountRegion.matchingJobs.list(input, input.workflowName, behaviour);
    return { jobs: items, nextToken };
  },
};
