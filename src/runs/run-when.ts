/**
 * When a deployment runs a job.
 */
export enum RunWhen {
  /** When it is created, and whenever what it runs has changed, or its `runTrigger`. */
  ON_CHANGE = 'ON_CHANGE',

  /** When it is created only. */
  NEVER_ON_UPDATE = 'NEVER_ON_UPDATE',

  /**
   * At every deployment. The template has the time of synthesis in it, so that it differs each time: `cdk diff` always shows a change,
   * and a snapshot test has to replace the property `SynthesizedAt`.
   */
  EVERY_DEPLOY = 'EVERY_DEPLOY',
}
