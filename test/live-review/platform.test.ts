import { App, CfnOutput, Duration, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { dependenciesOf, resourcesOf, Statement, statementsOfRunRole } from './given';
import * as mapping from '../../src';
import { givenApp, givenMatchingWorkflow, givenStack, numbered, warningsAt } from '../entity-resolution/given';

const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ROLE_ARN = 'arn:aws:iam::111122223333:role/runner';

interface Policy {
  readonly Statement: Statement[];
}

interface State {
  readonly Retry?: unknown;
  readonly Catch?: { readonly ErrorEquals: string[]; readonly Output: string; readonly Next: string }[];
}

/** A stack whose runner has the settings, and that runs something. */
function givenRunner(settings: (stack: Stack) => mapping.IdMappingRunnerProps, stack = givenStack()): Stack {
  mapping.IdMappingRunner.of(stack, settings(stack));
  givenMatchingWorkflow(stack).runOnDeploy('Index');
  return stack;
}

// Each group is a row of docs/live-review.md.

describe('platform 1: Step Functions may use the key of the runner', () => {
  const stack = givenRunner((scope) => ({ encryptionKey: new kms.Key(scope, 'Key') }));
  const statements = Object.values(resourcesOf(stack, 'AWS::IAM::Policy')).flatMap(({ Properties }) => (Properties.PolicyDocument as Policy).Statement);
  const conditions = statements.filter(({ Action }) => [Action].flat().includes('kms:GenerateDataKey')).flatMap(({ Condition }) => Condition ?? []);

  test('under a condition that names the machine, as CloudFormation will name it', () => {
    const [logicalId] = Object.keys(resourcesOf(stack, 'AWS::StepFunctions::StateMachine'));

    expect(conditions).toEqual([
      { StringLike: { 'kms:EncryptionContext:aws:states:stateMachineArn': `arn:aws:states:eu-west-1:111122223333:stateMachine:${logicalId}-*` } },
    ]);
  });

  test('and the machine is encrypted with it', () => {
    const [{ Properties }] = Object.values(resourcesOf(stack, 'AWS::StepFunctions::StateMachine'));

    expect(Properties.EncryptionConfiguration).toEqual({
      Type: 'CUSTOMER_MANAGED_KMS_KEY', KmsKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] }, KmsDataKeyReusePeriodSeconds: 300,
    });
  });
});

describe('platform 2: what a run tells stays in its stack', () => {
  const job = (app = givenApp()) => givenMatchingWorkflow(givenStack(app, 'Runs')).runOnDeploy('Index', { waitFor: mapping.WaitFor.SUCCEEDED });
  const attributes: [string, string, (job: mapping.MatchingJob) => string][] = [
    ['jobId', 'JobId', ({ jobId }) => jobId],
    ['status', 'Status', ({ status }) => status],
    ['metrics.matchIds', 'MatchIDs', ({ metrics }) => metrics.matchIds],
  ];

  test.each(attributes)('%s in another stack is refused, before anything is paid for', (_name, attribute, read) => {
    const app = givenApp();
    new CfnOutput(givenStack(app, 'Other'), 'Told', { value: read(job(app)) });

    expect(() => app.synth()).toThrow(`[Runs/Loyalty/Index] the attribute ${attribute} of a run is used in another stack, by Other/Told: `
      + 'CloudFormation refuses to export what may be empty and what changes with each run; put it into an output or an SSM parameter');
  });

  test.each(attributes)('%s in its own stack is told', (_name, attribute, read) => {
    const run = job();
    new ssm.StringParameter(Stack.of(run), 'Told', { stringValue: read(run) });

    Template.fromStack(Stack.of(run)).hasResourceProperties('AWS::SSM::Parameter', { Value: { 'Fn::GetAtt': [Object.keys(resourcesOf(Stack.of(run), 'Custom::MatchingJob'))[0], attribute] } });
  });

  test('so is one in a stack that is nested in it, which is no export', () => {
    const run = job();
    new CfnOutput(new NestedStack(Stack.of(run), 'Nested'), 'Told', { value: run.status });

    expect(() => Template.fromStack(Stack.of(run))).not.toThrow();
  });
});

