import { App, Duration, NestedStack, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import * as mapping from '../../../src';
import { COLLABORATION_ID, MEMBERSHIP_ID, TABLE_ID } from '../../clean-rooms/given';
import { givenApp, givenInput, givenMatchingWorkflow, givenStack, numbered } from '../../entity-resolution/given';
import { attribute, HERE, runProperties } from '../given';

type Props = mapping.JobRunProps;

/** A run of each kind, of what was not defined here, under the id `Run`. */
const KINDS: Record<string, (scope: Construct, props: Props, env?: string) => Construct> = {
  'an ID mapping job': (scope, props, env = 'eu-west-1:111122223333') => new mapping.IdMappingJob(scope, 'Run', {
    workflow: mapping.IdMappingWorkflow.fromIdMappingWorkflowArn(scope, 'Imported', `arn:aws:entityresolution:${env}:idmappingworkflow/crm`), ...props,
  }),
  'a matching job': (scope, props, env = 'eu-west-1:111122223333') => new mapping.MatchingJob(scope, 'Run', {
    workflow: mapping.MatchingWorkflow.fromMatchingWorkflowArn(scope, 'Imported', `arn:aws:entityresolution:${env}:matchingworkflow/loyalty`), ...props,
  }),
  'a population': (scope, props, env = 'eu-west-1:111122223333') => new mapping.IdMappingTablePopulation(scope, 'Run', {
    table: mapping.IdMappingTable.fromIdMappingTableArn(scope, 'Imported', `arn:aws:cleanrooms:${env}:membership/${MEMBERSHIP_ID}/idmappingtable/${TABLE_ID}`), ...props,
  }),
};

describe.each(Object.entries(KINDS))('%s', (_kind, run) => {
  test.each<[string, Props, string]>([
    ['too short a timeout', { timeout: Duration.seconds(59) }, "'timeout' must be 1 minute to 55 minutes, got 59 seconds"],
    ['too long a timeout of a start', { timeout: Duration.minutes(56) }, "'timeout' must be 1 minute to 55 minutes, got 56 minutes"],
    ['too long a timeout of a success', { timeout: Duration.hours(13), waitFor: mapping.WaitFor.SUCCEEDED },
      "'timeout' must be 1 minute to 12 hours, got 13 hours"],
    ['too short a poll interval', { pollInterval: Duration.seconds(0) }, "'pollInterval' must be 1 second to 1 minute, got 0 seconds"],
    ['too long a poll interval', { pollInterval: Duration.seconds(61) }, "'pollInterval' must be 1 second to 1 minute, got 1 minute 1 second"],
  ])('fails with %s', (_what, props, message) => {
    expect(() => run(givenStack(), props)).toThrow(new Error(`[Stack/Run] ${message}`));
  });

  test.each([
    ['Region', 'us-east-1:111122223333', 'account 111122223333, Region us-east-1'],
    ['account', 'eu-west-1:444455556666', 'account 444455556666, Region eu-west-1'],
  ])('of another %s is refused where it is known', (_what, env, where) => {
    expect(() => run(givenStack(), {}, env)).toThrow(new Error(
      `[Stack/Run] Stack/Imported is of ${where}, and can be run only there, but the stack is of account 111122223333, Region eu-west-1: `
      + 'define the run in a stack of that account and Region'));
  });

  test('of another Region is told to the runner where it is not known', () => {
    const stack = new Stack(new App(), 'Stack');
    run(stack, {}, 'eu-west-1:444455556666');

    const resources: Record<string, { Type: string; Properties: { Run: object } }> = Template.fromStack(stack).toJSON().Resources;
    const [{ Properties }] = Object.values(resources)
      .filter(({ Type }) => /^Custom::/.test(Type));
    expect(Properties.Run).toMatchObject({ account: '444455556666', region: 'eu-west-1' });
  });
});

describe('a run of what another stack defines is refused when that stack is of another Region', () => {
  const elsewhere = (app: App) => new Stack(app, 'Elsewhere', { env: { account: '111122223333', region: 'us-east-1' }, crossRegionReferences: true });
  const message = /^\[Stack\/Run\] Elsewhere\/\w+ is of account 111122223333, Region us-east-1, and can be run only there, but the stack is of account 111122223333, Region eu-west-1/;

  test.each<[string, (scope: Stack, other: Stack) => Construct]>([
    ['an ID mapping job', (scope, other) => new mapping.IdMappingJob(scope, 'Run', {
      workflow: new mapping.IdMappingWorkflow(other, 'Workflow', {
        sources: [givenInput(other, 'crm')], target: mapping.InputSource.matchingWorkflow(givenMatchingWorkflow(other)), technique: mapping.IdMappingTechnique.ruleBased(),
      }),
    })],
    ['a matching job', (scope, other) => new mapping.MatchingJob(scope, 'Run', { workflow: givenMatchingWorkflow(other) })],
    ['a population', (scope, other) => new mapping.IdMappingTablePopulation(scope, 'Run', {
      table: mapping.IdMappingTable.fromIdMappingTableAttributes(other, 'Table', {
        idMappingTableId: TABLE_ID,
        membership: mapping.Membership.fromMembershipId(other, 'Membership', MEMBERSHIP_ID),
        collaboration: mapping.Collaboration.fromCollaborationId(other, 'Collaboration', COLLABORATION_ID),
      }),
    })],
  ])('%s', (_kind, run) => {
    const app = givenApp();
    const stack = new Stack(app, 'Stack', { env: { account: '111122223333', region: 'eu-west-1' }, crossRegionReferences: true });

    expect(() => run(stack, elsewhere(app))).toThrow(message);
  });
});

describe('a run that is waited for longer than an hour', () => {
  const waits = (stack: Stack) => Object.entries(Template.fromStack(stack).findResources('Custom::IdMappingRunWait'));

  function given(props: Props = {}): Stack {
    const stack = givenStack();
    KINDS['an ID mapping job'](stack, { waitFor: mapping.WaitFor.SUCCEEDED, timeout: Duration.hours(2), ...props });
    return stack;
  }

  test.each<[Duration, number]>([
    [Duration.minutes(55), 0],
    [Duration.minutes(56), 1],
    [Duration.minutes(110), 1],
    [Duration.hours(6), 6],
    [Duration.hours(12), 13],
  ])('has one resource more for each further 55 minutes: %s, %i', (timeout, links) => {
    expect(waits(given({ timeout }))).toHaveLength(links);
  });

  test('has resources that wait one after the other for the run that the first one has asked for', () => {
    const stack = given();
    const ofRun = (name: string) => ({ 'Fn::GetAtt': [expect.stringMatching(/^Run[0-9A-F]{8}$/), name] });
    const wait = (settings: object, before: RegExp) => ({
      Type: 'Custom::IdMappingRunWait',
      DependsOn: [expect.stringMatching(before)],
      UpdateReplacePolicy: 'Delete',
      DeletionPolicy: 'Delete',
      Properties: {
        ServiceToken: expect.anything(),
        ServiceTimeout: '3540',
        Execution: ofRun('Execution'),
        IsNew: ofRun('IsNew'),
        Run: { jobKind: 'ID_MAPPING', request: { workflowName: 'crm' }, ...HERE },
        Settings: { onFailure: 'FAIL', timeout: '2 hours', pollInterval: '5 seconds', roleArn: attribute('RunRole', 'Arn'), ...settings },
      },
    });

    expect(runProperties(stack, 'ID_MAPPING')).toMatchObject({ ServiceTimeout: '3540', Settings: { timeout: '2 hours', handsOver: true } });
    expect(waits(stack).map(([, resource]) => resource)).toEqual([wait({ handsOver: true }, /^Run[0-9A-F]{8}$/), wait({}, /^RunWait1[0-9A-F]{8}$/)]);
  });

  test('has the same resources whatever it is, so that attributes stay when they are waited for anew', () => {
    expect(waits(given({ runTrigger: 'v2' })).map(([id]) => id)).toEqual(waits(given({ runTrigger: 'v1' })).map(([id]) => id));
  });

  test('ends before whatever depends on it begins', () => {
    const stack = givenStack();
    const run = KINDS['an ID mapping job'](stack, { waitFor: mapping.WaitFor.SUCCEEDED, timeout: Duration.hours(2) });
    new iam.CfnGroup(stack, 'After').node.addDependency(run);

    expect(Template.fromStack(stack).findResources('AWS::IAM::Group').After.DependsOn).toEqual(
      expect.arrayContaining([expect.stringMatching(/^RunWait1/), expect.stringMatching(/^RunWait2/)]));
  });
});

test('a timeout that is a token is bounded by what one resource can wait', () => {
  const stack = givenStack();
  KINDS['an ID mapping job'](stack, { waitFor: mapping.WaitFor.SUCCEEDED, timeout: Duration.minutes(Token.asNumber({ Ref: 'Minutes' })), pollInterval: Duration.seconds(Token.asNumber({ Ref: 'Seconds' })) });

  expect(runProperties(stack, 'ID_MAPPING')).toMatchObject({
    ServiceTimeout: '3540',
    Settings: { timeout: { 'Fn::Join': ['', [{ Ref: 'Minutes' }, ' minutes']] }, pollInterval: { 'Fn::Join': ['', [{ Ref: 'Seconds' }, ' seconds']] } },
  });
  Template.fromStack(stack).resourceCountIs('Custom::IdMappingRunWait', 0);
});

test('a nested stack counts as the stack that it is nested in: the workflow is deleted with it', () => {
  const stack = givenStack();
  const nested = new NestedStack(stack, 'Nested');
  new mapping.MatchingJob(stack, 'Outside', { workflow: givenMatchingWorkflow(nested) });
  new mapping.MatchingJob(nested, 'Inside', { workflow: givenMatchingWorkflow(stack) });

  expect([stack, nested].map((each) => runProperties(each, 'MATCHING').Settings.awaitsJobOnDelete)).toEqual([true, true]);
});

test.each(Object.entries(KINDS))('each further run that waits less than an hour is two resources: %s', (_kind, run) => {
  const resources = (runs: number) => {
    const stack = givenStack();
    numbered(runs, (number) => run(new Construct(stack, `Scope${number}`), {}));
    return Object.keys(Template.fromStack(stack).toJSON().Resources).length;
  };

  expect(resources(2) - resources(1)).toBe(2);
});
