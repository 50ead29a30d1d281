import { Duration } from 'aws-cdk-lib';
import { OnBusy } from './on-busy';
import { OnFailure } from './on-failure';
import { RunWhen } from './run-when';
import { WaitFor } from './wait-for';

/**
 * How a job of any kind is run by a deployment: what `IdMappingJob`, `MatchingJob` and `IdMappingTablePopulation` have in common.
 */
export interface JobRunProps {
  /**
   * How far the run has to come before the deployment goes on.
   *
   * @default WaitFor.STARTED
   */
  readonly waitFor?: WaitFor;

  /**
   * How long the deployment waits for that: 1 to 55 minutes; with `WaitFor.SUCCEEDED` up to 12 hours, by one more
   * custom resource for each further 55 minutes.
   * A job that was started goes on after it. A job that could not be started in this time is started later in the background with
   * `WaitFor.STARTED` (the status attribute is `WAITING`), and not at all with `WaitFor.SUCCEEDED`.
   *
   * Only one ID mapping job, a population included, and one matching job run at a time in an account and Region: the time in which another one
   * runs counts.
   *
   * @default Duration.minutes(55)
   */
  readonly timeout?: Duration;

  /**
   * How long the runner waits before it looks at the job for the first time: 1 to 60 seconds. Later waits grow, up to 60 seconds.
   *
   * @default Duration.seconds(5)
   */
  readonly pollInterval?: Duration;

  /**
   * What the run does when another job runs.
   *
   * @default OnBusy.QUEUE
   */
  readonly onBusy?: OnBusy;

  /**
   * What a run that fails or takes too long does to the deployment that waits for it.
   *
   * @default OnFailure.FAIL
   */
  readonly onFailure?: OnFailure;

  /**
   * When a deployment runs the job.
   *
   * @default RunWhen.ON_CHANGE
   */
  readonly runWhen?: RunWhen;

  /**
   * Any text that runs the job again when it changes, such as the version of the input's data.
   *
   * @default - only a change of what is run runs it again
   */
  readonly runTrigger?: string;
}
