import { CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { EMAIL_RULE, givenApp, givenInput, givenMatchingWorkflow, givenStack, numbered, statementsOf, warningsAt } from './given';
import * as mapping from '../../src';

const TYPE = 'AWS::EntityResolution::IdNamespace';
const { IdMappingWorkflowProperties, IdNamespaceType, InputSource } = mapping;

function namespace(props: Partial<mapping.IdNamespaceProps> = {}): mapping.IdNamespace {
  return new mapping.IdNamespace(givenStack(), 'Crm', { type: IdNamespaceType.SOURCE, ...props });
}

describe('with minimal properties', () => {
  const { stack, idNamespaceName, idNamespaceArn, role, matchKeys, type } = namespace();
  const template = Template.fromStack(stack);

  test('has a type and a generated name, and makes nothing else', () => {
    template.templateMatches({ Resources: { Crm6D404871: { Type: TYPE, Properties: { IdNamespaceName: 'StackCrm9244372F', Type: 'SOURCE' } } } });
    expect(Object.keys(template.toJSON().Resources)).toHaveLength(1);
    expect([role, matchKeys, type]).toEqual([undefined, undefined, 'SOURCE']);
  });

  test('gives its name and ARN as attributes', () => {
    expect(stack.resolve(idNamespaceName)).toEqual({ Ref: 'Crm6D404871' });
    expect(stack.resolve(idNamespaceArn)).toEqual({ 'Fn::GetAtt': ['Crm6D404871', 'IdNamespaceArn'] });
  });
});

test('with every property, has them all', () => {
  const stack = givenStack();
  new mapping.IdNamespace(stack, 'Members', {
    type: IdNamespaceType.TARGET,
    idNamespaceName: 'loyalty',
    description: 'The members',
    tags: [{ key: 'team', value: 'loyalty' }],
    inputSources: [InputSource.matchingWorkflow(givenMatchingWorkflow(stack))],
    idMappingWorkflowProperties: IdMappingWorkflowProperties.ruleBased({
      rules: [EMAIL_RULE],
      ruleDefinitionTypes: [mapping.RuleDefinitionType.TARGET],
      recordMatchingModels: [mapping.RecordMatchingModel.ONE_SOURCE_TO_ONE_TARGET],
      attributeMatchingModel: mapping.AttributeMatchingModel.ONE_TO_ONE,
    }),
    role: iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/entityresolution'),
  });

  Template.fromStack(stack).hasResource(TYPE, {
    Properties: {
      IdNamespaceName: 'loyalty',
      Type: 'TARGET',
      Description: 'The members',
      Tags: [{ Key: 'team', Value: 'loyalty' }],
      InputSourceConfig: [{
        InputSourceARN: { 'Fn::Join': ['', ['arn:aws:entityresolution:eu-west-1:111122223333:matchingworkflow/', { Ref: 'Loyalty5E0BF725' }]] },
        SchemaName: Match.absent(),
      }],
      IdMappingWorkflowProperties: [{
        IdMappingType: 'RULE_BASED',
        RuleBasedProperties: {
          Rules: [{ RuleName: 'email', MatchingKeys: ['email'] }],
          RuleDefinitionTypes: ['TARGET'],
          RecordMatchingModels: ['ONE_SOURCE_TO_ONE_TARGET'],
          AttributeMatchingModel: 'ONE_TO_ONE',
        },
      }],
      RoleArn: 'arn:aws:iam::111122223333:role/entityresolution',
    },
  });
});

test('with a Glue table, names its schema mapping, and has a role that reads the table and nothing else', () => {
  const stack = givenStack();
  const { role, matchKeys } = new mapping.IdNamespace(stack, 'Crm', { type: IdNamespaceType.SOURCE, inputSources: [givenInput(stack, 'crm')] });
  const template = Template.fromStack(stack);

  template.hasResource(TYPE, {
    Properties: {
      InputSourceConfig: [{ InputSourceARN: 'arn:aws:glue:eu-west-1:111122223333:table/customers/crm', SchemaName: { Ref: 'SchemacrmC8B31724' } }],
      RoleArn: stack.resolve(role?.roleRef.roleArn),
    },
    DependsOn: Match.arrayWith(['Tablecrm']),
  });
  expect(statementsOf(template, 'Crm').map(({ Resource }) => Resource)).toEqual([
    'arn:aws:s3:::data',
    ['arn:aws:s3:::data/crm/*', 'arn:aws:s3:::data/crm', 'arn:aws:s3:::data/crm_$folder$'],
    [
      'arn:aws:glue:eu-west-1:111122223333:catalog',
      'arn:aws:glue:eu-west-1:111122223333:database/customers',
      'arn:aws:glue:eu-west-1:111122223333:table/customers/crm',
    ],
  ]);
  expect(matchKeys).toEqual(['email']);
});

test('for a provider, has its service and settings', () => {
  const service = mapping.ProviderService.of('LiveRamp', 'Transcoding');
  const { stack } = namespace({ idMappingWorkflowProperties: IdMappingWorkflowProperties.provider(service, { providerConfiguration: { domain: '0001' } }) });

  Template.fromStack(stack).hasResourceProperties(TYPE, {
    IdMappingWorkflowProperties: [{
      IdMappingType: 'PROVIDER',
      ProviderProperties: {
        ProviderServiceArn: 'arn:aws:entityresolution:eu-west-1::providerservice/LiveRamp/Transcoding',
        ProviderConfiguration: { domain: '0001' },
      },
    }],
  });
});

test('without data, leaves a given role alone and says nothing', () => {
  const stack = givenStack();
  const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/entityresolution');
  const idMappingWorkflowProperties = IdMappingWorkflowProperties.provider(mapping.ProviderService.of('LiveRamp', 'Transcoding'));
  new mapping.IdNamespace(stack, 'Crm', { type: IdNamespaceType.TARGET, idMappingWorkflowProperties, role });

  Template.fromStack(stack).hasResourceProperties(TYPE, { RoleArn: 'arn:aws:iam::111122223333:role/entityresolution' });
  expect(warningsAt(stack, 'Stack/Crm')).toEqual([]);
});

describe('imported', () => {
  test('by name, is one of this account and Region', () => {
    const imported = mapping.IdNamespace.fromIdNamespaceName(givenStack(), 'Imported', 'crm');

    expect(imported.idNamespaceName).toBe('crm');
    expect(imported.idNamespaceArn).toBe('arn:aws:entityresolution:eu-west-1:111122223333:idnamespace/crm');
    expect(imported.idNamespaceRef).toEqual({ idNamespaceName: 'crm', idNamespaceArn: imported.idNamespaceArn });
    expect(mapping.IdNamespace.isIdNamespace(imported)).toBe(false);
  });

  test('by ARN, is one of the account and Region of the ARN', () => {
    const arn = 'arn:aws:entityresolution:us-east-1:444455556666:idnamespace/crm';
    const imported = mapping.IdNamespace.fromIdNamespaceArn(givenStack(), 'Imported', arn);

    expect(imported.idNamespaceName).toBe('crm');
    expect(imported.idNamespaceArn).toBe(arn);
    expect(imported.env).toEqual({ account: '444455556666', region: 'us-east-1' });
  });

  test('by an ARN that is known at deployment, takes the name out of it then', () => {
    const stack = givenStack();
    const imported = mapping.IdNamespace.fromIdNamespaceArn(stack, 'Imported', Fn.importValue('Crm'));

    expect(stack.resolve(imported.idNamespaceArn)).toEqual({ 'Fn::ImportValue': 'Crm' });
  });
});

test('of another account of the app, is referred to by its given name', () => {
  const app = givenApp();
  const other = givenStack(app, 'Other', '444455556666');
  const stack = givenStack(app);
  const source = new mapping.IdNamespace(other, 'Crm', { type: IdNamespaceType.SOURCE, idNamespaceName: 'crm', inputSources: [InputSource.matchingWorkflow(givenMatchingWorkflow(other))] });
  new mapping.IdMappingWorkflow(stack, 'Mapping', {
    sources: [InputSource.idNamespace(source)],
    target: InputSource.matchingWorkflow(givenMatchingWorkflow(stack)),
    technique: mapping.IdMappingTechnique.ruleBased(),
  });

  Template.fromStack(stack).hasResourceProperties('AWS::EntityResolution::IdMappingWorkflow', {
    InputSourceConfig: [{ InputSourceARN: 'arn:aws:entityresolution:eu-west-1:444455556666:idnamespace/crm', Type: 'SOURCE' }, Match.anyValue()],
  });
});

describe('fails with', () => {
  test('a name with a space', () => {
    expect(() => namespace({ idNamespaceName: 'my crm' })).toThrow(
      new Error("[Stack/Crm] 'idNamespaceName' must be 1 to 255 letters, digits, hyphens or underscores, got: \"my crm\""));
  });

  test('a description of 256 characters', () => {
    expect(() => namespace({ description: 'd'.repeat(256) })).toThrow(
      new Error("[Stack/Crm] 'description' must be at most 255 characters long, got 256 characters"));
  });

  test('21 inputs', () => {
    const stack = givenStack();
    const inputSources = numbered(21, (number) => givenInput(stack, `t${number}`));

    expect(() => new mapping.IdNamespace(stack, 'Crm', { type: IdNamespaceType.SOURCE, inputSources })).toThrow(
      new Error("[Stack/Crm] 'inputSources' must have 0 to 20 items, got 21"));
  });

  test('an ID namespace as its input', () => {
    const stack = givenStack();
    const inputSources = [InputSource.idNamespace(mapping.IdNamespace.fromIdNamespaceName(stack, 'Imported', 'crm'))];

    expect(() => new mapping.IdNamespace(stack, 'Crm', { type: IdNamespaceType.SOURCE, inputSources })).toThrow(
      new Error("[Stack/Crm] 'inputSources' must be Glue tables or matching workflows, got: another ID namespace"));
  });

  describe('a target of rule-based workflows', () => {
    test.each<[string, (stack: Stack) => mapping.InputSource[] | undefined]>([
      ['without inputs', () => undefined],
      ['with an empty list of inputs', () => []],
      ['with a Glue table', (stack) => [givenInput(stack, 'loyalty')]],
      ['with a Glue table beside a matching workflow', (stack) => [InputSource.matchingWorkflow(givenMatchingWorkflow(stack)), givenInput(stack, 'shop')]],
    ])('%s', (_inputs, inputSources) => {
      const stack = givenStack();

      expect(() => new mapping.IdNamespace(stack, 'Members', { type: IdNamespaceType.TARGET, inputSources: inputSources(stack) })).toThrow(
        new Error("[Stack/Members] 'inputSources' of a target of rule-based workflows must be matching workflows: give it "
          + "'InputSource.matchingWorkflow(...)', or 'idMappingWorkflowProperties: IdMappingWorkflowProperties.provider(...)'"));
    });

    test('whose rules are not known', () => {
      const stack = givenStack();
      const inputSources = [InputSource.matchingWorkflow(mapping.MatchingWorkflow.fromMatchingWorkflowName(stack, 'Loyalty', 'loyalty'))];

      expect(() => new mapping.IdNamespace(stack, 'Members', { type: IdNamespaceType.TARGET, inputSources })).toThrow(
        new Error("[Stack/Members] 'rules' of a target of rule-based workflows must be given when its matching workflow is not defined in this app: "
          + "repeat its rules in 'idMappingWorkflowProperties: IdMappingWorkflowProperties.ruleBased({ rules })'"));
    });
  });

  test.each([0, 26])('%d rules', (count) => {
    const idMappingWorkflowProperties = IdMappingWorkflowProperties.ruleBased({ rules: numbered(count, () => EMAIL_RULE) });

    expect(() => namespace({ idMappingWorkflowProperties })).toThrow(
      new Error(`[Stack/Crm] 'rules' must have 1 to 25 items, got ${count}`));
  });

  test('a rule that names a match key no field has', () => {
    const stack = givenStack();

    expect(() => new mapping.IdNamespace(stack, 'Crm', {
      type: IdNamespaceType.SOURCE,
      inputSources: [givenInput(stack, 'crm')],
      idMappingWorkflowProperties: IdMappingWorkflowProperties.ruleBased({ rules: [{ ruleName: 'phone', matchingKeys: ['phone'] }] }),
    })).toThrow(
      new Error('[Stack/Crm] rule "phone" names the match key "phone", which no field of \'inputSources\' has; their match keys are: ["email"]'));
  });
});

describe('passes', () => {
  test('20 inputs', () => {
    const stack = givenStack();
    const inputSources = numbered(20, (number) => givenInput(stack, `t${number}`));

    expect(() => new mapping.IdNamespace(stack, 'Crm', { type: IdNamespaceType.SOURCE, inputSources })).not.toThrow();
  });

  test('rules without data: what they name is not known', () => {
    expect(() => namespace({ idMappingWorkflowProperties: IdMappingWorkflowProperties.ruleBased({ rules: [EMAIL_RULE] }) })).not.toThrow();
  });

  test('what is known at deployment only', () => {
    const stack = givenStack();
    const text = (id: string) => new CfnParameter(stack, id).valueAsString;
    new mapping.IdNamespace(stack, 'Crm', { type: IdNamespaceType.SOURCE, idNamespaceName: text('Name'), description: text('Description') });

    Template.fromStack(stack).hasResourceProperties(TYPE, { IdNamespaceName: { Ref: 'Name' }, Description: { Ref: 'Description' } });
  });
});
