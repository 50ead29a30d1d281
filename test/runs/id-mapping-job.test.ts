import { App, CfnParameter, Duration, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { DEFAULT_RUN, RUN_WITH_SETTINGS, runProperties, SETTINGS, statementsOfRun } from './given';
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

const jobProperties = (stack: Stack) => runProperties(stack, 'IdMappingJob');

/** The definition digest of the only job of a workflow with these properties. */
function definitionOf(props: WorkflowChanges, prepare: (stack: Stack) => WorkflowChanges = () => ({})): unknown {
  const stack = givenStack();
  const workflow = givenWorkflow(stack, { ...props, ...prepare(stack) });
  new mapping.IdMappingJob(stack, 'Job', { workflow });
  return jobProperties(stack).Definition;
}

describe('a job with the fewest properties', () => {
  const stack = givenStack();
  const workflow = givenWorkflow(stack);
  const job = new mapping.IdMappingJob(stack, 'Job', { workflow });
  const template = Template.fromStack(stack);

  test('is a custom resource that tells what is run and how', () => {
    expect(jobProperties(stack)).toEqual({
      ...DEFAULT_RUN,
      WorkflowName: { Ref: expect.stringMatching(/^Workflow/) },
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
        Action: ['kms:CreateGrant', 'kms:DescribeKey'],
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^WorkflowOutputKey/), 'Arn'] },
        Condition: { StringEquals: { 'kms:ViaService': 'entityresolution.eu-west-1.amazonaws.com' } },
      },
      { Effect: 'Allow', Action: ['entityresolution:GetIdMappingJob', 'entityresolution:ListIdMappingJobs'], Resource: workflowArn },
    ]);
    expect(JSON.stringify(statements)).not.toContain('"*"');
  });

  test('comes after its policy and the whole runner', () => {
    const [{ DependsOn }] = Object.values(template.findResources('Custom::IdMappingJob'));
    expect(DependsOn).toEqual(expect.arrayContaining([
      expect.stringMatching(/^JobPolicy/), expect.stringMatching(/^IdMappingRunnerRunPolicy/), expect.stringMatching(/^IdMappingRunnerStateMachineRoleDefaultPolicy/),
    ]));
  });

  test('gives back what the resource answers', () => {
    const attribute = (name: string) => ({ 'Fn::GetAtt': [expect.stringMatching(/^Job/), name] });
    expect(stack.resolve([job.jobId, job.status])).toEqual([attribute('JobId'), attribute('Status')]);
    expect(stack.resolve(job.metrics)).toEqual(Object.fromEntries(
      Object.keys(job.metrics).map((name) => [name, attribute(name[0].toUpperCase() + name.slice(1))])));
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

  expect(jobProperties(stack)).toMatchObject({
    ...RUN_WITH_SETTINGS,
    WorkflowName: 'crm',
    Definition: 'imported',
    JobType: 'DELETE_ONLY',
    OutputSourceConfig: [{
      roleArn: 'arn:aws:iam::111122223333:role/output', outputS3Path: 's3://elsewhere/mapped/', KMSArn: 'arn:aws:kms:eu-west-1:111122223333:key/1',
    }],
    WorkflowInStack: false,
  });
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: [
        { Action: 'entityresolution:StartIdMappingJob', Effect: 'Allow', Resource: WORKFLOW_ARN },
        { Action: ['entityresolution:GetIdMappingJob', 'entityresolution:ListIdMappingJobs'], Effect: 'Allow', Resource: WORKFLOW_ARN },
        {
          Action: 'iam:PassRole',
          Effect: 'Allow',
          Resource: 'arn:aws:iam::111122223333:role/output',
          Condition: { StringEquals: { 'iam:PassedToService': 'entityresolution.amazonaws.com' } },
        },
      ],
    },
  });
});

test('a job of a workflow of another stack does not wait for it when it is deleted', () => {
  const app = givenApp();
  const workflow = givenWorkflow(givenStack(app, 'Workflows'));
  const stack = givenStack(app, 'Runs');
  new mapping.IdMappingJob(stack, 'Job', { workflow });

  expect(jobProperties(stack).WorkflowInStack).toBe(false);
});

