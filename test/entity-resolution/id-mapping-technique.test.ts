import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EMAIL_RULE, givenInput, givenMatchingWorkflow, givenStack } from './given';
import * as mapping from '../../src';

const { AttributeMatchingModel, IdMappingTechnique, IdMappingWorkflowProperties, IdNamespaceType, InputSource } = mapping;
const { RecordMatchingModel, RuleDefinitionType } = mapping;

test('takes a version of the normalization', () => {
  const stack = givenStack();
  new mapping.IdMappingWorkflow(stack, 'Mapping', {
    sources: [givenInput(stack, 'crm')],
    target: InputSource.matchingWorkflow(givenMatchingWorkflow(stack)),
    technique: IdMappingTechnique.ruleBased({ normalizationVersion: '2' }),
  });

  Template.fromStack(stack).hasResourceProperties('AWS::EntityResolution::IdMappingWorkflow', { IdMappingTechniques: { NormalizationVersion: '2' } });
});

describe('without an attribute matching model', () => {
  const ruleBased = { rules: [EMAIL_RULE], attributeMatchingModel: AttributeMatchingModel.ONE_TO_ONE };
  const target = (stack: Stack) => new mapping.MatchingWorkflow(stack, 'Loyalty', {
    inputSources: [givenInput(stack, 'loyalty')], technique: mapping.ResolutionTechnique.ruleBased(ruleBased),
  });

  test.each<[string, (stack: Stack) => mapping.InputSource]>([
    ['the matching workflow that is the target', (stack) => InputSource.matchingWorkflow(target(stack))],
    ['the ID namespace that is the target', (stack) => InputSource.idNamespace(new mapping.IdNamespace(stack, 'Namespace', {
      type: IdNamespaceType.TARGET, inputSources: [InputSource.matchingWorkflow(target(stack))],
    }))],
  ])('compares as %s does', (_, input) => {
    const stack = givenStack();
    new mapping.IdMappingWorkflow(stack, 'Mapping', { sources: [givenInput(stack, 'crm')], target: input(stack), technique: IdMappingTechnique.ruleBased() });

    Template.fromStack(stack).hasResourceProperties('AWS::EntityResolution::IdMappingWorkflow', {
      IdMappingTechniques: { RuleBasedProperties: { AttributeMatchingModel: 'ONE_TO_ONE' } },
    });
  });
});

describe('the limits of an ID namespace', () => {
  /** A workflow whose source is a namespace with the limits. */
  function mapped(limits: mapping.NamespaceRuleBasedOptions, options: mapping.RuleBasedOptions): () => void {
    const stack = givenStack();
    const crm = new mapping.IdNamespace(stack, 'Crm', {
      type: IdNamespaceType.SOURCE, idMappingWorkflowProperties: IdMappingWorkflowProperties.ruleBased(limits),
    });
    return () => {
      new mapping.IdMappingWorkflow(stack, 'Mapping', {
        sources: [InputSource.idNamespace(crm)],
        target: InputSource.matchingWorkflow(givenMatchingWorkflow(stack)),
        technique: IdMappingTechnique.ruleBased(options),
      });
    };
  }

  test.each<[string, mapping.NamespaceRuleBasedOptions, mapping.RuleBasedOptions, string]>([
    ['rule definition type', { ruleDefinitionTypes: [RuleDefinitionType.SOURCE] }, { ruleDefinitionType: RuleDefinitionType.TARGET },
      "'ruleDefinitionType' is TARGET, which the ID namespace Stack/Crm does not allow; it allows: SOURCE"],
    ['rule definition type by default', { ruleDefinitionTypes: [RuleDefinitionType.SOURCE] }, {},
      "'ruleDefinitionType' is TARGET, which the ID namespace Stack/Crm does not allow; it allows: SOURCE"],
    ['record matching model', { recordMatchingModels: [RecordMatchingModel.ONE_SOURCE_TO_ONE_TARGET] }, {},
      "'recordMatchingModel' is MANY_SOURCE_TO_ONE_TARGET, which the ID namespace Stack/Crm does not allow; it allows: ONE_SOURCE_TO_ONE_TARGET"],
    ['attribute matching model', { attributeMatchingModel: AttributeMatchingModel.ONE_TO_ONE }, {},
      "'attributeMatchingModel' is MANY_TO_MANY, which the ID namespace Stack/Crm does not allow; it allows: ONE_TO_ONE"],
    ['attribute matching model than the one by default', {}, { attributeMatchingModel: AttributeMatchingModel.ONE_TO_ONE },
      "'attributeMatchingModel' is ONE_TO_ONE, which the ID namespace Stack/Crm does not allow; it allows: MANY_TO_MANY"],
  ])('refuse another %s', (_, limits, options, message) => {
    expect(mapped(limits, options)).toThrow(new Error(`[Stack/Mapping] ${message}`));
  });

  test.each<[string, mapping.NamespaceRuleBasedOptions, mapping.RuleBasedOptions]>([
    ['what they name', { ruleDefinitionTypes: [RuleDefinitionType.SOURCE] }, { ruleDefinitionType: RuleDefinitionType.SOURCE }],
    ['one of what they name',
      { recordMatchingModels: [RecordMatchingModel.ONE_SOURCE_TO_ONE_TARGET, RecordMatchingModel.MANY_SOURCE_TO_ONE_TARGET] }, {}],
    ['anything when they are empty', { ruleDefinitionTypes: [], recordMatchingModels: [] }, {}],
    ['the attribute matching model that they name', { attributeMatchingModel: AttributeMatchingModel.ONE_TO_ONE },
      { attributeMatchingModel: AttributeMatchingModel.ONE_TO_ONE }],
    ['every rule definition type when they name none', {}, { ruleDefinitionType: RuleDefinitionType.SOURCE }],
    ['every record matching model when they name none', {}, { recordMatchingModel: RecordMatchingModel.ONE_SOURCE_TO_ONE_TARGET }],
  ])('allow %s', (_, limits, options) => {
    expect(mapped(limits, options)).not.toThrow();
  });

  test('count for a target, too', () => {
    const stack = givenStack();
    const members = new mapping.IdNamespace(stack, 'Members', {
      type: IdNamespaceType.TARGET,
      inputSources: [InputSource.matchingWorkflow(givenMatchingWorkflow(stack))],
      idMappingWorkflowProperties: IdMappingWorkflowProperties.ruleBased({ ruleDefinitionTypes: [RuleDefinitionType.SOURCE] }),
    });

    expect(() => new mapping.IdMappingWorkflow(stack, 'Mapping', {
      sources: [givenInput(stack, 'crm')], target: InputSource.idNamespace(members), technique: IdMappingTechnique.ruleBased(),
    })).toThrow(new Error("[Stack/Mapping] 'ruleDefinitionType' is TARGET, which the ID namespace Stack/Members does not allow; it allows: SOURCE"));
  });
});
