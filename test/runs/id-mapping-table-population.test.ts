import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cr from 'aws-cdk-lib/aws-cleanrooms';
import * as kms from 'aws-cdk-lib/aws-kms';
import { attribute, DEFAULT_RUN, DEFAULT_SETTINGS, HERE, isDueAfter, metricsOf, RUN_WITH_SETTINGS, runProperties, SETTINGS, statementsOfRun } from './given';
import * as mapping from '../../src';
import {
  COLLABORATION_ID, CONFIGURED_TABLES_ARN, givenIdMappingTable, givenMembership, givenPartner, givenWorkflow, MEMBERSHIP_ARN, MEMBERSHIP_ID,
  TABLE_ARN, TABLE_ID,
} from '../clean-rooms/given';
import { EMAIL_RULE, givenApp, givenInput, givenStack } from '../entity-resolution/given';

const WORKFLOW_ARN = 'arn:aws:entityresolution:eu-west-1:111122223333:idmappingworkflow/crm';
const READ_WORKFLOW = 'entityresolution:GetIdMappingWorkflow';
const READ_JOBS = ['entityresolution:GetIdMappingJob', 'entityresolution:ListIdMappingJobs'];
const READ_TABLE = ['cleanrooms:GetIdMappingTable', 'cleanrooms:GetMembership'];

const populationProperties = (stack: Stack) => runProperties(stack, 'ID_MAPPING_TABLE_POPULATION');

