/**
 * How much of its input a job processes.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_StartIdMappingJob.html
 */
export enum JobType {
  /** All of it. What the service does by default for a workflow without incremental run. */
  BATCH = 'BATCH',

  /** Only what is new or has changed since the job before. What the service does by default for a workflow with incremental run. */
  INCREMENTAL = 'INCREMENTAL',

  /** Only deletions. */
  DELETE_ONLY = 'DELETE_ONLY',
}
