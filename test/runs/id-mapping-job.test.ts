import { App, CfnParameter, Duration, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { attribute, DEFAULT_RUN, DEFAULT_SETTINGS, HERE, isDueAfter, metricsOf, RUN_WITH_SETTINGS, runProperties, SETTINGS, statementsOfRun } from './given';
import * as mapping from '../../src';
import { EMAIL_RULE, givenApp, givenInput, givenMatchingWorkflow, givenStack } from '../entity-resolution/given';

const WORKFLOW_ARN = 'arn:aws:entityresolution:eu-west-1:111122223333:idmappingworkflow/crm';

type WorkflowChanges = Partial<mapping.IdMappingWorkflowProps>;

function givenWorkflow(stack: Stack, props: WorkflowChanges = {}): mapping.IdMappingWorkflow {
  return new mapping.IdMappingWorkflow(stack, 'Workflow', {
    sources: [givenInput(stack, 'crm')],
    target: mapping.InputSource.matchingWorkflow(givenMatchingWorkflow(stack)),
    technique: mapping.IdMappingTechnique.ruleBased({ rules: [EMAIL_RULE] }),
    ...props,
  });
}

function givenImported(stack: Stack): mapping.IIdMappingWorkflow {
  return mapping.IdMappingWorkflow.fromIdMappingWorkflowName(stack, 'Imported', 'crm');
}

const jobProperties = (stack: Stack) => runProperties(stack, 'ID_MAPPING');

describe('a job with the fewest properties', () => {
  const stack = givenStack();
  const workflow = givenWorkflow(stack);
  const job = new mapping.IdMappingJob(stack, 'Job', { workflow });
  const template = Template.fromStack(stack);

  test('is a custom resource that tells what is run and how', () => {
    expect(jobProperties(stack)).toEqual({
      ...DEFAULT_RUN,
      Run: { jobKind: 'ID_MAPPING', request: { workflowName: { Ref: expect.stringMatching(/^Workflow/) } }, ...HERE, definition: expect.objectContaining({ version: '1' }) },
      Settings: { ...DEFAULT_SETTINGS, awaitsJobOnDelete: true },
    });
  });

  test('may start and see jobs of its workflow, pass its role, use its key, and nothing else', () => {
    const statements = statementsOfRun(stack, 'Job');
    const workflowArn = { 'Fn::Join': ['', ['arn:aws:entityresolution:eu-west-1:111122223333:idmappingworkflow/', { Ref: expect.stringMatching(/^Workflow/) }]] };
    expect(statements).toEqual([
      { Effect: 'Allow', Action: 'entityresolution:StartIdMappingJob', Resource: workflowArn },
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Workflowentityresolutionrole/), 'Arn'] },
        Condition: { StringEquals: { 'iam:PassedToService': 'entityresolution.amazonaws.com' } },
      },
      {
        Effect: 'Allow',
        Action: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^WorkflowOutputKey/), 'Arn'] },
        Condition: { StringEquals: { 'kms:ViaService': 'entityresolution.eu-west-1.amazonaws.com' } },
      },
      { Effect: 'Allow', Action: ['entityresolution:GetIdMappingJob', 'entityresolution:ListIdMappingJobs'], Resource: workflowArn },
    ]);
    expect(JSON.stringify(statements)).not.toContain('"*"');
  });

  test('comes after its role and the whole runner', () => {
    const [{ DependsOn }] = Object.values(template.findResources('Custom::IdMappingJob'));
    expect(DependsOn).toEqual(expect.arrayContaining([
      expect.stringMatching(/^JobRole/), expect.stringMatching(/^IdMappingRunnerRunPolicy/), expect.stringMatching(/^IdMappingRunnerStateMachineRoleDefaultPolicy/),
    ]));
  });

  test('gives back what the resource answers, each metric under its name', () => {
    expect(stack.resolve({ jobId: job.jobId, status: job.status, metrics: job.metrics })).toEqual({
      jobId: attribute('Job', 'JobId'),
      status: attribute('Job', 'Status'),
      metrics: metricsOf('Job', 'ID_MAPPING'),
    });
    expect(Object.keys(job.metrics)).toHaveLength(15);
  });
});

