/**
 * What a member of a collaboration can do, beside contributing data, which every member can.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_MemberSpecification.html
 */
export enum MemberAbility {
  /** To run queries. */
  CAN_QUERY = 'CAN_QUERY',

  /** To run PySpark jobs. */
  CAN_RUN_JOB = 'CAN_RUN_JOB',

  /** To receive the results of queries and jobs. */
  CAN_RECEIVE_RESULTS = 'CAN_RECEIVE_RESULTS',
}
