import { CfnParameter, PhysicalName, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { EMAIL_RULE, givenApp, givenInput, givenMatchingWorkflow, givenStack, numbered, statementsOf } from './given';
import * as mapping from '../../src';

const TYPE = 'AWS::EntityResolution::IdMappingWorkflow';
const { IdMappingTechnique, InputSource } = mapping;

function workflow(props: Partial<mapping.IdMappingWorkflowProps> = {}): mapping.IdMappingWorkflow {
  const stack = givenStack();
  return new mapping.IdMappingWorkflow(stack, 'CrmToLoyalty', {
    sources: [givenInput(stack, 'crm')],
    target: InputSource.matchingWorkflow(givenMatchingWorkflow(stack)),
    technique: IdMappingTechnique.ruleBased(),
    ...props,
  });
}

/** Rules and nothing else. */
function ruled(...rules: mapping.MatchingRule[]): mapping.IdMappingWorkflow {
  return workflow({ technique: IdMappingTechnique.ruleBased({ rules }) });
}

describe('with minimal properties', () => {
  const { stack, workflowArn, workflowName, incrementalRun, role, outputKey, outputBucket } = workflow();
  const template = Template.fromStack(stack);

  test('maps its source to its target by the rules of the target', () => {
    template.hasResource(TYPE, {
      Properties: {
        WorkflowName: 'StackCrmToLoyaltyDC258528',
        InputSourceConfig: [
          {
            InputSourceARN: 'arn:aws:glue:eu-west-1:111122223333:table/customers/crm',
            SchemaArn: { 'Fn::Join': ['', ['arn:aws:entityresolution:eu-west-1:111122223333:schemamapping/', { Ref: 'SchemacrmC8B31724' }]] },
            Type: 'SOURCE',
          },
          {
            InputSourceARN: { 'Fn::Join': ['', ['arn:aws:entityresolution:eu-west-1:111122223333:matchingworkflow/', { Ref: 'Loyalty5E0BF725' }]] },
            Type: 'TARGET',
          },
        ],
        IdMappingTechniques: {
          IdMappingType: 'RULE_BASED',
          RuleBasedProperties: {
            AttributeMatchingModel: 'MANY_TO_MANY', RecordMatchingModel: 'MANY_SOURCE_TO_ONE_TARGET', RuleDefinitionType: 'TARGET',
          },
        },
        OutputSourceConfig: [{
          OutputS3Path: { 'Fn::Join': ['', ['s3://', stack.resolve(outputBucket?.bucketRef.bucketName), '/']] },
          KMSArn: stack.resolve(outputKey?.keyRef.keyArn),
        }],
        RoleArn: stack.resolve(role?.roleRef.roleArn),
        IdMappingIncrementalRunConfig: Match.absent(),
      },
    });
  });

  test('gives its name and ARN, and has no incremental run', () => {
    expect(stack.resolve(workflowName)).toEqual({ Ref: 'CrmToLoyalty7F3A4F27' });
    expect(stack.resolve(workflowArn)).toEqual({ 'Fn::GetAtt': ['CrmToLoyalty7F3A4F27', 'WorkflowArn'] });
    expect(incrementalRun).toBe(false);
  });
});

test('with every property, has them all and makes nothing else', () => {
  const stack = givenStack();
  const { incrementalRun } = new mapping.IdMappingWorkflow(stack, 'CrmToLoyalty', {
    workflowName: 'crm-to-loyalty',
    description: 'Maps customers to members',
    tags: [{ key: 'team', value: 'crm' }],
    sources: [givenInput(stack, 'crm')],
    target: InputSource.matchingWorkflow(mapping.MatchingWorkflow.fromMatchingWorkflowName(stack, 'Loyalty', 'loyalty')),
    technique: IdMappingTechnique.ruleBased({
      rules: [EMAIL_RULE],
      recordMatchingModel: mapping.RecordMatchingModel.ONE_SOURCE_TO_ONE_TARGET,
      attributeMatchingModel: mapping.AttributeMatchingModel.ONE_TO_ONE,
      ruleDefinitionType: mapping.RuleDefinitionType.SOURCE,
    }),
    incrementalRun: true,
    outputBucket: s3.Bucket.fromBucketName(stack, 'Output', 'results'),
    outputPrefix: 'crm/',
    outputKey: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'),
    role: iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/entityresolution'),
  });
  const template = Template.fromStack(stack);

  expect(incrementalRun).toBe(true);
  template.hasResourceProperties(TYPE, {
    WorkflowName: 'crm-to-loyalty',
    Description: 'Maps customers to members',
    Tags: [{ Key: 'team', Value: 'crm' }],
    IdMappingTechniques: {
      IdMappingType: 'RULE_BASED',
      RuleBasedProperties: {
        Rules: [{ RuleName: 'email', MatchingKeys: ['email'] }],
        AttributeMatchingModel: 'ONE_TO_ONE',
        RecordMatchingModel: 'ONE_SOURCE_TO_ONE_TARGET',
        RuleDefinitionType: 'SOURCE',
      },
    },
    IdMappingIncrementalRunConfig: { IncrementalRunType: 'ON_DEMAND' },
    OutputSourceConfig: [{ OutputS3Path: 's3://results/crm/', KMSArn: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab' }],
    RoleArn: 'arn:aws:iam::111122223333:role/entityresolution',
  });
  for (const type of ['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::KMS::Key', 'AWS::S3::Bucket']) {
    template.resourceCountIs(type, 0);
  }
});

test('runs the rules of the source when it is given any', () => {
  Template.fromStack(ruled(EMAIL_RULE).stack).hasResourceProperties(TYPE, {
    IdMappingTechniques: { RuleBasedProperties: { RuleDefinitionType: 'SOURCE' } },
  });
});

test('without output, has none and makes neither bucket nor key', () => {
  const stack = givenStack();
  const { outputBucket, outputKey } = new mapping.IdMappingWorkflow(stack, 'CrmToLoyalty', {
    sources: [givenInput(stack, 'crm')],
    target: InputSource.matchingWorkflow(mapping.MatchingWorkflow.fromMatchingWorkflowName(stack, 'Loyalty', 'loyalty')),
    technique: IdMappingTechnique.ruleBased(),
    writesOutput: false,
  });
  const template = Template.fromStack(stack);

  template.hasResourceProperties(TYPE, { OutputSourceConfig: Match.absent() });
  template.resourceCountIs('AWS::S3::Bucket', 0);
  template.resourceCountIs('AWS::KMS::Key', 0);
  expect([outputBucket, outputKey]).toEqual([undefined, undefined]);
});

describe('with ID namespaces', () => {
  const stack = givenStack();
  const source = new mapping.IdNamespace(stack, 'Customers', { type: mapping.IdNamespaceType.SOURCE, inputSources: [givenInput(stack, 'crm')] });
  const target = new mapping.IdNamespace(stack, 'Members', {
    type: mapping.IdNamespaceType.TARGET, inputSources: [InputSource.matchingWorkflow(givenMatchingWorkflow(stack))],
  });

  test('names them, and its own role reads none of their data', () => {
    new mapping.IdMappingWorkflow(stack, 'Mapping', {
      sources: [InputSource.idNamespace(source)],
      target: InputSource.idNamespace(target),
      technique: IdMappingTechnique.ruleBased({ rules: [EMAIL_RULE] }),
      writesOutput: false,
    });
    const template = Template.fromStack(stack);

    template.hasResourceProperties(TYPE, {
      InputSourceConfig: [
        { InputSourceARN: stack.resolve(source.idNamespaceArn), Type: 'SOURCE', SchemaArn: Match.absent() },
        { InputSourceARN: stack.resolve(target.idNamespaceArn), Type: 'TARGET', SchemaArn: Match.absent() },
      ],
    });
    expect(statementsOf(template, 'Mapping')).toEqual([]);
  });

  test('fails when they are on the wrong sides', () => {
    const mapped = (id: string, from: mapping.IdNamespace, to: mapping.IdNamespace) => () => {
      new mapping.IdMappingWorkflow(stack, id, {
        sources: [InputSource.idNamespace(from)], target: InputSource.idNamespace(to), technique: IdMappingTechnique.ruleBased(),
      });
    };

    expect(mapped('A', target, source)).toThrow(
      new Error("[Stack/A] 'sources' takes ID namespaces of type SOURCE only, Stack/Members is of type TARGET"));
    expect(mapped('B', source, source)).toThrow(
      new Error("[Stack/B] 'target' takes ID namespaces of type TARGET only, Stack/Customers is of type SOURCE"));
  });

  test('fails when a rule names a match key that no field of theirs has', () => {
    expect(() => new mapping.IdMappingWorkflow(stack, 'C', {
      sources: [InputSource.idNamespace(source)],
      target: InputSource.idNamespace(target),
      technique: IdMappingTechnique.ruleBased({ rules: [{ ruleName: 'phone', matchingKeys: ['phone'] }] }),
    })).toThrow(
      new Error('[Stack/C] rule "phone" names the match key "phone", which no field of \'sources\' has; their match keys are: ["email"]'));
  });
});

test('with a name of its own, can be referred to from another account', () => {
  const app = givenApp();
  const other = givenStack(app, 'Other', '444455556666');
  const { workflowArn } = new mapping.IdMappingWorkflow(other, 'CrmToLoyalty', {
    sources: [givenInput(other, 'crm')],
    target: InputSource.matchingWorkflow(givenMatchingWorkflow(other)),
    technique: IdMappingTechnique.ruleBased(),
    workflowName: 'crm-to-loyalty',
  });

  expect(givenStack(app).resolve(workflowArn)).toBe('arn:aws:entityresolution:eu-west-1:444455556666:idmappingworkflow/crm-to-loyalty');
});

describe('imported', () => {
  test('with its role and key, lets a user start jobs with them', () => {
    const stack = givenStack();
    const user = new iam.User(stack, 'User');
    mapping.IdMappingWorkflow.fromIdMappingWorkflowAttributes(stack, 'Imported', {
      workflowArn: 'arn:aws:entityresolution:eu-west-1:111122223333:idmappingworkflow/crm-to-loyalty',
      role: iam.Role.fromRoleName(stack, 'Role', 'entityresolution'),
      outputKey: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'),
    }).grants.startJobs(user);

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          { Resource: 'arn:aws:entityresolution:eu-west-1:111122223333:idmappingworkflow/crm-to-loyalty' },
          { Action: 'iam:PassRole', Resource: 'arn:aws:iam::111122223333:role/entityresolution' },
          { Action: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'] },
        ],
      },
    });
  });

  test('by name, is one of this account and Region', () => {
    const imported = mapping.IdMappingWorkflow.fromIdMappingWorkflowName(givenStack(), 'Imported', 'crm-to-loyalty');

    expect(imported.workflowName).toBe('crm-to-loyalty');
    expect(imported.workflowArn).toBe('arn:aws:entityresolution:eu-west-1:111122223333:idmappingworkflow/crm-to-loyalty');
    expect(imported.idMappingWorkflowRef).toMatchObject({ workflowName: 'crm-to-loyalty' });
    expect([imported.role, imported.outputKey]).toEqual([undefined, undefined]);
    expect(mapping.IdMappingWorkflow.isIdMappingWorkflow(imported)).toBe(false);
  });

  test('by ARN, is one of the account and Region of the ARN', () => {
    const arn = 'arn:aws:entityresolution:us-east-1:444455556666:idmappingworkflow/crm-to-loyalty';
    const imported = mapping.IdMappingWorkflow.fromIdMappingWorkflowArn(givenStack(), 'Imported', arn);

    expect(imported.workflowName).toBe('crm-to-loyalty');
    expect(imported.workflowArn).toBe(arn);
    expect(imported.env).toEqual({ account: '444455556666', region: 'us-east-1' });
  });
});

