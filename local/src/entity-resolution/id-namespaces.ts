import {
  CreateIdNamespaceInput, DeleteIdNamespaceInput, GetIdNamespaceInput, ListIdNamespacesInput, UpdateIdNamespaceInput,
} from '@aws-sdk/client-entityresolution';
import { AccountRegion, IdNamespace } from './account-region';
import { Context } from './context';
import { checkReader } from './input-check';
import { Resource } from './resource-table';
import { sharedResource } from './shared-resource';
import { checkRules, tableInputs } from './workflow-input';
import { Valid } from '../rest-json/api-model';
import { ValidationError } from '../rest-json/errors';
import { page } from '../rest-json/page';

export const idNamespaceOperations = {
  async CreateIdNamespace({ tags, ...members }: Valid<CreateIdNamespaceInput>, context: Context) {
    const { accountRegion } = context;
    checkNamespace(members, accountRegion);
    await checkReader(members, context);
    return describe(accountRegion.idNamespaces.create(members.idNamespaceName, members, tags));
  },

  /** The one that other accounts may call too, by ARN. */
  GetIdNamespace({ idNamespaceName }: Valid<GetIdNamespaceInput>, { accountRegion }: Context) {
    return describe(idNamespaceName.startsWith('arn:')
      ? sharedResource(idNamespaceName, 'entityresolution:GetIdNamespace', accountRegion, ({ idNamespaces }) => idNamespaces).resource
      : accountRegion.idNamespaces.get(idNamespaceName));
  },

  async UpdateIdNamespace(members: Valid<UpdateIdNamespaceInput>, context: Context) {
    const { accountRegion } = context;
    const { type } = accountRegion.idNamespaces.get(members.idNamespaceName).members;
    const namespace = { ...members, type };
    checkNamespace(namespace, accountRegion);
    await checkReader(namespace, context);
    return describe(accountRegion.idNamespaces.update(members.idNamespaceName, namespace));
  },

  DeleteIdNamespace({ idNamespaceName }: Valid<DeleteIdNamespaceInput>, { accountRegion }: Context) {
    accountRegion.idNamespaces.delete(idNamespaceName);
    return { message: `the ID namespace "${idNamespaceName}" is deleted` };
  },

  ListIdNamespaces(input: Valid<ListIdNamespacesInput>, { accountRegion }: Context) {
    const { items, nextToken } = page(accountRegion.idNamespaces.list(), ({ name }) => name, input);
    return { idNamespaceSummaries: items.map(describe), nextToken };
  },
};

function describe({ members, arn, createdAt, updatedAt, tags }: Resource<IdNamespace>) {
  return { ...members, idNamespaceArn: arn, createdAt, updatedAt, tags };
}

function checkNamespace({ type, inputSourceConfig = [], idMappingWorkflowProperties = [] }: IdNamespace, accountRegion: AccountRegion): void {
  const isRuleBased = idMappingWorkflowProperties.some(({ ruleBasedProperties }) => ruleBasedProperties);
  for (const { inputSourceARN } of inputSourceConfig) {
    if (inputSourceARN.includes(':idnamespace/')) {
      throw new ValidationError(`the input source ${inputSourceARN} is an ID namespace: an ID namespace takes Glue tables and matching workflows`);
    }
    if (type === 'TARGET' && isRuleBased && !inputSourceARN.includes(':matchingworkflow/')) {
      throw new ValidationError(`the input source ${inputSourceARN} is no matching workflow: those of a rule-based ID namespace of type TARGET have to be`);
    }
  }
  const inputs = inputSourceConfig.flatMap((input) => tableInputs(input, accountRegion));
  for (const { ruleBasedProperties } of idMappingWorkflowProperties) {
    checkRules(ruleBasedProperties?.rules ?? [], inputs);
  }
}
