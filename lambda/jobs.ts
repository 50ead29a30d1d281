import type {
  ErrorDetails, IdMappingJobMetrics, IdMappingJobOutputSource, JobMetrics, JobStatus, JobSummary, JobType,
} from '@aws-sdk/client-entityresolution';
import type { RunRequest } from './run';

/** What a job of either kind may have counted. */
export type Metrics = IdMappingJobMetrics & JobMetrics;

/** A job as the service describes it. A matching job has no type. */
export interface Job {
  readonly status: JobStatus | undefined;
  readonly metrics?: Metrics;
  readonly errorDetails?: ErrorDetails;
  readonly jobType?: JobType;
  readonly outputSourceConfig?: Pick<IdMappingJobOutputSource, 'outputS3Path'>[];
}

/** The service's calls for jobs of one kind. Each throws what the service does. */
export interface Jobs {
  /** Starts a job. @returns its id */
  start(request: RunRequest): Promise<string>;

  get(workflowName: string, jobId: string): Promise<Job>;

  /** The jobs of a workflow, newest first. */
  list(workflowName: string): AsyncIterable<JobSummary>;
}
