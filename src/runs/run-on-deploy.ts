import { CustomResource, Duration, Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { IdMappingRunner } from './id-mapping-runner';
import { JobRunProps } from './job-run-props';
import { OnBusy } from './on-busy';
import { OnFailure } from './on-failure';
import { RunWait } from './run-wait';
import { RunWhen } from './run-when';
import { WaitFor } from './wait-for';
import { digest } from '../private/digest';
import { checkDuration } from '../private/validation';

/** CloudFormation gives up on a custom resource after an hour. */
const LONGEST_ANSWER = Duration.minutes(55);

/** What the runner needs to answer after the last look at the job. */
const TIME_TO_ANSWER = Duration.minutes(4);

/** CloudFormation gives up on a WaitCondition after 12 hours. */
const LONGEST_WAIT = Duration.hours(12);

/** What one kind of job has of its own. */
export interface KindOfRun {
  readonly resourceType: 'Custom::IdMappingJob' | 'Custom::MatchingJob' | 'Custom::IdMappingTablePopulation';

  /** What the job is of. */
  readonly subject: Record<string, unknown>;

  /** What the start of the job sends beside that. */
  readonly request: Record<string, unknown>;

  /** What decides the result of the job, as its owner's stack says it, if it is defined in this app. */
  readonly definition?: { readonly owner: IConstruct; readonly value: unknown };

  /** The workflow, if it is defined in this app. */
  readonly workflow?: IConstruct;

  /** The attributes in which the runner answers with what the job counted, in the order in which it signals them. */
  readonly metrics: readonly string[];
}

/** The resources of a run on deploy: its policy, the custom resource that asks for it and, for a long wait, a WaitCondition. */
export class RunOnDeploy {
  /** What the runner may do for this job; empty at first. */
  public readonly policy: iam.Policy;

  private readonly resource: CustomResource;
  private readonly runWait?: RunWait;

  /**
   * @param scope the construct of the job
   */
  constructor(scope: Construct, props: JobRunProps, kind: KindOfRun) {
    const { waitFor = WaitFor.STARTED, timeout = LONGEST_ANSWER, pollInterval = Duration.seconds(5) } = props;
    checkDuration(scope, 'timeout', timeout, Duration.minutes(1), waitFor === WaitFor.SUCCEEDED ? LONGEST_WAIT : LONGEST_ANSWER);
    checkDuration(scope, 'pollInterval', pollInterval, Duration.seconds(1), Duration.seconds(60));

    const runner = IdMappingRunner.of(scope);
    // A policy of its own for each job: with one for all, a workflow that has to wait for another workflow's job would wait for itself.
    this.policy = new iam.Policy(scope, 'Policy', { roles: [runner.role] });

    const whatIsRun = {
      ...kind.request,
      Definition: definitionDigest(kind.definition),
      RunTrigger: props.runTrigger,
      SynthesizedAt: props.runWhen === RunWhen.EVERY_DEPLOY ? new Date().toISOString() : undefined,
    };
    const isLongWait = !timeout.isUnresolved() && timeout.toSeconds() > LONGEST_ANSWER.toSeconds();
    this.runWait = isLongWait ? new RunWait(scope, 'Wait', {
      whatIsRun: props.runWhen === RunWhen.NEVER_ON_UPDATE ? 'first run' : whatIsRun,
      attributes: ['JobId', 'Status', ...kind.metrics],
    }) : undefined;

    this.resource = new CustomResource(scope, 'Resource', {
      resourceType: kind.resourceType,
      serviceToken: runner._serviceToken,
      serviceTimeout: (isLongWait ? LONGEST_ANSWER : timeout).plus(TIME_TO_ANSWER),
      properties: {
        ...kind.subject,
        ...whatIsRun,
        RunWhen: props.runWhen ?? RunWhen.ON_CHANGE,
        WaitFor: waitFor,
        OnBusy: props.onBusy ?? OnBusy.QUEUE,
        OnFailure: props.onFailure ?? OnFailure.FAIL,
        TimeoutSeconds: timeout.toSeconds(),
        PollIntervalSeconds: pollInterval.toSeconds(),
        WaitHandleUrl: this.runWait?.handleUrl,
        WorkflowInStack: kind.workflow !== undefined && Stack.of(kind.workflow) === Stack.of(scope),
      },
    });
    this.resource.node.addDependency(runner, this.policy);
    this.runWait?.after(this.resource);
  }

  /** An attribute of the run as it was when the deployment went on. */
  public attribute(name: string): string {
    return this.runWait?.attribute(name) ?? this.resource.getAttString(name);
  }
}

/** Changes when what is run changes. Nothing is known of what was imported: its name has to do. */
function definitionDigest(definition: KindOfRun['definition']): string {
  return definition ? Lazy.string({ produce: () => digest(Stack.of(definition.owner).resolve(definition.value)) }) : 'imported';
}
