/**
 * What a job counted, each a whole number as text, resolved when the stack deploys.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_IdMappingJobMetrics.html
 */
export interface IdMappingJobMetrics {
  /** Records that were read. */
  readonly inputRecords: string;

  /** Records that were processed. */
  readonly totalRecordsProcessed: string;

  /** Records that were not processed, such as those without a usable unique ID. */
  readonly recordsNotProcessed: string;

  /** Records processed that were marked for deletion. */
  readonly deleteRecordsProcessed: string;

  /** Records that were mapped. */
  readonly totalMappedRecords: string;

  /** Source records that were mapped. */
  readonly totalMappedSourceRecords: string;

  /** Distinct target records that were mapped to. */
  readonly totalMappedTargetRecords: string;

  /** Records processed in all runs, each unique ID counted once. */
  readonly uniqueRecordsLoaded: string;

  /** Records that this job mapped for the first time. */
  readonly newMappedRecords: string;

  /** Source records that this job mapped for the first time. */
  readonly newMappedSourceRecords: string;

  /** Target records that this job mapped to for the first time. */
  readonly newMappedTargetRecords: string;

  /** Records that this job processed for the first time, each unique ID counted once. */
  readonly newUniqueRecordsLoaded: string;

  /** Mapped records that were removed. */
  readonly mappedRecordsRemoved: string;

  /** Mapped source records that were removed. */
  readonly mappedSourceRecordsRemoved: string;

  /** Mapped target records that were removed. */
  readonly mappedTargetRecordsRemoved: string;
}
