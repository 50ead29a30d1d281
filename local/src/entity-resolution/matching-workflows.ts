import {
  BatchDeleteUniqueIdInput,
  CreateMatchingWorkflowInput, DeleteMatchingWorkflowInput, GetMatchingWorkflowInput, ListMatchingWorkflowsInput, UpdateMatchingWorkflowInput,
} from '@aws-sdk/client-entityresolution';
import { AccountRegion, MatchingWorkflow } from './account-region';
import { Context } from './context';
import { checkReader } from './input-check';
import { Resource } from './resource-table';
import { checkRules, tableInputs } from './workflow-input';
import { Valid } from '../rest-json/api-model';
import { ConflictError, ValidationError } from '../rest-json/errors';
import { page } from '../rest-json/page';

/** What a record may have as its unique id. */
const UNIQUE_ID = /^[a-zA-Z0-9_-]{1,257}$/;

export const matchingWorkflowOperations = {
  async CreateMatchingWorkflow({ tags, ...members }: Valid<CreateMatchingWorkflowInput>, context: Context) {
    const { accountRegion } = context;
    checkWorkflow(members, accountRegion);
    await checkReader(members, context);
    return describe(accountRegion.matchingWorkflows.create(members.workflowName, members, tags));
  },

  GetMatchingWorkflow({ workflowName }: Valid<GetMatchingWorkflowInput>, { accountRegion }: Context) {
    return describe(accountRegion.matchingWorkflows.get(workflowName));
  },

  async UpdateMatchingWorkflow(members: Valid<UpdateMatchingWorkflowInput>, context: Context) {
    const { accountRegion } = context;
    accountRegion.matchingWorkflows.get(members.workflowName);
    checkWorkflow(members, accountRegion);
    await checkReader(members, context);
    return describe(accountRegion.matchingWorkflows.update(members.workflowName, members));
  },

  DeleteMatchingWorkflow({ workflowName }: Valid<DeleteMatchingWorkflowInput>, { accountRegion }: Context) {
    if (accountRegion.matchingJobs.isBusy(workflowName)) {
      throw new ConflictError(`the matching workflow "${workflowName}" is currently running: wait until its job has ended`);
    }
    accountRegion.matchingWorkflows.delete(workflowName);
    accountRegion.matchingJobs.forget(workflowName);
    accountRegion.deletedUniqueIds.forget(workflowName);
    return { message: `the matching workflow "${workflowName}" is deleted` };
  },

  /** The records are gone from the next job on: an id that no record can have is an error of its own. */
  BatchDeleteUniqueId({ workflowName, inputSource, uniqueIds }: Valid<BatchDeleteUniqueIdInput>, { accountRegion }: Context) {
    const { members: { inputSourceConfig } } = accountRegion.matchingWorkflows.get(workflowName);
    if (inputSource !== undefined && !inputSourceConfig.some(({ inputSourceARN }) => inputSourceARN === inputSource)) {
      throw new ValidationError(`the inputSource ${inputSource} is no input of the matching workflow "${workflowName}"; its inputs are: ` +
        inputSourceConfig.map(({ inputSourceARN }) => inputSourceARN).join(', '));
    }
    const given = [...new Set(uniqueIds)];
    const deleted = given.filter((uniqueId) => UNIQUE_ID.test(uniqueId));
    accountRegion.deletedUniqueIds.add(workflowName, deleted, inputSource);
    return {
      status: 'COMPLETED',
      errors: given.filter((uniqueId) => !deleted.includes(uniqueId)).map((uniqueId) => ({ uniqueId, errorType: 'VALIDATION_ERROR' })),
      deleted: deleted.map((uniqueId) => ({ uniqueId })),
      disconnectedUniqueIds: [],
    };
  },

  ListMatchingWorkflows(input: Valid<ListMatchingWorkflowsInput>, { accountRegion }: Context) {
    const { items, nextToken } = page(accountRegion.matchingWorkflows.list(), ({ name }) => name, input);
    return { workflowSummaries: items.map(describe), nextToken };
  },
};

function describe({ members, arn, createdAt, updatedAt, tags }: Resource<MatchingWorkflow>) {
  return { ...members, workflowArn: arn, createdAt, updatedAt, tags, resolutionType: members.resolutionTechniques.resolutionType };
}

function checkWorkflow({ inputSourceConfig, resolutionTechniques }: MatchingWorkflow, accountRegion: AccountRegion): void {
  const { resolutionType, ruleBasedProperties, ruleConditionProperties, providerProperties } = resolutionTechniques;
  if (resolutionType === 'RULE_MATCHING' && !ruleBasedProperties === !ruleConditionProperties) {
    throw new ValidationError('a matching workflow of the resolutionType RULE_MATCHING needs either ruleBasedProperties or ruleConditionProperties');
  }
  if (resolutionType === 'PROVIDER' && !providerProperties) {
    throw new ValidationError('a matching workflow of the resolutionType PROVIDER needs providerProperties');
  }
  checkRules(ruleBasedProperties?.rules ?? [], inputSourceConfig.flatMap((input) => tableInputs(input, accountRegion)));
}
