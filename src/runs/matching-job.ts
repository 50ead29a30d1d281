import * as er from 'aws-cdk-lib/aws-entityresolution';
import { Construct } from 'constructs';
import { JobRunProps } from './job-run-props';
import { MatchingJobMetrics } from './matching-job-metrics';
import { RunOnDeploy } from './run-on-deploy';
import { MatchingWorkflow } from '../entity-resolution/matching-workflow';
import { MatchingWorkflowGrants } from '../entity-resolution/matching-workflow-grants';

const METRICS = ['InputRecords', 'TotalRecordsProcessed', 'RecordsNotProcessed', 'DeleteRecordsProcessed', 'MatchIDs'];

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
 * It runs when it is created, and again when what it runs has changed: the workflow's inputs, schema mappings, technique, normalization
 * or output, or the job's `runTrigger`. Nothing else starts it, and a rollback never does. A rollback or a deletion takes back what has not
 * started; it neither stops a job nor removes output.
 *
 * Entity Resolution bills each run by record. A job can't be stopped. When the answer to a start is lost, a job of the same workflow that was
 * started since is taken for the run's own, even if somebody else has started it in just that moment.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_StartMatchingJob.html
 */
export class MatchingJob extends Construct {
  /** The ID of the job. Empty when the run was not started before the deployment went on, or not at all by the latest update. */
  public readonly jobId: string;

  /**
   * How far the run had come when the deployment went on: `ACCEPTED`, `WAITING` (it starts when it can), `STARTED`, `SUCCEEDED`,
   * `FAILED`, `UNWATCHED` (its end can't be seen) or `TIMED_OUT` (with `OnFailure.WARN`), or `NOT_RUN` when an update had nothing to run.
   */
  public readonly status: string;

  /** What the job counted; empty unless it was waited for (`WaitFor.SUCCEEDED`). */
  public readonly metrics: MatchingJobMetrics;

  constructor(scope: Construct, id: string, props: MatchingJobProps) {
    super(scope, id);
    const { workflow } = props;
    const run = new RunOnDeploy(this, props, {
      resourceType: 'Custom::MatchingJob',
      subject: { WorkflowName: workflow.matchingWorkflowRef.workflowName },
      request: {},
      definition: MatchingWorkflow.isMatchingWorkflow(workflow) ? { owner: workflow, value: workflow._jobDefinition } : undefined,
      workflow: MatchingWorkflow.isMatchingWorkflow(workflow) ? workflow : undefined,
      metrics: METRICS,
    });
    const grants = MatchingWorkflowGrants.fromMatchingWorkflow(workflow);
    grants.startJobs(run.policy);
    grants.readJobs(run.policy);

    this.jobId = run.attribute('JobId');
    this.status = run.attribute('Status');
    this.metrics = {
      inputRecords: run.attribute('InputRecords'),
      totalRecordsProcessed: run.attribute('TotalRecordsProcessed'),
      recordsNotProcessed: run.attribute('RecordsNotProcessed'),
      deleteRecordsProcessed: run.attribute('DeleteRecordsProcessed'),
      matchIds: run.attribute('MatchIDs'),
    };
  }
}
