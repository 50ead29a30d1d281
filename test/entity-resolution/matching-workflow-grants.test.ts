import { givenMatchingWorkflow, givenStack, givenUser, statementsOfUser } from './given';
import * as mapping from '../../src';

const WORKFLOW_ARN = 'arn:aws:entityresolution:eu-west-1:111122223333:matchingworkflow/loyalty';

test('a workflow of this app lets a user start jobs: pass its role to Entity Resolution, and nobody else, and let it use the output key', () => {
  const stack = givenStack();
  const workflow = givenMatchingWorkflow(stack);
  workflow.grants.startJobs(givenUser(stack));

  expect(statementsOfUser(stack)).toEqual([
    {
      Effect: 'Allow',
      Action: 'entityresolution:StartMatchingJob',
      Resource: { 'Fn::Join': ['', ['arn:aws:entityresolution:eu-west-1:111122223333:matchingworkflow/', { Ref: 'Loyalty5E0BF725' }]] },
    },
    {
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: stack.resolve(workflow.role?.roleRef.roleArn),
      Condition: { StringEquals: { 'iam:PassedToService': 'entityresolution.amazonaws.com' } },
    },
    {
      Effect: 'Allow',
      Action: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      Resource: stack.resolve(workflow.outputKey?.keyRef.keyArn),
      Condition: { StringEquals: { 'kms:ViaService': 'entityresolution.eu-west-1.amazonaws.com' } },
    },
  ]);
});

test.each([
  ['start jobs', 'startJobs', 'entityresolution:StartMatchingJob'],
  ['read jobs', 'readJobs', ['entityresolution:GetMatchingJob', 'entityresolution:ListMatchingJobs']],
  ['read it', 'read', 'entityresolution:GetMatchingWorkflow'],
] as const)('a workflow that was not defined here lets a user %s', (_, grant, action) => {
  const stack = givenStack();
  mapping.MatchingWorkflow.fromMatchingWorkflowArn(stack, 'Imported', WORKFLOW_ARN).grants[grant](givenUser(stack));

  expect(statementsOfUser(stack)).toEqual([{ Effect: 'Allow', Action: action, Resource: WORKFLOW_ARN }]);
});
