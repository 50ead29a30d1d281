import { ArnFormat, CfnTag, IResource, Resource, Stack } from 'aws-cdk-lib';
import * as cr from 'aws-cdk-lib/aws-cleanrooms';
import { Construct, IConstruct } from 'constructs';
import { AnalyticsEngine } from './analytics-engine';
import { AutoApprovedChangeType } from './auto-approved-change-type';
import { CollaborationMember } from './collaboration-member';
import { CustomMlMemberAbility } from './custom-ml-member-ability';
import { DataEncryptionMetadata } from './data-encryption-metadata';
import { MemberAbility } from './member-ability';
import { PaymentResponsibility } from './payment-responsibility';
import { paymentConfiguration } from './private/payment-configuration';
import { checkAccount, checkCount, checkDescription, checkDisplayName, checkIdentifier, fail } from '../private/validation';

const COLLABORATION_SYMBOL = Symbol.for('cdk-id-mapping.Collaboration');

/**
 * A collaboration: where accounts bring their data together, none seeing that of the others.
 */
export interface ICollaboration extends IResource, cr.ICollaborationRef {
  /**
   * The identifier of the collaboration, a UUID.
   *
   * @attribute CollaborationIdentifier
   */
  readonly collaborationId: string;

  /**
   * The ARN of the collaboration.
   *
   * @attribute Arn
   */
  readonly collaborationArn: string;
}

abstract class CollaborationBase extends Resource implements ICollaboration {
  public abstract readonly collaborationId: string;
  public abstract readonly collaborationArn: string;

  public get collaborationRef(): cr.CollaborationReference {
    return { collaborationIdentifier: this.collaborationId, collaborationArn: this.collaborationArn };
  }
}

/**
 * Properties of a `Collaboration`.
 */
export interface CollaborationProps {
  /**
   * The name by which the members know the collaboration: 1 to 100 characters, not all of them blank. It need not be unique.
   */
  readonly collaborationName: string;

  /**
   * What the collaboration is for: 1 to 255 characters, not all of them blank.
   */
  readonly description: string;

  /**
   * The name by which the members know the account that creates the collaboration: 1 to 100 characters, not all of them blank.
   * Another name makes another collaboration.
   */
  readonly creatorDisplayName: string;

  /**
   * What the creator can do. Other abilities make another collaboration.
   *
   * @default - it contributes data only
   */
  readonly creatorMemberAbilities?: MemberAbility[];

  /**
   * What the creator can do with custom models. Other abilities make another collaboration.
   *
   * @default - nothing
   */
  readonly creatorMlMemberAbilities?: CustomMlMemberAbility[];

  /**
   * What the creator pays for. Other responsibilities make another collaboration.
   *
   * @default - nothing is sent: the member who can query pays when nobody else does
   */
  readonly creatorPaymentResponsibilities?: PaymentResponsibility[];

  /**
   * The accounts that are invited, without the creator's own: 0 to 9. Other members make another collaboration.
   *
   * @default - the creator is alone
   */
  readonly members?: CollaborationMember[];

  /**
   * Whether queries are logged in Amazon CloudWatch, for the members who turn it on for their membership. A change makes another collaboration.
   *
   * @default false
   */
  readonly queryLog?: boolean;

  /**
   * Whether PySpark jobs are logged in Amazon CloudWatch, for the members who turn it on for their membership. A change makes another collaboration.
   *
   * @default false
   */
  readonly jobLog?: boolean;

  /**
   * What runs the queries.
   *
   * @default - nothing is sent, the service chooses
   */
  readonly analyticsEngine?: AnalyticsEngine;

  /**
   * How the members have to encrypt their data. A change makes another collaboration.
   *
   * @default - data need not be encrypted by the members
   */
  readonly dataEncryptionMetadata?: DataEncryptionMetadata;

  /**
   * The changes of the collaboration that need no approval. Others make another collaboration.
   *
   * @default - every change needs approval
   */
  readonly autoApprovedChangeTypes?: AutoApprovedChangeType[];

  /**
   * The Regions in which results may be stored, such as `eu-west-1`. Others make another collaboration.
   *
   * @default - any Region
   */
  readonly allowedResultRegions?: string[];

  /**
   * Whether members can turn on metrics of their queries in Amazon CloudWatch.
   *
   * @default false
   */
  readonly isMetricsEnabled?: boolean;

  /**
   * Tags of the collaboration.
   *
   * @default - no tags beside those of the scope
   */
  readonly tags?: CfnTag[];
}

/**
 * A collaboration of AWS Clean Rooms.
 *
 * Its creator joins it like any other member, by a `Membership`. Most of its properties can't be changed: CloudFormation makes another collaboration
 * and deletes the old one, whose memberships and ID mapping tables are of no use then.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/create-collaboration.html
 * @resource AWS::CleanRooms::Collaboration
 */
export class Collaboration extends CollaborationBase {
  /**
   * Whether the value is a collaboration that is defined in this app.
   *
   * @param x any construct
   */
  public static isCollaboration(x: IConstruct): x is Collaboration {
    return COLLABORATION_SYMBOL in x;
  }

