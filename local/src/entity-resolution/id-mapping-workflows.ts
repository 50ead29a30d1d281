import type {
  CreateIdMappingWorkflowInput, DeleteIdMappingWorkflowInput, GetIdMappingWorkflowInput, ListIdMappingWorkflowsInput,
  UpdateIdMappingWorkflowInput,
} from '@aws-sdk/client-entityresolution';
import { AccountRegion, IdMappingWorkflow } from './account-region';
import { Valid } from './api-model';
import { Context } from './context';
import { ConflictError, ValidationError } from './errors';
import { mappingPlan } from './mapping-plan';
import { page } from './page';
import { Resource } from './resource-table';

export const idMappingWorkflowOperations = {
  CreateIdMappingWorkflow({ tags, ...members }: Valid<CreateIdMappingWorkflowInput>, { accountRegion }: Context) {
    checkWorkflow(members, accountRegion);
    return describe(accountRegion.idMappingWorkflows.create(members.workflowName, members, tags));
  },

  GetIdMappingWorkflow({ workflowName }: Valid<GetIdMappingWorkflowInput>, { accountRegion }: Context) {
    return describe(accountRegion.idMappingWorkflows.get(workflowName));
  },

  UpdateIdMappingWorkflow(members: Valid<UpdateIdMappingWorkflowInput>, { accountRegion }: Context) {
    accountRegion.idMappingWorkflows.get(members.workflowName);
    checkWorkflow(members, accountRegion);
    return describe(accountRegion.idMappingWorkflows.update(members.workflowName, members));
  },

  DeleteIdMappingWorkflow({ workflowName }: Valid<DeleteIdMappingWorkflowInput>, { accountRegion }: Context) {
    if (accountRegion.isBusy(workflowName)) {
      throw new ConflictError(`the ID mapping workflow "${workflowName}" is currently running: wait until its job has ended`);
    }
    accountRegion.idMappingWorkflows.delete(workflowName);
    accountRegion.idMappingJobs = accountRegion.idMappingJobs.filter(job => job.workflowName !== workflowName);
    return { message: `the ID mapping workflow "${workflowName}" is deleted` };
  },

  ListIdMappingWorkflows(input: Valid<ListIdMappingWorkflowsInput>, { accountRegion }: Context) {
    const { items, nextToken } = page(accountRegion.idMappingWorkflows.list(), ({ name }) => name, input);
    return { workflowSummaries: items.map(describe), nextToken };
  },
};

function describe({ members, arn, createdAt, updatedAt, tags }: Resource<IdMappingWorkflow>) {
  return { ...members, workflowArn: arn, createdAt, updatedAt, tags };
}

function checkWorkflow(workflow: IdMappingWorkflow, accountRegion: AccountRegion): void {
  const { idMappingType, ruleBasedProperties, providerProperties } = workflow.idMappingTechniques;
  if (idMappingType === 'PROVIDER') {
    if (!providerProperties) {
      throw new ValidationError('an ID mapping of type PROVIDER needs providerProperties');
    }
    return;
  }
  if (!ruleBasedProperties) {
    throw new ValidationError('an ID mapping of type RULE_BASED needs ruleBasedProperties');
  }
  mappingPlan(workflow, accountRegion);
}
