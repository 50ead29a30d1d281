import { CfnParameter, Fn } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { COLLABORATION_ID } from './given';
import * as mapping from '../../src';
import { givenStack, numbered } from '../entity-resolution/given';

const TYPE = 'AWS::CleanRooms::Collaboration';
const { CustomMlMemberAbility, MemberAbility, PaymentResponsibility } = mapping;
const ARN = `arn:aws:cleanrooms:eu-west-1:444455556666:collaboration/${COLLABORATION_ID}`;

function collaboration(props: Partial<mapping.CollaborationProps> = {}, stack = givenStack()): mapping.Collaboration {
  return new mapping.Collaboration(stack, 'Campaign', {
    collaborationName: 'Campaign', description: 'Who has seen it', creatorDisplayName: 'Advertiser', ...props,
  });
}

const member = (props: Partial<mapping.CollaborationMember> = {}): mapping.CollaborationMember => ({
  accountId: '444455556666', displayName: 'Publisher', ...props,
});

describe('with minimal properties', () => {
  const { stack, collaborationId, collaborationArn, collaborationRef } = collaboration();

  test('has its names, logs nothing and invites nobody', () => {
    Template.fromStack(stack).templateMatches({
      Resources: {
        CampaignBB1DC5FF: {
          Type: TYPE,
          Properties: {
            Name: 'Campaign',
            Description: 'Who has seen it',
            CreatorDisplayName: 'Advertiser',
            QueryLogStatus: 'DISABLED',
            JobLogStatus: 'DISABLED',
            CreatorMemberAbilities: [],
            CreatorPaymentConfiguration: Match.absent(),
            Members: Match.absent(),
          },
        },
      },
    });
  });

  test('gives its identifier and ARN as attributes', () => {
    expect(stack.resolve(collaborationId)).toEqual({ 'Fn::GetAtt': ['CampaignBB1DC5FF', 'CollaborationIdentifier'] });
    expect(stack.resolve(collaborationArn)).toEqual({ 'Fn::GetAtt': ['CampaignBB1DC5FF', 'Arn'] });
    expect(collaborationRef).toEqual({ collaborationIdentifier: collaborationId, collaborationArn });
  });
});

test('with every property, has them all', () => {
  const { stack } = collaboration({
    creatorMemberAbilities: [MemberAbility.CAN_QUERY, MemberAbility.CAN_RUN_JOB],
    creatorMlMemberAbilities: [CustomMlMemberAbility.CAN_RECEIVE_MODEL_OUTPUT],
    creatorPaymentResponsibilities: Object.values(PaymentResponsibility),
    members: [
      member({
        memberAbilities: [MemberAbility.CAN_RECEIVE_RESULTS],
        mlMemberAbilities: [CustomMlMemberAbility.CAN_RECEIVE_INFERENCE_OUTPUT],
        paymentResponsibilities: [],
      }),
      member({ accountId: '777788889999', displayName: 'Agency' }),
    ],
    queryLog: true,
    jobLog: true,
    analyticsEngine: mapping.AnalyticsEngine.SPARK,
    dataEncryptionMetadata: { allowCleartext: true, allowDuplicates: false, allowJoinsOnColumnsWithDifferentNames: true, preserveNulls: false },
    autoApprovedChangeTypes: [mapping.AutoApprovedChangeType.ADD_MEMBER],
    allowedResultRegions: ['eu-west-1'],
    isMetricsEnabled: true,
    tags: [{ key: 'team', value: 'crm' }],
  });

  Template.fromStack(stack).hasResourceProperties(TYPE, {
    CreatorMemberAbilities: ['CAN_QUERY', 'CAN_RUN_JOB'],
    CreatorMLMemberAbilities: { CustomMLMemberAbilities: ['CAN_RECEIVE_MODEL_OUTPUT'] },
    CreatorPaymentConfiguration: {
      QueryCompute: { IsResponsible: true },
      JobCompute: { IsResponsible: true },
      MachineLearning: {
        ModelTraining: { IsResponsible: true }, ModelInference: { IsResponsible: true }, SyntheticDataGeneration: { IsResponsible: true },
      },
    },
    Members: [
      {
        AccountId: '444455556666',
        DisplayName: 'Publisher',
        MemberAbilities: ['CAN_RECEIVE_RESULTS'],
        MLMemberAbilities: { CustomMLMemberAbilities: ['CAN_RECEIVE_INFERENCE_OUTPUT'] },
        PaymentConfiguration: { QueryCompute: { IsResponsible: false }, JobCompute: Match.absent(), MachineLearning: Match.absent() },
      },
      { AccountId: '777788889999', DisplayName: 'Agency', PaymentConfiguration: Match.absent() },
    ],
    QueryLogStatus: 'ENABLED',
    JobLogStatus: 'ENABLED',
    AnalyticsEngine: 'SPARK',
    DataEncryptionMetadata: { AllowCleartext: true, AllowDuplicates: false, AllowJoinsOnColumnsWithDifferentNames: true, PreserveNulls: false },
    AutoApprovedChangeTypes: ['ADD_MEMBER'],
    AllowedResultRegions: ['eu-west-1'],
    IsMetricsEnabled: true,
    Tags: [{ Key: 'team', Value: 'crm' }],
  });
});

