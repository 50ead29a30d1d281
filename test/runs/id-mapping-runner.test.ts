import { Aspects, Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';
import * as mapping from '../../src';
import { givenApp, givenStack } from '../entity-resolution/given';

function addJob(stack: Stack, id: string): mapping.IdMappingJob {
  return new mapping.IdMappingJob(stack, id, {
    workflow: mapping.IdMappingWorkflow.fromIdMappingWorkflowName(stack, `${id}-Workflow`, 'crm'),
  });
}

interface States {
  readonly StartAt: string;
  readonly QueryLanguage: string;
  readonly States: Record<string, { readonly Type: string; readonly [field: string]: unknown }>;
}

/** The definition of the state machine, the references in it as `${…}`. */
function definitionOf(stack: Stack): States {
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  const [separator, parts] = Properties.DefinitionString['Fn::Join'] as [string, (string | { Ref?: string })[]];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : nameOf(part))).join(separator));
}

function nameOf(reference: { Ref?: string }): string {
  return reference.Ref === 'AWS::Partition' ? 'aws' : '${reference}';
}

describe('the runner of a stack', () => {
  const stack = givenStack();
  addJob(stack, 'First');
  addJob(stack, 'Second');
  const template = Template.fromStack(stack);

  test('is shared by all jobs of the stack', () => {
    template.resourceCountIs('AWS::StepFunctions::StateMachine', 1);
    template.resourceCountIs('AWS::Lambda::Function', 2);
    template.resourceCountIs('AWS::Logs::LogGroup', 1);
    template.resourceCountIs('Custom::IdMappingJob', 2);
    const tokens = Object.values(template.findResources('Custom::IdMappingJob')).map(({ Properties }) => Properties.ServiceToken);
    expect(tokens[0]).toEqual(tokens[1]);
  });

  test('is another one in another stack', () => {
    const app = givenApp();
    const stacks = ['One', 'Two'].map((id) => givenStack(app, id));
    stacks.forEach((each) => addJob(each, 'Job'));

    stacks.forEach((each) => Template.fromStack(each).resourceCountIs('AWS::StepFunctions::StateMachine', 1));
  });

  test('is one even when it is asked for twice', () => {
    const other = givenStack();
    expect(mapping.IdMappingRunner.of(addJob(other, 'Job'))).toBe(mapping.IdMappingRunner.of(other));
  });

  test('gives its functions what they need and no more', () => {
    const statements = Object.entries(template.findResources('AWS::IAM::Policy'))
      .filter(([id]) => /^IdMappingRunner(RoleDefault|Run)Policy/.test(id))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
    const stateMachine = { Ref: expect.stringMatching(/^IdMappingRunnerStateMachine/) };
    expect(statements).toEqual([
      { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::GetAtt': [expect.stringMatching(/^IdMappingRunnerLogGroup/), 'Arn'] } },
      { Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: { Ref: 'AWS::StackId' } },
      { Effect: 'Allow', Action: 'states:StartExecution', Resource: stateMachine },
      { Effect: 'Allow', Action: 'states:ListExecutions', Resource: stateMachine },
      { Effect: 'Allow', Action: ['states:GetExecutionHistory', 'states:StopExecution'], Resource: expect.objectContaining({ 'Fn::Join': expect.anything() }) },
    ]);
  });

  test('keeps its logs for three months and without execution data', () => {
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', { LoggingConfiguration: { IncludeExecutionData: false, Level: 'ERROR' } });
  });

  test.each([['Entry', 180], ['Worker', 60]])('has the function %s with a time of %i seconds', (name, Timeout) => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Handler: `index.${name.toLowerCase()}`,
      Timeout,
      LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp('^IdMappingRunnerLogGroup') } },
      Environment: { Variables: { LOG_GROUP_NAME: { Ref: Match.stringLikeRegexp('^IdMappingRunnerLogGroup') } } },
    });
  });

  test('has the same template in the next synthesis', () => {
    const again = givenStack();
    addJob(again, 'First');
    addJob(again, 'Second');

    expect(Template.fromStack(again).toJSON()).toEqual(template.toJSON());
  });
});

