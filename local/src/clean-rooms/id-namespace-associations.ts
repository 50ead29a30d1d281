import {
  CreateIdNamespaceAssociationInput, DeleteIdNamespaceAssociationInput, GetCollaborationIdNamespaceAssociationInput,
  GetIdNamespaceAssociationInput, ListCollaborationIdNamespaceAssociationsInput, ListIdNamespaceAssociationsInput,
  UpdateIdNamespaceAssociationInput,
} from '@aws-sdk/client-cleanrooms';
import { GetIdNamespaceOutput } from '@aws-sdk/client-entityresolution';
import { collaborationOf } from './collaborations';
import { Context } from './context';
import { conflict, invalid, notFound, quotaExceeded } from './errors';
import { addManagedStatement, callEntityResolution, deleteManagedStatement } from './managed-policies';
import { activeMembershipOf, membershipOf } from './memberships';
import { IdNamespaceAssociation, Membership, newEntity } from './store';
import { Valid } from '../rest-json/api-model';
import { parseArn } from '../rest-json/arn';
import { page } from '../rest-json/page';

const QUOTA = 10;

export const idNamespaceAssociationOperations = {
  async CreateIdNamespaceAssociation(members: Valid<CreateIdNamespaceAssociationInput>, context: Context) {
    const { store, account, region } = context;
    const { inputReferenceConfig: { inputReferenceArn, manageResourcePolicies }, name } = members;
    const membership = activeMembershipOf(members.membershipIdentifier, context);
    checkName(name, membership, context);
    if (siblingsOf(membership, context).length >= QUOTA) {
      throw quotaExceeded('ID namespace associations per membership', QUOTA);
    }
    if (parseArn(inputReferenceArn).account !== account) {
      throw invalid(`the ID namespace ${inputReferenceArn} belongs to another account: a member associates its own`);
    }
    const { type, idMappingWorkflowProperties = [] } =
      await callEntityResolution('GetIdNamespace', { idNamespaceName: inputReferenceArn }, context) as GetIdNamespaceOutput;
    const association: IdNamespaceAssociation = {
      ...newEntity(account, region, `membership/${membership.id}/idnamespaceassociation/`, members.tags),
      members,
      membership,
      inputReferenceProperties: { idNamespaceType: type, idMappingWorkflowsSupported: idMappingWorkflowProperties },
    };
    if (manageResourcePolicies) {
      await addManagedStatement(inputReferenceArn, association, {
        action: ['entityresolution:GetIdNamespace', 'entityresolution:ListIdNamespaces', 'entityresolution:StartIdMappingJob'],
        accounts: membership.collaboration.parties.map(({ accountId }) => accountId),
      }, context);
    }
    store.idNamespaceAssociations.set(association.id, association);
    return { idNamespaceAssociation: describe(association) };
  },

  GetIdNamespaceAssociation(input: Valid<GetIdNamespaceAssociationInput>, context: Context) {
    return { idNamespaceAssociation: describe(associationOf(input, context)) };
  },

  UpdateIdNamespaceAssociation(input: Valid<UpdateIdNamespaceAssociationInput>, context: Context) {
    const association = associationOf(input, context);
    const { membershipIdentifier, idNamespaceAssociationIdentifier, ...changes } = input;
    if (changes.name !== undefined && changes.name !== association.members.name) {
      checkName(changes.name, association.membership, context);
    }
    association.members = { ...association.members, ...changes };
    association.updateTime = new Date();
    return { idNamespaceAssociation: describe(association) };
  },

  async DeleteIdNamespaceAssociation(input: Valid<DeleteIdNamespaceAssociationInput>, context: Context) {
    const association = associationOf(input, context);
    const { inputReferenceArn, manageResourcePolicies } = association.members.inputReferenceConfig;
    if (manageResourcePolicies) {
      await deleteManagedStatement(inputReferenceArn, association, context);
    }
    context.store.idNamespaceAssociations.delete(association.id);
    return {};
  },

  ListIdNamespaceAssociations(input: Valid<ListIdNamespaceAssociationsInput>, context: Context) {
    const membership = membershipOf(input.membershipIdentifier, context);
    const { items, nextToken } = page(siblingsOf(membership, context), ({ key }) => key, input);
    return { idNamespaceAssociationSummaries: items.map(describe), nextToken };
  },

  GetCollaborationIdNamespaceAssociation(input: Valid<GetCollaborationIdNamespaceAssociationInput>, context: Context) {
    const { collaborationIdentifier, idNamespaceAssociationIdentifier } = input;
    const association = associationsIn(collaborationIdentifier, context).find(({ id }) => id === idNamespaceAssociationIdentifier);
    if (!association) {
      throw notFound('MEMBERSHIP', idNamespaceAssociationIdentifier,
        `there is no ID namespace association ${idNamespaceAssociationIdentifier} in the collaboration`);
    }
    return { collaborationIdNamespaceAssociation: describe(association) };
  },

  ListCollaborationIdNamespaceAssociations(input: Valid<ListCollaborationIdNamespaceAssociationsInput>, context: Context) {
    const { items, nextToken } = page(associationsIn(input.collaborationIdentifier, context), ({ key }) => key, input);
    return { collaborationIdNamespaceAssociationSummaries: items.map(describe), nextToken };
  },
};

/** The associations of all members of a collaboration. */
export function associationsIn(collaborationIdentifier: string, context: Context): IdNamespaceAssociation[] {
  const collaboration = collaborationOf(collaborationIdentifier, context);
  return [...context.store.idNamespaceAssociations.values()].filter(({ membership }) => membership.collaboration === collaboration);
}

function siblingsOf(membership: Membership, { store }: Context): IdNamespaceAssociation[] {
  return [...store.idNamespaceAssociations.values()].filter((association) => association.membership === membership);
}

function checkName(name: string, membership: Membership, context: Context): void {
  if (siblingsOf(membership, context).some((association) => association.members.name === name)) {
    throw conflict('ALREADY_EXISTS', `the membership has an ID namespace association "${name}" already`);
  }
}

function associationOf(
  input: { membershipIdentifier: string; idNamespaceAssociationIdentifier: string }, context: Context,
): IdNamespaceAssociation {
  const membership = membershipOf(input.membershipIdentifier, context);
  const id = input.idNamespaceAssociationIdentifier;
  const association = context.store.idNamespaceAssociations.get(id);
  if (association?.membership !== membership) {
    throw notFound('MEMBERSHIP', id, `the membership has no ID namespace association ${id}`);
  }
  return association;
}

function describe({ members, membership, id, arn, account, createTime, updateTime, inputReferenceProperties }: IdNamespaceAssociation) {
  const { collaboration } = membership;
  return {
    ...members,
    id,
    arn,
    createTime,
    updateTime,
    inputReferenceProperties,
    membershipId: membership.id,
    membershipArn: membership.arn,
    collaborationId: collaboration.id,
    collaborationArn: collaboration.arn,
    creatorAccountId: account,
  };
}
