import {
  EntityResolutionClient, GetIdMappingJobCommand, JobSummary, paginateListIdMappingJobs, StartIdMappingJobCommand,
} from '@aws-sdk/client-entityresolution';
import { Job, Jobs } from './jobs';
import { RunRequest } from './run';

/** Jobs of ID mapping workflows. */
export class IdMappingJobs implements Jobs {
  constructor(private readonly client: EntityResolutionClient) {}

  async start({ workflowName, jobType, outputSourceConfig }: RunRequest): Promise<string> {
    const { jobId } = await this.client.send(new StartIdMappingJobCommand({ workflowName, jobType, outputSourceConfig }));
    return jobId!;
  }

  get(workflowName: string, jobId: string): Promise<Job> {
    return this.client.send(new GetIdMappingJobCommand({ workflowName, jobId }));
  }

  async *list(workflowName: string): AsyncGenerator<JobSummary> {
    for await (const { jobs = [] } of paginateListIdMappingJobs({ client: this.client }, { workflowName })) yield* jobs;
  }
}
