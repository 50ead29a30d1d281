import { CfnParameter, Fn } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { COLLABORATION_ID, MEMBERSHIP_ARN, MEMBERSHIP_ID } from './given';
import * as mapping from '../../src';
import { givenStack } from '../entity-resolution/given';

const TYPE = 'AWS::CleanRooms::Membership';

function membership(props: Partial<mapping.MembershipProps> = {}, stack = givenStack()): mapping.Membership {
  const collaboration = mapping.Collaboration.fromCollaborationId(stack, 'Campaign', COLLABORATION_ID);
  return new mapping.Membership(stack, 'Membership', { collaboration, ...props });
}

describe('with minimal properties', () => {
  const { stack, membershipId, membershipArn, membershipRef, collaborationArn, collaborationCreatorAccountId } = membership();

  test('joins the collaboration, and logs nothing', () => {
    Template.fromStack(stack).templateMatches({
      Resources: {
        Membership0FE7B447: {
          Type: TYPE,
          Properties: {
            CollaborationIdentifier: COLLABORATION_ID,
            QueryLogStatus: 'DISABLED',
            JobLogStatus: 'DISABLED',
            PaymentConfiguration: Match.absent(),
            DefaultResultConfiguration: Match.absent(),
            DefaultJobResultConfiguration: Match.absent(),
          },
        },
      },
    });
  });

  test('gives its attributes', () => {
    const attribute = (name: string) => ({ 'Fn::GetAtt': ['Membership0FE7B447', name] });

    expect(stack.resolve([membershipId, membershipArn, collaborationArn, collaborationCreatorAccountId])).toEqual(
      ['MembershipIdentifier', 'Arn', 'CollaborationArn', 'CollaborationCreatorAccountId'].map(attribute));
    expect(membershipRef).toEqual({ membershipIdentifier: membershipId, membershipArn });
  });
});

test('with every property, has them all', () => {
  const stack = givenStack();
  const bucket = s3.Bucket.fromBucketName(stack, 'Results', 'results');
  const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/results');
  membership({
    queryLog: true,
    jobLog: true,
    defaultResultConfiguration: { bucket, keyPrefix: 'queries/', resultFormat: mapping.ResultFormat.PARQUET, singleFileOutput: true, role },
    defaultJobResultConfiguration: { bucket, keyPrefix: 'jobs/', role },
    paymentResponsibilities: [mapping.PaymentResponsibility.QUERY_COMPUTE, mapping.PaymentResponsibility.MODEL_INFERENCE],
    isMetricsEnabled: true,
    tags: [{ key: 'team', value: 'crm' }],
  }, stack);

  Template.fromStack(stack).hasResourceProperties(TYPE, {
    QueryLogStatus: 'ENABLED',
    JobLogStatus: 'ENABLED',
    DefaultResultConfiguration: {
      OutputConfiguration: { S3: { Bucket: 'results', KeyPrefix: 'queries/', ResultFormat: 'PARQUET', SingleFileOutput: true } },
      RoleArn: 'arn:aws:iam::111122223333:role/results',
    },
    DefaultJobResultConfiguration: {
      OutputConfiguration: { S3: { Bucket: 'results', KeyPrefix: 'jobs/' } }, RoleArn: 'arn:aws:iam::111122223333:role/results',
    },
    PaymentConfiguration: {
      QueryCompute: { IsResponsible: true },
      JobCompute: Match.absent(),
      MachineLearning: { ModelInference: { IsResponsible: true }, ModelTraining: Match.absent(), SyntheticDataGeneration: Match.absent() },
    },
    IsMetricsEnabled: true,
    Tags: [{ Key: 'team', Value: 'crm' }],
  });
});

test('of the creator, is in the collaboration of the same stack', () => {
  const stack = givenStack();
  const collaboration = new mapping.Collaboration(stack, 'Campaign', { collaborationName: 'C', description: 'D', creatorDisplayName: 'A' });
  new mapping.Membership(stack, 'Membership', { collaboration });

  Template.fromStack(stack).hasResourceProperties(TYPE, { CollaborationIdentifier: stack.resolve(collaboration.collaborationId) });
});

describe('imported', () => {
  test('by its identifier, is one of this account and Region', () => {
    const stack = givenStack();
    const imported = mapping.Membership.fromMembershipId(stack, 'Imported', MEMBERSHIP_ID);

    expect(stack.resolve(imported.membershipArn)).toBe(MEMBERSHIP_ARN);
    expect(imported.membershipRef).toEqual({ membershipIdentifier: MEMBERSHIP_ID, membershipArn: imported.membershipArn });
    expect([mapping.Membership.isMembership(imported), mapping.Membership.isMembership(membership())]).toEqual([false, true]);
  });

  test('by its ARN, is one of the account and Region of the ARN', () => {
    const arn = `arn:aws:cleanrooms:us-east-1:444455556666:membership/${MEMBERSHIP_ID}`;
    const imported = mapping.Membership.fromMembershipArn(givenStack(), 'Imported', arn);

    expect([imported.membershipId, imported.membershipArn, imported.env]).toEqual([MEMBERSHIP_ID, arn, { account: '444455556666', region: 'us-east-1' }]);
  });

  test('fails with an identifier that is none', () => {
    expect(() => mapping.Membership.fromMembershipId(givenStack(), 'Imported', 'mine')).toThrow(new Error(
      '[Stack] \'membershipId\' must be a UUID in lower case, such as "1a2b3c4d-0000-1111-2222-333344445555", got: "mine"'));
  });
});

test.each(['defaultResultConfiguration', 'defaultJobResultConfiguration'])('fails with a prefix of %s that begins with a slash', (property) => {
  const stack = givenStack();
  const bucket = s3.Bucket.fromBucketName(stack, 'Results', 'results');
  const role = iam.Role.fromRoleName(stack, 'Role', 'results');

  expect(() => membership({ [property]: { bucket, role, resultFormat: mapping.ResultFormat.CSV, keyPrefix: '/results' } }, stack)).toThrow(new Error(
    `[Stack/Membership] '${property}.keyPrefix' must not begin with a slash, got: "/results"`));
});

test('takes identifiers that are known at deployment only', () => {
  const stack = givenStack();
  const collaboration = mapping.Collaboration.fromCollaborationId(stack, 'Imported', new CfnParameter(stack, 'Id').valueAsString);
  membership({ collaboration }, stack);
  const imported = mapping.Membership.fromMembershipArn(stack, 'ImportedMembership', Fn.importValue('Arn'));

  Template.fromStack(stack).hasResourceProperties(TYPE, { CollaborationIdentifier: { Ref: 'Id' } });
  expect(stack.resolve(imported.membershipArn)).toEqual({ 'Fn::ImportValue': 'Arn' });
});
