import {
  CreateCollaborationInput, DeleteCollaborationInput, GetCollaborationInput, ListCollaborationsInput, ListMembersInput, UpdateCollaborationInput,
} from '@aws-sdk/client-cleanrooms';
import { Context } from './context';
import { denied } from './errors';
import { Collaboration, Member, newEntity } from './store';
import { Valid } from '../rest-json/api-model';
import { page } from '../rest-json/page';

/** Who pays when nobody says: the member that may query. */
const paymentOf = (abilities: readonly string[]) => ({ queryCompute: { isResponsible: abilities.includes('CAN_QUERY') } });

export const collaborationOperations = {
  CreateCollaboration(members: Valid<CreateCollaborationInput>, { store, account, region }: Context) {
    const creator = {
      accountId: account,
      displayName: members.creatorDisplayName,
      memberAbilities: members.creatorMemberAbilities,
      mlMemberAbilities: members.creatorMLMemberAbilities,
      paymentConfiguration: members.creatorPaymentConfiguration,
    };
    const collaboration: Collaboration = {
      ...newEntity(account, region, 'collaboration/', members.tags),
      members,
      parties: [creator, ...members.members].map(({ memberAbilities, mlMemberAbilities, paymentConfiguration, ...member }): Member => ({
        ...member,
        abilities: memberAbilities,
        mlAbilities: mlMemberAbilities,
        paymentConfiguration: paymentConfiguration ?? paymentOf(memberAbilities),
        status: 'INVITED',
      })),
    };
    store.collaborations.set(collaboration.id, collaboration);
    return { collaboration: describe(collaboration, account) };
  },

  GetCollaboration({ collaborationIdentifier }: Valid<GetCollaborationInput>, context: Context) {
    return { collaboration: describe(collaborationOf(collaborationIdentifier, context), context.account) };
  },

  UpdateCollaboration({ collaborationIdentifier, ...changes }: Valid<UpdateCollaborationInput>, context: Context) {
    const collaboration = createdCollaboration(collaborationIdentifier, context);
    collaboration.members = { ...collaboration.members, ...changes };
    collaboration.updateTime = new Date();
    return { collaboration: describe(collaboration, context.account) };
  },

  /** The members' memberships stay, without a collaboration. */
  DeleteCollaboration({ collaborationIdentifier }: Valid<DeleteCollaborationInput>, context: Context) {
    createdCollaboration(collaborationIdentifier, context);
    context.store.collaborations.delete(collaborationIdentifier);
    return {};
  },

  ListCollaborations(input: Valid<ListCollaborationsInput>, context: Context) {
    const visible = [...context.store.collaborations.values()].filter((collaboration) => {
      const status = partyOf(collaboration, context)?.status;
      return status !== undefined && (input.memberStatus === undefined || status === input.memberStatus);
    });
    const { items, nextToken } = page(visible, ({ key }) => key, input);
    return { collaborationList: items.map((collaboration) => describe(collaboration, context.account)), nextToken };
  },

  ListMembers(input: Valid<ListMembersInput>, context: Context) {
    const { parties, createTime, updateTime } = collaborationOf(input.collaborationIdentifier, context);
    const { items, nextToken } = page(parties, ({ accountId }) => accountId, input);
    return {
      memberSummaries: items.map((party) => ({
        ...party, createTime, updateTime, membershipId: party.membership?.id, membershipArn: party.membership?.arn,
      })),
      nextToken,
    };
  },
};

/**
 * A collaboration that the caller was invited to.
 * @throws ServiceError AccessDeniedException when it was not, or when there is none: the service tells no difference
 */
export function collaborationOf(id: string, context: Context): Collaboration {
  const collaboration = context.store.collaborations.get(id);
  if (!collaboration || !partyOf(collaboration, context)) {
    throw denied(`the account ${context.account} is no member of a collaboration ${id} in this Region`);
  }
  return collaboration;
}

/** What the caller is in a collaboration. */
export function partyOf({ parties, region }: Collaboration, context: Pick<Context, 'account' | 'region'>): Member | undefined {
  return region === context.region ? parties.find(({ accountId }) => accountId === context.account) : undefined;
}

function createdCollaboration(id: string, context: Context): Collaboration {
  const collaboration = collaborationOf(id, context);
  if (collaboration.account !== context.account) {
    throw denied(`the collaboration ${id} belongs to the account ${collaboration.account}, which alone may change or delete it`);
  }
  return collaboration;
}

function describe(collaboration: Collaboration, account: string) {
  const { members, parties, id, arn, createTime, updateTime } = collaboration;
  const party = parties.find(({ accountId }) => accountId === account)!;
  return {
    analyticsEngine: 'SPARK',
    ...members,
    autoApprovedChangeTypes: members.autoApprovedChangeRequestTypes,
    id,
    arn,
    createTime,
    updateTime,
    creatorAccountId: collaboration.account,
    memberStatus: party.status,
    membershipId: party.membership?.id,
    membershipArn: party.membership?.arn,
  };
}
