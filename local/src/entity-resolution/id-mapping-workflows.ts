import {
  CreateIdMappingWorkflowInput, DeleteIdMappingWorkflowInput, GetIdMappingWorkflowInput, ListIdMappingWorkflowsInput,
  UpdateIdMappingWorkflowInput,
} from '@aws-sdk/client-entityresolution';
import { removeState } from 'id-mapping-rehearsal';
import { IdMappingWorkflow } from './account-region';
import { Context } from './context';
import { checkReader } from './input-check';
import { jobStateFile } from './job-state';
import { mappingPlan } from './mapping-plan';
import { Resource } from './resource-table';
import { tableInputs } from './workflow-input';
import { Valid } from '../rest-json/api-model';
import { parseArn } from '../rest-json/arn';
import { ConflictError, ValidationError } from '../rest-json/errors';
import { page } from '../rest-json/page';

export const idMappingWorkflowOperations = {
  async CreateIdMappingWorkflow({ tags, ...members }: Valid<CreateIdMappingWorkflowInput>, context: Context) {
    const { accountRegion } = context;
    checkWorkflow(members, context);
    await checkReader(members, context);
    return describe(accountRegion.idMappingWorkflows.create(members.workflowName, members, tags));
  },

  GetIdMappingWorkflow({ workflowName }: Valid<GetIdMappingWorkflowInput>, { accountRegion }: Context) {
    return describe(accountRegion.idMappingWorkflows.get(workflowName));
  },

  async UpdateIdMappingWorkflow(members: Valid<UpdateIdMappingWorkflowInput>, context: Context) {
    const { accountRegion } = context;
    accountRegion.idMappingWorkflows.get(members.workflowName);
    checkWorkflow(members, context);
    await checkReader(members, context);
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

function checkWorkflow(workflow: IdMappingWorkflow, { accountRegion, behaviour }: Context): void {
  const { idMappingType, providerProperties, ruleBasedProperties } = workflow.idMappingTechniques;
  if (idMappingType === 'RULE_BASED') {
    const table = workflow.inputSourceConfig.find(({ inputSourceARN, type }) => type === 'SOURCE' && parseArn(inputSourceARN).resourceType === 'table');
    if (table && ruleBasedProperties?.ruleDefinitionType === 'SOURCE' && behaviour.rulesOverTables === 'REFUSED') {
      throw new ValidationError(`the ruleDefinitionType is SOURCE, but the source ${table.inputSourceARN} is a Glue table: let the rules be those of the TARGET`);
    }
    mappingPlan(workflow, accountRegion);
    return;
  }
  if (!providerProperties) {
    throw new ValidationError('an ID mapping of type PROVIDER needs providerProperties');
  }
  workflow.inputSourceConfig.forEach((input) => tableInputs(input, accountRegion));
}
