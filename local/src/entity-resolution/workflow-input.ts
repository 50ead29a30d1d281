import { SchemaInputAttribute } from '@aws-sdk/client-entityresolution';
import { checkMatchKeys, Rule, UsageError } from 'id-mapping-rehearsal';
import { AccountRegion, IdNamespace, MatchingWorkflow } from './account-region';
import { SharedResource, sharedResource } from './shared-resource';
import { Valid } from '../rest-json/api-model';
import { Arn, parseArn } from '../rest-json/arn';
import { ResourceNotFoundError, ValidationError } from '../rest-json/errors';

/** A Glue table with the schema mapping that a workflow reads it through. */
export interface TableInput {
  readonly table: Arn;
  readonly tableArn: string;
  readonly fields: readonly Valid<SchemaInputAttribute>[];
  /** The role that reads it. @default - the workflow's */
  readonly roleArn?: string;
  /** Unique ids that were deleted from the matching workflow that reads it. @default - none */
  readonly deletedIds?: readonly string[];
  /** The matching workflow that reads it, when none of its jobs has succeeded yet. @default - none has to */
  readonly unindexedBy?: string;
}

/** One item of an `inputSourceConfig`. */
export interface WorkflowInput {
  readonly inputSourceARN: string;
  readonly schemaName?: string;
}

/**
 * The tables that an input stands for: a Glue table is one; a matching workflow and an ID namespace are the tables of their own inputs,
 * read by the role of the namespace, and by that of the matching workflow if it is of another account.
 */
export function tableInputs(input: WorkflowInput, accountRegion: AccountRegion): TableInput[] {
  const source = parseArn(input.inputSourceARN);
  switch (source.resourceType) {
    case 'table':
      return [{ table: source, tableArn: input.inputSourceARN, fields: schemaFields(input, accountRegion) }];
    case 'matchingworkflow': {
      const { owner, resource: { members } } = matchingWorkflow(input.inputSourceARN, accountRegion);
      const unindexedBy = owner.matchingJobs.hasSucceeded(members.workflowName) ? undefined : members.workflowName;
      return withRole(owner === accountRegion ? undefined : members.roleArn, matchingWorkflowTables(members, owner))
        .map((table) => ({ ...table, unindexedBy }));
    }
    default: {
      const { owner, resource: { members } } = idNamespace(input.inputSourceARN, accountRegion);
      return withRole(members.roleArn, (members.inputSourceConfig ?? []).flatMap((inner) => tableInputs(inner, owner)));
    }
  }
}

/** The tables of a matching workflow, without what was deleted from it. */
export function matchingWorkflowTables({ workflowName, inputSourceConfig }: MatchingWorkflow, owner: AccountRegion): TableInput[] {
  return inputSourceConfig.flatMap((input) => tableInputs(input, owner))
    .map((table) => ({ ...table, deletedIds: owner.deletedUniqueIds.of(workflowName, table.tableArn) }));
}

/** The matching workflow that an input names. */
export function matchingWorkflow(arn: string, accountRegion: AccountRegion): SharedResource<MatchingWorkflow> {
  return inputResource('a matching workflow', arn, () =>
    sharedResource(arn, 'entityresolution:UseWorkflow', accountRegion, ({ matchingWorkflows }) => matchingWorkflows));
}

/** The ID namespace that an input names. */
export function idNamespace(arn: string, accountRegion: AccountRegion): SharedResource<IdNamespace> {
  return inputResource('an ID namespace', arn, () =>
    sharedResource(arn, 'entityresolution:UseIdNamespace', accountRegion, ({ idNamespaces }) => idNamespaces));
}

/** Whether an input is an ID namespace. */
export function isIdNamespace({ inputSourceARN }: WorkflowInput): boolean {
  return parseArn(inputSourceARN).resourceType === 'idnamespace';
}

/** Refuses rules without match keys, and match keys that no field of the inputs has. */
export function checkRules(rules: readonly Rule[], inputs: readonly TableInput[]): void {
  try {
    checkMatchKeys(rules, inputs);
  } catch (error) {
    throw error instanceof UsageError ? new ValidationError(error.message) : error;
  }
}

function withRole(roleArn: string | undefined, tables: readonly TableInput[]): TableInput[] {
  return tables.map((table) => ({ ...table, roleArn: table.roleArn ?? roleArn }));
}

/** Operations with inputs list no ResourceNotFoundException: what is missing makes the request invalid. */
function inputResource<T>(noun: string, arn: string, find: () => T): T {
  try {
    return find();
  } catch (error) {
    throw error instanceof ResourceNotFoundError
      ? new ValidationError(`the input source ${arn} is not ${noun} of this account and Region`)
      : error;
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