describe('a population with the fewest properties', () => {
  const stack = givenStack();
  const table = givenIdMappingTable({}, stack);
  const population = table.populateOnDeploy('Population');

  test('is a custom resource that tells what is run and how', () => {
    expect(populationProperties(stack)).toEqual({
      ...DEFAULT_RUN,
      Run: {
        jobKind: 'ID_MAPPING_TABLE_POPULATION',
        request: { membershipIdentifier: MEMBERSHIP_ID, idMappingTableIdentifier: attribute('Table', 'IdMappingTableIdentifier') },
        ...HERE,
        definition: expect.objectContaining({ version: '1' }),
      },
      Settings: { ...DEFAULT_SETTINGS, readsJobs: true, awaitsJobOnDelete: true },
    });
  });

  test('may populate and see its table, see its workflow and the jobs of that, and nothing else', () => {
    const arns = [attribute('Table', 'Arn'), MEMBERSHIP_ARN];
    const workflowArn = { 'Fn::Join': ['', ['arn:aws:entityresolution:eu-west-1:111122223333:idmappingworkflow/', { Ref: expect.stringMatching(/^Mapping/) }]] };
    expect(statementsOfRun(stack, 'Population')).toEqual([
      { Effect: 'Allow', Action: 'cleanrooms:PopulateIdMappingTable', Resource: arns },
      { Effect: 'Allow', Action: READ_WORKFLOW, Resource: workflowArn },
      { Effect: 'Allow', Action: READ_TABLE, Resource: arns },
      { Effect: 'Allow', Action: 'cleanrooms:GetSchema', Resource: [attribute('Table', 'CollaborationArn'), CONFIGURED_TABLES_ARN] },
      { Effect: 'Allow', Action: READ_JOBS, Resource: workflowArn },
    ]);
  });

  test('gives back what the resource answers, each metric under its name', () => {
    expect(stack.resolve({ jobId: population.idMappingJobId, status: population.status, metrics: population.metrics })).toEqual({
      jobId: attribute('TablePopulation', 'JobId'),
      status: attribute('TablePopulation', 'Status'),
      metrics: metricsOf('TablePopulation', 'ID_MAPPING_TABLE_POPULATION'),
    });
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

  expect(populationProperties(stack)).toMatchObject(RUN_WITH_SETTINGS);
  expect(populationProperties(stack).Run.request).toMatchObject({ jobType: 'INCREMENTAL' });
});

describe('a population of an imported table', () => {
  const imported = {
    jobKind: 'ID_MAPPING_TABLE_POPULATION', request: { membershipIdentifier: MEMBERSHIP_ID, idMappingTableIdentifier: TABLE_ID }, ...HERE,
  };
  const populate = { Effect: 'Allow', Action: 'cleanrooms:PopulateIdMappingTable', Resource: [TABLE_ARN, MEMBERSHIP_ARN] };
  const read = { Effect: 'Allow', Action: READ_TABLE, Resource: [TABLE_ARN, MEMBERSHIP_ARN] };

  test('of which nothing is known can only populate and see it, see its workflow, whichever that is, and warns when the end is waited for', () => {
    const stack = givenStack();
    const table = mapping.IdMappingTable.fromIdMappingTableArn(stack, 'Table', TABLE_ARN);
    new mapping.IdMappingTablePopulation(stack, 'Population', { table, waitFor: mapping.WaitFor.SUCCEEDED });

    const { Run, Settings } = populationProperties(stack);
    expect(Run).toEqual(imported);
    expect(Settings).toEqual({ ...DEFAULT_SETTINGS, waitFor: 'SUCCEEDED', readsJobs: false });
    expect(statementsOfRun(stack, 'Population')).toEqual([
      populate,
      { Effect: 'Allow', Action: READ_WORKFLOW, Resource: 'arn:aws:entityresolution:eu-west-1:111122223333:idmappingworkflow/*' },
      read,
    ]);
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

    const { Run, Settings } = populationProperties(stack);
    expect(Run).toEqual(imported);
    expect(Settings).toEqual({ ...DEFAULT_SETTINGS, waitFor: 'SUCCEEDED', readsJobs: true });
    expect(statementsOfRun(stack, 'Population')).toEqual([
      populate,
      { Effect: 'Allow', Action: READ_WORKFLOW, Resource: WORKFLOW_ARN },
      read,
      { Effect: 'Allow', Action: 'cleanrooms:GetSchema', Resource: [`arn:aws:cleanrooms:eu-west-1:*:collaboration/${COLLABORATION_ID}`, CONFIGURED_TABLES_ARN] },
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

  expect(populationProperties(stack).Run.request).toMatchObject({
    idMappingTableIdentifier: { 'Fn::Select': [0, { 'Fn::Split': ['|', { Ref: 'L1' }] }] },
  });
});

test('a population of a table whose workflow is of another stack does not wait for its jobs when it is deleted', () => {
  const app = givenApp();
  const workflow = givenWorkflow(givenStack(app, 'Workflows'));
  const stack = givenStack(app, 'Tables');
  givenIdMappingTable({ workflow }, stack).populateOnDeploy('Population');

  const { Settings } = populationProperties(stack);
  expect(Settings.readsJobs).toBe(true);
  expect(Settings).not.toHaveProperty('awaitsJobOnDelete');
});

describe('a change of', () => {
  type Changes = (stack: Stack) => Partial<mapping.IdMappingTableProps>;

  function given(changes: Changes): Stack {
    const stack = givenStack();
    givenIdMappingTable({ idMappingTableName: 'crm', ...changes(stack) }, stack).populateOnDeploy('Population');
    return stack;
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
    ['its membership, which makes another one', (stack) => ({ membership: mapping.Membership.fromMembershipId(stack, 'Other', otherMembership) })],
    ['who writes the policy of its workflow, which makes another one', () => ({ manageResourcePolicies: false })],
  ])('%s makes the population run', (_what, changes, before = () => ({})) => {
    expect(isDueAfter(given(before), given(changes), 'ID_MAPPING_TABLE_POPULATION')).toBe(true);
  });

  test.each<[string, Changes, Changes?]>([
    ['the description of the table', () => ({ description: 'described' })],
    ['its key', (stack) => ({ kmsKey: new kms.Key(stack, 'Key') })],
    ['its tags', () => ({ tags: [{ key: 'team', value: 'data' }] })],
    ['the description of the workflow', (stack) => ({ workflow: givenWorkflow(stack, { description: 'described' }) })],
    ['the description of an ID namespace', workflowFrom({ description: 'described' }), workflowFrom({})],
  ])('%s makes nothing run', (_what, changes, before = () => ({})) => {
    expect(isDueAfter(given(before), given(changes), 'ID_MAPPING_TABLE_POPULATION')).toBe(false);
  });
});

test('the last of the resources that wait longer than an hour gives back what the run came to', () => {
  const stack = givenStack();
  const population = givenIdMappingTable({}, stack).populateOnDeploy('Population', { waitFor: mapping.WaitFor.SUCCEEDED, timeout: Duration.hours(12) });

  expect(stack.resolve({ jobId: population.idMappingJobId, status: population.status, metrics: population.metrics })).toEqual({
    jobId: attribute('TablePopulationWait13', 'JobId'),
    status: attribute('TablePopulationWait13', 'Status'),
    metrics: metricsOf('TablePopulationWait13', 'ID_MAPPING_TABLE_POPULATION'),
  });
});

test('an incremental job of a workflow that has none fails', () => {
  const table = givenIdMappingTable();

  expect(() => table.populateOnDeploy('Population', { jobType: mapping.JobType.INCREMENTAL })).toThrow(new Error(
    "[Stack/Table/Population] 'jobType' is INCREMENTAL, but the workflow Stack/Mapping has no incremental run: "
    + "give it 'incrementalRun: true', or leave 'jobType' out"));
});

test('tokens pass', () => {
  const stack = new Stack(new App(), 'Stack');
  const parameter = new CfnParameter(stack, 'Id');
  const table = mapping.IdMappingTable.fromIdMappingTableAttributes(stack, 'Table', {
    idMappingTableId: parameter.valueAsString, membership: mapping.Membership.fromMembershipId(stack, 'Membership', parameter.valueAsString),
  });
  new mapping.IdMappingTablePopulation(stack, 'Population', { table, runTrigger: parameter.valueAsString });

  expect(populationProperties(stack).Run).toMatchObject({
    request: { membershipIdentifier: { Ref: 'Id' }, idMappingTableIdentifier: { Ref: 'Id' } }, runTrigger: { Ref: 'Id' },
  });
});
