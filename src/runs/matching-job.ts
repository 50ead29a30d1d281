import * as er from 'aws-cdk-lib/aws-entityresolution';
import { Construct } from 'constructs';
import { JobRunProps } from './job-run-props';
import { MatchingJobMetrics } from './matching-job-metrics';
import { RunOnDeploy } from './private/run-on-deploy';
import { ATTRIBUTES } from './private/run-protocol';
import { warnOfUnknownRole } from './private/warn-of-unknown-role';
import { MatchingWorkflowGrants } from '../entity-resolution/matching-workflow-grants';
import { addMatchingJob } from '../private/matching-jobs';

/**
 * Properties of a `MatchingJob`.
 */
export interface MatchingJobProps extends JobRunProps {
  /**
   * The workflow that is run.
   */
  readonly workflow: er.IMatchingWorkflowRef;
}

/**
 * A job of a matching workflow, started by the deployment.
 *
 * It runs when it is created, and again when a value that it runs by has changed: the workflow's inputs, schema mappings, technique, normalization
 * or output, or the job's `runTrigger`. Nothing else starts it, and a rollback never does. A rollback or a deletion takes back what has not
 * started; it neither stops a job nor removes output.
 *
 * Entity Resolution bills each run by record. A job can't be stopped. When the answer to a start is lost, a job of the same workflow that was
 * not there before is taken for the run's own, even if somebody else has started it in just that moment.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_StartMatchingJob.html
 */
export class MatchingJob extends Construct {
  /** The ID of the job: of the last run, when the latest update had nothing to run. Empty when that has not started before the deployment went on. */
  public readonly jobId: string;

  /**
   * How far the run had come when the deployment went on: `ACCEPTED`, `WAITING` (it starts when it can), `STARTED`, `SUCCEEDED`,
   * `FAILED`, `UNWATCHED` (its end can't be seen) or `TIMED_OUT` (with `OnFailure.WARN`). When the latest update had nothing to run it is that of the
   * last run, or `NOT_RUN` when none is known: executions of Step Functions are kept for 90 days.
   */
  public readonly status: string;

  /** What the job counted; empty unless it was waited for (`WaitFor.SUCCEEDED`). */
  public readonly metrics: MatchingJobMetrics;

  constructor(scope: Construct, id: string, props: MatchingJobProps) {
    super(scope, id);
    const { workflow } = props;
    warnOfUnknownRole(this, workflow);
    const run = new RunOnDeploy(this, props, {
      jobKind: 'MATCHING',
      request: { workflowName: workflow.matchingWorkflowRef.workflowName },
      subject: workflow,
      workflow,
    });
    const grants = MatchingWorkflowGrants.fromMatchingWorkflow(workflow);
    grants.startJobs(run.role);
    grants.readJobs(run.role);

    const { matchIDs: matchIds, ...metrics } = run.metrics();
    this.jobId = run.attribute(ATTRIBUTES.jobId);
    this.status = run.attribute(ATTRIBUTES.status);
    this.metrics = { ...metrics, matchIds };
    addMatchingJob(workflow, { job: this, runTrigger: props.runTrigger });
  }
}
