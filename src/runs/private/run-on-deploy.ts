import { Annotations, CfnResource, CustomResource, Duration, Lazy, Stack, Stage, Token, TokenComparison } from 'aws-cdk-lib';
import { Construct, Dependable, IConstruct, IDependable } from 'constructs';
import { outermostStack } from './outermost-stack';
import { inputsOf, runDefinition } from './run-definition';
import {
  ATTRIBUTES, attributeOfMetric, JobKindName, LONGEST_ANSWER_SECONDS, LONGEST_CHAIN_SECONDS, LONGEST_POLL_SECONDS,
  LONGEST_RESOURCE_SECONDS, METRICS, MetricName,
  DEFAULT_POLL_SECONDS, DecidedRun, RESOURCE_TYPES, Run, RunProperties, RunRequests, SHORTEST_POLL_SECONDS, SHORTEST_TIMEOUT_SECONDS,
  TIME_TO_ANSWER_SECONDS,
  WAIT_RESOURCE_TYPE, WaitProperties,
} from './run-protocol';
import { RunRole } from './run-role';
import { sameRunElsewhere } from './same-run-elsewhere';
import { l1Of } from '../../private/l1';
import { matchingJobsOf } from '../../private/matching-jobs';
import { checkDuration, fail } from '../../private/validation';
import { IdMappingRunner } from '../id-mapping-runner';
import { JobRunProps } from '../job-run-props';
import { OnBusy } from '../on-busy';
import { OnFailure } from '../on-failure';
import { RunWhen } from '../run-when';
import { WaitFor } from '../wait-for';

const LONGEST_ANSWER = Duration.seconds(LONGEST_ANSWER_SECONDS);

/** What is run, by a construct of one kind. */
export interface RunOf<Kind extends JobKindName> {
  readonly jobKind: Kind;

  /** What the start of the job sends. */
  readonly request: RunRequests[Kind];

  /** The workflow or table that is run. */
  readonly subject: IConstruct & { readonly env: { readonly account: string; readonly region: string } };

  /** The workflow of the job, if it is known. Where it is deleted with the stack, that has to wait for the end of the job. */
  readonly workflow?: IConstruct;

  /** Whether the run's role may read the jobs of the workflow behind the subject. */
  readonly readsJobs?: boolean;
}

/** The resources of a run on deploy: its role, the custom resource that asks for it and, for a long wait, those that go on waiting. */
export class RunOnDeploy<Kind extends JobKindName> {
  /** Who starts the job and looks at it; it may do nothing at first. */
  public readonly role: RunRole;

  private readonly jobKind: Kind;

  /** The last one has the attributes. */
  private readonly resources: CustomResource[];

  /**
   * @param scope the construct of the job
   */
  constructor(private readonly scope: Construct, props: JobRunProps, run: RunOf<Kind>) {
    const { waitFor = WaitFor.STARTED, timeout = LONGEST_ANSWER, pollInterval = Duration.seconds(DEFAULT_POLL_SECONDS) } = props;
    const longest = waitFor === WaitFor.SUCCEEDED ? LONGEST_CHAIN_SECONDS : LONGEST_ANSWER_SECONDS;
    checkDuration(scope, 'timeout', timeout, Duration.seconds(SHORTEST_TIMEOUT_SECONDS), Duration.seconds(longest));
    checkDuration(scope, 'pollInterval', pollInterval, Duration.seconds(SHORTEST_POLL_SECONDS), Duration.seconds(LONGEST_POLL_SECONDS));
    this.checkEnvironment(run.subject);

    const runner = IdMappingRunner.of(scope);
    const links = timeout.isUnresolved() ? 0 : Math.ceil(timeout.toSeconds() / LONGEST_ANSWER_SECONDS) - 1;
    const times = { timeout: timeout.formatTokenToNumber(), pollInterval: pollInterval.formatTokenToNumber() };
    this.jobKind = run.jobKind;
    this.role = new RunRole(scope, 'Role', runner.role);

    const whatIsRun = { jobKind: run.jobKind, request: run.request, account: run.subject.env.account, region: run.subject.env.region } as Run;
    const howItEnds = {
      onFailure: props.onFailure ?? OnFailure.FAIL,
      ...times,
      roleArn: this.role.roleArn,
      awaitsJobOnDelete: isDeletedWith(scope, run.workflow) || undefined,
    };
    const properties: Texts<RunProperties> = {
      Run: {
        ...whatIsRun,
        definition: runDefinition(scope, run.subject),
        runTrigger: props.runTrigger,
        synthesizedAt: props.runWhen === RunWhen.EVERY_DEPLOY ? new Date().toISOString() : undefined,
      },
      Settings: {
        waitFor,
        onBusy: props.onBusy ?? OnBusy.QUEUE,
        runWhen: props.runWhen ?? RunWhen.ON_CHANGE,
        ...howItEnds,
        readsJobs: run.readsJobs,
        handsOver: links > 0 || undefined,
      },
    };
    const first = new CustomResource(scope, 'Resource', {
      resourceType: RESOURCE_TYPES[run.jobKind],
      serviceToken: runner._serviceToken,
      serviceTimeout: serviceTimeout(timeout),
      properties,
    });
    first.node.addDependency(runner, this.role, ...runner._waysOut, matchingJobsBefore(scope, run.subject));
    this.resources = [first];
    for (let link = 1; link <= links; link++) {
      this.waitOn(`Wait${link}`, runner, {
        Run: whatIsRun,
        Execution: first.getAttString(ATTRIBUTES.execution),
        IsNew: first.getAttString(ATTRIBUTES.isNew),
        Settings: { ...howItEnds, handsOver: link < links || undefined },
      });
    }
    if (props.runWhen !== RunWhen.NEVER_ON_CREATE) this.warnOfSecondRun(first, properties.Run);
  }