describe('fails with', () => {
  test.each<[string, (stack: Stack) => Partial<mapping.IdMappingWorkflowProps>]>([
    ['outputBucket', (stack) => ({ outputBucket: s3.Bucket.fromBucketName(stack, 'Output', 'results') })],
    ['outputPrefix', () => ({ outputPrefix: 'crm/' })],
    ['outputKey', (stack) => ({ outputKey: new kms.Key(stack, 'Key') })],
  ])('%s where there is no output', (property, props) => {
    const stack = givenStack();

    expect(() => new mapping.IdMappingWorkflow(stack, 'Mapping', {
      sources: [givenInput(stack, 'crm')],
      target: InputSource.matchingWorkflow(givenMatchingWorkflow(stack)),
      technique: IdMappingTechnique.ruleBased(),
      writesOutput: false,
      ...props(stack),
    })).toThrow(new Error(`[Stack/Mapping] '${property}' is given, but 'writesOutput' is false: leave out one of them`));
  });

  test('21 sources of a provider', () => {
    const stack = givenStack();
    const sources = numbered(21, (number) => givenInput(stack, `t${number}`));
    const technique = IdMappingTechnique.provider(mapping.ProviderService.of('LiveRamp', 'Transcoding'));

    expect(() => new mapping.IdMappingWorkflow(stack, 'Mapping', { sources, technique })).toThrow(
      new Error("[Stack/Mapping] 'sources' must have 1 to 20 items, got 21"));
  });

  test('a name with a slash', () => {
    expect(() => workflow({ workflowName: 'crm/loyalty' })).toThrow(
      new Error("[Stack/CrmToLoyalty] 'workflowName' must be 1 to 255 letters, digits, hyphens or underscores, got: \"crm/loyalty\""));
  });

  test('a description of 256 characters', () => {
    expect(() => workflow({ description: 'd'.repeat(256) })).toThrow(
      new Error("[Stack/CrmToLoyalty] 'description' must be at most 255 characters long, got 256 characters"));
  });

  test.each([0, 20])('%d sources', (count) => {
    const stack = givenStack();
    const sources = numbered(count, (number) => givenInput(stack, `t${number}`));
    const target = InputSource.matchingWorkflow(givenMatchingWorkflow(stack));

    expect(() => new mapping.IdMappingWorkflow(stack, 'Mapping', { sources, target, technique: IdMappingTechnique.ruleBased() })).toThrow(
      new Error(`[Stack/Mapping] 'sources' must have 1 to 19 items, got ${count}`));
  });

  test('no target', () => {
    expect(() => workflow({ target: undefined })).toThrow(
      new Error("[Stack/CrmToLoyalty] 'target' must be given: a rule-based technique maps the sources to the records of a target, "
        + "such as 'InputSource.matchingWorkflow(...)'"));
  });

  test.each([0, 26])('%d rules', (count) => {
    expect(() => ruled(...numbered(count, () => EMAIL_RULE))).toThrow(
      new Error(`[Stack/CrmToLoyalty] 'rules' must have 1 to 25 items, got ${count}`));
  });

  test.each([0, 16])('%d match keys in a rule', (count) => {
    expect(() => ruled({ ruleName: 'email', matchingKeys: numbered(count, () => 'email') })).toThrow(
      new Error(`[Stack/CrmToLoyalty] 'matchingKeys' must have 1 to 15 items, got ${count}`));
  });

  test('a rule that names a match key no field of the sources has', () => {
    expect(() => ruled(EMAIL_RULE, { ruleName: 'phone', matchingKeys: ['phone'] })).toThrow(
      new Error('[Stack/CrmToLoyalty] rule "phone" names the match key "phone", which no field of \'sources\' has; their match keys are: ["email"]'));
  });

  test('a rule that names a match key no field of the target has', () => {
    const stack = givenStack();
    const source = InputSource.matchingWorkflow(mapping.MatchingWorkflow.fromMatchingWorkflowName(stack, 'Crm', 'crm'));

    expect(() => new mapping.IdMappingWorkflow(stack, 'Mapping', {
      sources: [source],
      target: InputSource.matchingWorkflow(givenMatchingWorkflow(stack)),
      technique: IdMappingTechnique.ruleBased({ rules: [{ ruleName: 'phone', matchingKeys: ['phone'] }] }),
    })).toThrow(
      new Error('[Stack/Mapping] rule "phone" names the match key "phone", which no field of \'target\' has; their match keys are: ["email"]'));
  });

  test('an output prefix that begins with a slash', () => {
    expect(() => workflow({ outputPrefix: '/crm' })).toThrow(
      new Error("[Stack/CrmToLoyalty] 'outputPrefix' must not begin with a slash, got: \"/crm\""));
  });
});