  /**
   * A collaboration that was not defined here: this is how a member refers to the one that it was invited to.
   *
   * The account that has created it is not known. Its ARN has a `*` in that place, which is good for a policy; where it has to be exact,
   * use `fromCollaborationArn`.
   *
   * @param scope the construct scope
   * @param id the construct id
   * @param collaborationId the identifier of the collaboration
   */
  public static fromCollaborationId(scope: Construct, id: string, collaborationId: string): ICollaboration {
    checkIdentifier(scope, 'collaborationId', collaborationId);
    class Import extends CollaborationBase {
      public readonly collaborationId = collaborationId;
      public readonly collaborationArn = Stack.of(scope).formatArn({
        service: 'cleanrooms', account: '*', resource: 'collaboration', resourceName: collaborationId,
      });
    }
    return new Import(scope, id);
  }

  /**
   * A collaboration that was not defined here, perhaps of another account.
   *
   * @param scope the construct scope
   * @param id the construct id
   * @param collaborationArn the ARN of the collaboration
   */
  public static fromCollaborationArn(scope: Construct, id: string, collaborationArn: string): ICollaboration {
    const collaborationId = Stack.of(scope).splitArn(collaborationArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
    checkIdentifier(scope, 'collaborationId', collaborationId);
    class Import extends CollaborationBase {
      public readonly collaborationId = collaborationId;
      public readonly collaborationArn = collaborationArn;
    }
    return new Import(scope, id, { environmentFromArn: collaborationArn });
  }

  public readonly collaborationId: string;
  public readonly collaborationArn: string;

  constructor(scope: Construct, id: string, props: CollaborationProps) {
    super(scope, id);
    Object.defineProperty(this, COLLABORATION_SYMBOL, { value: true });

    checkDisplayName(this, 'collaborationName', props.collaborationName);
    this.checkDescription(props.description);
    checkDisplayName(this, 'creatorDisplayName', props.creatorDisplayName);
    this.checkMembers(props.members ?? []);
    this.checkPayers(props);

    const resource = new cr.CfnCollaboration(this, 'Resource', {
      name: props.collaborationName,
      description: props.description,
      creatorDisplayName: props.creatorDisplayName,
      // The API asks for a list, even if it is empty.
      creatorMemberAbilities: props.creatorMemberAbilities ?? [],
      creatorMlMemberAbilities: mlMemberAbilities(props.creatorMlMemberAbilities),
      creatorPaymentConfiguration: paymentConfiguration(props.creatorPaymentResponsibilities),
      members: props.members?.map((member) => ({
        accountId: member.accountId,
        displayName: member.displayName,
        memberAbilities: member.memberAbilities ?? [],
        mlMemberAbilities: mlMemberAbilities(member.mlMemberAbilities),
        paymentConfiguration: paymentConfiguration(member.paymentResponsibilities),
      })),
      queryLogStatus: props.queryLog ? 'ENABLED' : 'DISABLED',
      jobLogStatus: props.jobLog ? 'ENABLED' : 'DISABLED',
      analyticsEngine: props.analyticsEngine,
      dataEncryptionMetadata: props.dataEncryptionMetadata,
      autoApprovedChangeTypes: props.autoApprovedChangeTypes,
      allowedResultRegions: props.allowedResultRegions,
      tags: props.tags,
    });
    // The L1 of the oldest aws-cdk-lib that we support does not have it.
    if (props.isMetricsEnabled !== undefined) resource.addPropertyOverride('IsMetricsEnabled', props.isMetricsEnabled);

    this.collaborationId = resource.attrCollaborationIdentifier;
    this.collaborationArn = resource.attrArn;
  }

  private checkDescription(description: string): void {
    checkDescription(this, description);
    if (description.trim() === '') {
      fail(this, `'description' must have at least one character that is not blank, got: ${JSON.stringify(description)}`);
    }
  }

  private checkMembers(members: CollaborationMember[]): void {
    checkCount(this, 'members', members, 0, 9);
    for (const { accountId, displayName } of members) {
      checkAccount(this, 'accountId', accountId);
      checkDisplayName(this, 'displayName', displayName);
      if (accountId === this.stack.account) {
        fail(this, `'members' are those beside the creator, got the creator's own account: ${JSON.stringify(accountId)}`);
      }
    }
  }

  private checkPayers(props: CollaborationProps): void {
    const creator = {
      displayName: props.creatorDisplayName,
      memberAbilities: props.creatorMemberAbilities,
      paymentResponsibilities: props.creatorPaymentResponsibilities,
    };
    const parties = [creator, ...props.members ?? []];
    const payersOf = (responsibility: PaymentResponsibility) => parties
      .filter(({ paymentResponsibilities }) => paymentResponsibilities?.includes(responsibility)).map(({ displayName }) => displayName);

    for (const responsibility of Object.values(PaymentResponsibility)) {
      const payers = payersOf(responsibility);
      if (payers.length > 1) fail(this, `one member at most pays for ${responsibility}, got: ${JSON.stringify(payers)}`);
    }

    const querying = parties.filter(({ memberAbilities }) => memberAbilities?.includes(MemberAbility.CAN_QUERY));
    const unwilling = querying.find(({ paymentResponsibilities }) => paymentResponsibilities);
    if (unwilling && payersOf(PaymentResponsibility.QUERY_COMPUTE).length === 0) {
      fail(this, `nobody pays for queries: ${JSON.stringify(unwilling.displayName)} can query, and its payment responsibilities are without QUERY_COMPUTE; `
        + 'add it to them, or to those of another member');
    }
  }
}

function mlMemberAbilities(abilities: CustomMlMemberAbility[] | undefined): cr.CfnCollaboration.MLMemberAbilitiesProperty | undefined {
  return abilities && { customMlMemberAbilities: abilities };
}
