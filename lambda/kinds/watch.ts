import { Mark, Survey } from './survey';

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

  /** The workflow's jobs before the start: the job is none of them. */
  readonly mark?: Mark;

  /** The workflow's jobs as far as they have been listed: there may be thousands. */
  readonly survey?: Survey;

  /** What there is to look at when the workflow's jobs can't be read. */
  readonly schema?: TableSchema;
}
