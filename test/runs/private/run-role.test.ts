import { NestedStack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { RunRole, runRolePath } from '../../../src/runs/private/run-role';
import { givenStack } from '../../entity-resolution/given';

test('is in one resource with what it may do', () => {
  const stack = givenStack();
  const runner = new iam.Role(stack, 'Runner', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  const role = new RunRole(stack, 'Role', runner);
  iam.Grant.addToPrincipal({ grantee: role, actions: ['s3:GetObject'], resourceArns: ['arn:aws:s3:::one/*'] }).assertSuccess();
  role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: ['arn:aws:s3:::other/*'] }));

  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::IAM::Policy', 0);
  template.hasResourceProperties('AWS::IAM::Role', {
    Path: '/cdk-id-mapping/Stack/',
    Policies: [{
      PolicyName: 'Run',
      PolicyDocument: {
        Statement: [
          { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::one/*' },
          { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::other/*' },
        ],
      },
    }],
  });
});

test('can be assumed by the role of the runner, and by nobody else', () => {
  const stack = givenStack();
  const runner = iam.Role.fromRoleArn(stack, 'Runner', 'arn:aws:iam::111122223333:role/runner');
  new RunRole(stack, 'Role', runner).addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::one/*'] }));

  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [{
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
        Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/runner' } },
      }],
    },
  });
});

test('of a nested stack has its path under the name of that stack', () => {
  const nested = new NestedStack(givenStack(), 'Nested');

  expect(nested.resolve(runRolePath(nested))).toEqual({ 'Fn::Join': ['', ['/cdk-id-mapping/', { Ref: 'AWS::StackName' }, '/']] });
});
