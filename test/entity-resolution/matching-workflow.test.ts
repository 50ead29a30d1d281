import { CfnParameter } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { EMAIL_RULE, EMAIL_TECHNIQUE, givenApp, givenInput, givenStack, givenTable, numbered } from './given';
import * as mapping from '../../src';

const TYPE = 'AWS::EntityResolution::MatchingWorkflow';
const { ResolutionTechnique } = mapping;

function workflow(props: Partial<mapping.MatchingWorkflowProps> = {}): mapping.MatchingWorkflow {
  const stack = givenStack();
  return new mapping.MatchingWorkflow(stack, 'Loyalty', { inputSources: [givenInput(stack, 'loyalty')], technique: EMAIL_TECHNIQUE, ...props });
}

function ruled(rules: mapping.MatchingRule[]): mapping.MatchingWorkflow {
  return workflow({ technique: ResolutionTechnique.ruleBased({ rules }) });
}

describe('with minimal properties', () => {
  const { stack, workflowArn, workflowName, matchKeys } = workflow();
  const template = Template.fromStack(stack);

  test('matches its input by its rules', () => {
    template.hasResourceProperties(TYPE, {
      WorkflowName: 'StackLoyalty18054DF6',
      InputSourceConfig: [{
        InputSourceARN: 'arn:aws:glue:eu-west-1:111122223333:table/customers/loyalty',
        SchemaArn: { 'Fn::Join': ['', ['arn:aws:entityresolution:eu-west-1:111122223333:schemamapping/', { Ref: 'SchemaloyaltyEFF692DC' }]] },
        ApplyNormalization: true,
      }],
      OutputSourceConfig: [{
        Output: [{ Name: 'id' }, { Name: 'email' }],
        OutputS3Path: { 'Fn::Join': ['', ['s3://', { Ref: 'LoyaltyOutputBucketB5986259' }, '/']] },
        KMSArn: { 'Fn::GetAtt': ['LoyaltyOutputKeyE4D640CC', 'Arn'] },
      }],
      ResolutionTechniques: {
        ResolutionType: 'RULE_MATCHING',
        RuleBasedProperties: { AttributeMatchingModel: 'MANY_TO_MANY', Rules: [{ RuleName: 'email', MatchingKeys: ['email'] }] },
      },
      RoleArn: { 'Fn::GetAtt': ['Loyaltyentityresolutionrole30B6627D', 'Arn'] },
    });
  });

  test('makes one role, one key and one bucket', () => {
    template.resourceCountIs('AWS::IAM::Role', 1);
    template.resourceCountIs('AWS::KMS::Key', 1);
    template.resourceCountIs('AWS::S3::Bucket', 1);
  });

  test('gives its name, ARN and match keys', () => {
    expect(stack.resolve(workflowName)).toEqual({ Ref: 'Loyalty5E0BF725' });
    expect(stack.resolve(workflowArn)).toEqual({ 'Fn::GetAtt': ['Loyalty5E0BF725', 'WorkflowArn'] });
    expect(matchKeys).toEqual(['email']);
  });
});

test('with every property, has them all and makes nothing else', () => {
  const stack = givenStack();
  new mapping.MatchingWorkflow(stack, 'Loyalty', {
    workflowName: 'loyalty',
    description: 'Finds the members',
    tags: [{ key: 'team', value: 'loyalty' }],
    inputSources: [givenInput(stack, 'members')],
    technique: ResolutionTechnique.ruleBased({
      rules: [EMAIL_RULE],
      attributeMatchingModel: mapping.AttributeMatchingModel.ONE_TO_ONE,
      matchPurpose: mapping.MatchPurpose.INDEXING,
    }),
    applyNormalization: false,
    incrementalRun: true,
    output: [{ name: 'email', hashed: true }],
    normalizeOutput: true,
    outputBucket: s3.Bucket.fromBucketName(stack, 'Output', 'results'),
    outputPrefix: 'loyalty/',
    outputKey: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'),
    role: iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/entityresolution'),
  });
  const template = Template.fromStack(stack);

  template.hasResource(TYPE, {
    Properties: {
      WorkflowName: 'loyalty',
      Description: 'Finds the members',
      Tags: [{ Key: 'team', Value: 'loyalty' }],
      InputSourceConfig: [Match.objectLike({ ApplyNormalization: false })],
      OutputSourceConfig: [{
        Output: [{ Name: 'email', Hashed: true }],
        ApplyNormalization: true,
        OutputS3Path: 's3://results/loyalty/',
        KMSArn: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      }],
      IncrementalRunConfig: { IncrementalRunType: 'IMMEDIATE' },
      ResolutionTechniques: { RuleBasedProperties: { AttributeMatchingModel: 'ONE_TO_ONE', MatchPurpose: 'INDEXING' } },
      RoleArn: 'arn:aws:iam::111122223333:role/entityresolution',
    },
  });
  for (const type of ['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::KMS::Key', 'AWS::S3::Bucket']) {
    template.resourceCountIs(type, 0);
  }
});