describe('imported', () => {
  test('by its identifier, has an ARN that is good for a policy', () => {
    const stack = givenStack();
    const imported = mapping.Collaboration.fromCollaborationId(stack, 'Imported', COLLABORATION_ID);

    expect(imported.collaborationId).toBe(COLLABORATION_ID);
    expect(stack.resolve(imported.collaborationArn)).toBe(`arn:aws:cleanrooms:eu-west-1:*:collaboration/${COLLABORATION_ID}`);
    expect([mapping.Collaboration.isCollaboration(imported), mapping.Collaboration.isCollaboration(collaboration())]).toEqual([false, true]);
  });

  test('by its ARN, is one of the account of the ARN', () => {
    const imported = mapping.Collaboration.fromCollaborationArn(givenStack(), 'Imported', ARN);

    expect([imported.collaborationId, imported.collaborationArn, imported.env.account]).toEqual([COLLABORATION_ID, ARN, '444455556666']);
  });

  test.each(['campaign', COLLABORATION_ID.slice(1), COLLABORATION_ID.replace('1', 'A')])('fails with the identifier %s', (id) => {
    const message = `[Stack] 'collaborationId' must be a UUID in lower case, such as "1a2b3c4d-0000-1111-2222-333344445555", got: "${id}"`;

    expect(() => mapping.Collaboration.fromCollaborationId(givenStack(), 'Imported', id)).toThrow(new Error(message));
    expect(() => mapping.Collaboration.fromCollaborationArn(givenStack(), 'Imported', ARN.replace(COLLABORATION_ID, id))).toThrow(new Error(message));
  });
});

describe('fails with', () => {
  const PROPERTIES = ['collaborationName', 'creatorDisplayName', 'displayName'];
  const named = (property: string, name: string) => (property === 'displayName' ? { members: [member({ displayName: name })] } : { [property]: name });

  test.each(PROPERTIES.flatMap((property) => ['', ' ', 'a\nb', 'n'.repeat(101)].map((name) => ({ property, name }))))(
    'the $property $name', ({ property, name }) => {
      expect(() => collaboration(named(property, name))).toThrow(new Error(
        `[Stack/Campaign] '${property}' must be 1 to 100 characters in one line, not all of them blank, got: ${JSON.stringify(name)}`));
    });

  test.each(PROPERTIES.flatMap((property) => ['n', 'Bücher & mehr', '📚'.repeat(100)].map((name) => ({ property, name }))))(
    'nothing when the $property is $name', ({ property, name }) => {
      expect(() => collaboration(named(property, name))).not.toThrow();
    });

  test.each(['', ' '])('the description %j', (description) => {
    expect(() => collaboration({ description })).toThrow(new Error(
      `[Stack/Campaign] 'description' must have at least one character that is not blank, got: ${JSON.stringify(description)}`));
  });

  test('a description of 256 characters', () => {
    expect(() => collaboration({ description: 'd'.repeat(256) })).toThrow(new Error(
      "[Stack/Campaign] 'description' must be at most 255 characters long, got 256 characters"));
  });

  test('10 members', () => {
    expect(() => collaboration({ members: numbered(10, () => member()) })).toThrow(new Error("[Stack/Campaign] 'members' must have 0 to 9 items, got 10"));
    expect(() => collaboration({ members: numbered(9, () => member()) })).not.toThrow();
  });

  test('a member whose account is not one', () => {
    expect(() => collaboration({ members: [member({ accountId: '1234' })] })).toThrow(new Error(
      "[Stack/Campaign] 'accountId' must be 12 digits, got: \"1234\""));
  });

  test('the creator among the members', () => {
    expect(() => collaboration({ members: [member({ accountId: '111122223333' })] })).toThrow(new Error(
      "[Stack/Campaign] 'members' are those beside the creator, got the creator's own account: \"111122223333\""));
  });

  test.each(Object.values(PaymentResponsibility))('two who pay for %s', (responsibility) => {
    expect(() => collaboration({
      creatorPaymentResponsibilities: [responsibility, PaymentResponsibility.QUERY_COMPUTE],
      members: [member({ paymentResponsibilities: [responsibility] })],
    })).toThrow(new Error(`[Stack/Campaign] one member at most pays for ${responsibility}, got: ["Advertiser","Publisher"]`));
  });

  test('a member who can query, does not pay for it, and nobody else who does', () => {
    const paymentResponsibilities = [PaymentResponsibility.MODEL_TRAINING];
    const members = [member({ memberAbilities: [MemberAbility.CAN_QUERY], paymentResponsibilities })];

    expect(() => collaboration({ members })).toThrow(new Error('[Stack/Campaign] nobody pays for queries: "Publisher" can query, and its payment '
      + 'responsibilities are without QUERY_COMPUTE; add it to them, or to those of another member'));
    expect(() => collaboration({ members, creatorPaymentResponsibilities: [PaymentResponsibility.QUERY_COMPUTE] })).not.toThrow();
  });
});

test('takes what is known at deployment only', () => {
  const stack = givenStack();
  const text = (id: string) => new CfnParameter(stack, id).valueAsString;
  collaboration({
    collaborationName: text('Name'),
    description: text('Description'),
    creatorDisplayName: text('Creator'),
    members: [member({ accountId: text('Account'), displayName: text('Member') })],
  }, stack);
  const imported = mapping.Collaboration.fromCollaborationId(stack, 'Imported', Fn.importValue('Id'));

  Template.fromStack(stack).hasResourceProperties(TYPE, {
    Name: { Ref: 'Name' },
    Description: { Ref: 'Description' },
    Members: [{ AccountId: { Ref: 'Account' }, DisplayName: { Ref: 'Member' } }],
  });
  expect(stack.resolve(imported.collaborationId)).toEqual({ 'Fn::ImportValue': 'Id' });
});
