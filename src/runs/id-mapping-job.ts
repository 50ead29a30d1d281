import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { IdMappingJobMetrics } from './id-mapping-job-metrics';
import { JobRunProps } from './job-run-props';
import { JobType } from './job-type';
import { RunOnDeploy } from './private/run-on-deploy';
import { ATTRIBUTES, RunRequests } from './private/run-protocol';
import { IdMappingWorkflowGrants } from '../entity-resolution/id-mapping-workflow-grants';
import { allowEntityResolution } from '../entity-resolution/private/job-output';
import { jobRole } from '../entity-resolution/private/job-role';
import { keyEncryptStatement, outputWriteStatements } from '../entity-resolution/private/job-role-statements';
import { actualKey } from '../private/actual-key';
import { allowRoleAndKey } from '../private/start-jobs';
import { checkJobType } from './private/check-job-type';
import { warnOfUnknownRole } from './private/warn-of-unknown-role';
import { checkPrefix } from '../private/validation';

/**
 * Where one job writes its output: the API's `outputSourceConfig`, in place of the workflow's own output.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_IdMappingJobOutputSource.html
 */
export interface IdMappingJobOutput {
  /**
   * The role with which Entity Resolution writes this output.
   *
   * A `Role` that this app defines gets the statements for that; any other is left alone, with a warning that says which they are.
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
   * A `Key` that this app defines gets the statement for Entity Resolution in its policy; any other is left alone, with a warning that says which it is.
   *
   * @default - a key that Entity Resolution manages
   */
  readonly key?: kms.IKeyRef;
}

/**
 * How a deployment runs an ID mapping workflow.
 */
export interface IdMappingJobOptions extends JobRunProps {
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
 * Properties of an `IdMappingJob`.
 */
export interface IdMappingJobProps extends IdMappingJobOptions {
  /**
   * The workflow that is run.
   */
  readonly workflow: er.IIdMappingWorkflowRef;
}

/**
 * A job of an ID mapping workflow, started by the deployment.
 *
 * It runs when it is created, and again when a value that it runs by has changed: the workflow's inputs, schema mappings, rules, technique or output,
 * the job's type or output, or its `runTrigger`. Nothing else starts it, and a rollback never does. A rollback or a deletion takes back what
 * has not started; it neither stops a job nor removes output.
 *
 * Entity Resolution bills each run by record. A job can't be stopped. When the answer to a start is lost, a job of the same workflow, type
 * and output that was not there before is taken for the run's own, even if somebody else has started it in just that moment.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_StartIdMappingJob.html
 */
export class IdMappingJob extends Construct {
  /** The ID of the job: of the last run, when the latest update had nothing to run. Empty when that has not started before the deployment went on. */
  public readonly jobId: string;

  /**
   * How far the run had come when the deployment went on: `ACCEPTED`, `WAITING` (it starts when it can), `STARTED`, `SUCCEEDED`,
   * `FAILED`, `UNWATCHED` (its end can't be seen) or `TIMED_OUT` (with `OnFailure.WARN`). When the latest update had nothing to run it is that of the
   * last run, or `NOT_RUN` when none is known: executions of Step Functions are kept for 90 days.
   */
  public readonly status: string;

  /** What the job counted; empty unless it was waited for (`WaitFor.SUCCEEDED`). */
  public readonly metrics: IdMappingJobMetrics;

  constructor(scope: Construct, id: string, props: IdMappingJobProps) {
    super(scope, id);
    const { workflow } = props;
    const output = props.output && { ...props.output, key: props.output.key && actualKey(this, 'output.key', props.output.key) };
    checkJobType(this, props.jobType, workflow);
    if (!output) warnOfUnknownRole(this, workflow);
    checkPrefix(this, 'output.prefix', output?.prefix);
    const run = new RunOnDeploy(this, props, {
      jobKind: 'ID_MAPPING',
      request: {
        workflowName: workflow.idMappingWorkflowRef.workflowName,
        jobType: props.jobType,
        outputSourceConfig: output && [renderOutput(output)],
      },
      subject: workflow,
      workflow,
    });
    const grants = IdMappingWorkflowGrants.fromIdMappingWorkflow(workflow);
    grants.startJobs(run.role);
    grants.readJobs(run.role);
    if (output) {
      const { role, bucket, prefix, key } = output;
      allowRoleAndKey(run.role, workflow.env.region, { role, outputKey: key });
      if (key) allowEntityResolution(this, 'output.key', key);
      jobRole(this, { role }, [...outputWriteStatements(bucket, prefix), ...(key ? [keyEncryptStatement(key)] : [])]);
      // The job writes as soon as it is started: what the role is allowed comes before the run.
      this.node.addDependency(role);
    }

    this.jobId = run.attribute(ATTRIBUTES.jobId);
    this.status = run.attribute(ATTRIBUTES.status);
    this.metrics = run.metrics();
  }
}

type OutputSource = NonNullable<RunRequests['ID_MAPPING']['outputSourceConfig']>[0];

function renderOutput(output: IdMappingJobOutput): OutputSource {
  return {
    roleArn: output.role.roleRef.roleArn,
    outputS3Path: `s3://${output.bucket.bucketRef.bucketName}/${output.prefix ?? ''}`,
    KMSArn: output.key?.keyRef.keyArn,
  };
}