test('platform 3: however many workflows a stack runs, no role has more policies than IAM allows', () => {
  const stack = givenStack();
  const role = new iam.Role(stack, 'Jobs', { assumedBy: new iam.ServicePrincipal('entityresolution.amazonaws.com') });
  numbered(30, (number) => new mapping.IdMappingJob(stack, `Run${number}`, {
    workflow: mapping.IdMappingWorkflow.fromIdMappingWorkflowAttributes(stack, `Workflow${number}`, {
      workflowArn: `arn:aws:entityresolution:eu-west-1:111122223333:idmappingworkflow/workflow-${number}`, role, outputKey: new kms.Key(stack, `Key${number}`),
    }),
    output: { role, bucket: s3.Bucket.fromBucketName(stack, `Data${number}`, 'data') },
  }));

  const inline = Object.entries(resourcesOf(stack, 'AWS::IAM::Role')).map(([logicalId, { Properties }]) => {
    const attached = Object.values(resourcesOf(stack, 'AWS::IAM::Policy')).filter(({ Properties: { Roles } }) => JSON.stringify(Roles).includes(`"${logicalId}"`));
    return JSON.stringify([Properties.Policies ?? [], attached.map((policy) => policy.Properties.PolicyDocument)]).length;
  });
  expect(inline.length).toBeGreaterThan(30);
  // IAM counts the characters of resolved texts, which may be longer than references: half of its 10,240 is plenty for these.
  expect(Math.max(...inline)).toBeLessThan(5_120);
});

describe('platform 4: a key that is not defined here', () => {
  test('is left alone, with a warning that says what CloudWatch Logs needs', () => {
    const stack = givenRunner((scope) => ({ encryptionKey: kms.Key.fromKeyArn(scope, 'Key', KEY_ARN) }));
    const [warning] = warningsAt(stack, 'Stack/IdMappingRunner').filter((text) => text.includes('encryptionKey'));

    expect(warning).toContain('"Principal":{"Service":"logs.eu-west-1.amazonaws.com"}');
    expect(warning).toContain('"kms:EncryptionContext:aws:logs:arn":"arn:aws:logs:eu-west-1:111122223333:log-group:*"');
  });
});

describe('platform 5: the end of a job is waited for when its workflow goes with the same deletion', () => {
  const awaitsJobIn = (stack: Stack) => Object.values(resourcesOf(stack, 'Custom::MatchingJob'))
    .map(({ Properties }) => (Properties.Settings as Record<string, unknown>).awaitsJobOnDelete);

  test('also when the job is nested in the stack of the workflow', () => {
    const stack = givenStack();
    const workflow = givenMatchingWorkflow(stack);
    const nested = new NestedStack(stack, 'Nested');
    new mapping.MatchingJob(nested, 'Index', { workflow });

    expect(awaitsJobIn(nested)).toEqual([true]);
  });

  test('or the workflow in that of the job', () => {
    const stack = givenStack();
    new mapping.MatchingJob(stack, 'Index', { workflow: givenMatchingWorkflow(new NestedStack(stack, 'Nested')) });

    expect(awaitsJobIn(stack)).toEqual([true]);
  });

  test('but not when it is of another stack', () => {
    const app = givenApp();
    const stack = givenStack(app, 'Runs');
    new mapping.MatchingJob(stack, 'Index', { workflow: givenMatchingWorkflow(givenStack(app, 'Workflows')) });

    expect(awaitsJobIn(stack)).toEqual([undefined]);
  });
});

