import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { IdMappingJobMetrics } from './id-mapping-job-metrics';
import { JobRunProps } from './job-run-props';
import { JobType } from './job-type';
import { RunOnDeploy } from './run-on-deploy';
import { IdMappingWorkflow } from '../entity-resolution/id-mapping-workflow';
import { IdMappingWorkflowGrants } from '../entity-resolution/id-mapping-workflow-grants';
import { checkJobType, idMappingJobMetrics, ID_MAPPING_METRICS } from '../private/id-mapping-run';
import { passRole } from '../private/pass-role';
import { checkPrefix } from '../private/validation';

/**
 * Where one job writes its output: the API's `outputSourceConfig`, in place of the workflow's own output.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_IdMappingJobOutputSource.html
 */
export interface IdMappingJobOutput {
  /**
   * The role that Entity Resolution takes on for this job. It has to be allowed to read the inputs and to write this output.
   */
  readonly role: iam.IRoleRef;

  /**
   * The bucket that the output is written to.
   */
  readonly bucket: s3.IBucketRef;

  /**
   * The prefix of the output's objects, without a leading slash.
   *
   * @default - the output is written to the top of the bucket
   */
  readonly prefix?: string;

  /**
   * The customer managed key that encrypts the output.
   *
   * @default - a key that Entity Resolution manages
   */
  readonly key?: kms.IKeyRef;
}

/**
 * Properties of an `IdMappingJob`.
 */
export interface IdMappingJobProps extends JobRunProps {
  /**
   * The workflow that is run.
   */
  readonly workflow: er.IIdMappingWorkflowRef;

  /**
   * How much of its input the job processes.
   *
   * @default - nothing is sent, the service chooses: `INCREMENTAL` for a workflow with incremental run, otherwise `BATCH`
   */
  readonly jobType?: JobType;

  /**
   * Where this job writes its output.
   *
   * @default - the output of the workflow
   */
  readonly output?: IdMappingJobOutput;
}

/**
 * A job of an ID mapping workflow, started by the deployment.
 *
 * It runs when it is created, and again when what it runs has changed: the workflow's inputs, schema mappings, rules, technique or output,
 * the job's type or output, or its `runTrigger`. Nothing else starts it, and a rollback never does. A rollback or a deletion takes back what
 * has not started; it neither stops a job nor removes output.
 *
 * Entity Resolution bills each run by record. A job can't be stopped. When the answer to a start is lost, a job of the same workflow, type
 * and output that was started since is taken for the run's own, even if somebody else has started it in just that moment.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_StartIdMappingJob.html
 */
export class IdMappingJob extends Construct {
  /** The ID of the job. Empty when the run was not started before the deployment went on, or not at all by the latest update. */
  public readonly jobId: string;

  /**
   * How far the run had come when the deployment went on: `ACCEPTED`, `WAITING` (it starts when it can), `STARTED`, `SUCCEEDED`,
   * `FAILED`, `UNWATCHED` (its end can't be seen) or `TIMED_OUT` (with `OnFailure.WARN`), or `NOT_RUN` when an update had nothing to run.
   */
  public readonly status: string;

  /** What the job counted; empty unless it was waited for (`WaitFor.SUCCEEDED`). */
  public readonly metrics: IdMappingJobMetrics;

  constructor(scope: Construct, id: string, props: IdMappingJobProps) {
    super(scope, id);
    const { workflow, output } = props;
    checkJobType(this, props.jobType, workflow);
    checkPrefix(this, 'output.prefix', output?.prefix);
    const run = new RunOnDeploy(this, props, {
      resourceType: 'Custom::IdMappingJob',
      subject: { WorkflowName: workflow.idMappingWorkflowRef.workflowName },
      request: { JobType: props.jobType, OutputSourceConfig: output && [renderOutput(output)] },
      definition: IdMappingWorkflow.isIdMappingWorkflow(workflow) ? { owner: workflow, value: workflow._definition } : undefined,
      workflow: IdMappingWorkflow.isIdMappingWorkflow(workflow) ? workflow : undefined,
      metrics: ID_MAPPING_METRICS,
    });
    const grants = IdMappingWorkflowGrants.fromIdMappingWorkflow(workflow);
    grants.startJobs(run.policy);
    grants.readJobs(run.policy);
    if (output) passRole(run.policy, output.role);

    this.jobId = run.attribute('JobId');
    this.status = run.attribute('Status');
    this.metrics = idMappingJobMetrics((name) => run.attribute(name));
  }
}

function renderOutput(output: IdMappingJobOutput): Record<string, string | undefined> {
  return {
    roleArn: output.role.roleRef.roleArn,
    outputS3Path: `s3://${output.bucket.bucketRef.bucketName}/${output.prefix ?? ''}`,
    KMSArn: output.key?.keyRef.keyArn,
  };
}
