import * as path from 'node:path';
import { Annotations, ArnFormat, Duration, RemovalPolicy, Resource, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IDependable } from 'constructs';
import { LONGEST_RESOURCE_SECONDS, STEP_SECONDS } from './private/run-protocol';
import { runRolePath } from './private/run-role';
import { stateMachineDefinition } from './private/state-machine';
import { actualKey } from '../private/actual-key';
import { addToKeyPolicy } from '../private/key-policy';
import { fail } from '../private/validation';

const ID = 'IdMappingRunner';
/** Lets a function have network interfaces in a VPC. */
const VPC_ACCESS = 'service-role/AWSLambdaVPCAccessExecutionRole';

const CODE = path.join(__dirname, '..', '..', 'assets', 'runner');

/**
 * Settings of an `IdMappingRunner`.
 */
export interface IdMappingRunnerProps {
  /**
   * How long the logs of the runner are kept.
   *
   * @default logs.RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * The role of the runner's functions, with a trust policy for `lambda.amazonaws.com`.
   *
   * A `Role` that this app defines gets the permissions that the runner needs; any other is left alone, with a warning that says which they are.
   *
   * @default - a new role
   */
  readonly role?: iam.IRole;

  /**
   * The VPC that the functions run in. They have to reach Entity Resolution, Step Functions, CloudFormation, AWS STS and CloudWatch Logs,
   * AWS Clean Rooms if they populate tables, and Amazon S3, where CloudFormation waits for answers: through a NAT gateway or VPC endpoints.
   *
   * @default - no VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets of the VPC that the functions run in.
   *
   * @default - the private subnets
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the functions, which have to allow HTTPS to the outside.
   *
   * @default - a new security group that allows everything to the outside, when there is a VPC
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The customer managed key that encrypts the runner's logs, its functions' environment and the data of its executions.
   *
   * A `Key` that this app defines gets the statements that are needed; any other is left alone, with a warning that says which they are.
   *
   * @default - keys that AWS owns
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The runtime of the functions, a version of Node.js.
   *
   * @default - the newest that is available in the Region
   */
  readonly runtime?: lambda.Runtime;

  /**
   * The architecture of the functions.
   *
   * @default lambda.Architecture.X86_64
   */
  readonly architecture?: lambda.Architecture;
}

/**
 * What runs the jobs of a stack: one state machine and its two functions, shared by all of the stack's `IdMappingJob`s,
 * `MatchingJob`s and `IdMappingTablePopulation`s.
 *
 * Each run, whatever asks for it, is one execution. The entry function takes the requests of CloudFormation and starts the execution under the
 * request's own id, so that asking twice starts once; the worker does its steps. When a run ends, an event is put on the default event bus
 * of Amazon EventBridge: source `cdk-id-mapping`, detail type `ID Mapping Run Ended`, detail with `status` (`SUCCEEDED`, `FAILED`, `TIMED_OUT`
 * or `UNWATCHED`: it was started, but how it ended can't be seen), `reason`, `jobKind` (`ID_MAPPING`, `MATCHING`,
 * `ID_MAPPING_TABLE_POPULATION`), `workflowName` or, for a population, `membershipIdentifier` and `idMappingTableIdentifier`, `jobId`, `metrics`,
 * `stackId` and `logicalResourceId`.
 */
export class IdMappingRunner extends Construct {
  /**
   * The runner of the scope's stack, made on first use. Only a stack whose runner needs settings has to call it.
   *
   * @param scope any construct of the stack
   * @param props settings, given before the first job or population; given again, they have to be the same
   */
  public static of(scope: Construct, props?: IdMappingRunnerProps): IdMappingRunner {
    const stack = Stack.of(scope);
    const existing = stack.node.tryFindChild(ID);
    if (!existing) return new IdMappingRunner(stack, ID, props ?? {});
    if (!(existing instanceof IdMappingRunner)) {
      fail(existing, `the id '${ID}' is the one of the runner, which all jobs of the stack share: give this construct another one`);
    }
    if (props && !sameSettings(props, existing.props)) {
      fail(existing, 'the runner is shared by all jobs of the stack and has other settings already: '
        + "call 'IdMappingRunner.of(stack, settings)' before the first IdMappingJob, with the same settings wherever it is called, or define the job in a stack of its own");
    }
    return existing;
  }

