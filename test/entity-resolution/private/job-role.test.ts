import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as mapping from '../../../src';
import { completeStack } from '../complete';
import { EMAIL_TECHNIQUE, givenInput, givenSchema, givenStack, statementsOf, warningsAt } from '../given';

/** What the role of this workflow needs, each thing by its ARN. */
const STATEMENTS = [
  {
    Action: ['s3:GetBucketLocation', 's3:ListBucket'],
    Condition: { StringEquals: { 's3:ResourceAccount': '111122223333' } },
    Effect: 'Allow',
    Resource: 'arn:aws:s3:::data',
  },
  {
    Action: 's3:GetObject',
    Condition: { StringEquals: { 's3:ResourceAccount': '111122223333' } },
    Effect: 'Allow',
    Resource: ['arn:aws:s3:::data/crm/*', 'arn:aws:s3:::data/crm', 'arn:aws:s3:::data/crm_$folder$'],
  },
  {
    Action: [
      'glue:BatchGetPartition', 'glue:GetDatabase', 'glue:GetPartition', 'glue:GetPartitions', 'glue:GetSchema', 'glue:GetSchemaVersion', 'glue:GetTable',
    ],
    Effect: 'Allow',
    Resource: [
      'arn:aws:glue:eu-west-1:111122223333:catalog',
      'arn:aws:glue:eu-west-1:111122223333:database/customers',
      'arn:aws:glue:eu-west-1:111122223333:table/customers/crm',
    ],
  },
  {
    Action: ['s3:GetBucketLocation', 's3:ListBucket'],
    Condition: { StringEquals: { 's3:ResourceAccount': '111122223333' } },
    Effect: 'Allow',
    Resource: 'arn:aws:s3:::results',
  },
  {
    Action: 's3:PutObject',
    Condition: { StringEquals: { 's3:ResourceAccount': '111122223333' } },
    Effect: 'Allow',
    Resource: 'arn:aws:s3:::results/mapped/*',
  },
  {
    Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
    Effect: 'Allow',
    Resource: { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] },
  },
];

function givenMapping(stack = givenStack(), role?: iam.IRoleRef, trustOnlyThisAccount?: boolean): mapping.IdMappingWorkflow {
  return new mapping.IdMappingWorkflow(stack, 'Mapping', {
    sources: [givenInput(stack, 'crm')],
    target: mapping.InputSource.matchingWorkflow(mapping.MatchingWorkflow.fromMatchingWorkflowName(stack, 'Target', 'loyalty')),
    technique: mapping.IdMappingTechnique.ruleBased(),
    outputBucket: s3.Bucket.fromBucketName(stack, 'Output', 'results'),
    outputPrefix: 'mapped/',
    outputKey: new kms.Key(stack, 'Key'),
    role,
    trustOnlyThisAccount,
  });
}

test('the role has a path that says whose it is, however its name is shortened', () => {
  const stack = givenStack(undefined, 'customer-data-platform-prod');
  new mapping.MatchingWorkflow(stack, 'Loyalty', { inputSources: [givenInput(stack, 'loyalty')], technique: EMAIL_TECHNIQUE });

  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', { Path: '/entityresolution/' });
});

describe('a role that is made for the workflow', () => {
  const { stack } = givenMapping();
  const template = Template.fromStack(stack);

  test('trusts Entity Resolution, and nobody else', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'entityresolution.amazonaws.com' } }],
      },
    });
  });

  test('may do what the jobs need, and nothing else', () => {
    expect(statementsOf(template, 'Mapping')).toEqual(STATEMENTS);
  });

  test('has the word in its name that the console asks for', () => {
    expect(Object.keys(template.findResources('AWS::IAM::Role'))).toEqual([expect.stringContaining('entityresolution')]);
  });

  test('gives no cause for a warning', () => {
    expect(warningsAt(stack, 'Stack/Mapping')).toEqual([]);
  });
});

