import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cr from 'aws-cdk-lib/aws-cleanrooms';
import * as kms from 'aws-cdk-lib/aws-kms';
import { DEFAULT_RUN, RUN_WITH_SETTINGS, runProperties, SETTINGS, statementsOfRun } from './given';
import * as mapping from '../../src';
import {
  COLLABORATION_ID, givenIdMappingTable, givenMembership, givenPartner, givenWorkflow, MEMBERSHIP_ARN, MEMBERSHIP_ID, TABLE_ARN, TABLE_ID,
} from '../clean-rooms/given';
import { EMAIL_RULE, givenApp, givenInput, givenStack } from '../entity-resolution/given';

const WORKFLOW_ARN = 'arn:aws:entityresolution:eu-west-1:111122223333:idmappingworkflow/crm';
const READ_JOBS = ['entityresolution:GetIdMappingJob', 'entityresolution:ListIdMappingJobs'];
const READ_TABLE = ['cleanrooms:GetIdMappingTable', 'cleanrooms:GetMembership'];

const populationProperties = (stack: Stack) => runProperties(stack, 'IdMappingTablePopulation');

describe('a population with the fewest properties', () => {
  const stack = givenStack();
  const table = givenIdMappingTable({}, stack);
  const population = table.populateOnDeploy('Population');

  test('is a custom resource that tells what is run and how', () => {
    expect(populationProperties(stack)).toEqual({
      ...DEFAULT_RUN,
      MembershipIdentifier: MEMBERSHIP_ID,
      IdMappingTableIdentifier: { 'Fn::GetAtt': [expect.stringMatching(/^Table/), 'IdMappingTableIdentifier'] },
      WorkflowKnown: true,
    });
  });

  test('may populate and see its table, see the jobs of its workflow, and nothing else', () => {
    const attribute = (name: string) => ({ 'Fn::GetAtt': [expect.stringMatching(/^Table/), name] });
    expect(statementsOfRun(stack, 'Population')).toEqual([
      { Effect: 'Allow', Action: 'cleanrooms:PopulateIdMappingTable', Resource: [attribute('Arn'), MEMBERSHIP_ARN] },
      { Effect: 'Allow', Action: READ_TABLE, Resource: [attribute('Arn'), MEMBERSHIP_ARN] },
      { Effect: 'Allow', Action: 'cleanrooms:GetSchema', Resource: attribute('CollaborationArn') },
      {
        Effect: 'Allow',
        Action: READ_JOBS,
        Resource: { 'Fn::Join': ['', ['arn:aws:entityresolution:eu-west-1:111122223333:idmappingworkflow/', { Ref: expect.stringMatching(/^Mapping/) }]] },
      },
    ]);
  });

  test('gives back what the resource answers', () => {
    const attribute = (name: string) => ({ 'Fn::GetAtt': [expect.stringMatching(/^TablePopulation/), name] });
    const { idMappingJobId, status, metrics } = population;
    expect(stack.resolve([idMappingJobId, status, metrics.inputRecords, metrics.mappedTargetRecordsRemoved])).toEqual(
      ['JobId', 'Status', 'InputRecords', 'MappedTargetRecordsRemoved'].map(attribute));
  });

  test('shares the runner with the ID mapping jobs of its stack', () => {
    const shared = givenStack();
    givenIdMappingTable({}, shared).populateOnDeploy('Population');
    new mapping.IdMappingJob(shared, 'Job', { workflow: mapping.IdMappingWorkflow.fromIdMappingWorkflowName(shared, 'Other', 'other') });

    Template.fromStack(shared).resourceCountIs('AWS::StepFunctions::StateMachine', 1);
  });
});

test('a population with every property tells them all', () => {
  const stack = givenStack();
  new mapping.IdMappingTablePopulation(stack, 'Population', {
    table: givenIdMappingTable({ workflow: givenWorkflow(stack, { incrementalRun: true }) }, stack),
    jobType: mapping.JobType.INCREMENTAL,
    ...SETTINGS,
  });

  expect(populationProperties(stack)).toMatchObject({
    ...RUN_WITH_SETTINGS,
    JobType: 'INCREMENTAL',
  });
});

