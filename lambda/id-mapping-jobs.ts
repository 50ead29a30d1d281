import {
  EntityResolutionClient, GetIdMappingJobCommand, JobSummary, paginateListIdMappingJobs, StartIdMappingJobCommand,
} from '@aws-sdk/client-entityresolution';
import { JobKind } from './job-kind';
import { Job, Jobs } from './jobs';
import { Run, RunRequest } from './run';

/** Jobs of ID mapping workflows. */
export const ID_MAPPING: JobKind = {
  name: 'ID_MAPPING',
  construct: 'IdMappingJob',
  // Those of the API's `IdMappingJobMetrics`.
  metrics: [
    'inputRecords', 'totalRecordsProcessed', 'recordsNotProcessed', 'deleteRecordsProcessed',
    'totalMappedRecords', 'totalMappedSourceRecords', 'totalMappedTargetRecords', 'uniqueRecordsLoaded',
    'newMappedRecords', 'newMappedSourceRecords', 'newMappedTargetRecords', 'newUniqueRecordsLoaded',
    'mappedRecordsRemoved', 'mappedSourceRecordsRemoved', 'mappedTargetRecordsRemoved',
  ],
  jobs: (request, { entityResolution }) => new IdMappingJobs(request, entityResolution),
  subject: ({ workflowName }) => `ID mapping workflow ${workflowName}`,
  lookCommand: ({ request, jobId }) => `aws entityresolution get-id-mapping-job --workflow-name ${request.workflowName} --job-id ${jobId}`,
  searchCommand: ({ workflowName }) => `aws entityresolution list-id-mapping-jobs --workflow-name ${workflowName}`,
};

/** The jobs of an ID mapping workflow. */
export class IdMappingJobs implements Jobs {
  constructor(
    private readonly request: Pick<RunRequest, 'workflowName' | 'jobType' | 'outputSourceConfig'>, private readonly client: EntityResolutionClient,
  ) {}

  async start(): Promise<string> {
    const { workflowName, jobType, outputSourceConfig } = this.request;
    const { jobId } = await this.client.send(new StartIdMappingJobCommand({ workflowName, jobType, outputSourceConfig }));
    return jobId!;
  }

  look({ jobId }: Pick<Run, 'jobId'>): Promise<Job> {
    return this.client.send(new GetIdMappingJobCommand({ workflowName: this.request.workflowName, jobId }));
  }

  async *list(): AsyncGenerator<JobSummary> {
    const pages = paginateListIdMappingJobs({ client: this.client }, { workflowName: this.request.workflowName });
    for await (const { jobs = [] } of pages) yield* jobs;
  }
}
