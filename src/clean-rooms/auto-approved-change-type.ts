/**
 * A change of a collaboration that takes effect without the members' approval.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_CreateCollaboration.html
 */
export enum AutoApprovedChangeType {
  /** A member is added. */
  ADD_MEMBER = 'ADD_MEMBER',

  /** A member gets the ability to receive results. */
  GRANT_RECEIVE_RESULTS_ABILITY = 'GRANT_RECEIVE_RESULTS_ABILITY',

  /** A member loses the ability to receive results. */
  REVOKE_RECEIVE_RESULTS_ABILITY = 'REVOKE_RECEIVE_RESULTS_ABILITY',
}