describe('a population of an imported table', () => {
  const imported = { MembershipIdentifier: MEMBERSHIP_ID, IdMappingTableIdentifier: TABLE_ID, Definition: 'imported', WorkflowInStack: false };
  const populate = { Effect: 'Allow', Action: 'cleanrooms:PopulateIdMappingTable', Resource: [TABLE_ARN, MEMBERSHIP_ARN] };
  const read = { Effect: 'Allow', Action: READ_TABLE, Resource: [TABLE_ARN, MEMBERSHIP_ARN] };

  test('of which nothing is known can only populate and see it, and warns when the end is waited for', () => {
    const stack = givenStack();
    const table = mapping.IdMappingTable.fromIdMappingTableArn(stack, 'Table', TABLE_ARN);
    new mapping.IdMappingTablePopulation(stack, 'Population', { table, waitFor: mapping.WaitFor.SUCCEEDED });

    expect(populationProperties(stack)).toMatchObject({ ...imported, WorkflowKnown: false });
    expect(statementsOfRun(stack, 'Population')).toEqual([populate, read]);
    Annotations.fromStack(stack).hasWarning('/Stack/Population',
      "'waitFor' is SUCCEEDED, but nothing is known of the workflow of the imported table: whether a table that was populated before has been "
      + "populated again can't be seen, so that the deployment will fail; import the table by 'fromIdMappingTableAttributes' with its 'workflow' "
      + '[ack: cdk-id-mapping:endOfPopulationUnseen]');
  });

  test('of which the workflow is known can see its jobs, too, and warns of nothing', () => {
    const stack = givenStack();
    const table = mapping.IdMappingTable.fromIdMappingTableAttributes(stack, 'Table', {
      idMappingTableId: TABLE_ID,
      membership: givenMembership(stack),
      collaboration: mapping.Collaboration.fromCollaborationId(stack, 'Campaign', COLLABORATION_ID),
      workflow: mapping.IdMappingWorkflow.fromIdMappingWorkflowName(stack, 'Crm', 'crm'),
    });
    new mapping.IdMappingTablePopulation(stack, 'Population', { table, waitFor: mapping.WaitFor.SUCCEEDED });

    expect(populationProperties(stack)).toMatchObject({ ...imported, WorkflowKnown: true });
    expect(statementsOfRun(stack, 'Population')).toEqual([
      populate, read,
      { Effect: 'Allow', Action: 'cleanrooms:GetSchema', Resource: `arn:aws:cleanrooms:eu-west-1:*:collaboration/${COLLABORATION_ID}` },
      { Effect: 'Allow', Action: READ_JOBS, Resource: WORKFLOW_ARN },
    ]);
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  test('that is waited for to its start warns of nothing', () => {
    const stack = givenStack();
    new mapping.IdMappingTablePopulation(stack, 'Population', { table: mapping.IdMappingTable.fromIdMappingTableArn(stack, 'Table', TABLE_ARN) });

    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });
});

test('a population of an L1 reads its identifier from the Ref', () => {
  const stack = givenStack();
  const table = new cr.CfnIdMappingTable(stack, 'L1', {
    membershipIdentifier: MEMBERSHIP_ID, name: 'table', inputReferenceConfig: { inputReferenceArn: WORKFLOW_ARN, manageResourcePolicies: true },
  });
  new mapping.IdMappingTablePopulation(stack, 'Population', { table });

  expect(populationProperties(stack)).toMatchObject({
    IdMappingTableIdentifier: { 'Fn::Select': [0, { 'Fn::Split': ['|', { Ref: 'L1' }] }] },
  });
});

test('a population of a table whose workflow is of another stack does not wait for its jobs when it is deleted', () => {
  const app = givenApp();
  const workflow = givenWorkflow(givenStack(app, 'Workflows'));
  const stack = givenStack(app, 'Tables');
  givenIdMappingTable({ workflow }, stack).populateOnDeploy('Population');

  expect(populationProperties(stack)).toMatchObject({ WorkflowInStack: false, WorkflowKnown: true });
});

describe('the definition of what a population runs', () => {
  type Changes = (stack: Stack) => Partial<mapping.IdMappingTableProps>;

  function definitionOf(changes: Changes): unknown {
    const stack = givenStack();
    givenIdMappingTable({ idMappingTableName: 'crm', ...changes(stack) }, stack).populateOnDeploy('Population');
    return populationProperties(stack).Definition;
  }

  /** A workflow from a namespace with these properties. */
  const workflowFrom = (namespace: Partial<mapping.IdNamespaceProps>): Changes => (stack) => ({
    workflow: new mapping.IdMappingWorkflow(stack, 'Mapping', {
      sources: [mapping.InputSource.idNamespace(
        new mapping.IdNamespace(stack, 'Crm', { type: mapping.IdNamespaceType.SOURCE, inputSources: [givenInput(stack, 'crm')], ...namespace }))],
      target: mapping.InputSource.idNamespace(givenPartner(stack)),
      technique: mapping.IdMappingTechnique.ruleBased(),
    }),
  });
  const otherMembership = '99999999-9999-9999-9999-999999999999';

  test.each<[string, Changes, Changes?]>([
    ['the rules of the workflow', (stack) => ({
      workflow: givenWorkflow(stack, { technique: mapping.IdMappingTechnique.ruleBased({ rules: [EMAIL_RULE] }) }),
    })],
    ['the inputs of an ID namespace', (stack) => workflowFrom({ inputSources: [givenInput(stack, 'other')] })(stack), workflowFrom({})],
    ['the name of the table, which makes another one', () => ({ idMappingTableName: 'renamed' })],
    ['its membership, which makes another one', (stack) => ({ membership: mapping.Membership.fromMembershipId(stack, 'Other', otherMembership) })],
    ['who writes the policy of its workflow, which makes another one', () => ({ manageResourcePolicies: false })],
  ])('changes with %s', (_what, changes, before = () => ({})) => {
    expect(definitionOf(changes)).not.toBe(definitionOf(before));
  });

  test.each<[string, Changes, Changes?]>([
    ['the description of the table', () => ({ description: 'described' })],
    ['its key', (stack) => ({ kmsKey: new kms.Key(stack, 'Key') })],
    ['its tags', () => ({ tags: [{ key: 'team', value: 'data' }] })],
    ['the description of the workflow', (stack) => ({ workflow: givenWorkflow(stack, { description: 'described' }) })],
    ['the description of an ID namespace', workflowFrom({ description: 'described' }), workflowFrom({})],
  ])('does not change with %s', (_what, changes, before = () => ({})) => {
    expect(definitionOf(changes)).toBe(definitionOf(before));
  });
});

test('a population that is waited for longer than an hour gives back what the signal says, and waits anew for another table', () => {
  const conditionOf = (idMappingTableName: string) => {
    const stack = givenStack();
    const population = givenIdMappingTable({ idMappingTableName }, stack).populateOnDeploy('Population', {
      waitFor: mapping.WaitFor.SUCCEEDED, timeout: Duration.hours(12),
    });
    const [id] = Object.keys(Template.fromStack(stack).findResources('AWS::CloudFormation::WaitCondition'));
    const part = (index: number) => ({ 'Fn::Select': [index, { 'Fn::Split': ['|', { 'Fn::GetAtt': [id, 'Data'] }] }] });
    expect(stack.resolve([population.idMappingJobId, population.status, population.metrics.inputRecords])).toEqual([part(1), part(2), part(3)]);
    return id;
  };

  expect(conditionOf('crm')).not.toBe(conditionOf('renamed'));
});

describe('fails with', () => {
  test('an incremental job of a workflow that has none', () => {
    const stack = givenStack();
    const table = givenIdMappingTable({}, stack);

    expect(() => table.populateOnDeploy('Population', { jobType: mapping.JobType.INCREMENTAL })).toThrow(new Error(
      "[Stack/Table/Population] 'jobType' is INCREMENTAL, but the workflow Stack/Mapping has no incremental run: "
      + "give it 'incrementalRun: true', or leave 'jobType' out"));
  });

  test.each<[string, mapping.IdMappingTablePopulationOptions, string]>([
    ['too short a timeout', { timeout: Duration.seconds(59) }, "'timeout' must be 1 minute to 55 minutes, got 59 seconds"],
    ['too long a timeout of a start', { timeout: Duration.minutes(56) }, "'timeout' must be 1 minute to 55 minutes, got 56 minutes"],
    ['too long a timeout of a success', { timeout: Duration.hours(13), waitFor: mapping.WaitFor.SUCCEEDED },
      "'timeout' must be 1 minute to 12 hours, got 13 hours"],
    ['too short a poll interval', { pollInterval: Duration.seconds(0) }, "'pollInterval' must be 1 second to 1 minute, got 0 seconds"],
  ])('%s', (_what, options, message) => {
    expect(() => givenIdMappingTable().populateOnDeploy('Population', options)).toThrow(new Error(`[Stack/Table/Population] ${message}`));
  });
});

test('tokens pass', () => {
  const stack = new Stack(new App(), 'Stack');
  const parameter = new CfnParameter(stack, 'Id');
  const table = mapping.IdMappingTable.fromIdMappingTableAttributes(stack, 'Table', {
    idMappingTableId: parameter.valueAsString, membership: mapping.Membership.fromMembershipId(stack, 'Membership', parameter.valueAsString),
  });
  new mapping.IdMappingTablePopulation(stack, 'Population', { table, runTrigger: parameter.valueAsString });

  expect(populationProperties(stack)).toMatchObject({
    MembershipIdentifier: { Ref: 'Id' }, IdMappingTableIdentifier: { Ref: 'Id' }, RunTrigger: { Ref: 'Id' },
  });
});
