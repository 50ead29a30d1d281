/**
 * How far a run has to come before the deployment goes on.
 */
export enum WaitFor {
  /** The run is accepted: it starts as soon as no other job runs. A run that fails does not fail the deployment. */
  ACCEPTED = 'ACCEPTED',

  /** The job has started. A job that fails later does not fail the deployment. */
  STARTED = 'STARTED',

  /** The job has succeeded. A job that fails fails the deployment, which then rolls back. */
  SUCCEEDED = 'SUCCEEDED',
}
