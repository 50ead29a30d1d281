import type { AttributeMatchingModel, RecordMatchingModel, Rule } from '@aws-sdk/client-entityresolution';
import { AccountRegion, IdMappingWorkflow } from './account-region';
import { Valid } from './api-model';
import { parseArn } from './arn';
import { ValidationError } from './errors';
import { checkRules, matchingWorkflow, TableInput, tableInputs, WorkflowInput } from './workflow-input';

/** What a rule-based ID mapping workflow comes to, with all that it refers to looked up. */
export interface MappingPlan {
  readonly sources: readonly TableInput[];
  readonly targets: readonly TableInput[];
  readonly rules: readonly Valid<Rule>[];
  readonly attributeMatchingModel: AttributeMatchingModel;
  readonly recordMatchingModel: RecordMatchingModel;
}

/** Refuses a workflow that no job could run. */
export function mappingPlan(workflow: IdMappingWorkflow, accountRegion: AccountRegion): MappingPlan {
  const { ruleBasedProperties } = workflow.idMappingTechniques;
  if (!ruleBasedProperties) {
    throw new ValidationError('the local AWS Entity Resolution runs ID mappings of type RULE_BASED only');
  }
  const inputs = workflow.inputSourceConfig;
  const [sources, targets] = (['SOURCE', 'TARGET'] as const).map(type => inputs.filter(input => input.type === type));
  if (sources.length + targets.length < inputs.length || sources.length === 0 || targets.length !== 1) {
    throw new ValidationError('a rule-based ID mapping workflow has 1 to 19 inputs of type SOURCE and exactly one of type TARGET; ' +
      `given: ${inputs.map(({ type }) => type ?? 'no type').join(', ')}`);
  }
  const tablesOf = (side: readonly WorkflowInput[]) => side.flatMap(input => tableInputs(input, accountRegion));
  const plan = {
    sources: tablesOf(sources),
    targets: tablesOf(targets),
    rules: ruleBasedProperties.rules
      ?? workflowRules(ruleBasedProperties.ruleDefinitionType === 'TARGET' ? targets : sources, accountRegion),
    attributeMatchingModel: ruleBasedProperties.attributeMatchingModel,
    recordMatchingModel: ruleBasedProperties.recordMatchingModel,
  };
  checkRules(plan.rules, [...plan.sources, ...plan.targets]);
  return plan;
}

function workflowRules(inputs: readonly WorkflowInput[], accountRegion: AccountRegion): readonly Valid<Rule>[] {
  const rules = inputs.map(({ inputSourceARN }) => inputSourceARN)
    .filter(arn => parseArn(arn).resourceType === 'matchingworkflow')
    .flatMap(arn => matchingWorkflow(arn, accountRegion).resolutionTechniques.ruleBasedProperties?.rules ?? []);
  if (rules.length === 0) {
    throw new ValidationError('the ID mapping has no rules: give rules, or name as the ruleDefinitionType the side that is a rule-based ' +
      'matching workflow');
  }
  return rules;
}
