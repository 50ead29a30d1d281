import { Aspects, Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct, IConstruct } from 'constructs';
import * as mapping from '../../src';
import { givenApp, givenStack } from '../entity-resolution/given';

function addJob(stack: Stack, id: string): mapping.IdMappingJob {
  return new mapping.IdMappingJob(stack, id, {
    workflow: mapping.IdMappingWorkflow.fromIdMappingWorkflowName(stack, `${id}-Workflow`, 'crm'),
  });
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
      { Effect: 'Allow', Action: ['states:ListExecutions', 'states:StartExecution'], Resource: stateMachine },
      {
        Effect: 'Allow',
        Action: ['states:GetExecutionHistory', 'states:StopExecution'],
        Resource: { 'Fn::Join': ['', ['arn:aws:states:eu-west-1:111122223333:execution:', { 'Fn::Select': [6, { 'Fn::Split': [':', stateMachine] }] }, ':*']] },
      },
      { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::111122223333:role/cdk-id-mapping/Stack/*' },
    ]);
  });

  test("keeps the functions' logs for three months; the state machine, which would log execution data, has no log", () => {
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', { LoggingConfiguration: Match.absent() });
  });

  test.each([['Entry', 180], ['Worker', 60]])('has the function %s with a time of %i seconds', (name, Timeout) => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Handler: `index.${name.toLowerCase()}`,
      Timeout,
      LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp('^IdMappingRunnerLogGroup') } },
      Environment: { Variables: { LOG_GROUP_NAME: { Ref: Match.stringLikeRegexp('^IdMappingRunnerLogGroup') } } },
    });
  });

  test('drops an event that Lambda could not hand over while CloudFormation waited', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp('^IdMappingRunnerEntry') }, MaximumEventAgeInSeconds: 3600,
    });
  });

  test('has the same template in the next synthesis', () => {
    const again = givenStack();
    addJob(again, 'First');
    addJob(again, 'Second');

    expect(Template.fromStack(again).toJSON()).toEqual(template.toJSON());
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
    expect(policies.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual(['IdMappingRunnerRunPolicy', 'MineDefaultPolicy']);
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
      '[Stack/IdMappingRunner] the runner is shared by all jobs of the stack and has other settings already: '
      + "call 'IdMappingRunner.of(stack, settings)' before the first IdMappingJob, with the same settings wherever it is called, or define the job in a stack of its own"));
  });

  test('can be given again when they are the same', () => {
    const stack = givenStack();
    const settings = () => ({ logRetention: logs.RetentionDays.ONE_DAY, securityGroups: [], runtime: undefined });

    expect(mapping.IdMappingRunner.of(stack, settings())).toBe(mapping.IdMappingRunner.of(stack, settings()));
  });

  test('fail with a runtime that is not Node.js', () => {
    expect(() => mapping.IdMappingRunner.of(givenStack(), { runtime: lambda.Runtime.PYTHON_3_13 })).toThrow(
      new Error("[Stack/IdMappingRunner] 'runtime' must be a version of Node.js, got: python3.13"));
  });

  test('fail with a role that Lambda can not assume', () => {
    const stack = givenStack();
    mapping.IdMappingRunner.of(stack, { role: new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }) });

    expect(() => Template.fromStack(stack)).toThrow(
      "[Stack/IdMappingRunner] 'role' must trust lambda.amazonaws.com: Stack/Role does not, and the runner's functions could not be made");
  });

  test('fail with an alias that was imported', () => {
    const stack = givenStack();

    expect(() => mapping.IdMappingRunner.of(stack, { encryptionKey: kms.Alias.fromAliasName(stack, 'Key', 'alias/runs') })).toThrow(
      "[Stack/IdMappingRunner] 'encryptionKey' must be a key, got the alias Stack/Key, of which nobody knows here which key it stands for");
  });

  test('need the id of the runner', () => {
    const stack = givenStack();
    new Construct(stack, 'IdMappingRunner');

    expect(() => mapping.IdMappingRunner.of(stack)).toThrow(
      new Error("[Stack/IdMappingRunner] the id 'IdMappingRunner' is the one of the runner, which all jobs of the stack share: give this construct another one"));
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