test('the output repeats a column of several inputs once', () => {
  const stack = givenStack();
  new mapping.MatchingWorkflow(stack, 'Loyalty', { inputSources: [givenInput(stack, 'a'), givenInput(stack, 'b')], technique: EMAIL_TECHNIQUE });

  Template.fromStack(stack).hasResourceProperties(TYPE, { OutputSourceConfig: [{ Output: [{ Name: 'id' }, { Name: 'email' }] }] });
});

test('waits for its role with its policy and for its tables', () => {
  const template = Template.fromStack(workflow().stack);
  const [policy] = Object.keys(template.findResources('AWS::IAM::Policy'));
  const [role] = Object.keys(template.findResources('AWS::IAM::Role'));

  template.hasResource(TYPE, { DependsOn: [policy, role, 'Tableloyalty'] });
});

test('with a name of its own, can be referred to from another account', () => {
  const app = givenApp();
  const other = givenStack(app, 'Other', '444455556666');
  const { workflowArn } = new mapping.MatchingWorkflow(other, 'Loyalty', {
    inputSources: [givenInput(other, 'loyalty')], technique: EMAIL_TECHNIQUE, workflowName: 'loyalty',
  });

  expect(givenStack(app).resolve(workflowArn)).toBe('arn:aws:entityresolution:eu-west-1:444455556666:matchingworkflow/loyalty');
});

describe('imported', () => {
  test('by name, is one of this account and Region', () => {
    const imported = mapping.MatchingWorkflow.fromMatchingWorkflowName(givenStack(), 'Imported', 'loyalty');

    expect(imported.workflowName).toBe('loyalty');
    expect(imported.workflowArn).toBe('arn:aws:entityresolution:eu-west-1:111122223333:matchingworkflow/loyalty');
    expect(imported.matchingWorkflowRef).toMatchObject({ workflowName: 'loyalty' });
    expect(imported.role).toBeUndefined();
    expect(mapping.MatchingWorkflow.isMatchingWorkflow(imported)).toBe(false);
  });

  test('by ARN, is one of the account and Region of the ARN', () => {
    const arn = 'arn:aws:entityresolution:us-east-1:444455556666:matchingworkflow/loyalty';
    const imported = mapping.MatchingWorkflow.fromMatchingWorkflowArn(givenStack(), 'Imported', arn);

    expect(imported.workflowName).toBe('loyalty');
    expect(imported.workflowArn).toBe(arn);
    expect(imported.env).toEqual({ account: '444455556666', region: 'us-east-1' });
  });
});

test('imported with its role and key, hands them on', () => {
  const stack = givenStack();
  const role = iam.Role.fromRoleName(stack, 'Role', 'entityresolution');
  const outputKey = new kms.Key(stack, 'Key');
  const imported = mapping.MatchingWorkflow.fromMatchingWorkflowAttributes(stack, 'Imported', {
    workflowArn: 'arn:aws:entityresolution:eu-west-1:111122223333:matchingworkflow/loyalty', role, outputKey,
  });

  expect([imported.role, imported.outputKey]).toEqual([role, outputKey]);
});

