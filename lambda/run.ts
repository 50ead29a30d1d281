import { IdMappingJobMetrics, IdMappingJobOutputSource, JobType } from '@aws-sdk/client-entityresolution';

/** How far a run has to come before CloudFormation gets its answer. */
export type WaitFor = 'ACCEPTED' | 'STARTED' | 'SUCCEEDED';

/** Where and for which resource CloudFormation waits for an answer. */
export interface Callback {
  readonly responseUrl: string;
  readonly stackId: string;
  readonly requestId: string;
  readonly logicalResourceId: string;
  readonly physicalResourceId: string;
}

/** What was asked for: it stays the same from the first step of a run to the last. */
export interface RunRequest {
  readonly workflowName: string;
  readonly jobType?: JobType;
  readonly outputSourceConfig?: IdMappingJobOutputSource[];
  readonly waitFor: WaitFor;
  readonly timeoutSeconds: number;
  readonly pollIntervalSeconds: number;
  readonly callback: Callback;
}

/**
 * How a step ended. Conditions that are to be expected are values, not exceptions: the state machine goes its way by them.
 *
 * - `STARTED`: the job is accepted by the service
 * - `BUSY`: another job has the Region's one slot
 * - `THROTTLED`: too many calls
 * - `NOT_YET_ALLOWED`: a permission is missing, which is normal for some time after its policy was made
 * - `UNKNOWN`: the answer to the start was lost, the job may be running
 * - `RUNNING`, `SUCCEEDED`, `FAILED`: how the job goes
 * - `TIMED_OUT`: nobody waits any longer; a job that was started goes on
 */
export type Outcome =
  | 'STARTED' | 'BUSY' | 'THROTTLED' | 'NOT_YET_ALLOWED' | 'UNKNOWN'
  | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';

/** What one execution of the runner carries from step to step. */
export interface Run {
  readonly request: RunRequest;
  readonly outcome?: Outcome;

  /** Why the outcome is not a good one. */
  readonly reason?: string;

  /** Seconds to wait before the next step. */
  readonly waitSeconds?: number;

  /** How often the same step was repeated in a row: the waits grow with it. */
  readonly repeats?: number;

  /** Set while a start may have been accepted without our having seen the answer. */
  readonly mayHaveStarted?: boolean;

  /** ISO time before which no job can be ours: the last time the service said that it did not start one. */
  readonly notStartedBefore?: string;

  /** How often a start crashed; counted by the state machine. */
  readonly crashes?: number;

  readonly jobId?: string;
  readonly metrics?: IdMappingJobMetrics;
  readonly answered?: boolean;
}
