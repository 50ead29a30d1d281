/**
 * When a deployment runs a job.
 */
export enum RunWhen {
  /** When it is created, and whenever what it runs has changed, or its `runTrigger`. */
  ON_CHANGE = 'ON_CHANGE',

  /** When it is created only. */
  NEVER_ON_UPDATE = 'NEVER_ON_UPDATE',

  /**
   * Whenever what it runs has changed, or its `runTrigger`, but not when it is created: for a run that was renamed or moved, which CloudFormation
   * takes for a new one.
   */
  NEVER_ON_CREATE = 'NEVER_ON_CREATE',

  /**
   * At every deployment. The template has the time of synthesis in it, so that it differs each time: `cdk diff` always shows a change,
   * and a snapshot test has to replace the property `Run.synthesizedAt`.
   */
  EVERY_DEPLOY = 'EVERY_DEPLOY',
}
