import { IdMappingRuleBasedProperties } from '@aws-sdk/client-entityresolution';
import { IdNamespace } from './account-region';
import { Resource } from './resource-table';
import { Valid } from '../rest-json/api-model';
import { ValidationError } from '../rest-json/errors';

/**
 * Refuses a rule-based ID mapping that an ID namespace among its inputs does not admit. What the namespace does not name it does not limit, but it has
 * to name something: what kind of workflows may use it. With a source and a target whose limits exclude each other there is no mapping that passes.
 */
export function checkLimits(mapping: Valid<IdMappingRuleBasedProperties>, { arn, members }: Resource<IdNamespace>): void {
  if (!members.idMappingWorkflowProperties?.some(({ ruleBasedProperties }) => ruleBasedProperties)) {
    throw new ValidationError(`the ID namespace ${arn} of type ${members.type} declares no ruleBasedProperties in its idMappingWorkflowProperties: ` +
      'a rule-based ID mapping workflow can\'t use it');
  }
  for (const { idMappingType, ruleBasedProperties } of members.idMappingWorkflowProperties ?? []) {
    checkLimit(arn, 'idMappingType', 'RULE_BASED', [idMappingType]);
    const { ruleDefinitionTypes = [], attributeMatchingModel, recordMatchingModels = [] } = ruleBasedProperties ?? {};
    checkLimit(arn, 'ruleDefinitionType', mapping.ruleDefinitionType, ruleDefinitionTypes);
    checkLimit(arn, 'attributeMatchingModel', mapping.attributeMatchingModel, attributeMatchingModel ? [attributeMatchingModel] : []);
    checkLimit(arn, 'recordMatchingModel', mapping.recordMatchingModel, recordMatchingModels);
  }
}

function checkLimit(arn: string, property: string, given: string, allowed: readonly string[]): void {
  if (allowed.length > 0 && !allowed.includes(given)) {
    throw new ValidationError(`the ID namespace ${arn} does not admit the ${property} ${given}; it admits: ${allowed.join(', ')}`);
  }
}
