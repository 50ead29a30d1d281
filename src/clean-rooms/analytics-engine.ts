/**
 * What runs the queries of a collaboration.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_CreateCollaboration.html
 */
export enum AnalyticsEngine {
  /** Spark SQL and PySpark. */
  SPARK = 'SPARK',

  /** The older engine of AWS Clean Rooms. AWS says that it is no longer available since July 16, 2025. */
  CLEAN_ROOMS_SQL = 'CLEAN_ROOMS_SQL',
}
