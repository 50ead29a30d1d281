import { Template } from 'aws-cdk-lib/assertions';
import { givenInput, givenStack, numbered, statementsOf } from './given';
import * as mapping from '../../src';

const { ResolutionTechnique } = mapping;

function matched(technique: mapping.ResolutionTechnique): Template {
  const stack = givenStack();
  new mapping.MatchingWorkflow(stack, 'Loyalty', { inputSources: [givenInput(stack, 'loyalty')], technique });
  return Template.fromStack(stack);
}

function resolutionTechniques(template: Template): unknown {
  const [{ Properties }] = Object.values(template.findResources('AWS::EntityResolution::MatchingWorkflow'));
  return Properties.ResolutionTechniques;
}

const CONDITION = { ruleName: 'alike', condition: 'Cosine(email, 10) OR Exact(email, true)' };

describe('rule-based', () => {
  test('compares all columns of a match key, the purpose left to the service', () => {
    expect(resolutionTechniques(matched(ResolutionTechnique.ruleBased({ rules: [{ ruleName: 'email', matchingKeys: ['email'] }] })))).toEqual({
      ResolutionType: 'RULE_MATCHING',
      RuleBasedProperties: { AttributeMatchingModel: 'MANY_TO_MANY', Rules: [{ RuleName: 'email', MatchingKeys: ['email'] }] },
    });
  });
});

describe('rule conditions', () => {
  test('need nothing but rules', () => {
    expect(resolutionTechniques(matched(ResolutionTechnique.ruleConditions({ rules: [CONDITION] })))).toEqual({
      ResolutionType: 'RULE_MATCHING',
      RuleConditionProperties: { Rules: [{ RuleName: 'alike', Condition: 'Cosine(email, 10) OR Exact(email, true)' }] },
    });
  });

  test.each([true, false])('take transitive and real-time matching: %s', (enabled) => {
    const technique = ResolutionTechnique.ruleConditions({ rules: [CONDITION], enableTransitiveMatching: enabled, enableRealTimeMatching: enabled });

    expect(resolutionTechniques(matched(technique))).toEqual({
      ResolutionType: 'RULE_MATCHING',
      EnableRealTimeMatching: enabled,
      RuleConditionProperties: {
        Rules: [{ RuleName: 'alike', Condition: 'Cosine(email, 10) OR Exact(email, true)' }],
        MatchingConfig: { EnableTransitiveMatching: enabled },
      },
    });
  });

  test.each([0, 26])('fail with %d rules', (count) => {
    expect(() => matched(ResolutionTechnique.ruleConditions({ rules: numbered(count, () => CONDITION) }))).toThrow(
      new Error(`[Stack/Loyalty] 'rules' must have 1 to 25 items, got ${count}`));
  });

  test('fail with a bad rule name', () => {
    expect(() => matched(ResolutionTechnique.ruleConditions({ rules: [{ ruleName: 'a/b', condition: 'Exact(email, true)' }] }))).toThrow(
      new Error("[Stack/Loyalty] 'ruleName' must be 1 to 255 letters, digits, hyphens, underscores or spaces, got: \"a/b\""));
  });

  test.each([1, 25])('pass with %d rules', (count) => {
    expect(() => matched(ResolutionTechnique.ruleConditions({ rules: numbered(count, () => CONDITION) }))).not.toThrow();
  });
});

test('machine learning needs nothing', () => {
  expect(resolutionTechniques(matched(ResolutionTechnique.machineLearning()))).toEqual({ ResolutionType: 'ML_MATCHING' });
});

test('a provider is sent requests by the role of the workflow', () => {
  const template = matched(ResolutionTechnique.provider(mapping.ProviderService.of('LiveRamp', 'Assignment', {
    dataExchangeAsset: { dataSetId: 'set', revisionId: 'revision', assetId: 'asset' },
  }), { providerConfiguration: { clientId: 'me' } }));

  expect(resolutionTechniques(template)).toEqual({
    ResolutionType: 'PROVIDER',
    ProviderProperties: {
      ProviderServiceArn: 'arn:aws:entityresolution:eu-west-1::providerservice/LiveRamp/Assignment',
      ProviderConfiguration: { clientId: 'me' },
    },
  });
  expect(statementsOf(template, 'Loyalty')).toContainEqual({
    Effect: 'Allow',
    Action: 'dataexchange:SendApiAsset',
    Resource: 'arn:aws:dataexchange:eu-west-1::data-sets/set/revisions/revision/assets/asset',
  });
});

describe('as an input of ID mapping', () => {
  const techniques: [string, mapping.ResolutionTechnique][] = [
    ['rule conditions', ResolutionTechnique.ruleConditions({ rules: [CONDITION] })],
    ['machine learning', ResolutionTechnique.machineLearning()],
    ['a provider', ResolutionTechnique.provider(mapping.ProviderService.of('LiveRamp', 'Assignment'))],
  ];

  test.each(techniques)('a workflow with %s is refused', (_, technique) => {
    const stack = givenStack();
    const loyalty = new mapping.MatchingWorkflow(stack, 'Loyalty', { inputSources: [givenInput(stack, 'loyalty')], technique });

    expect(() => new mapping.IdMappingWorkflow(stack, 'Mapping', {
      sources: [givenInput(stack, 'crm')],
      target: mapping.InputSource.matchingWorkflow(loyalty),
      technique: mapping.IdMappingTechnique.ruleBased(),
    })).toThrow(new Error(
      "[Stack/Mapping] the matching workflow Stack/Loyalty can't be an input: ID mapping needs one with 'ResolutionTechnique.ruleBased(...)'"));
  });
});