test('a job with every property tells them all', () => {
  const stack = givenStack();
  const output = {
    role: iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/output'),
    bucket: s3.Bucket.fromBucketName(stack, 'Bucket', 'elsewhere'),
    prefix: 'mapped/',
    key: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/1'),
  };
  new mapping.IdMappingJob(stack, 'Job', {
    workflow: givenImported(stack),
    jobType: mapping.JobType.DELETE_ONLY,
    output,
    ...SETTINGS,
  });

  expect(jobProperties(stack)).toMatchObject(RUN_WITH_SETTINGS);
  expect(jobProperties(stack).Run).toEqual({
    jobKind: 'ID_MAPPING',
    request: {
      workflowName: 'crm',
      jobType: 'DELETE_ONLY',
      outputSourceConfig: [{
        roleArn: 'arn:aws:iam::111122223333:role/output', outputS3Path: 's3://elsewhere/mapped/', KMSArn: 'arn:aws:kms:eu-west-1:111122223333:key/1',
      }],
    },
    ...HERE,
    runTrigger: 'v1',
  });
  expect(jobProperties(stack).Settings).not.toHaveProperty('awaitsJobOnDelete');
  expect(statementsOfRun(stack, 'Job')).toEqual([
    { Action: 'entityresolution:StartIdMappingJob', Effect: 'Allow', Resource: WORKFLOW_ARN },
    { Action: ['entityresolution:GetIdMappingJob', 'entityresolution:ListIdMappingJobs'], Effect: 'Allow', Resource: WORKFLOW_ARN },
    {
      Action: 'iam:PassRole',
      Effect: 'Allow',
      Resource: 'arn:aws:iam::111122223333:role/output',
      Condition: { StringEquals: { 'iam:PassedToService': 'entityresolution.amazonaws.com' } },
    },
    {
      Action: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      Effect: 'Allow',
      Resource: 'arn:aws:kms:eu-west-1:111122223333:key/1',
      Condition: { StringEquals: { 'kms:ViaService': 'entityresolution.eu-west-1.amazonaws.com' } },
    },
  ]);
});

test('a job\'s own output may be written by a role of the app, under a key of the app', () => {
  const stack = givenStack();
  const key = new kms.Key(stack, 'Key');
  new mapping.IdMappingJob(stack, 'Job', {
    workflow: givenImported(stack),
    output: {
      role: new iam.Role(stack, 'Writer', { assumedBy: new iam.ServicePrincipal('entityresolution.amazonaws.com') }),
      bucket: s3.Bucket.fromBucketName(stack, 'Bucket', 'elsewhere'),
      prefix: 'mapped/',
      key,
    },
  });

  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy', { Properties: { Roles: [{ Ref: Match.stringLikeRegexp('^Writer') }] } }));
  expect(policy.Properties.PolicyDocument.Statement).toMatchObject([
    { Action: ['s3:GetBucketLocation', 's3:ListBucket'], Resource: 'arn:aws:s3:::elsewhere' },
    { Action: 's3:PutObject', Resource: 'arn:aws:s3:::elsewhere/mapped/*' },
    { Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'], Resource: { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] } },
  ]);
  Template.fromStack(stack).hasResource('Custom::IdMappingJob', { DependsOn: Match.arrayWith([Match.stringLikeRegexp('^WriterDefaultPolicy')]) });
  Template.fromStack(stack).hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ Action: ['kms:CreateGrant', 'kms:DescribeKey'] })]) },
  });
});

test('a job\'s own output under an alias that was imported fails', () => {
  const stack = givenStack();
  const output = {
    role: iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/output'),
    bucket: s3.Bucket.fromBucketName(stack, 'Bucket', 'elsewhere'),
    key: kms.Alias.fromAliasName(stack, 'Key', 'alias/output'),
  };

  expect(() => new mapping.IdMappingJob(stack, 'Job', { workflow: givenImported(stack), output })).toThrow(
    "[Stack/Job] 'output.key' must be a key, got the alias Stack/Key, of which nobody knows here which key it stands for");
});

test('a job of a workflow of another stack does not wait for it when it is deleted', () => {
  const app = givenApp();
  const workflow = givenWorkflow(givenStack(app, 'Workflows'));
  const stack = givenStack(app, 'Runs');
  new mapping.IdMappingJob(stack, 'Job', { workflow });

  expect(jobProperties(stack).Settings).not.toHaveProperty('awaitsJobOnDelete');
});

