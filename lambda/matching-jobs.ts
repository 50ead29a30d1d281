import {
  EntityResolutionClient, GetMatchingJobCommand, JobSummary, paginateListMatchingJobs, StartMatchingJobCommand,
} from '@aws-sdk/client-entityresolution';
import { JobKind } from './job-kind';
import { Job, Jobs } from './jobs';
import { Run, RunRequest } from './run';

/** Jobs of matching workflows. */
export const MATCHING: JobKind = {
  name: 'MATCHING',
  construct: 'MatchingJob',
  // Those of the API's `JobMetrics`.
  metrics: ['inputRecords', 'totalRecordsProcessed', 'recordsNotProcessed', 'deleteRecordsProcessed', 'matchIDs'],
  jobs: (request, { entityResolution }) => new MatchingJobs(request, entityResolution),
  subject: ({ workflowName }) => `matching workflow ${workflowName}`,
  lookCommand: ({ request, jobId }) => `aws entityresolution get-matching-job --workflow-name ${request.workflowName} --job-id ${jobId}`,
  searchCommand: ({ workflowName }) => `aws entityresolution list-matching-jobs --workflow-name ${workflowName}`,
};

/** The jobs of a matching workflow. */
class MatchingJobs implements Jobs {
  constructor(private readonly request: RunRequest, private readonly client: EntityResolutionClient) {}

  async start(): Promise<string> {
    const { jobId } = await this.client.send(new StartMatchingJobCommand({ workflowName: this.request.workflowName }));
    return jobId!;
  }

  look({ jobId }: Pick<Run, 'jobId'>): Promise<Job> {
    return this.client.send(new GetMatchingJobCommand({ workflowName: this.request.workflowName, jobId }));
  }

  async *list(): AsyncGenerator<JobSummary> {
    const pages = paginateListMatchingJobs({ client: this.client }, { workflowName: this.request.workflowName });
    for await (const { jobs = [] } of pages) yield* jobs;
  }
}
