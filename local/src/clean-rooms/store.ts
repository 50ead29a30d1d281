import { randomUUID } from 'node:crypto';
import {
  CreateCollaborationInput, CreateIdMappingTableInput, CreateIdNamespaceAssociationInput, CreateMembershipInput,
  IdMappingTableInputReferenceProperties, IdNamespaceType, MemberAbility, MemberStatus,
  MLMemberAbilities, PaymentConfiguration,
} from '@aws-sdk/client-cleanrooms';
import { Valid } from '../rest-json/api-model';
import { IdMappingTableRow } from '../rest-json/control-client';
import { sequenceKey } from '../rest-json/page';

/** What is the same in resources of every kind. */
export interface Entity {
  readonly id: string;
  /** By which lists are in the order in which the resources were made. */
  readonly key: string;
  readonly arn: string;
  /** The owner's. */
  readonly account: string;
  readonly region: string;
  readonly createTime: Date;
  updateTime: Date;
  tags: Readonly<Record<string, string>>;
}

/** An account that was invited, the creator among them. */
export interface Member {
  readonly accountId: string;
  readonly displayName: string;
  readonly abilities: readonly MemberAbility[];
  readonly mlAbilities?: Valid<MLMemberAbilities>;
  readonly paymentConfiguration: Valid<PaymentConfiguration>;
  status: MemberStatus;
  /** When the member has joined. */
  membership?: Membership;
}

export interface Collaboration extends Entity {
  members: Valid<CreateCollaborationInput>;
  /** The creator first. */
  readonly parties: readonly Member[];
}

export interface Membership extends Entity {
  members: Valid<CreateMembershipInput>;
  readonly collaboration: Collaboration;
  readonly party: Member;
}

export interface IdNamespaceAssociation extends Entity {
  members: Valid<CreateIdNamespaceAssociationInput>;
  readonly membership: Membership;
  readonly inputReferenceProperties: {
    readonly idNamespaceType?: IdNamespaceType;
    /** The `idMappingWorkflowProperties` of the ID namespace. */
    readonly idMappingWorkflowsSupported: readonly object[];
  };
}

export interface IdMappingTable extends Entity {
  members: Valid<CreateIdMappingTableInput>;
  readonly membership: Membership;
  readonly inputReferenceProperties: IdMappingTableInputReferenceProperties;
  /** What it holds, once it was populated. */
  rows?: readonly IdMappingTableRow[];
}

/** What the service keeps, of all accounts and Regions, by id. */
export class Store {
  public readonly collaborations = new Map<string, Collaboration>();
  public readonly memberships = new Map<string, Membership>();
  public readonly idNamespaceAssociations = new Map<string, IdNamespaceAssociation>();
  public readonly idMappingTables = new Map<string, IdMappingTable>();
}

let newest = 0;

/**
 * What a new resource has before its own members.
 * @param resource the ARN's last part, without the id, such as `membership/`
 */
export function newEntity(account: string, region: string, resource: string, tags: Readonly<Record<string, string>> = {}): Entity {
  const id = randomUUID();
  const key = sequenceKey(++newest);
  const createTime = new Date();
  return { id, key, arn: `arn:aws:cleanrooms:${region}:${account}:${resource}${id}`, account, region, createTime, updateTime: createTime, tags };
}

/** The resources that the owner has in a Region, the oldest first. */
export function ownedBy<E extends Entity>(entities: ReadonlyMap<string, E>, owner: { account: string; region: string }): E[] {
  return [...entities.values()].filter(({ account, region }) => account === owner.account && region === owner.region);
}
