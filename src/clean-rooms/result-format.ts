/**
 * The format of the files that hold the results of queries.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_ProtectedQueryS3OutputConfiguration.html
 */
export enum ResultFormat {
  /** Comma-separated values. */
  CSV = 'CSV',

  /** Apache Parquet. */
  PARQUET = 'PARQUET',
}