  /** An attribute of the run as it was when the deployment went on. */
  public attribute(name: string): string {
    const attribute = this.resources.at(-1)!.getAttString(name);
    return Lazy.uncachedString({
      produce: ({ scope }) => {
        this.checkUse(name, scope);
        return attribute;
      },
    });
  }

  /** The metrics by their names. */
  public metrics(): { readonly [Name in typeof METRICS[Kind][number]]: string } {
    const names: readonly MetricName[] = METRICS[this.jobKind];
    return Object.fromEntries(names.map((name) => [name, this.attribute(attributeOfMetric(name))])) as {
      readonly [Name in typeof METRICS[Kind][number]]: string;
    };
  }

  private waitOn(id: string, runner: IdMappingRunner, properties: Texts<WaitProperties>): void {
    const wait = new CustomResource(this.scope, id, {
      resourceType: WAIT_RESOURCE_TYPE,
      serviceToken: runner._serviceToken,
      serviceTimeout: serviceTimeout(LONGEST_ANSWER),
      properties,
    });
    wait.node.addDependency(this.resources.at(-1)!);
    this.resources.push(wait);
  }

  /** Between stacks an attribute would be an export, which can neither be empty nor change while it is used: the deployment would fail when the job is paid for. */
  private checkUse(name: string, scope: IConstruct): void {
    if (outermostStack(scope) === outermostStack(this.scope)) return;
    fail(this.scope, `the attribute ${name} of a run is used in another stack, by ${scope.node.path}: CloudFormation refuses to export what may be empty and what `
      + "changes with each run; put it into an output or an SSM parameter of the run's own stack, or let a rule take the event 'ID Mapping Run Ended'");
  }

  /** The calls that run something take its name only: they would run what happens to have that name in the stack's own account and Region. */
  private checkEnvironment({ node, env }: RunOf<Kind>['subject']): void {
    const { account, region } = Stack.of(this.scope);
    const [is, wanted] = [[env.account, env.region], [account, region]];
    if (is.some((value, index) => Token.compareStrings(value, wanted[index]) === TokenComparison.DIFFERENT)) {
      fail(this.scope, `${node.path} is of account ${is[0]}, Region ${is[1]}, and can be run only there, but the stack is of account ${wanted[0]}, `
        + `Region ${wanted[1]}: define the run in a stack of that account and Region`);
    }
  }

  private warnOfSecondRun(resource: CustomResource, run: DecidedRun): void {
    this.scope.node.addValidation({
      validate: () => {
        const other = sameRunElsewhere(resource.node.defaultChild as CfnResource, run);
        if (other) {
          Annotations.of(this.scope).addWarningV2('cdk-id-mapping:secondRun',
            `the last synthesis had this very run as ${other}: with another logical id it is a new resource, whose creation starts another job, which is billed; `
            + "keep the id, move it by 'cdk refactor', or give it 'runWhen: RunWhen.NEVER_ON_CREATE'");
        }
        return [];
      },
    });
  }
}

/** Properties before CloudFormation makes texts of them. */
type Texts<T> = {
  readonly [Name in keyof T]: T[Name] extends { timeout: string } ? { readonly [Setting in keyof T[Name]]: T[Name][Setting] | boolean } : T[Name];
};

/** CloudFormation gives up some minutes after the runner, which needs them to answer. */
function serviceTimeout(timeout: Duration): Duration {
  return timeout.isUnresolved()
    ? Duration.seconds(LONGEST_RESOURCE_SECONDS - 60)
    : Duration.seconds(Math.min(timeout.toSeconds(), LONGEST_ANSWER_SECONDS) + TIME_TO_ANSWER_SECONDS);
}

/** Whether the workflow is defined in this app, and goes when the scope's stack does, or one that both are nested in. */
function isDeletedWith(scope: IConstruct, workflow: IConstruct | undefined): boolean {
  return workflow !== undefined && l1Of(workflow) !== undefined && outermostStack(workflow) === outermostStack(scope);
}

/** The jobs of matching workflows that are among the inputs, whether they are defined before or after: what they index is what a mapping reads. */
function matchingJobsBefore(scope: IConstruct, subject: IConstruct): IDependable {
  const dependable = {};
  Dependable.implement(dependable, {
    get dependencyRoots() {
      return inputsOf(subject).flatMap(matchingJobsOf).map(({ job }) => job).filter((job) => Stage.of(job) === Stage.of(scope));
    },
  });
  return dependable;
}