  /** The role with which jobs are started and looked at. */
  public readonly role: iam.IRole;

  /** The log group of the functions, which log each step of a run. */
  public readonly logGroup: logs.ILogGroup;

  /** The state machine whose executions are the runs. */
  public readonly stateMachine: sfn.IStateMachine;

  private readonly encryptionKey?: kms.IKey;

  /** What has to be there for an answer beside the runner itself. @internal */
  public readonly _waysOut: IDependable[];

  /** What a custom resource that wants a run names as its service. @internal */
  public readonly _serviceToken: string;

  private constructor(scope: Construct, id: string, private readonly props: IdMappingRunnerProps) {
    super(scope, id);
    if (props.runtime && props.runtime.family !== lambda.RuntimeFamily.NODEJS) {
      fail(this, `'runtime' must be a version of Node.js, got: ${props.runtime.name}`);
    }
    this.encryptionKey = props.encryptionKey && actualKey(this, 'encryptionKey', props.encryptionKey);
    const { encryptionKey } = this;

    this.logGroup = new logs.LogGroup(this, 'LogGroup', {
      retention: props.logRetention ?? logs.RetentionDays.THREE_MONTHS,
      encryptionKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = props.role ?? new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    this.node.addValidation({ validate: () => this.whyLambdaCantAssume(this.role) });
    this.allow(this.functionStatements(), (statements) => {
      statements.forEach((statement) => this.role.addToPrincipalPolicy(statement));
      if (props.vpc) this.role.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName(VPC_ACCESS));
    });
    if (encryptionKey) this.allowLogsToUse(encryptionKey);

    const worker = this.function('Worker', 'Starts jobs of Entity Resolution, looks at them and answers CloudFormation', Duration.seconds(STEP_SECONDS));
    this.stateMachine = this.machine(worker);
    const entry = this.function('Entry', 'Takes requests of CloudFormation for jobs of Entity Resolution', Duration.minutes(3), {
      STATE_MACHINE_ARN: this.stateMachine.stateMachineArn,
    });
    // Lambda keeps what it is throttled for up to six hours, and CloudFormation gives up after one.
    entry.configureAsyncInvoke({ maxEventAge: Duration.seconds(LONGEST_RESOURCE_SECONDS) });
    // A policy of its own: in the role's, which the worker depends on, the state machine would come before the worker that it invokes.
    this.allow(this.runStatements(), (statements) => new iam.Policy(this, 'RunPolicy', { roles: [this.role], statements }));

    this._serviceToken = entry.functionArn;
    // An answer takes the way to S3: the VPC and its endpoints are there before the first request, and go after the last one.
    this._waysOut = props.vpc && Resource.isOwnedResource(props.vpc) ? [props.vpc] : [];
  }

  private machine(worker: lambda.IFunction): sfn.StateMachine {
    const { encryptionKey } = this;
    const machine = new sfn.StateMachine(this, 'StateMachine', {
      comment: 'Runs jobs of Entity Resolution: one execution for each run',
      queryLanguage: sfn.QueryLanguage.JSONATA,
      definitionBody: sfn.DefinitionBody.fromChainable(stateMachineDefinition(this, worker)),
    });
    if (encryptionKey) {
      const l1 = machine.node.defaultChild as sfn.CfnStateMachine;
      l1.encryptionConfiguration = { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: encryptionKey.keyArn, kmsDataKeyReusePeriodSeconds: 300 };
      machine.addToRolePolicy(new iam.PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [encryptionKey.keyArn],
        // The policy comes before the state machine, whose name CloudFormation makes up: it begins with the logical id.
        conditions: { StringLike: { 'kms:EncryptionContext:aws:states:stateMachineArn': this.arnOfMachine(`${l1.logicalId}-*`) } },
      }));
    }
    return machine;
  }

  private arnOfMachine(resourceName: string): string {
    return Stack.of(this).formatArn({ service: 'states', resource: 'stateMachine', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  }

  private function(id: string, description: string, timeout: Duration, environment?: Record<string, string>): lambda.Function {
    const { encryptionKey, props: { vpc, vpcSubnets, securityGroups, runtime, architecture } } = this;
    return new lambda.Function(this, id, {
      description,
      code: lambda.Code.fromAsset(CODE),
      handler: `index.${id.toLowerCase()}`,
      runtime: runtime ?? lambda.determineLatestNodeRuntime(this),
      architecture,
      memorySize: 256,
      timeout,
      role: this.role,
      logGroup: this.logGroup,
      // Failures name the log group to whoever deploys.
      environment: { ...environment, LOG_GROUP_NAME: this.logGroup.logGroupName },
      environmentEncryption: encryptionKey,
      vpc,
      vpcSubnets,
      securityGroups,
    });
  }

  /** What the functions need, whatever they run. */
  private functionStatements(): iam.PolicyStatement[] {
    const { encryptionKey } = this;
    return [
      new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [this.logGroup.logGroupArn] }),
      new iam.PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: stackAndAncestors(Stack.of(this)).map(({ stackId }) => stackId) }),
      ...(encryptionKey ? [new iam.PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [encryptionKey.keyArn] })] : []),
    ];
  }

  /** What they need to carry out runs. */
  private runStatements(): iam.PolicyStatement[] {
    const stack = Stack.of(this);
    const { stateMachineArn } = this.stateMachine;
    const name = stack.splitArn(stateMachineArn, ArnFormat.COLON_RESOURCE_NAME).resourceName!;
    const executions = stack.formatArn({ service: 'states', resource: 'execution', resourceName: `${name}:*`, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    const roles = stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: `${runRolePath(stack).slice(1)}*` });
    return [
      new iam.PolicyStatement({ actions: ['states:ListExecutions', 'states:StartExecution'], resources: [stateMachineArn] }),
      new iam.PolicyStatement({ actions: ['states:GetExecutionHistory', 'states:StopExecution'], resources: [executions] }),
      new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: [roles] }),
    ];
  }

  /** Adds the statements to the role if this app defines it, otherwise tells its owner of them. */
  private allow(statements: iam.PolicyStatement[], add: (statements: iam.PolicyStatement[]) => unknown): void {
    if (iam.Role.isRole(this.role)) {
      add(statements);
      return;
    }
    const json = JSON.stringify(Stack.of(this).resolve(statements.map((statement) => statement.toStatementJson())));
    Annotations.of(this).addWarningV2(`cdk-id-mapping:runnerRoleNotChanged-${statements[0].actions[0]}`,
      `'role' is not a Role that this app defines and is not changed, its owner has to allow it: ${json}${this.props.vpc ? `, and attach the managed policy ${VPC_ACCESS}` : ''}`);
  }

  private whyLambdaCantAssume(role: iam.IRole): string[] {
    if (!iam.Role.isRole(role)) return [];
    const trust = JSON.stringify(Stack.of(this).resolve(role.assumeRolePolicy));
    return trust.includes('lambda.amazonaws.com') ? [] : [`'role' must trust lambda.amazonaws.com: ${role.node.path} does not, and the runner's functions could not be made`];
  }

  private allowLogsToUse(key: kms.IKey): void {
    const { region, account, partition } = Stack.of(this);
    addToKeyPolicy(this, 'encryptionKey', key, new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` } },
    }));
  }
}

/** Whether the same is set to the same values. */
function sameSettings(one: object, other: object): boolean {
  const set = (props: object) => Object.entries(props).filter(([, value]) => value !== undefined);
  const values = new Map(set(other));
  return set(one).length === values.size && set(one).every(([name, value]) => {
    const [left, right] = [value, values.get(name)].map((item: unknown) => (Array.isArray(item) ? item : [item]));
    return left.length === right.length && left.every((item, index) => item === right[index]);
  });
}

/** A nested stack goes back after those that it is nested in, so their status counts, too. */
function stackAndAncestors(stack: Stack): Stack[] {
  return stack.nestedStackParent ? [stack, ...stackAndAncestors(stack.nestedStackParent)] : [stack];
}
