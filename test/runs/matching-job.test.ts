import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { attribute, DEFAULT_RUN, DEFAULT_SETTINGS, HERE, isDueAfter, metricsOf, RUN_WITH_SETTINGS, runProperties, SETTINGS, statementsOfRun } from './given';
import * as mapping from '../../src';
import { EMAIL_RULE, EMAIL_TECHNIQUE, givenApp, givenInput, givenMatchingWorkflow, givenStack } from '../entity-resolution/given';

const WORKFLOW_ARN = 'arn:aws:entityresolution:eu-west-1:111122223333:matchingworkflow/loyalty';

type WorkflowChanges = Partial<mapping.MatchingWorkflowProps>;

function givenImported(stack: Stack): mapping.IMatchingWorkflow {
  return mapping.MatchingWorkflow.fromMatchingWorkflowName(stack, 'Imported', 'loyalty');
}

const jobProperties = (stack: Stack) => runProperties(stack, 'MATCHING');

describe('a matching job with the fewest properties', () => {
  const stack = givenStack();
  const job = new mapping.MatchingJob(stack, 'Job', { workflow: givenMatchingWorkflow(stack) });

  test('is a custom resource that tells what is run and how', () => {
    expect(jobProperties(stack)).toEqual({
      ...DEFAULT_RUN,
      Run: { jobKind: 'MATCHING', request: { workflowName: { Ref: expect.stringMatching(/^Loyalty/) } }, ...HERE, definition: expect.objectContaining({ version: '1' }) },
      Settings: { ...DEFAULT_SETTINGS, awaitsJobOnDelete: true },
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
        Action: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^LoyaltyOutputKey/), 'Arn'] },
        Condition: { StringEquals: { 'kms:ViaService': 'entityresolution.eu-west-1.amazonaws.com' } },
      },
      { Effect: 'Allow', Action: ['entityresolution:GetMatchingJob', 'entityresolution:ListMatchingJobs'], Resource: workflowArn },
    ]);
  });

  test('comes after its role and the whole runner', () => {
    const [{ DependsOn }] = Object.values(Template.fromStack(stack).findResources('Custom::MatchingJob'));
    expect(DependsOn).toEqual(expect.arrayContaining([
      expect.stringMatching(/^JobRole/), expect.stringMatching(/^IdMappingRunnerRunPolicy/), expect.stringMatching(/^IdMappingRunnerStateMachineRoleDefaultPolicy/),
    ]));
  });

  test('gives back what the resource answers, each metric under its name', () => {
    expect(stack.resolve({ jobId: job.jobId, status: job.status, metrics: job.metrics })).toEqual({
      jobId: attribute('Job', 'JobId'),
      status: attribute('Job', 'Status'),
      metrics: metricsOf('Job', 'MATCHING'),
    });
    expect(stack.resolve(job.metrics.matchIds)).toEqual(attribute('Job', 'MatchIDs'));
  });
});

test('a matching job of an imported workflow with every property tells them all', () => {
  const stack = givenStack();
  new mapping.MatchingJob(stack, 'Job', {
    workflow: givenImported(stack),
    ...SETTINGS,
  });

  expect(jobProperties(stack)).toMatchObject(RUN_WITH_SETTINGS);
  expect(jobProperties(stack).Run).toEqual({ jobKind: 'MATCHING', request: { workflowName: 'loyalty' }, ...HERE, runTrigger: 'v1' });
  expect(jobProperties(stack).Settings).not.toHaveProperty('awaitsJobOnDelete');
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

  expect(jobProperties(stack).Settings).not.toHaveProperty('awaitsJobOnDelete');
});

test('a matching job shares the runner with the ID mapping jobs of its stack', () => {
  const stack = givenStack();
  new mapping.MatchingJob(stack, 'Job', { workflow: givenImported(stack) });
  new mapping.IdMappingJob(stack, 'Mapping', { workflow: mapping.IdMappingWorkflow.fromIdMappingWorkflowName(stack, 'Crm', 'crm') });

  Template.fromStack(stack).resourceCountIs('AWS::StepFunctions::StateMachine', 1);
});

describe('a change of', () => {
  const given = (props: WorkflowChanges) => {
    const stack = givenStack();
    const workflow = new mapping.MatchingWorkflow(stack, 'Loyalty', { inputSources: [givenInput(stack, 'loyalty')], technique: EMAIL_TECHNIQUE, ...props });
    new mapping.MatchingJob(stack, 'Job', { workflow });
    return stack;
  };

  test.each<[string, WorkflowChanges]>([
    ['a rule', { technique: mapping.ResolutionTechnique.ruleBased({ rules: [{ ...EMAIL_RULE, ruleName: 'other' }] }) }],
    ['the technique', { technique: mapping.ResolutionTechnique.machineLearning() }],
    ['the normalization of the input', { applyNormalization: false }],
    ['the normalization of the output', { normalizeOutput: true }],
    ['the columns of the output', { output: [{ name: 'email', hashed: true }] }],
    ['the path of the output', { outputPrefix: 'elsewhere/' }],
  ])('%s makes the job run', (_what, changes) => {
    expect(isDueAfter(given({}), given(changes), 'MATCHING')).toBe(true);
  });

  test.each<[string, WorkflowChanges]>([
    ['nothing', {}],
    ['the description', { description: 'described' }],
    ['the tags', { tags: [{ key: 'team', value: 'data' }] }],
  ])('%s makes nothing run', (_what, changes) => {
    expect(isDueAfter(given({}), given(changes), 'MATCHING')).toBe(false);
  });
});

test('the last of the resources that wait longer than an hour gives back what the run came to', () => {
  const stack = givenStack();
  const job = new mapping.MatchingJob(stack, 'Job', { workflow: givenImported(stack), waitFor: mapping.WaitFor.SUCCEEDED, timeout: Duration.hours(12) });

  expect(stack.resolve({ jobId: job.jobId, status: job.status, metrics: job.metrics })).toEqual({
    jobId: attribute('JobWait13', 'JobId'),
    status: attribute('JobWait13', 'Status'),
    metrics: metricsOf('JobWait13', 'MATCHING'),
  });
});

test('tokens pass', () => {
  const stack = new Stack(new App(), 'Stack');
  const parameter = new CfnParameter(stack, 'Version');
  new mapping.MatchingJob(stack, 'Job', {
    workflow: mapping.MatchingWorkflow.fromMatchingWorkflowName(stack, 'Imported', parameter.valueAsString),
    runTrigger: parameter.valueAsString,
  });

  expect(jobProperties(stack)).toMatchObject({ Run: { runTrigger: { Ref: 'Version' } } });
});
