import { CustomResource, Duration, Lazy, Stack } from 'aws-cdk-lib';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { IdMappingJobMetrics } from './id-mapping-job-metrics';
import { JobType } from './job-type';
import { Runner } from './runner';
import { WaitFor } from './wait-for';
import { IdMappingWorkflow } from '../entity-resolution/id-mapping-workflow';
import { IdMappingWorkflowGrants } from '../entity-resolution/id-mapping-workflow-grants';
import { digest } from '../private/digest';
import { passRole } from '../private/pass-role';
import { checkDuration, fail } from '../private/validation';

/** CloudFormation gives up on a custom resource after an hour. */
const LONGEST_TIMEOUT = Duration.minutes(55);

/** What the runner needs to answer after the last look at the job. */
const TIME_TO_ANSWER = Duration.minutes(4);

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
export interface IdMappingJobProps {
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

  /**
   * How far the run has to come before the deployment goes on.
   *
   * @default WaitFor.STARTED
   */
  readonly waitFor?: WaitFor;

  /**
   * How long the deployment waits for that: 1 to 55 minutes. A job that was started goes on after it.
   *
   * Only one ID mapping job runs at a time in an account and Region: the time in which another one runs counts.
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
}

/**
 * A job of an ID mapping workflow, started by the deployment.
 *
 * It runs when it is created, and again when what it runs has changed: the workflow's inputs, schema mappings, rules, technique or output,
 * the job's type or output. Nothing else starts it, a rollback does not, and deleting it neither stops a job nor removes output.
 *
 * Entity Resolution bills each run by record. A job can't be stopped.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_StartIdMappingJob.html
 */
export class IdMappingJob extends Construct {
  /** The ID of the job. Empty when the run was not started before the deployment went on, or not at all by the latest update. */
  public readonly jobId: string;

  /** How far the run had come when the deployment went on: `ACCEPTED`, `STARTED`, `SUCCEEDED`, or `NOT_RUN` when an update had nothing to run. */
  public readonly status: string;

  /** What the job counted; empty unless it was waited for (`WaitFor.SUCCEEDED`). */
  public readonly metrics: IdMappingJobMetrics;

  constructor(scope: Construct, id: string, props: IdMappingJobProps) {
    super(scope, id);
    const timeout = props.timeout ?? LONGEST_TIMEOUT;
    const pollInterval = props.pollInterval ?? Duration.seconds(5);
    checkDuration(this, 'timeout', timeout, Duration.minutes(1), LONGEST_TIMEOUT);
    checkDuration(this, 'pollInterval', pollInterval, Duration.seconds(1), Duration.seconds(60));
    this.checkJobType(props);

    const runner = Runner.of(this);
    // A policy of its own for each job: with one for all, a workflow that has to wait for another workflow's job would wait for itself.
    const policy = new iam.Policy(this, 'Policy', { roles: [runner.workerRole] });
    const grants = IdMappingWorkflowGrants.fromIdMappingWorkflow(props.workflow);
    grants.startJobs(policy);
    grants.readJobs(policy);
    if (props.output) passRole(policy, props.output.role);

    const resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::IdMappingJob',
      serviceToken: runner.serviceToken,
      serviceTimeout: timeout.plus(TIME_TO_ANSWER),
      properties: {
        WorkflowName: props.workflow.idMappingWorkflowRef.workflowName,
        JobType: props.jobType,
        OutputSourceConfig: props.output && [renderOutput(props.output)],
        Definition: definitionDigest(props.workflow),
        WaitFor: props.waitFor ?? WaitFor.STARTED,
        TimeoutSeconds: timeout.toSeconds(),
        PollIntervalSeconds: pollInterval.toSeconds(),
      },
    });
    resource.node.addDependency(runner, policy);

    this.jobId = resource.getAttString('JobId');
    this.status = resource.getAttString('Status');
    this.metrics = metricsOf(resource);
  }

  private checkJobType(props: IdMappingJobProps): void {
    const { jobType, workflow } = props;
    if (jobType === JobType.INCREMENTAL && IdMappingWorkflow.isIdMappingWorkflow(workflow) && !workflow.incrementalRun) {
      fail(this, `'jobType' is INCREMENTAL, but the workflow ${workflow.node.path} has no incremental run: `
        + "give it 'incrementalRun: true', or leave 'jobType' out");
    }
  }
}

function renderOutput(output: IdMappingJobOutput): Record<string, string | undefined> {
  return {
    roleArn: output.role.roleRef.roleArn,
    outputS3Path: `s3://${output.bucket.bucketRef.bucketName}/${output.prefix ?? ''}`,
    KMSArn: output.key?.keyRef.keyArn,
  };
}

/** Changes when what the workflow does changes. Nothing is known of an imported workflow: its name has to do. */
function definitionDigest(workflow: er.IIdMappingWorkflowRef): string {
  if (!IdMappingWorkflow.isIdMappingWorkflow(workflow)) return 'imported';
  return Lazy.string({ produce: () => digest(Stack.of(workflow).resolve(workflow._definition)) });
}

function metricsOf(resource: CustomResource): IdMappingJobMetrics {
  return {
    inputRecords: resource.getAttString('InputRecords'),
    totalRecordsProcessed: resource.getAttString('TotalRecordsProcessed'),
    recordsNotProcessed: resource.getAttString('RecordsNotProcessed'),
    deleteRecordsProcessed: resource.getAttString('DeleteRecordsProcessed'),
    totalMappedRecords: resource.getAttString('TotalMappedRecords'),
    totalMappedSourceRecords: resource.getAttString('TotalMappedSourceRecords'),
    totalMappedTargetRecords: resource.getAttString('TotalMappedTargetRecords'),
    uniqueRecordsLoaded: resource.getAttString('UniqueRecordsLoaded'),
    newMappedRecords: resource.getAttString('NewMappedRecords'),
    newMappedSourceRecords: resource.getAttString('NewMappedSourceRecords'),
    newMappedTargetRecords: resource.getAttString('NewMappedTargetRecords'),
    newUniqueRecordsLoaded: resource.getAttString('NewUniqueRecordsLoaded'),
    mappedRecordsRemoved: resource.getAttString('MappedRecordsRemoved'),
    mappedSourceRecordsRemoved: resource.getAttString('MappedSourceRecordsRemoved'),
    mappedTargetRecordsRemoved: resource.getAttString('MappedTargetRecordsRemoved'),
  };
}