describe('the state machine', () => {
  const stack = givenStack();
  addJob(stack, 'Job');
  const { StartAt, QueryLanguage, States } = definitionOf(stack);

  test('speaks JSONata and asks first what is next', () => {
    expect({ StartAt, QueryLanguage }).toEqual({ StartAt: 'What next?', QueryLanguage: 'JSONata' });
    expect(States['What next?']).toEqual({
      Type: 'Choice',
      Choices: [
        { Condition: "{% $states.input.next = 'START' %}", Next: 'Wait to start' },
        { Condition: "{% $states.input.next = 'POLL' %}", Next: 'Wait for the job' },
        { Condition: "{% $states.input.next = 'ANSWER' %}", Next: 'Answer' },
        { Condition: "{% $states.input.next = 'PUBLISH' %}", Next: 'Publish how it ended' },
      ],
      Default: 'Succeeded',
    });
  });

  test.each([['Wait to start', 'Start'], ['Wait for the job', 'Poll']])('has the state %s, whose time the worker says', (name, Next) => {
    expect(States[name]).toEqual({ Type: 'Wait', Seconds: '{% $states.input.waitSeconds %}', Next });
  });

  test.each([['Start', 'start'], ['Poll', 'poll'], ['Answer', 'answer']])('has the state %s, a step of the worker', (name, step) => {
    expect(States[name]).toMatchObject({
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: {
        FunctionName: '${reference}',
        Payload: { step, run: '{% $states.input %}', askedAt: '{% $states.context.Execution.StartTime %}' },
      },
      Output: '{% $states.result.Payload %}',
      Next: 'What next?',
    });
  });

  test('never retries a start, which may have started a job', () => {
    expect(States.Start.Retry).toBeUndefined();
    expect(States.Start.Catch).toEqual([{ ErrorEquals: ['States.ALL'], Next: 'What next?', Output: expect.stringContaining("'lostStartAt': $states.context.State.EnteredTime") }]);
  });

  test.each(['Poll', 'Answer', 'Publish how it ended'])('retries %s, whatever the error is called', (name) => {
    expect(States[name].Retry).toEqual([{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 6, BackoffRate: 2 }]);
    expect(States[name].Catch).toEqual([expect.objectContaining({ ErrorEquals: ['States.ALL'] })]);
  });

  test('publishes how a run ended, and ends like it', () => {
    expect(States['Publish how it ended']).toMatchObject({
      Resource: 'arn:aws:states:::events:putEvents',
      Arguments: { Entries: [{ Source: 'cdk-id-mapping', DetailType: 'ID Mapping Run Ended', Detail: expect.stringContaining("'status': $states.input.outcome") }] },
      Next: 'Has it succeeded?',
    });
    expect(JSON.stringify(States['Publish how it ended'])).not.toContain('responseUrl');
    expect(States['Has it succeeded?']).toEqual({
      Type: 'Choice', Choices: [{ Condition: "{% $states.input.outcome = 'SUCCEEDED' %}", Next: 'Succeeded' }], Default: 'Failed',
    });
    expect(States.Failed).toEqual({ Type: 'Fail', Error: '{% $states.input.outcome %}', Cause: '{% $states.input.reason %}' });
  });
});

