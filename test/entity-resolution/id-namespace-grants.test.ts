import { Aws } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as iam from 'aws-cdk-lib/aws-iam';
import { givenApp, givenStack } from './given';
import * as mapping from '../../src';

const TYPE = 'AWS::EntityResolution::PolicyStatement';

function givenNamespace(stack = givenStack()): mapping.IdNamespace {
  return new mapping.IdNamespace(stack, 'Crm', { type: mapping.IdNamespaceType.SOURCE });
}

test('lets another account see and use the namespace', () => {
  const { stack, grants } = givenNamespace();
  grants.use('444455556666');

  Template.fromStack(stack).hasResource(TYPE, {
    Properties: {
      Arn: { 'Fn::GetAtt': ['Crm6D404871', 'IdNamespaceArn'] },
      StatementId: Match.stringLikeRegexp('^Use[0-9a-f]{8}$'),
      Effect: 'Allow',
      Principal: ['444455556666'],
      Action: ['entityresolution:GetIdNamespace', 'entityresolution:UseIdNamespace'],
      Condition: Match.absent(),
    },
  });
});

test('lets Clean Rooms use the namespace for its own account', () => {
  const { stack, grants } = givenNamespace();
  grants.cleanRooms();

  Template.fromStack(stack).hasResourceProperties(TYPE, {
    StatementId: Match.stringLikeRegexp('^CleanRooms[0-9a-f]{8}$'),
    Effect: 'Allow',
    Principal: ['cleanrooms.amazonaws.com'],
    Action: ['entityresolution:GetIdNamespace', 'entityresolution:ListIdNamespaces', 'entityresolution:StartIdMappingJob'],
    Condition: '{"StringEquals":{"aws:SourceAccount":"111122223333"}}',
  });
});

test('lets Clean Rooms use the namespace for several accounts, each by a statement of its own', () => {
  const { stack, grants } = givenNamespace();
  grants.cleanRooms('444455556666');
  grants.cleanRooms('777788889999');
  const template = Template.fromStack(stack);

  template.resourceCountIs(TYPE, 2);
  template.hasResourceProperties(TYPE, { Condition: '{"StringEquals":{"aws:SourceAccount":"777788889999"}}' });
});

test('says the same only once', () => {
  const { stack, grants } = givenNamespace();
  grants.use('444455556666');
  grants.use('444455556666');

  Template.fromStack(stack).resourceCountIs(TYPE, 1);
});

test('takes an account that is known at deployment only', () => {
  const { stack, grants } = givenNamespace();
  grants.use(Aws.ACCOUNT_ID);

  Template.fromStack(stack).hasResourceProperties(TYPE, { Principal: [{ Ref: 'AWS::AccountId' }] });
});

test('from another stack of the account, makes the statement there', () => {
  const app = givenApp();
  const stack = givenStack(app);
  mapping.IdNamespace.fromIdNamespaceName(stack, 'Imported', 'crm').grants.use('444455556666');

  Template.fromStack(stack).hasResourceProperties(TYPE, { Arn: 'arn:aws:entityresolution:eu-west-1:111122223333:idnamespace/crm' });
});

test('works on an L1, too', () => {
  const stack = givenStack();
  const l1 = new er.CfnIdNamespace(stack, 'L1', { idNamespaceName: 'crm', type: 'SOURCE' });
  mapping.IdNamespaceGrants.fromIdNamespace(l1).use('444455556666');

  Template.fromStack(stack).hasResourceProperties(TYPE, { Arn: { 'Fn::GetAtt': ['L1', 'IdNamespaceArn'] } });
});

test('lets an identity see the namespace', () => {
  const stack = givenStack();
  const user = new iam.User(stack, 'User');
  mapping.IdNamespace.fromIdNamespaceName(stack, 'Imported', 'crm').grants.read(user);

  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: [{
        Effect: 'Allow', Action: 'entityresolution:GetIdNamespace', Resource: 'arn:aws:entityresolution:eu-west-1:111122223333:idnamespace/crm',
      }],
    },
  });
});

describe('fails', () => {
  test('when the namespace is of another account: only its owner can allow', () => {
    const arn = 'arn:aws:entityresolution:eu-west-1:444455556666:idnamespace/crm';
    const imported = mapping.IdNamespace.fromIdNamespaceArn(givenStack(), 'Imported', arn);

    expect(() => imported.grants.use('111122223333')).toThrow(new Error(
      '[Stack/Imported] account 444455556666 owns the ID namespace and has to allow this: call it in a stack of that account'));
  });

  test.each(['1234', 'arn:aws:iam::444455556666:root'])('with the account %s', (account) => {
    expect(() => givenNamespace().grants.use(account)).toThrow(new Error(`[Stack/Crm] 'account' must be 12 digits, got: ${JSON.stringify(account)}`));
  });
});
