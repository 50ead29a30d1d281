import type { JobClients, Jobs, Metrics } from './jobs';
import type { Run, RunRequest } from './run';

/** What a job is of: an ID mapping workflow, a matching workflow, or an ID mapping table that it fills. */
export type JobKindName = 'ID_MAPPING' | 'MATCHING' | 'ID_MAPPING_TABLE_POPULATION';

/** What the runner has to know of one kind of job. */
export interface JobKind {
  readonly name: JobKindName;

  /** The construct that asks for such jobs. */
  readonly construct: string;

  /** What such a job counts, in the order in which the construct reads it. */
  readonly metrics: readonly (keyof Metrics)[];

  /** The jobs of what a request is about. */
  jobs(request: RunRequest, clients: JobClients): Jobs;

  /** What a request is about, in a message. */
  subject(request: RunRequest): string;

  /** The AWS CLI's command that shows how the job of a run goes. */
  lookCommand(run: Pick<Run, 'request' | 'jobId' | 'watch'>): string;

  /** The AWS CLI's command that leads to a job whose id nobody knows. */
  searchCommand(request: RunRequest): string;
}
