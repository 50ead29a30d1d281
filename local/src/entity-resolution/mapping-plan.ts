import { AttributeMatchingModel, RecordMatchingModel } from '@aws-sdk/client-entityresolution';
import { mappingRules, Rule } from 'id-mapping-rehearsal';
import { AccountRegion, IdMappingWorkflow } from './account-region';
import { checkLimits } from './namespace-limits';
import { checkRules, idNamespace, isIdNamespace, matchingWorkflow, TableInput, tableInputs, WorkflowInput } from './workflow-input';
import { parseArn } from '../rest-json/arn';
import { ValidationError } from '../rest-json/errors';

/** What a rule-based ID mapping workflow comes to, with all that it refers to looked up. */
export interface MappingPlan {
  readonly sources: readonly TableInput[];
  readonly targets: readonly TableInput[];
  readonly rules: readonly Rule[];
  readonly attributeMatchingModel: AttributeMatchingModel;
  readonly recordMatchingModel: RecordMatchingModel;
}

type MappingInput = IdMappingWorkflow['inputSourceConfig'][number];

/** Refuses a workflow that no job could run. */
export function mappingPlan(workflow: IdMappingWorkflow, accountRegion: AccountRegion): MappingPlan {
  const { ruleBasedProperties } = workflow.idMappingTechniques;
  if (!ruleBasedProperties) {
    throw new ValidationError('an ID mapping of type RULE_BASED needs ruleBasedProperties');
  }
  const inputs = workflow.inputSourceConfig.map((input) => ({ ...input, type: typeOf(input, accountRegion) }));
  const [sources, targets] = (['SOURCE', 'TARGET'] as const).map((type) => inputs.filter((input) => input.type === type));
  if (sources.length + targets.length < inputs.length || sources.length === 0 || targets.length !== 1) {
    throw new ValidationError('a rule-based ID mapping workflow has 1 to 19 inputs of type SOURCE and exactly one of type TARGET; ' +
      `given: ${inputs.map(({ type }) => type ?? 'no type').join(', ')}`);
  }
  for (const input of inputs.filter(isIdNamespace)) {
    checkLimits(ruleBasedProperties, idNamespace(input.inputSourceARN, accountRegion).resource);
  }
  const tablesOf = (side: readonly WorkflowInput[]) => side.flatMap((input) => tableInputs(input, accountRegion));
  const plan = {
    sources: tablesOf(sources),
    targets: tablesOf(targets),
    rules: mappingRules(ruleBasedProperties.rules ?? [], ruleBasedProperties.ruleDefinitionType, (side) =>
      (side === 'TARGET' ? targets : sources).flatMap((input) => rulesOf(input, accountRegion))),
    attributeMatchingModel: ruleBasedProperties.attributeMatchingModel,
    recordMatchingModel: ruleBasedProperties.recordMatchingModel,
  };
  if (plan.rules.length === 0) {
    throw new ValidationError('the ID mapping has no rules: give rules, or name as the ruleDefinitionType the side that is a rule-based ' +
      'matching workflow or an ID namespace with rules');
  }
  checkRules(plan.rules, [...plan.sources, ...plan.targets]);
  return plan;
}

/** The side of an input: an ID namespace has one itself. */
function typeOf(input: MappingInput, accountRegion: AccountRegion): MappingInput['type'] {
  if (!isIdNamespace(input)) {
    return input.type;
  }
  const { type } = idNamespace(input.inputSourceARN, accountRegion).resource.members;
  if (input.type !== undefined && input.type !== type) {
    throw new ValidationError(`the input source ${input.inputSourceARN} is an ID namespace of type ${type}, not ${input.type}`);
  }
  return type;
}

/** The rules of an input: an ID namespace has its own, not those of the matching workflow behind it. */
function rulesOf({ inputSourceARN }: WorkflowInput, accountRegion: AccountRegion): readonly Rule[] {
  switch (parseArn(inputSourceARN).resourceType) {
    case 'matchingworkflow':
      return matchingWorkflow(inputSourceARN, accountRegion).resource.members.resolutionTechniques.ruleBasedProperties?.rules ?? [];
    case 'idnamespace':
      return idNamespace(inputSourceARN, accountRegion).resource.members.idMappingWorkflowProperties?.[0].ruleBasedProperties?.rules ?? [];
    default:
      return [];
  }
}
