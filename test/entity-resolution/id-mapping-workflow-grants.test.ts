import { Match, Template } from 'aws-cdk-lib/assertions';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import { givenInput, givenMatchingWorkflow, givenStack, givenUser, statementsOfUser } from './given';
import * as mapping from '../../src';

const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000';
const WORKFLOW_ARN = 'arn:aws:entityresolution:eu-west-1:111122223333:idmappingworkflow/crm-to-loyalty';

describe('a workflow of this app', () => {
  test('lets a user start jobs: pass its role to Entity Resolution, and nobody else, and let it use the output key', () => {
    const stack = givenStack();
    const workflow = new mapping.IdMappingWorkflow(stack, 'CrmToLoyalty', {
      sources: [givenInput(stack, 'crm')],
      target: mapping.InputSource.matchingWorkflow(givenMatchingWorkflow(stack)),
      technique: mapping.IdMappingTechnique.ruleBased(),
    });
    const grant = workflow.grants.startJobs(givenUser(stack));

    expect(grant.success).toBe(true);
    expect(statementsOfUser(stack)).toEqual([
      {
        Effect: 'Allow',
        Action: 'entityresolution:StartIdMappingJob',
        Resource: { 'Fn::Join': ['', ['arn:aws:entityresolution:eu-west-1:111122223333:idmappingworkflow/', { Ref: 'CrmToLoyalty7F3A4F27' }]] },
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
});

test('a workflow with an ID namespace lets whoever starts jobs use ID namespaces', () => {
  const stack = givenStack();
  new mapping.IdMappingWorkflow(stack, 'CrmToLoyalty', {
    sources: [mapping.InputSource.idNamespace(mapping.IdNamespace.fromIdNamespaceName(stack, 'Crm', 'crm'))],
    target: mapping.InputSource.matchingWorkflow(givenMatchingWorkflow(stack)),
    technique: mapping.IdMappingTechnique.ruleBased(),
  }).grants.startJobs(givenUser(stack));

  expect(statementsOfUser(stack)).toContainEqual({ Effect: 'Allow', Action: 'entityresolution:UseIdNamespace', Resource: '*' });
});

describe('a workflow that was not defined here', () => {
  test('lets a user start jobs, its role and key left to others', () => {
    const stack = givenStack();
    mapping.IdMappingWorkflow.fromIdMappingWorkflowArn(stack, 'Imported', WORKFLOW_ARN).grants.startJobs(givenUser(stack));

    expect(statementsOfUser(stack)).toEqual([{ Effect: 'Allow', Action: 'entityresolution:StartIdMappingJob', Resource: WORKFLOW_ARN }]);
  });

  test('lets a user read it', () => {
    const stack = givenStack();
    mapping.IdMappingWorkflow.fromIdMappingWorkflowArn(stack, 'Imported', WORKFLOW_ARN).grants.read(givenUser(stack));

    expect(statementsOfUser(stack)).toEqual([{ Effect: 'Allow', Action: 'entityresolution:GetIdMappingWorkflow', Resource: WORKFLOW_ARN }]);
  });

  test('lets a user read jobs', () => {
    const stack = givenStack();
    mapping.IdMappingWorkflow.fromIdMappingWorkflowArn(stack, 'Imported', WORKFLOW_ARN).grants.readJobs(givenUser(stack));

    expect(statementsOfUser(stack)).toEqual([
      { Effect: 'Allow', Action: ['entityresolution:GetIdMappingJob', 'entityresolution:ListIdMappingJobs'], Resource: WORKFLOW_ARN },
    ]);
  });

  test('may be an L1', () => {
    const stack = givenStack();
    const l1 = er.CfnIdMappingWorkflow.fromWorkflowName(stack, 'L1', 'crm-to-loyalty');
    mapping.IdMappingWorkflowGrants.fromIdMappingWorkflow(l1).readJobs(givenUser(stack));

    expect(statementsOfUser(stack)).toMatchObject([{ Resource: WORKFLOW_ARN }]);
  });

  test('may be an L1 of the app, whose role, key and namespaces it names itself', () => {
    const stack = givenStack();
    const namespace = new er.CfnIdNamespace(stack, 'Namespace', { idNamespaceName: 'members', type: 'TARGET' });
    const l1 = new er.CfnIdMappingWorkflow(stack, 'L1', {
      workflowName: 'crm-to-loyalty',
      roleArn: 'arn:aws:iam::111122223333:role/jobs',
      inputSourceConfig: [{ inputSourceArn: namespace.attrIdNamespaceArn, type: 'TARGET' }],
      outputSourceConfig: [{ outputS3Path: 's3://output', kmsArn: KEY_ARN }],
      idMappingTechniques: { idMappingType: 'RULE_BASED' },
    });
    mapping.IdMappingWorkflowGrants.fromIdMappingWorkflow(l1).startJobs(givenUser(stack));

    expect(statementsOfUser(stack)).toMatchObject([
      { Action: 'entityresolution:StartIdMappingJob' },
      { Action: 'iam:PassRole', Resource: 'arn:aws:iam::111122223333:role/jobs' },
      { Action: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'], Resource: KEY_ARN },
      { Action: 'entityresolution:UseIdNamespace', Resource: '*' },
    ]);
  });

  test('may be an L1 of the app without any of these', () => {
    const stack = givenStack();
    const l1 = new er.CfnIdMappingWorkflow(stack, 'L1', {
      workflowName: 'crm-to-loyalty',
      roleArn: '',
      inputSourceConfig: [{ inputSourceArn: 'arn:aws:glue:eu-west-1:111122223333:table/crm/people', type: 'SOURCE' }],
      idMappingTechniques: { idMappingType: 'RULE_BASED' },
    });
    mapping.IdMappingWorkflowGrants.fromIdMappingWorkflow(l1).startJobs(givenUser(stack));

    expect(statementsOfUser(stack)).toMatchObject([{ Action: 'entityresolution:StartIdMappingJob' }]);
  });
});

describe('Clean Rooms', () => {
  const TYPE = 'AWS::EntityResolution::PolicyStatement';

  test('may run the workflow for tables of its account, by the workflow\'s policy, which says so once', () => {
    const stack = givenStack();
    const workflow = mapping.IdMappingWorkflow.fromIdMappingWorkflowArn(stack, 'Imported', WORKFLOW_ARN);
    workflow.grants.cleanRooms();
    workflow.grants.cleanRooms();
    const template = Template.fromStack(stack);

    template.resourceCountIs(TYPE, 1);
    template.hasResourceProperties(TYPE, {
      Arn: WORKFLOW_ARN,
      StatementId: Match.stringLikeRegexp('^CleanRooms[0-9a-f]{8}$'),
      Effect: 'Allow',
      Principal: ['cleanrooms.amazonaws.com'],
      Action: ['entityresolution:GetIdMappingWorkflow', 'entityresolution:StartIdMappingJob'],
      Condition: '{"StringEquals":{"aws:SourceAccount":"111122223333"}}',
    });
  });

  test('fails to be allowed when the workflow is of another account', () => {
    const stack = givenStack();
    const workflow = mapping.IdMappingWorkflow.fromIdMappingWorkflowArn(stack, 'Imported', WORKFLOW_ARN.replace('111122223333', '444455556666'));

    expect(() => workflow.grants.cleanRooms()).toThrow(new Error(
      '[Stack/Imported] account 444455556666 owns the ID mapping workflow and has to allow this: call it in a stack of that account'));
  });
});