describe('the definition of what is run', () => {
  const before = definitionOf({});

  test.each<[string, WorkflowChanges]>([
    ['a rule', { technique: mapping.IdMappingTechnique.ruleBased({ rules: [{ ...EMAIL_RULE, ruleName: 'other' }] }) }],
    ['the record matching model', {
      technique: mapping.IdMappingTechnique.ruleBased({
        rules: [EMAIL_RULE], recordMatchingModel: mapping.RecordMatchingModel.ONE_SOURCE_TO_ONE_TARGET,
      }),
    }],
    ['the output', { outputPrefix: 'elsewhere/' }],
  ])('changes with %s', (_what, changes) => {
    expect(definitionOf(changes)).not.toBe(before);
  });

  test('changes with an input', () => {
    expect(definitionOf({}, (stack) => ({ sources: [givenInput(stack, 'shop')] }))).not.toBe(before);
  });

  test.each<[string, WorkflowChanges]>([
    ['the description', { description: 'described' }],
    ['the tags', { tags: [{ key: 'team', value: 'data' }] }],
    ['the name', { workflowName: 'renamed' }],
  ])('does not change with %s', (_what, changes) => {
    expect(definitionOf(changes)).toBe(before);
  });

  test('is the same in the next synthesis', () => {
    expect(definitionOf({})).toBe(before);
  });

  test('is told with the time only when every deployment runs the job', () => {
    const [everyTime, onChange] = [mapping.RunWhen.EVERY_DEPLOY, mapping.RunWhen.ON_CHANGE].map((runWhen) => {
      const stack = givenStack();
      new mapping.IdMappingJob(stack, 'Job', { workflow: givenImported(stack), runWhen });
      return jobProperties(stack).SynthesizedAt;
    });
    expect(everyTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(onChange).toBeUndefined();
  });
});

describe('a job that is waited for longer than an hour', () => {
  function given(props: Partial<mapping.IdMappingJobProps> = {}) {
    const stack = givenStack();
    const job = new mapping.IdMappingJob(stack, 'Job', {
      workflow: givenImported(stack), waitFor: mapping.WaitFor.SUCCEEDED, timeout: Duration.hours(12), ...props,
    });
    const [id, condition] = Object.entries(Template.fromStack(stack).findResources('AWS::CloudFormation::WaitCondition'))[0];
    return { stack, job, id, condition };
  }

  test('has a WaitCondition that comes after it', () => {
    const { stack, condition } = given();

    expect(condition).toEqual({
      Type: 'AWS::CloudFormation::WaitCondition',
      Properties: { Count: 1, Timeout: '43200', Handle: { Ref: expect.stringMatching(/^StackJobWaitHandle/) } },
      DependsOn: [expect.stringMatching(/^Job/)],
    });
    expect(jobProperties(stack)).toMatchObject({ TimeoutSeconds: 43_200, ServiceTimeout: '3540', WaitHandleUrl: condition.Properties.Handle });
  });

  test('gives back what the signal says', () => {
    const { stack, job, id } = given();

    const part = (index: number) => ({ 'Fn::Select': [index, { 'Fn::Split': ['|', { 'Fn::GetAtt': [id, 'Data'] }] }] });
    const { inputRecords, mappedTargetRecordsRemoved } = job.metrics;
    expect(stack.resolve([job.jobId, job.status, inputRecords, mappedTargetRecordsRemoved])).toEqual([part(1), part(2), part(3), part(17)]);
  });

  test('has another WaitCondition for another run, and the same for the same', () => {
    expect(given({ runTrigger: 'v2' }).id).not.toBe(given({ runTrigger: 'v1' }).id);
    expect(given({ runTrigger: 'v1', timeout: Duration.hours(2) }).id).toBe(given({ runTrigger: 'v1' }).id);
  });

  test('has the same WaitCondition always when it runs only once', () => {
    const runWhen = mapping.RunWhen.NEVER_ON_UPDATE;
    expect(given({ runWhen, runTrigger: 'v2' }).id).toBe(given({ runWhen, runTrigger: 'v1' }).id);
  });

  test('ends before whatever depends on it begins', () => {
    const stack = givenStack();
    const job = new mapping.IdMappingJob(stack, 'Job', {
      workflow: givenImported(stack), waitFor: mapping.WaitFor.SUCCEEDED, timeout: Duration.hours(2),
    });
    new iam.CfnGroup(stack, 'After').node.addDependency(job);

    expect(Template.fromStack(stack).findResources('AWS::IAM::Group').After.DependsOn).toContainEqual(expect.stringMatching(/^StackJobWaitCondition/));
  });
});

describe('fails with', () => {
  test.each<[string, Partial<mapping.IdMappingJobProps>, string]>([
    ['too short a timeout', { timeout: Duration.seconds(59) }, "'timeout' must be 1 minute to 55 minutes, got 59 seconds"],
    ['too long a timeout of a start', { timeout: Duration.minutes(56) }, "'timeout' must be 1 minute to 55 minutes, got 56 minutes"],
    ['too long a timeout of a success', { timeout: Duration.hours(13), waitFor: mapping.WaitFor.SUCCEEDED },
      "'timeout' must be 1 minute to 12 hours, got 13 hours"],
    ['too short a poll interval', { pollInterval: Duration.seconds(0) }, "'pollInterval' must be 1 second to 1 minute, got 0 seconds"],
    ['too long a poll interval', { pollInterval: Duration.seconds(61) }, "'pollInterval' must be 1 second to 1 minute, got 1 minute 1 second"],
  ])('%s', (_what, props, message) => {
    const stack = givenStack();
    expect(() => new mapping.IdMappingJob(stack, 'Job', { workflow: givenImported(stack), ...props })).toThrow(new Error(`[Stack/Job] ${message}`));
  });

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

  expect(jobProperties(stack)).toMatchObject({ RunTrigger: { Ref: 'Version' } });
});
