/**
 * What a run does when another job runs: only one ID mapping job, a population included, and one matching job run at a time in
 * an account and Region.
 */
export enum OnBusy {
  /** It waits until it can start, however many others wait. There is no order among them; dependencies between constructs make one. */
  QUEUE = 'QUEUE',

  /**
   * It takes a job that runs for its own, when that job is of the same workflow, type and output, whoever started it.
   * Such a job may have read its input before the deployment. Behind any other job it waits.
   *
   * A population takes any job of its table's workflow, even one that was not started to populate this table: nothing tells them apart.
   */
  JOIN = 'JOIN',

  /** It fails. */
  FAIL = 'FAIL',
}
