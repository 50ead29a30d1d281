import type { IdMappingJobOutputSource, JobType } from '@aws-sdk/client-entityresolution';
import type { JobKindName } from './job-kind';
import type { Metrics } from './jobs';

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
  /** A deletion runs nothing: it only waits for a job that runs. */
  readonly requestType: 'Create' | 'Update' | 'Delete';

  /** @see jobKindOf */
  readonly jobKind?: JobKindName;

  /** What an ID mapping job and a matching job are of. */
  readonly workflowName?: string;

  /** What a population is of. */
  readonly membershipIdentifier?: string;
  readonly idMappingTableIdentifier?: string;

  /** Whether the deployment lets the runner read the jobs of a table's workflow. */
  readonly workflowKnown?: boolean;
  readonly jobType?: JobType;
  readonly outputSourceConfig?: IdMappingJobOutputSource[];
  readonly waitFor: WaitFor;
  readonly onBusy: 'QUEUE' | 'JOIN' | 'FAIL';
  readonly onFailure: 'FAIL' | 'WARN';
  readonly timeoutSeconds: number;
  readonly pollIntervalSeconds: number;

  /** Where a WaitCondition waits for the end of the run, when that may be later than CloudFormation waits for an answer. */
  readonly waitHandleUrl?: string;
  readonly callback: Callback;
}

/**
 * How a step ended. Conditions that are to be expected are values, not exceptions: the state machine goes its way by them.
 *
 * - `STARTED`: the job is accepted by the service
 * - `BUSY`: another job has the Region's one slot
 * - `THROTTLED`: too many calls
 * - `NOT_YET_ALLOWED`: a permission is missing, which is normal for some time after its policy was made
 * - `HELD`: the stack is being rolled back or deleted, on behalf of another deployment
 * - `UNKNOWN`: the answer to the start was lost, the job may be running
 * - `RUNNING`, `SUCCEEDED`, `FAILED`: how the job goes
 * - `UNWATCHED`: the job was started, but how it ends can't be seen
 * - `TIMED_OUT`: nobody waits any longer; a job that was started goes on
 */
export type Outcome =
  | 'STARTED' | 'BUSY' | 'THROTTLED' | 'NOT_YET_ALLOWED' | 'HELD' | 'UNKNOWN'
  | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'UNWATCHED' | 'TIMED_OUT';

/** How an ID mapping table is seen by the members of its collaboration. */
export interface TableSchema {
  readonly collaborationIdentifier: string;
  readonly name: string;

  /** Whether the table was empty before its job was started: then it is filled by the job. */
  readonly wasEmpty: boolean;
}

/** Where it is seen how the job of an ID mapping table goes. */
export interface Watch {
  /** The ARN of the table's workflow. */
  readonly workflowName: string;

  /** The job's id at Entity Resolution, once it was seen there. */
  readonly jobId?: string;

  /** ISO time of the start: the job is not older. */
  readonly since?: string;

  /** What there is to look at when the workflow's jobs can't be read. */
  readonly schema?: TableSchema;
}

/** The state that the state machine goes to. */
export type NextStep = 'START' | 'POLL' | 'ANSWER' | 'PUBLISH' | 'END';

/** What one execution of the runner carries from step to step. */
export interface Run {
  readonly request: RunRequest;
  readonly next: NextStep;
  readonly outcome?: Outcome;

  /** Why the outcome is not a good one. */
  readonly reason?: string;

  /** Seconds to wait before the next start or look. */
  readonly waitSeconds: number;

  /** How often the same step was repeated in a row: the waits grow with it. */
  readonly repeats?: number;

  /** ISO time of the first start whose answer was lost: a job that is not older may be ours, and stays so until it is found. */
  readonly lostStartAt?: string;

  /** Whether the job of the latest lost start was looked for already. */
  readonly lookedInVain?: boolean;

  /** How often a start crashed; counted by the state machine. */
  readonly crashes?: number;

  readonly jobId?: string;

  /** For a job that is not found by its id alone. */
  readonly watch?: Watch;
  readonly metrics?: Metrics;

  /** Whether CloudFormation has the answer to its request. */
  readonly answered?: boolean;

  /** Whether the WaitCondition has its signal. */
  readonly signalled?: boolean;
}

/** Whether nothing more will happen to the run. */
export function hasEnded({ outcome }: Pick<Run, 'outcome'>): boolean {
  return outcome === 'SUCCEEDED' || outcome === 'FAILED' || outcome === 'UNWATCHED' || outcome === 'TIMED_OUT';
}
