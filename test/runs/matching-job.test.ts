import { App, CfnParameter, Duration, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DEFAULT_RUN, RUN_WITH_SETTINGS, runProperties, SETTINGS, statementsOfRun } from './given';
import * as mapping from '../../src';
import { EMAIL_RULE, EMAIL_TECHNIQUE, givenApp, givenInput, givenMatchingWorkflow, givenStack } from '../entity-resolution/given';

const WORKFLOW_ARN = 'arn:aws:entityresolution:eu-west-1:111122223333:matchingworkflow/loyalty';

type WorkflowChanges = Partial<mapping.MatchingWorkflowProps>;

function givenImported(stack: Stack): mapping.IMatchingWorkflow {
  return mapping.MatchingWorkflow.fromMatchingWorkflowName(stack, 'Imported', 'loyalty');
}

const jobProperties = (stack: Stack) => runProperties(stack, 'MatchingJob');

/** The definition digest of the only job of a workflow with these properties. */
function definitionOf(props: WorkflowChanges): unknown {
  const stack = givenStack();
  const workflow = new mapping.MatchingWorkflow(stack, 'Loyalty', { inputSources: [givenInput(stack, 'loyalty')], technique: EMAIL_TECHNIQUE, ...props });
  new mapping.MatchingJob(stack, 'Job', { workflow });
  return jobProperties(stack).Definition;
}

describe('a matching job with the fewest properties', () => {
  const stack = givenStack();
  const job = new mapping.MatchingJob(stack, 'Job', { workflow: givenMatchingWorkflow(stack) });

  test('is a custom resource that tells what is run and how', () => {
    expect(jobProperties(stack)).toEqual({
      ...DEFAULT_RUN,
      WorkflowName: { Ref: expect.stringMatching(/^Loyalty/) },
    });
  });

  test('may start and see jobs of its workflow, pass its role, use its key, and nothing else', () => {
    const workflowArn = { 'Fn::Join': ['', ['arn:aws:entityresolution:eu-west-1:111122223333:matchingworkflow/', { Ref: expect.stringMatching(/^Loyalty/) }]] };
    expect(statementsOfRun(stack, 'Job')).toEqual([
      { Effect: 'Allow', Action: 'entityresolution:StartMatchingJob', Resource: workflowArn },
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Loyaltyentityresolutionrole/), 'Arn'] },
        Condition: { StringEquals: { 'iam:PassedToService': 'entityresolution.amazonaws.com' } },
      },
      {
        Effect: 'Allow',
        Action: ['kms:CreateGrant', 'kms:DescribeKey'],
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^LoyaltyOutputKey/), 'Arn'] },
        Condition: { StringEquals: { 'kms:ViaService': 'entityresolution.eu-west-1.amazonaws.com' } },
      },
      { Effect: 'Allow', Action: ['entityresolution:GetMatchingJob', 'entityresolution:ListMatchingJobs'], Resource: workflowArn },
    ]);
  });

  test('comes after its policy and the whole runner', () => {
    const [{ DependsOn }] = Object.values(Template.fromStack(stack).findResources('Custom::MatchingJob'));
    expect(DependsOn).toEqual(expect.arrayContaining([
      expect.stringMatching(/^JobPolicy/), expect.stringMatching(/^IdMappingRunnerRunPolicy/), expect.stringMatching(/^IdMappingRunnerStateMachineRoleDefaultPolicy/),
    ]));
  });

  test('gives back what the resource answers', () => {
    const attribute = (name: string) => ({ 'Fn::GetAtt': [expect.stringMatching(/^Job/), name] });
    expect(stack.resolve({ jobId: job.jobId, status: job.status, ...job.metrics })).toEqual({
      jobId: attribute('JobId'),
      status: attribute('Status'),
      inputRecords: attribute('InputRecords'),
      totalRecordsProcessed: attribute('TotalRecordsProcessed'),
      recordsNotProcessed: attribute('RecordsNotProcessed'),
      deleteRecordsProcessed: attribute('DeleteRecordsProcessed'),
      matchIds: attribute('MatchIDs'),
    });
  });
});

test('a matching job of an imported workflow with every property tells them all', () => {
  const stack = givenStack();
  new mapping.MatchingJob(stack, 'Job', {
    workflow: givenImported(stack),
    ...SETTINGS,
  });

  expect(jobProperties(stack)).toMatchObject({
    ...RUN_WITH_SETTINGS,
    WorkflowName: 'loyalty',
    Definition: 'imported',
    WorkflowInStack: false,
  });
  expect(statementsOfRun(stack, 'Job')).toEqual([
    { Action: 'entityresolution:StartMatchingJob', Effect: 'Allow', Resource: WORKFLOW_ARN },
    { Action: ['entityresolution:GetMatchingJob', 'entityresolution:ListMatchingJobs'], Effect: 'Allow', Resource: WORKFLOW_ARN },
  ]);
});

