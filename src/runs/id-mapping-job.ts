import { CustomResource, Duration, Lazy, Stack } from 'aws-cdk-lib';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { IdMappingJobMetrics } from './id-mapping-job-metrics';
import { IdMappingRunner } from './id-mapping-runner';
import { JobType } from './job-type';
import { OnBusy } from './on-busy';
import { OnFailure } from './on-failure';
import { RunWait } from './run-wait';
import { RunWhen } from './run-when';
import { WaitFor } from './wait-for';
import { IdMappingWorkflow } from '../entity-resolution/id-mapping-workflow';
import { IdMappingWorkflowGrants } from '../entity-resolution/id-mapping-workflow-grants';
import { digest } from '../private/digest';
import { passRole } from '../private/pass-role';
import { checkDuration, fail } from '../private/validation';

/** CloudFormation gives up on a custom resource after an hour. */
const LONGEST_ANSWER = Duration.minutes(55);

/** What the runner needs to answer after the last look at the job. */
const TIME_TO_ANSWER = Duration.minutes(4);

/** CloudFormation gives up on a WaitCondition after 12 hours. */
const LONGEST_WAIT = Duration.hours(12);

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
   * How long the deployment waits for that: 1 to 55 minutes; with `WaitFor.SUCCEEDED` up to 12 hours, through a WaitCondition.
   * A job that was started goes on after it. A job that could not be started in this time is started later in the background with
   * `WaitFor.STARTED` (the status attribute is `WAITING`), and not at all with `WaitFor.SUCCEEDED`.
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
   * `FAILED` or `TIMED_OUT` (with `OnFailure.WARN`), or `NOT_RUN` when an update had nothing to run.
   */
  public readonly status: string;

  /** What the job counted; empty unless it was waited for (`WaitFor.SUCCEEDED`). */
  public readonly metrics: IdMappingJobMetrics;

  constructor(scope: Construct, id: string, props: IdMappingJobProps) {
    super(scope, id);
    const { workflow, waitFor = WaitFor.STARTED, timeout = LONGEST_ANSWER, pollInterval = Duration.seconds(5) } = props;
    checkDuration(this, 'timeout', timeout, Duration.minutes(1), waitFor === WaitFor.SUCCEEDED ? LONGEST_WAIT : LONGEST_ANSWER);
    checkDuration(this, 'pollInterval', pollInterval, Duration.seconds(1), Duration.seconds(60));
    this.checkJobType(props);

    const runner = IdMappingRunner.of(this);
    // A policy of its own for each job: with one for all, a workflow that has to wait for another workflow's job would wait for itself.
    const policy = new iam.Policy(this, 'Policy', { roles: [runner.role] });
    const grants = IdMappingWorkflowGrants.fromIdMappingWorkflow(workflow);
    grants.startJobs(policy);
    grants.readJobs(policy);
    if (props.output) passRole(policy, props.output.role);

    const whatIsRun = {
      JobType: props.jobType,
      OutputSourceConfig: props.output && [renderOutput(props.output)],
      Definition: definitionDigest(workflow),
      RunTrigger: props.runTrigger,
      SynthesizedAt: props.runWhen === RunWhen.EVERY_DEPLOY ? new Date().toISOString() : undefined,
    };
    const isLongWait = !timeout.isUnresolved() && timeout.toSeconds() > LONGEST_ANSWER.toSeconds();
    const runWait = isLongWait ? new RunWait(this, 'Wait', { whatIsRun: props.runWhen === RunWhen.NEVER_ON_UPDATE ? 'first run' : whatIsRun }) : undefined;

    const resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::IdMappingJob',
      serviceToken: runner._serviceToken,
      serviceTimeout: (isLongWait ? LONGEST_ANSWER : timeout).plus(TIME_TO_ANSWER),
      properties: {
        WorkflowName: workflow.idMappingWorkflowRef.workflowName,
        ...whatIsRun,
        RunWhen: props.runWhen ?? RunWhen.ON_CHANGE,
        WaitFor: waitFor,
        OnBusy: props.onBusy ?? OnBusy.QUEUE,
        OnFailure: props.onFailure ?? OnFailure.FAIL,
        TimeoutSeconds: timeout.toSeconds(),
        PollIntervalSeconds: pollInterval.toSeconds(),
        WaitHandleUrl: runWait?.handleUrl,
        WorkflowInStack: IdMappingWorkflow.isIdMappingWorkflow(workflow) && Stack.of(workflow) === Stack.of(this),
      },
    });
    resource.node.addDependency(runner, policy);
    runWait?.after(resource);

    const attribute = (name: string) => runWait?.attribute(name) ?? resource.getAttString(name);
    this.jobId = attribute('JobId');
    this.status = attribute('Status');
    this.metrics = metricsOf(attribute);
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

function metricsOf(attribute: (name: string) => string): IdMappingJobMetrics {
  return {
    inputRecords: attribute('InputRecords'),
    totalRecordsProcessed: attribute('TotalRecordsProcessed'),
    recordsNotProcessed: attribute('RecordsNotProcessed'),
    deleteRecordsProcessed: attribute('DeleteRecordsProcessed'),
    totalMappedRecords: attribute('TotalMappedRecords'),
    totalMappedSourceRecords: attribute('TotalMappedSourceRecords'),
    totalMappedTargetRecords: attribute('TotalMappedTargetRecords'),
    uniqueRecordsLoaded: attribute('UniqueRecordsLoaded'),
    newMappedRecords: attribute('NewMappedRecords'),
    newMappedSourceRecords: attribute('NewMappedSourceRecords'),
    newMappedTargetRecords: attribute('NewMappedTargetRecords'),
    newUniqueRecordsLoaded: attribute('NewUniqueRecordsLoaded'),
    mappedRecordsRemoved: attribute('MappedRecordsRemoved'),
    mappedSourceRecordsRemoved: attribute('MappedSourceRecordsRemoved'),
    mappedTargetRecordsRemoved: attribute('MappedTargetRecordsRemoved'),
  };
}