describe('platform 6: an answer has its way to S3 as long as anybody waits for one', () => {
  const run = (stack: Stack) => dependenciesOf(Object.values(resourcesOf(stack, 'Custom::MatchingJob'))[0]);

  test('runs come after the VPC of the app and its endpoints, and go before them', () => {
    const stack = givenRunner((scope) => {
      const vpc = new ec2.Vpc(scope, 'Vpc', { natGateways: 0, subnetConfiguration: [{ name: 'private', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
      vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
      vpc.addInterfaceEndpoint('States', { service: ec2.InterfaceVpcEndpointAwsService.STEP_FUNCTIONS });
      return { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } };
    });

    expect(run(stack)).toEqual(expect.arrayContaining(Object.keys(resourcesOf(stack, 'AWS::EC2::VPCEndpoint'))));
  });

  test('an imported VPC is nothing to wait for', () => {
    const stack = givenRunner((scope) => ({
      vpc: ec2.Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-1'] }),
    }));

    expect(run(stack).filter((id) => id.startsWith('Vpc'))).toEqual([]);
  });
});

describe('platform 7: a role that is not defined here', () => {
  test.each([
    ['imported', (scope: Stack) => iam.Role.fromRoleArn(scope, 'Imported', ROLE_ARN)],
    ['imported as immutable', (scope: Stack) => iam.Role.fromRoleArn(scope, 'Imported', ROLE_ARN, { mutable: false })],
  ])('(%s) is left alone, with warnings that say all that it needs', (_how, role) => {
    const stack = givenRunner((scope) => ({ role: role(scope), encryptionKey: kms.Key.fromKeyArn(scope, 'Key', KEY_ARN) }));
    const warnings = warningsAt(stack, 'Stack/IdMappingRunner').filter((text) => text.startsWith("'role' is not a Role that this app defines"));

    for (const action of [
      'logs:PutLogEvents', 'cloudformation:DescribeStacks', 'kms:GenerateDataKey', 'states:StartExecution', 'states:ListExecutions', 'states:GetExecutionHistory',
      'states:StopExecution', 'sts:AssumeRole',
    ]) {
      expect(warnings.join()).toContain(`"${action}"`);
    }
    const policies = Object.values(resourcesOf(stack, 'AWS::IAM::Policy')).map(({ Properties }) => JSON.stringify(Properties.Roles ?? []));
    expect(policies.filter((roles) => roles.includes('runner'))).toEqual([]);
  });

  test('has the managed policy for its VPC named, too', () => {
    const stack = givenRunner((scope) => ({
      role: iam.Role.fromRoleArn(scope, 'Imported', ROLE_ARN),
      vpc: ec2.Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-1'] }),
    }));

    expect(warningsAt(stack, 'Stack/IdMappingRunner').join()).toContain('AWSLambdaVPCAccessExecutionRole');
  });
});

test('platform 8 and 9: the state machine writes no log, for which an account has only so many destinations', () => {
  const stack = givenRunner(() => ({}));
  const [machine] = Object.values(resourcesOf(stack, 'AWS::StepFunctions::StateMachine'));

  expect(machine.Properties).not.toHaveProperty('LoggingConfiguration');
  expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('logs:CreateLogDelivery');
});

describe('platform 10: Lambda that is throttled is no crash', () => {
  const definition = (): string => {
    const [{ Properties }] = Object.values(resourcesOf(givenRunner(() => ({})), 'AWS::StepFunctions::StateMachine'));
    const { 'Fn::Join': [, parts] } = Properties.DefinitionString as { 'Fn::Join': [string, unknown[]] };
    return parts.map((part) => (typeof part === 'string' ? part : 'arn')).join('');
  };
  const { States: states } = JSON.parse(definition()) as { States: Record<string, State> };

  test.each(['Start', 'Poll', 'Answer'])('the step %s goes on when Lambda does, and counts only what is no fault of Lambda', (name) => {
    expect(states[name].Retry).toBeUndefined();
    expect(states[name].Catch).toEqual([{ ErrorEquals: ['States.ALL'], Output: expect.stringContaining("'Lambda.TooManyRequestsException'"), Next: 'What next?' }]);
    expect(states[name].Catch![0].Output).toContain('$isOfLambda ? 0 : 1');
  });
});

test('a run of each kind, in a stage, waits as long as it is told', () => {
  // 12 hours are the first resource and 13 that wait on.
  const app = new App();
  const stack = new Stack(new Stage(app, 'Stage'), 'Stack');
  givenMatchingWorkflow(stack).runOnDeploy('Index', { waitFor: mapping.WaitFor.SUCCEEDED, timeout: Duration.hours(12) });

  expect(Object.keys(resourcesOf(stack, 'Custom::IdMappingRunWait'))).toHaveLength(13);
  expect(statementsOfRunRole(stack, 'Index').length).toBeGreaterThan(0);
});
