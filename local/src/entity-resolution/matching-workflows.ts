import type {
  CreateMatchingWorkflowInput, DeleteMatchingWorkflowInput, GetMatchingWorkflowInput, ListMatchingWorkflowsInput, UpdateMatchingWorkflowInput,
} from '@aws-sdk/client-entityresolution';
import { AccountRegion, MatchingWorkflow } from './account-region';
import { Valid } from './api-model';
import { Context } from './context';
import { page } from './page';
import { Resource } from './resource-table';
import { checkRules, tableInputs } from './workflow-input';

export const matchingWorkflowOperations = {
  CreateMatchingWorkflow({ tags, ...members }: Valid<CreateMatchingWorkflowInput>, { accountRegion }: Context) {
    checkWorkflow(members, accountRegion);
    return describe(accountRegion.matchingWorkflows.create(members.workflowName, members, tags));
  },

  GetMatchingWorkflow({ workflowName }: Valid<GetMatchingWorkflowInput>, { accountRegion }: Context) {
    return describe(accountRegion.matchingWorkflows.get(workflowName));
  },

  UpdateMatchingWorkflow(members: Valid<UpdateMatchingWorkflowInput>, { accountRegion }: Context) {
    accountRegion.matchingWorkflows.get(members.workflowName);
    checkWorkflow(members, accountRegion);
    return describe(accountRegion.matchingWorkflows.update(members.workflowName, members));
  },

  DeleteMatchingWorkflow({ workflowName }: Valid<DeleteMatchingWorkflowInput>, { accountRegion }: Context) {
    accountRegion.matchingWorkflows.delete(workflowName);
    return { message: `the matching workflow "${workflowName}" is deleted` };
  },

  ListMatchingWorkflows(input: Valid<ListMatchingWorkflowsInput>, { accountRegion }: Context) {
    const { items, nextToken } = page(accountRegion.matchingWorkflows.list(), ({ name }) => name, input);
    return { workflowSummaries: items.map(describe), nextToken };
  },
};

function describe({ members, arn, createdAt, updatedAt, tags }: Resource<MatchingWorkflow>) {
  return { ...members, workflowArn: arn, createdAt, updatedAt, tags, resolutionType: members.resolutionTechniques.resolutionType };
}

function checkWorkflow(workflow: MatchingWorkflow, accountRegion: AccountRegion): void {
  const inputs = workflow.inputSourceConfig.flatMap(input => tableInputs(input, accountRegion));
  checkRules(workflow.resolutionTechniques.ruleBasedProperties?.rules ?? [], inputs);
}
