import type { CleanRoomsClient } from '@aws-sdk/client-cleanrooms';
import type {
  EntityResolutionClient, ErrorDetails, IdMappingJobMetrics, IdMappingJobOutputSource, JobMetrics, JobStatus, JobSummary, JobType,
} from '@aws-sdk/client-entityresolution';
import type { Run, Watch } from './run';

/** The clients of the services whose jobs are run. */
export interface JobClients {
  readonly entityResolution: EntityResolutionClient;
  readonly cleanRooms: CleanRoomsClient;
}

/** What a job of any kind may have counted. */
export type Metrics = IdMappingJobMetrics & JobMetrics;

/** A job as it is seen. A matching job has no type. */
export interface Job {
  /**
   * What the service says, or what there is to say without it.
   *
   * - `NOT_LISTED`: the service does not show the job yet
   * - `UNWATCHED`: nobody will be able to see how it ends
   */
  readonly status: JobStatus | 'NOT_LISTED' | 'UNWATCHED' | undefined;
  readonly metrics?: Metrics;
  readonly errorDetails?: ErrorDetails;
  readonly jobType?: JobType;
  readonly outputSourceConfig?: Pick<IdMappingJobOutputSource, 'outputS3Path'>[];

  /** Where to look the next time. */
  readonly watch?: Watch;
}

/** What was found out before a start. */
export interface Preparation {
  /** Why there is no use in starting. */
  readonly refusal?: string;

  /** Where the job is watched. */
  readonly watch?: Watch;
}

/** The service's calls for the jobs of what a request is about. Each throws what the service does. */
export interface Jobs {
  /** Finds out what has to be known before a start, where an id is not enough to watch a job. */
  prepare?(secondsSinceAsked: number): Promise<Preparation>;

  /** Starts a job. @returns its id */
  start(): Promise<string>;

  /** Looks at a job. */
  look(run: Pick<Run, 'jobId' | 'watch'>): Promise<Job>;

  /** The jobs, newest first. */
  list(): AsyncIterable<JobSummary>;
}
