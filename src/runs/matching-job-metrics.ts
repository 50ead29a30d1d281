/**
 * What a matching job counted, each a whole number as text, resolved when the stack deploys.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_JobMetrics.html
 */
export interface MatchingJobMetrics {
  /** Records that were read. */
  readonly inputRecords: string;

  /** Records that were processed. */
  readonly totalRecordsProcessed: string;

  /** Records that were not processed, such as those without a usable unique ID. */
  readonly recordsNotProcessed: string;

  /** Records processed that were marked for deletion. */
  readonly deleteRecordsProcessed: string;

  /** Match IDs that were generated: one for each group of records that belong together. */
  readonly matchIds: string;
}
