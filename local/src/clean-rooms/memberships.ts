import {
  CreateMembershipInput, DeleteMembershipInput, GetMembershipInput, ListMembershipsInput, MembershipPaymentConfiguration, UpdateMembershipInput,
} from '@aws-sdk/client-cleanrooms';
import { collaborationOf, partyOf } from './collaborations';
import { Context } from './context';
import { conflict, notFound } from './errors';
import { Membership, newEntity, ownedBy } from './store';
import { Valid } from '../rest-json/api-model';
import { page } from '../rest-json/page';

/** The API model has a member that the SDK of the lock file does not know yet. */
type UpdateMembership = UpdateMembershipInput & { membershipPaymentConfiguration?: Partial<MembershipPaymentConfiguration> };

export const membershipOperations = {
  CreateMembership(members: Valid<CreateMembershipInput>, context: Context) {
    const { store, account, region } = context;
    const collaboration = collaborationOf(members.collaborationIdentifier, context);
    const party = partyOf(collaboration, context)!;
    if (party.membership) {
      throw conflict('ALREADY_EXISTS', `the account ${account} has the membership ${party.membership.id} in the collaboration already`);
    }
    const membership: Membership = { ...newEntity(account, region, 'membership/', members.tags), members, collaboration, party };
    party.membership = membership;
    party.status = 'ACTIVE';
    store.memberships.set(membership.id, membership);
    return { membership: describe(membership, context) };
  },

  GetMembership({ membershipIdentifier }: Valid<GetMembershipInput>, context: Context) {
    return { membership: describe(membershipOf(membershipIdentifier, context), context) };
  },

  UpdateMembership({ membershipIdentifier, membershipPaymentConfiguration, ...changes }: Valid<UpdateMembership>, context: Context) {
    const membership = membershipOf(membershipIdentifier, context);
    const paymentConfiguration = { ...paymentOf(membership), ...membershipPaymentConfiguration };
    membership.members = { ...membership.members, ...changes, paymentConfiguration };
    membership.updateTime = new Date();
    return { membership: describe(membership, context) };
  },

  DeleteMembership({ membershipIdentifier }: Valid<DeleteMembershipInput>, context: Context) {
    const { store } = context;
    const membership = membershipOf(membershipIdentifier, context);
    const children = [...store.idNamespaceAssociations.values(), ...store.idMappingTables.values()]
      .filter((child) => child.membership === membership);
    if (children.length > 0) {
      throw conflict('SUBRESOURCES_EXIST',
        `the membership ${membershipIdentifier} has resources: delete ${children.map(({ arn }) => arn).join(', ')} first`);
    }
    store.memberships.delete(membershipIdentifier);
    membership.party.membership = undefined;
    membership.party.status = 'LEFT';
    return {};
  },

  ListMemberships(input: Valid<ListMembershipsInput>, context: Context) {
    const memberships = ownedBy(context.store.memberships, context)
      .filter((membership) => input.status === undefined || input.status === statusOf(membership, context));
    const { items, nextToken } = page(memberships, ({ key }) => key, input);
    return { membershipSummaries: items.map((membership) => describe(membership, context)), nextToken };
  },
};

/** A membership of the caller. */
export function membershipOf(id: string, { store, account, region }: Context): Membership {
  const membership = store.memberships.get(id);
  if (!membership || membership.account !== account || membership.region !== region) {
    throw notFound('MEMBERSHIP', id, `there is no membership ${id} in this account and Region`);
  }
  return membership;
}

/** A membership of the caller whose collaboration is still there. */
export function activeMembershipOf(id: string, context: Context): Membership {
  const membership = membershipOf(id, context);
  if (statusOf(membership, context) !== 'ACTIVE') {
    throw conflict('INVALID_STATE', `the collaboration of the membership ${id} is deleted`);
  }
  return membership;
}

/** What the member pays for: what the collaboration says until the member says something else. */
function paymentOf({ members, party }: Membership) {
  return members.paymentConfiguration ?? party.paymentConfiguration;
}

function statusOf({ collaboration }: Membership, { store }: Context): 'ACTIVE' | 'COLLABORATION_DELETED' {
  return store.collaborations.has(collaboration.id) ? 'ACTIVE' : 'COLLABORATION_DELETED';
}

function describe(membership: Membership, context: Context) {
  const { members, collaboration, party, id, arn, createTime, updateTime } = membership;
  return {
    ...members,
    paymentConfiguration: paymentOf(membership),
    id,
    arn,
    createTime,
    updateTime,
    status: statusOf(membership, context),
    memberAbilities: party.abilities,
    mlMemberAbilities: party.mlAbilities,
    collaborationId: collaboration.id,
    collaborationArn: collaboration.arn,
    collaborationCreatorAccountId: collaboration.account,
    collaborationCreatorDisplayName: collaboration.members.creatorDisplayName,
    collaborationName: collaboration.members.name,
  };
}