describe('a change of', () => {
  const given = (props: WorkflowChanges, prepare: (stack: Stack) => WorkflowChanges = () => ({})) => {
    const stack = givenStack();
    new mapping.IdMappingJob(stack, 'Job', { workflow: givenWorkflow(stack, { ...props, ...prepare(stack) }) });
    return stack;
  };

  test.each<[string, WorkflowChanges]>([
    ['a rule', { technique: mapping.IdMappingTechnique.ruleBased({ rules: [{ ...EMAIL_RULE, ruleName: 'other' }] }) }],
    ['the record matching model', {
      technique: mapping.IdMappingTechnique.ruleBased({
        rules: [EMAIL_RULE], recordMatchingModel: mapping.RecordMatchingModel.ONE_SOURCE_TO_ONE_TARGET,
      }),
    }],
    ['the output', { outputPrefix: 'elsewhere/' }],
  ])('%s makes the job run', (_what, changes) => {
    expect(isDueAfter(given({}), given(changes), 'ID_MAPPING')).toBe(true);
  });

  test('an input makes the job run', () => {
    expect(isDueAfter(given({}), given({}, (stack) => ({ sources: [givenInput(stack, 'shop')] })), 'ID_MAPPING')).toBe(true);
  });

  test.each<[string, WorkflowChanges]>([
    ['nothing', {}],
    ['the description', { description: 'described' }],
    ['the tags', { tags: [{ key: 'team', value: 'data' }] }],
  ])('%s makes nothing run', (_what, changes) => {
    expect(isDueAfter(given({}), given(changes), 'ID_MAPPING')).toBe(false);
  });
});

test('the time of synthesis is told only when every deployment runs the job', () => {
  const [everyTime, onChange] = [mapping.RunWhen.EVERY_DEPLOY, mapping.RunWhen.ON_CHANGE].map((runWhen) => {
    const stack = givenStack();
    new mapping.IdMappingJob(stack, 'Job', { workflow: givenImported(stack), runWhen });
    return jobProperties(stack).Run.synthesizedAt;
  });
  expect(everyTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(onChange).toBeUndefined();
});

test('the last of the resources that wait longer than an hour gives back what the run came to', () => {
  const stack = givenStack();
  const job = new mapping.IdMappingJob(stack, 'Job', { workflow: givenImported(stack), waitFor: mapping.WaitFor.SUCCEEDED, timeout: Duration.hours(12) });

  expect(stack.resolve({ jobId: job.jobId, status: job.status, metrics: job.metrics })).toEqual({
    jobId: attribute('JobWait13', 'JobId'),
    status: attribute('JobWait13', 'Status'),
    metrics: metricsOf('JobWait13', 'ID_MAPPING'),
  });
});

describe('fails with', () => {
  test('an output prefix that begins with a slash', () => {
    const stack = givenStack();
    const output = { role: new iam.CfnRole(stack, 'Role', { assumeRolePolicyDocument: {} }), bucket: new s3.CfnBucket(stack, 'Bucket'), prefix: '/mapped' };
    expect(() => new mapping.IdMappingJob(stack, 'Job', { workflow: givenImported(stack), output }))
      .toThrow(new Error("[Stack/Job] 'output.prefix' must not begin with a slash, got: \"/mapped\""));
  });

  test('an incremental job of a workflow without incremental run', () => {
    const stack = givenStack();
    expect(() => new mapping.IdMappingJob(stack, 'Job', { workflow: givenWorkflow(stack), jobType: mapping.JobType.INCREMENTAL })).toThrow(new Error(
      "[Stack/Job] 'jobType' is INCREMENTAL, but the workflow Stack/Workflow has no incremental run: give it 'incrementalRun: true', or leave 'jobType' out"));
  });
});

test('tokens pass', () => {
  const stack = new Stack(new App(), 'Stack');
  const parameter = new CfnParameter(stack, 'Version');
  new mapping.IdMappingJob(stack, 'Job', {
    workflow: mapping.IdMappingWorkflow.fromIdMappingWorkflowName(stack, 'Imported', parameter.valueAsString),
    runTrigger: parameter.valueAsString,
    timeout: Duration.seconds(Token.asNumber({ Ref: 'Version' })),
  });

  expect(jobProperties(stack)).toMatchObject({
    Run: { runTrigger: { Ref: 'Version' } }, Settings: { timeout: { 'Fn::Join': ['', [{ Ref: 'Version' }, ' seconds']] } },
  });
});