describe('passes', () => {
  test('20 sources of a provider', () => {
    const stack = givenStack();
    const sources = numbered(20, (number) => givenInput(stack, `t${number}`));
    const technique = IdMappingTechnique.provider(mapping.ProviderService.of('LiveRamp', 'Transcoding'));

    expect(() => new mapping.IdMappingWorkflow(stack, 'Mapping', { sources, technique })).not.toThrow();
  });

  test.each([1, 19])('%d sources', (count) => {
    const stack = givenStack();
    const sources = numbered(count, (number) => givenInput(stack, `t${number}`));
    const target = InputSource.matchingWorkflow(givenMatchingWorkflow(stack));
    new mapping.IdMappingWorkflow(stack, 'Mapping', { sources, target, technique: IdMappingTechnique.ruleBased() });

    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources(TYPE));
    expect(Properties.InputSourceConfig).toHaveLength(count + 1);
  });

  test.each([1, 25])('%d rules', (count) => {
    expect(() => ruled(...numbered(count, () => EMAIL_RULE))).not.toThrow();
  });

  test.each([1, 15])('%d match keys in a rule', (count) => {
    expect(() => ruled({ ruleName: 'email', matchingKeys: numbered(count, () => 'email') })).not.toThrow();
  });

  test('what is known at deployment only', () => {
    const stack = givenStack();
    const text = (id: string) => new CfnParameter(stack, id).valueAsString;
    new mapping.IdMappingWorkflow(stack, 'CrmToLoyalty', {
      workflowName: text('Name'),
      description: text('Description'),
      sources: [givenInput(stack, 'crm')],
      target: InputSource.matchingWorkflow(givenMatchingWorkflow(stack)),
      technique: IdMappingTechnique.ruleBased({ rules: [{ ruleName: text('Rule'), matchingKeys: [text('Key')] }] }),
      outputPrefix: text('Prefix'),
    });

    Template.fromStack(stack).hasResourceProperties(TYPE, {
      WorkflowName: { Ref: 'Name' },
      Description: { Ref: 'Description' },
      IdMappingTechniques: { RuleBasedProperties: { Rules: [{ RuleName: { Ref: 'Rule' }, MatchingKeys: [{ Ref: 'Key' }] }] } },
    });
  });
});

test('a name that is generated only when another environment needs it is generated as ever', () => {
  const { stack } = workflow({ workflowName: PhysicalName.GENERATE_IF_NEEDED });

  Template.fromStack(stack).hasResourceProperties(TYPE, { WorkflowName: 'StackCrmToLoyaltyDC258528' });
});
