import { EntityResolutionClient, GetIdMappingJobCommand, ListIdMappingJobsCommand, StartIdMappingJobCommand } from '@aws-sdk/client-entityresolution';
import { JobKind } from './job-kind';
import { Job, JobPage, JobReference, Jobs } from './jobs';
import { RunRequests } from '../../src/runs/private/run-protocol';

type Request = RunRequests['ID_MAPPING'];

/** Jobs of ID mapping workflows. */
export const ID_MAPPING: JobKind<Request> = {
  jobs: (request, { entityResolution }) => new IdMappingJobs(request, entityResolution),
  subject: ({ workflowName }) => `ID mapping workflow ${workflowName}`,
  lookCommand: ({ workflowName }, { jobId }) => `aws entityresolution get-id-mapping-job --workflow-name ${workflowName} --job-id ${jobId}`,
  searchCommand: ({ workflowName }) => `aws entityresolution list-id-mapping-jobs --workflow-name ${workflowName}`,
};

/** The jobs of an ID mapping workflow. */
export class IdMappingJobs implements Jobs {
  constructor(private readonly request: Request, private readonly client: EntityResolutionClient) {}

  public async start(): Promise<string | undefined> {
    return (await this.client.send(new StartIdMappingJobCommand(this.request))).jobId;
  }

  public look({ jobId }: JobReference): Promise<Job> {
    return this.client.send(new GetIdMappingJobCommand({ workflowName: this.request.workflowName, jobId }));
  }

  public list(nextToken?: string): Promise<JobPage> {
    return this.client.send(new ListIdMappingJobsCommand({ workflowName: this.request.workflowName, nextToken }));
  }
}
