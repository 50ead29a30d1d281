import {
  EntityResolutionClient, GetMatchingJobCommand, JobSummary, paginateListMatchingJobs, StartMatchingJobCommand,
} from '@aws-sdk/client-entityresolution';
import { Job, Jobs } from './jobs';
import { RunRequest } from './run';

/** Jobs of matching workflows. */
export class MatchingJobs implements Jobs {
  constructor(private readonly client: EntityResolutionClient) {}

  async start({ workflowName }: RunRequest): Promise<string> {
    const { jobId } = await this.client.send(new StartMatchingJobCommand({ workflowName }));
    return jobId!;
  }

  get(workflowName: string, jobId: string): Promise<Job> {
    return this.client.send(new GetMatchingJobCommand({ workflowName, jobId }));
  }

  async *list(workflowName: string): AsyncGenerator<JobSummary> {
    for await (const { jobs = [] } of paginateListMatchingJobs({ client: this.client }, { workflowName })) yield* jobs;
  }
}