test('no role may do anything to every resource, whatever the inputs, the technique and the output', () => {
  const policies = Object.values(Template.fromStack(completeStack()).findResources('AWS::IAM::Policy'));
  const statements: { Action: string | string[]; Resource: unknown }[] = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

  expect(policies.length).toBeGreaterThan(5);
  expect(statements.flatMap(({ Resource }) => Resource)).not.toContain('*');
  expect(statements.flatMap(({ Action }) => Action)).not.toContainEqual(expect.stringContaining('*'));
});

describe('a given role', () => {
  test('that this app defines, gets what the jobs need', () => {
    const stack = givenStack();
    givenMapping(stack, new iam.Role(stack, 'Own', { assumedBy: new iam.ServicePrincipal('entityresolution.amazonaws.com') }));
    const template = Template.fromStack(stack);

    template.hasResourceProperties('AWS::IAM::Policy', { Roles: [{ Ref: 'Own30425842' }], PolicyDocument: { Statement: STATEMENTS } });
    template.resourceCountIs('AWS::IAM::Role', 1);
    expect(warningsAt(stack, 'Stack/Mapping')).toEqual([]);
  });

  test.each([
    ['imported', (stack: ReturnType<typeof givenStack>) => iam.Role.fromRoleArn(stack, 'Own', 'arn:aws:iam::111122223333:role/mapping')],
    ['an L1', (stack: ReturnType<typeof givenStack>) => new iam.CfnRole(stack, 'Own', { assumeRolePolicyDocument: { Statement: [] } })],
  ])('that is %s, is left alone, with a warning that says what its owner has to add', (_, role) => {
    const stack = givenStack();
    givenMapping(stack, role(stack));
    const template = Template.fromStack(stack);

    template.resourceCountIs('AWS::IAM::Policy', 0);
    expect(warningsAt(stack, 'Stack/Mapping')).toEqual([
      `'role' is not a Role that this app defines and is not changed, its owner has to allow it: ${JSON.stringify(STATEMENTS)}`,
    ]);
  });
});

describe('the trust in Entity Resolution', () => {
  test('may be for this account only', () => {
    const { stack } = givenMapping(givenStack(), undefined, true);

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [{
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: 'entityresolution.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
        }],
      },
    });
  });

  test('of a given role is the business of its owner', () => {
    const stack = givenStack();
    const role = iam.Role.fromRoleArn(stack, 'Own', 'arn:aws:iam::111122223333:role/mapping');

    expect(() => givenMapping(stack, role, true)).toThrow(new Error(
      "[Stack/Mapping] 'trustOnlyThisAccount' is for a role that is made here: with a 'role' of your own, put the condition into its trust policy"));
  });
});

test('what is in other accounts has to be allowed there, too: a warning for each says what', () => {
  const stack = givenStack();
  const bucket = (account: string) => s3.Bucket.fromBucketAttributes(stack, `Bucket${account}`, { bucketName: `data-${account}`, account });
  new mapping.IdMappingWorkflow(stack, 'Mapping', {
    sources: [mapping.InputSource.glueTableFromAttributes({ databaseName: 'people', tableName: 'crm', account: '444455556666' }, {
      schema: givenSchema(stack),
      bucket: bucket('777788889999'),
      encryptionKey: kms.Key.fromKeyArn(stack, 'DataKey', 'arn:aws:kms:eu-west-1:777788889999:key/1234abcd-12ab-34cd-56ef-1234567890ab'),
    })],
    target: mapping.InputSource.matchingWorkflow(mapping.MatchingWorkflow.fromMatchingWorkflowName(stack, 'Target', 'loyalty')),
    technique: mapping.IdMappingTechnique.ruleBased(),
    outputBucket: bucket('111122223333'),
    outputKey: new kms.Key(stack, 'Key'),
  });

  expect(warningsAt(stack, 'Stack/Mapping')).toEqual([
    expect.stringMatching(
      /^account 777788889999 has to allow the role Stack\/Mapping\/entityresolution-role, too, .*:s3:::data-777788889999\/\*.*kms:Decrypt.*$/),
    expect.stringMatching(
      /^account 444455556666 has to allow the role Stack\/Mapping\/entityresolution-role, too, .*glue:GetTable.*:444455556666:table\/people\/crm.*$/),
  ]);
});
