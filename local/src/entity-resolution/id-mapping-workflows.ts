import {
  CreateIdMappingWorkflowInput, DeleteIdMappingWorkflowInput, GetIdMappingWorkflowInput, ListIdMappingWorkflowsInput,
  UpdateIdMappingWorkflowInput,
} from '@aws-sdk/client-entityresolution';
import { removeState } from 'id-mapping-rehearsal';
import { AccountRegion, IdMappingWorkflow } from './account-region';
import { Context } from './context';
import { jobStateFile } from './job-state';
import { mappingPlan } from './mapping-plan';
import { Resource } from './resource-table';
import { tableInputs } from './workflow-input';
import { Valid } from '../rest-json/api-model';
import { ConflictError, ValidationError } from '../rest-json/errors';
import { page } from '../rest-json/page';

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

  DeleteIdMappingWorkflow({ workflowName }: Valid<DeleteIdMappingWorkflowInput>, { accountRegion, jobEnvironment }: Context) {
    if (accountRegion.idMappingJobs.isBusy(workflowName)) {
      throw new ConflictError(`the ID mapping workflow "${workflowName}" is currently running: wait until its job has ended`);
    }
    accountRegion.idMappingWorkflows.delete(workflowName);
    accountRegion.idMappingJobs.forget(workflowName);
    removeState(jobStateFile(jobEnvironment.workFolder, workflowName, accountRegion));
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
  const { idMappingType, providerProperties } = workflow.idMappingTechniques;
  if (idMappingType === 'RULE_BASED') {
    mappingPlan(workflow, accountRegion);
    return;
  }
  if (!providerProperties) {
    throw new ValidationError('an ID mapping of type PROVIDER needs providerProperties');
  }
  workflow.inputSourceConfig.forEach((input) => tableInputs(input, accountRegion));
}
