import { CustomMlMemberAbility } from './custom-ml-member-ability';
import { MemberAbility } from './member-ability';
import { PaymentResponsibility } from './payment-responsibility';

/**
 * An account that is invited to a collaboration. It joins by a `Membership` of its own.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_MemberSpecification.html
 */
export interface CollaborationMember {
  /**
   * The account: 12 digits. It is not the one that creates the collaboration.
   */
  readonly accountId: string;

  /**
   * The name by which the members know it: 1 to 100 characters, not all of them blank.
   */
  readonly displayName: string;

  /**
   * What the member can do.
   *
   * @default - it contributes data only
   */
  readonly memberAbilities?: MemberAbility[];

  /**
   * What the member can do with custom models.
   *
   * @default - nothing
   */
  readonly mlMemberAbilities?: CustomMlMemberAbility[];

  /**
   * What the member pays for.
   *
   * @default - nothing is sent: the member who can query pays when nobody else does
   */
  readonly paymentResponsibilities?: PaymentResponsibility[];
}
