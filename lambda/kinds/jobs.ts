import { CleanRoomsClient } from '@aws-sdk/client-cleanrooms';
import {
  EntityResolutionClient, ErrorDetails, IdMappingJobMetrics, IdMappingJobOutputSource, JobMetrics, JobStatus, JobSummary, JobType,
} from '@aws-sdk/client-entityresolution';
import { Watch } from './watch';
import { Settings } from '../../src/runs/private/run-protocol';

/** The clients of the services whose jobs are run. */
export interface JobClients {
  readonly entityResolution: EntityResolutionClient;
  readonly cleanRooms: CleanRoomsClient;
}

/** A job as it is seen. A matching job has no type. */
export interface Job {
  /**
   * What the service says, or what there is to say without it.
   *
   * - `NOT_LISTED`: the service does not show the job yet
   * - `UNWATCHED`: nobody will be able to see how it ends
   */
  readonly status: JobStatus | 'NOT_LISTED' | 'UNWATCHED' | undefined;
  readonly metrics?: IdMappingJobMetrics & JobMetrics;
  readonly errorDetails?: ErrorDetails;
  readonly jobType?: JobType;
  readonly outputSourceConfig?: Pick<IdMappingJobOutputSource, 'outputS3Path'>[];

  /** Where to look the next time. */
  readonly watch?: Watch;
}

/** A page of a list of jobs. */
export interface JobPage {
  readonly jobs?: JobSummary[];
  readonly nextToken?: string;
}

/** A job by its id and, where that is not enough, by where it is watched. */
export interface JobReference {
  readonly jobId?: string;
  readonly watch?: Watch;
}

/** What was found out before a start. */
export interface Preparation {
  /** Why there is no use in starting. */
  readonly refusal?: string;

  /** Where the job is watched. */
  readonly watch?: Watch;
}

/** The service's calls for the jobs of what a run is of. Each throws what the service does. */
export interface Jobs {
  /** Finds out what has to be known before a start, where an id is not enough to watch a job. */
  prepare?(settings: Settings, secondsSinceAsked: number): Promise<Preparation>;

  /** Starts a job. @returns its id, if the service has told one */
  start(): Promise<string | undefined>;

  /** Looks at a job. */
  look(job: JobReference): Promise<Job>;

  /** A page of the jobs; in which order is not documented. */
  list(nextToken?: string): Promise<JobPage>;
}
