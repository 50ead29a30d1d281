import * as path from 'node:path';
import { RemovalPolicy, Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { runDefinition } from './run-definition';
import { fail } from '../private/validation';

const ID = 'IdMappingRunner';
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
   * The role of the runner's functions, with a trust policy for `lambda.amazonaws.com`. It gets the permissions that the runner needs.
   *
   * @default - a new role
   */
  readonly role?: iam.IRole;

  /**
   * The VPC that the functions run in. They have to reach Entity Resolution, Step Functions, CloudFormation and CloudWatch Logs,
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
   * @param props settings, which can be given only once, before the first job or population
   */
  public static of(scope: Construct, props?: IdMappingRunnerProps): IdMappingRunner {
    const stack = Stack.of(scope);
    const existing = stack.node.tryFindChild(ID) as IdMappingRunner | undefined;
    if (existing && props) {
      fail(existing, 'the runner is shared by all jobs of the stack and has its settings already: '
        + "call 'IdMappingRunner.of(stack, settings)' once, before the first IdMappingJob, or define the job in a stack of its own");
    }
    return existing ?? new IdMappingRunner(stack, ID, props ?? {});
  }

  /** The role with which jobs are started and looked at. */
  public readonly role: iam.IRole;

  /** The log group of the functions and the state machine. */
  public readonly logGroup: logs.ILogGroup;

  /** The state machine whose executions are the runs. */
  public readonly stateMachine: sfn.IStateMachine;

  /** What a custom resource that wants a run names as its service. @internal */
  public readonly _serviceToken: string;

  private constructor(scope: Construct, id: string, private readonly props: IdMappingRunnerProps) {
    super(scope, id);
    const { encryptionKey } = props;

    this.logGroup = new logs.LogGroup(this, 'LogGroup', {
      retention: props.logRetention ?? logs.RetentionDays.THREE_MONTHS,
      encryptionKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = props.role ?? new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    if (props.vpc) this.role.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaVPCAccessExecutionRole'));
    this.logGroup.grantWrite(this.role);
    this.role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: [Stack.of(this).stackId] }));
    if (encryptionKey) this.allowUseOf(encryptionKey);

    const worker = this.function('Worker', 'Starts jobs of Entity Resolution, looks at them and answers CloudFormation', Duration.minutes(1));
    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      comment: 'Runs jobs of Entity Resolution: one execution for each run',
      queryLanguage: sfn.QueryLanguage.JSONATA,
      definitionBody: sfn.DefinitionBody.fromChainable(runDefinition(this, worker)),
      // What goes through the states has the URL in it with which CloudFormation can be answered.
      logs: { destination: this.logGroup, level: sfn.LogLevel.ERROR, includeExecutionData: false },
      encryptionConfiguration: encryptionKey && new sfn.CustomerManagedEncryptionConfiguration(encryptionKey),
    });
    const entry = this.function('Entry', 'Takes requests of CloudFormation for jobs of Entity Resolution', Duration.minutes(3), {
      STATE_MACHINE_ARN: this.stateMachine.stateMachineArn,
    });
    this.allowRuns();

    this._serviceToken = entry.functionArn;
  }

  private function(id: string, description: string, timeout: Duration, environment?: Record<string, string>): lambda.Function {
    const { vpc, vpcSubnets, securityGroups, encryptionKey, runtime, architecture } = this.props;
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

  /** A policy of its own: in the role's, which the worker depends on, the state machine would come before the worker that it invokes. */
  private allowRuns(): void {
    const policy = new iam.Policy(this, 'RunPolicy', { roles: [this.role] });
    this.stateMachine.grantStartExecution(policy);
    this.stateMachine.grant(policy, 'states:ListExecutions');
    this.stateMachine.grantExecution(policy, 'states:GetExecutionHistory', 'states:StopExecution');
  }

  private allowUseOf(key: kms.IKey): void {
    const { region, account, partition } = Stack.of(this);
    key.grantEncryptDecrypt(this.role);
    key.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` } },
    }));
  }
}