describe('fails with', () => {
  test('a name with a dot', () => {
    expect(() => workflow({ workflowName: 'loyalty.members' })).toThrow(
      new Error("[Stack/Loyalty] 'workflowName' must be 1 to 255 letters, digits, hyphens or underscores, got: \"loyalty.members\""));
  });

  test('a description of 256 characters', () => {
    expect(() => workflow({ description: 'd'.repeat(256) })).toThrow(
      new Error("[Stack/Loyalty] 'description' must be at most 255 characters long, got 256 characters"));
  });

  test.each([0, 21])('%d inputs', (count) => {
    const stack = givenStack();
    const inputSources = numbered(count, (number) => givenInput(stack, `t${number}`));

    expect(() => new mapping.MatchingWorkflow(stack, 'Loyalty', { inputSources, technique: EMAIL_TECHNIQUE })).toThrow(
      new Error(`[Stack/Loyalty] 'inputSources' must have 1 to 20 items, got ${count}`));
  });

  test.each([0, 26])('%d rules', (count) => {
    expect(() => ruled(numbered(count, () => EMAIL_RULE))).toThrow(
      new Error(`[Stack/Loyalty] 'rules' must have 1 to 25 items, got ${count}`));
  });

  test.each([0, 16])('%d match keys in a rule', (count) => {
    expect(() => ruled([{ ruleName: 'email', matchingKeys: numbered(count, () => 'email') }])).toThrow(
      new Error(`[Stack/Loyalty] 'matchingKeys' must have 1 to 15 items, got ${count}`));
  });

  test('a rule name with a colon', () => {
    expect(() => ruled([{ ruleName: 'rule: email', matchingKeys: ['email'] }])).toThrow(
      new Error("[Stack/Loyalty] 'ruleName' must be 1 to 255 letters, digits, hyphens, underscores or spaces, got: \"rule: email\""));
  });

  test('a rule that names a match key no field has', () => {
    expect(() => ruled([{ ruleName: 'phone', matchingKeys: ['email', 'phone'] }])).toThrow(
      new Error('[Stack/Loyalty] rule "phone" names the match key "phone", which no field of \'inputSources\' has; their match keys are: ["email"]'));
  });

  test('751 output fields', () => {
    expect(() => workflow({ output: numbered(751, (number) => ({ name: `f${number}` })) })).toThrow(
      new Error("[Stack/Loyalty] 'output' must have 0 to 750 items, got 751"));
  });

  test('an output field with a dot', () => {
    expect(() => workflow({ output: [{ name: 'e.mail' }] })).toThrow(
      new Error("[Stack/Loyalty] 'output' must be 1 to 255 letters, digits, hyphens, underscores or spaces, got: \"e.mail\""));
  });

  test('an output prefix that begins with a slash', () => {
    expect(() => workflow({ outputPrefix: '/loyalty' })).toThrow(
      new Error("[Stack/Loyalty] 'outputPrefix' must not begin with a slash, got: \"/loyalty\""));
  });
});

describe('passes', () => {
  test.each([1, 20])('%d inputs', (count) => {
    const stack = givenStack();
    const inputSources = numbered(count, (number) => givenInput(stack, `t${number}`));

    expect(() => new mapping.MatchingWorkflow(stack, 'Loyalty', { inputSources, technique: EMAIL_TECHNIQUE })).not.toThrow();
  });

  test.each([1, 25])('%d rules', (count) => {
    expect(() => ruled(numbered(count, () => EMAIL_RULE))).not.toThrow();
  });

  test.each([1, 15])('%d match keys in a rule', (count) => {
    expect(() => ruled([{ ruleName: 'email', matchingKeys: numbered(count, () => 'email') }])).not.toThrow();
  });

  test('a match key of a schema mapping that was not defined here', () => {
    const stack = givenStack();
    const input = mapping.InputSource.glueTable(givenTable(stack, 'crm'), {
      schema: mapping.SchemaMapping.fromSchemaMappingName(stack, 'Imported', 'crm'),
      bucket: s3.Bucket.fromBucketName(stack, 'Data', 'data'),
    });
    const { matchKeys } = new mapping.MatchingWorkflow(stack, 'Loyalty', { inputSources: [input], technique: EMAIL_TECHNIQUE });

    expect(matchKeys).toBeUndefined();
  });

  test('what is known at deployment only', () => {
    const stack = givenStack();
    const text = (id: string) => new CfnParameter(stack, id).valueAsString;
    new mapping.MatchingWorkflow(stack, 'Loyalty', {
      workflowName: text('Name'),
      description: text('Description'),
      inputSources: [givenInput(stack, 'loyalty')],
      technique: ResolutionTechnique.ruleBased({ rules: [{ ruleName: text('Rule'), matchingKeys: [text('Key')] }] }),
      output: [{ name: text('Field') }],
      outputPrefix: text('Prefix'),
    });

    Template.fromStack(stack).hasResourceProperties(TYPE, {
      WorkflowName: { Ref: 'Name' },
      Description: { Ref: 'Description' },
      OutputSourceConfig: [{ Output: [{ Name: { Ref: 'Field' } }] }],
      ResolutionTechniques: { RuleBasedProperties: { Rules: [{ RuleName: { Ref: 'Rule' }, MatchingKeys: [{ Ref: 'Key' }] }] } },
    });
  });
});