test('a matching job of a workflow of another stack does not wait for it when it is deleted', () => {
  const app = givenApp();
  const workflow = givenMatchingWorkflow(givenStack(app, 'Workflows'));
  const stack = givenStack(app, 'Runs');
  new mapping.MatchingJob(stack, 'Job', { workflow });

  expect(jobProperties(stack).WorkflowInStack).toBe(false);
});

test('a matching job shares the runner with the ID mapping jobs of its stack', () => {
  const stack = givenStack();
  new mapping.MatchingJob(stack, 'Job', { workflow: givenImported(stack) });
  new mapping.IdMappingJob(stack, 'Mapping', { workflow: mapping.IdMappingWorkflow.fromIdMappingWorkflowName(stack, 'Crm', 'crm') });

  Template.fromStack(stack).resourceCountIs('AWS::StepFunctions::StateMachine', 1);
});

describe('the definition of what a matching job runs', () => {
  const before = definitionOf({});

  test.each<[string, WorkflowChanges]>([
    ['a rule', { technique: mapping.ResolutionTechnique.ruleBased({ rules: [{ ...EMAIL_RULE, ruleName: 'other' }] }) }],
    ['the normalization of the input', { applyNormalization: false }],
    ['the normalization of the output', { normalizeOutput: true }],
    ['the columns of the output', { output: [{ name: 'email', hashed: true }] }],
    ['the path of the output', { outputPrefix: 'elsewhere/' }],
  ])('changes with %s', (_what, changes) => {
    expect(definitionOf(changes)).not.toBe(before);
  });

  test.each<[string, WorkflowChanges]>([
    ['the description', { description: 'described' }],
    ['the tags', { tags: [{ key: 'team', value: 'data' }] }],
    ['the name', { workflowName: 'renamed' }],
  ])('does not change with %s', (_what, changes) => {
    expect(definitionOf(changes)).toBe(before);
  });
});

test('a matching job that is waited for longer than an hour gives back what the signal says', () => {
  const stack = givenStack();
  const job = new mapping.MatchingJob(stack, 'Job', {
    workflow: givenImported(stack), waitFor: mapping.WaitFor.SUCCEEDED, timeout: Duration.hours(12),
  });
  const [id] = Object.keys(Template.fromStack(stack).findResources('AWS::CloudFormation::WaitCondition'));

  const part = (index: number) => ({ 'Fn::Select': [index, { 'Fn::Split': ['|', { 'Fn::GetAtt': [id, 'Data'] }] }] });
  const { inputRecords, matchIds } = job.metrics;
  expect(stack.resolve([job.jobId, job.status, inputRecords, matchIds])).toEqual([part(1), part(2), part(3), part(7)]);
});

describe('fails with', () => {
  test.each<[string, Partial<mapping.MatchingJobProps>, string]>([
    ['too short a timeout', { timeout: Duration.seconds(59) }, "'timeout' must be 1 minute to 55 minutes, got 59 seconds"],
    ['too long a timeout of a start', { timeout: Duration.minutes(56) }, "'timeout' must be 1 minute to 55 minutes, got 56 minutes"],
    ['too long a timeout of a success', { timeout: Duration.hours(13), waitFor: mapping.WaitFor.SUCCEEDED },
      "'timeout' must be 1 minute to 12 hours, got 13 hours"],
    ['too short a poll interval', { pollInterval: Duration.seconds(0) }, "'pollInterval' must be 1 second to 1 minute, got 0 seconds"],
    ['too long a poll interval', { pollInterval: Duration.seconds(61) }, "'pollInterval' must be 1 second to 1 minute, got 1 minute 1 second"],
  ])('%s', (_what, props, message) => {
    const stack = givenStack();
    expect(() => new mapping.MatchingJob(stack, 'Job', { workflow: givenImported(stack), ...props })).toThrow(new Error(`[Stack/Job] ${message}`));
  });
});

test('tokens pass', () => {
  const stack = new Stack(new App(), 'Stack');
  const parameter = new CfnParameter(stack, 'Version');
  new mapping.MatchingJob(stack, 'Job', {
    workflow: mapping.MatchingWorkflow.fromMatchingWorkflowName(stack, 'Imported', parameter.valueAsString),
    runTrigger: parameter.valueAsString,
    timeout: Duration.seconds(Token.asNumber({ Ref: 'Version' })),
  });

  expect(jobProperties(stack)).toMatchObject({ RunTrigger: { Ref: 'Version' } });
});