describe('the settings of a runner', () => {
  test('reach its resources', () => {
    const stack = givenStack();
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 1 });
    const securityGroup = new ec2.SecurityGroup(stack, 'Group', { vpc });
    mapping.IdMappingRunner.of(stack, {
      logRetention: logs.RetentionDays.ONE_YEAR,
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [securityGroup],
      encryptionKey: new kms.Key(stack, 'Key'),
      runtime: lambda.Runtime.NODEJS_22_X,
      architecture: lambda.Architecture.ARM_64,
    });
    addJob(stack, 'Job');
    const template = Template.fromStack(stack);

    const key = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] };
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 365, KmsKeyId: key });
    template.allResourcesProperties('AWS::Lambda::Function', Match.objectLike({
      Runtime: 'nodejs22.x',
      Architectures: ['arm64'],
      KmsKeyArn: key,
      VpcConfig: { SecurityGroupIds: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^Group'), 'GroupId'] }] },
    }));
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', { EncryptionConfiguration: { Type: 'CUSTOMER_MANAGED_KMS_KEY' } });
    template.hasResourceProperties('AWS::IAM::Role', {
      ManagedPolicyArns: [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole']] }],
    });
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([Match.objectLike({
          Principal: { Service: 'logs.eu-west-1.amazonaws.com' },
          Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': Match.anyValue() } },
        })]),
      },
    });
  });

  test('can be a role, which gets the permissions', () => {
    const stack = givenStack();
    const role = new iam.Role(stack, 'Mine', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    mapping.IdMappingRunner.of(stack, { role });
    addJob(stack, 'Job');
    const template = Template.fromStack(stack);

    template.allResourcesProperties('AWS::Lambda::Function', Match.objectLike({ Role: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Mine'), 'Arn'] } }));
    const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([, { Properties }]) => /^Mine/.test(Properties.Roles[0].Ref));
    expect(policies.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual(['IdMappingRunnerRunPolicy', 'JobPolicy', 'MineDefaultPolicy']);
  });

  test('can be a role and a VPC, whose network interfaces it may make then', () => {
    const stack = givenStack();
    const role = new iam.Role(stack, 'Mine', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    mapping.IdMappingRunner.of(stack, { role, vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 1 }) });

    expect(role.node.findAll().filter(iam.CfnRole.isCfnRole).map(({ managedPolicyArns }) => JSON.stringify(stack.resolve(managedPolicyArns))))
      .toEqual([expect.stringContaining('service-role/AWSLambdaVPCAccessExecutionRole')]);
  });

  test('move no logical id, so that a deployed stack can have them later', () => {
    const [plain, set] = [undefined, { logRetention: logs.RetentionDays.ONE_DAY, architecture: lambda.Architecture.ARM_64 }].map((settings) => {
      const stack = givenStack();
      mapping.IdMappingRunner.of(stack, settings);
      return Object.keys(Template.fromStack(stack).toJSON().Resources);
    });
    expect(set).toEqual(plain);
  });

  test('can be given only once', () => {
    const stack = givenStack();
    addJob(stack, 'Job');

    expect(() => mapping.IdMappingRunner.of(stack, { logRetention: logs.RetentionDays.ONE_DAY })).toThrow(new Error(
      '[Stack/IdMappingRunner] the runner is shared by all jobs of the stack and has its settings already: '
      + "call 'IdMappingRunner.of(stack, settings)' once, before the first IdMappingJob, or define the job in a stack of its own"));
  });

  test('are joined by tags and aspects, which reach everything', () => {
    const stack = givenStack();
    addJob(stack, 'Job');
    Tags.of(stack).add('team', 'data');
    const visited: string[] = [];
    Aspects.of(stack).add({ visit: (node: IConstruct) => { visited.push(node.node.path); } });
    iam.PermissionsBoundary.of(stack).apply(iam.ManagedPolicy.fromAwsManagedPolicyName('ReadOnlyAccess'));
    const template = Template.fromStack(stack);

    template.allResourcesProperties('AWS::Lambda::Function', Match.objectLike({ Tags: [{ Key: 'team', Value: 'data' }] }));
    template.allResourcesProperties('AWS::Logs::LogGroup', Match.objectLike({ Tags: [{ Key: 'team', Value: 'data' }] }));
    template.allResourcesProperties('AWS::StepFunctions::StateMachine', Match.objectLike({ Tags: [{ Key: 'team', Value: 'data' }] }));
    template.allResourcesProperties('AWS::IAM::Role', Match.objectLike({ PermissionsBoundary: Match.anyValue(), Tags: [{ Key: 'team', Value: 'data' }] }));
    expect(visited).toEqual(expect.arrayContaining(['Stack/IdMappingRunner/Worker', 'Stack/IdMappingRunner/StateMachine/Resource']));
  });
});
