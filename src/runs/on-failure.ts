/**
 * What the failure of a run, or a timeout, does to the deployment that waits for it.
 */
export enum OnFailure {
  /** It fails the deployment, which then rolls back. */
  FAIL = 'FAIL',

  /** The deployment goes on; the status attribute and the event at the end of the run tell. */
  WARN = 'WARN',
}
