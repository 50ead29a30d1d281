import { EntityResolutionClient, GetMatchingJobCommand, ListMatchingJobsCommand, StartMatchingJobCommand } from '@aws-sdk/client-entityresolution';
import { JobKind } from './job-kind';
import { Job, JobPage, JobReference, Jobs } from './jobs';
import { RunRequests } from '../../src/runs/private/run-protocol';

type Request = RunRequests['MATCHING'];

/** Jobs of matching workflows. */
export const MATCHING: JobKind<Request> = {
  jobs: (request, { entityResolution }) => new MatchingJobs(request, entityResolution),
  subject: ({ workflowName }) => `matching workflow ${workflowName}`,
  lookCommand: ({ workflowName }, { jobId }) => `aws entityresolution get-matching-job --workflow-name ${workflowName} --job-id ${jobId}`,
  searchCommand: ({ workflowName }) => `aws entityresolution list-matching-jobs --workflow-name ${workflowName}`,
};

/** The jobs of a matching workflow. */
class MatchingJobs implements Jobs {
  constructor(private readonly request: Request, private readonly client: EntityResolutionClient) {}

  public async start(): Promise<string | undefined> {
    return (await this.client.send(new StartMatchingJobCommand(this.request))).jobId;
  }

  public look({ jobId }: JobReference): Promise<Job> {
    return this.client.send(new GetMatchingJobCommand({ workflowName: this.request.workflowName, jobId }));
  }

  public list(nextToken?: string): Promise<JobPage> {
    return this.client.send(new ListMatchingJobsCommand({ workflowName: this.request.workflowName, nextToken }));
  }
}
