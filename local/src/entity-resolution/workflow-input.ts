import type { Rule, SchemaInputAttribute } from '@aws-sdk/client-entityresolution';
import { AccountRegion, MatchingWorkflow } from './account-region';
import { Valid } from './api-model';
import { Arn, parseArn } from './arn';
import { ValidationError } from './errors';

/** A Glue table with the schema mapping that a workflow reads it through. */
export interface TableInput {
  readonly table: Arn;
  readonly tableArn: string;
  readonly fields: readonly Valid<SchemaInputAttribute>[];
}

/** One item of a workflow's `inputSourceConfig`. */
export interface WorkflowInput {
  readonly inputSourceARN: string;
  readonly schemaName?: string;
}

/** The tables that an input stands for: a Glue table is one, a matching workflow is the tables of its own inputs. */
export function tableInputs(input: WorkflowInput, accountRegion: AccountRegion): TableInput[] {
  const source = parseArn(input.inputSourceARN);
  switch (source.resourceType) {
    case 'table':
      return [{ table: source, tableArn: input.inputSourceARN, fields: schemaFields(input, accountRegion) }];
    case 'matchingworkflow':
      return matchingWorkflow(input.inputSourceARN, accountRegion).inputSourceConfig.flatMap(inner => tableInputs(inner, accountRegion));
    default:
      throw new ValidationError(`the input source ${input.inputSourceARN} can't be used: ` +
        'the local AWS Entity Resolution knows Glue tables and matching workflows, not ID namespaces');
  }
}

/** The matching workflow that an input names. */
export function matchingWorkflow(arn: string, accountRegion: AccountRegion): MatchingWorkflow {
  const { account, region, resourceName } = parseArn(arn);
  const found = account === accountRegion.account && region === accountRegion.region
    ? accountRegion.matchingWorkflows.find(resourceName)
    : undefined;
  if (!found) {
    throw new ValidationError(`the input source ${arn} is not a matching workflow of this account and Region`);
  }
  return found.members;
}

/** Refuses rules without match keys, and match keys that no field of the inputs has. */
export function checkRules(rules: readonly Valid<Rule>[], inputs: readonly TableInput[]): void {
  const matchKeys = new Set(inputs.flatMap(({ fields }) => fields.flatMap(({ matchKey }) => matchKey ?? [])));
  for (const { ruleName, matchingKeys } of rules) {
    if (matchingKeys.length === 0) {
      throw new ValidationError(`the rule "${ruleName}" has no match keys: give 1 to 15`);
    }
    for (const key of matchingKeys) {
      if (!matchKeys.has(key)) {
        throw new ValidationError(`the rule "${ruleName}" names the match key "${key}", which no field of the schema mappings has; ` +
          `they have: ${[...matchKeys].sort().join(', ') || 'none'}`);
      }
    }
  }
}

function schemaFields({ inputSourceARN, schemaName }: WorkflowInput, accountRegion: AccountRegion): readonly Valid<SchemaInputAttribute>[] {
  if (schemaName === undefined) {
    throw new ValidationError(`the input source ${inputSourceARN} is a Glue table: give the schemaName that it is read through`);
  }
  const schema = accountRegion.schemaMappings.find(schemaName);
  if (!schema) {
    throw new ValidationError(`the schemaName "${schemaName}" of the input source ${inputSourceARN} is no schema mapping of this account and Region`);
  }
  return schema.members.mappedInputFields;
}
