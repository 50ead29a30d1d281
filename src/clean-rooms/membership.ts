import { ArnFormat, CfnTag, IResource, Resource, Stack } from 'aws-cdk-lib';
import * as cr from 'aws-cdk-lib/aws-cleanrooms';
import { Construct, IConstruct } from 'constructs';
import { PaymentResponsibility } from './payment-responsibility';
import { paymentConfiguration } from './private/payment-configuration';
import { ProtectedJobResultConfiguration, ProtectedQueryResultConfiguration } from './result-configuration';
import { checkIdentifier, checkPrefix } from '../private/validation';

const MEMBERSHIP_SYMBOL = Symbol.for('cdk-id-mapping.Membership');

/**
 * A membership: an account's part in a collaboration, which ID namespace associations and ID mapping tables belong to.
 */
export interface IMembership extends IResource, cr.IMembershipRef {
  /**
   * The identifier of the membership, a UUID.
   *
   * @attribute MembershipIdentifier
   */
  readonly membershipId: string;

  /**
   * The ARN of the membership.
   *
   * @attribute Arn
   */
  readonly membershipArn: string;
}

abstract class MembershipBase extends Resource implements IMembership {
  public abstract readonly membershipId: string;
  public abstract readonly membershipArn: string;

  public get membershipRef(): cr.MembershipReference {
    return { membershipIdentifier: this.membershipId, membershipArn: this.membershipArn };
  }
}

/**
 * Properties of a `Membership`.
 */
export interface MembershipProps {
  /**
   * The collaboration that the account joins. One of another account is `Collaboration.fromCollaborationId(...)`: its creator tells the identifier.
   * Another collaboration makes another membership.
   */
  readonly collaboration: cr.ICollaborationRef;

  /**
   * Whether queries are logged in Amazon CloudWatch, where the collaboration allows it.
   *
   * @default false
   */
  readonly queryLog?: boolean;

  /**
   * Whether PySpark jobs are logged in Amazon CloudWatch, where the collaboration allows it.
   *
   * @default false
   */
  readonly jobLog?: boolean;

  /**
   * Where the results of queries are written. It is for a member who can receive results.
   *
   * @default - each query has to say where
   */
  readonly defaultResultConfiguration?: ProtectedQueryResultConfiguration;

  /**
   * Where the results of PySpark jobs are written. It is for a member who can receive results.
   *
   * @default - each job has to say where
   */
  readonly defaultJobResultConfiguration?: ProtectedJobResultConfiguration;

  /**
   * What the member accepts to pay for: just what the collaboration says that it pays for.
   *
   * @default - nothing is sent, which is enough for a member who can query and for one who pays for nothing
   */
  readonly paymentResponsibilities?: PaymentResponsibility[];

  /**
   * Whether queries have metrics in Amazon CloudWatch, where the collaboration allows it.
   *
   * @default false
   */
  readonly isMetricsEnabled?: boolean;

  /**
   * Tags of the membership.
   *
   * @default - no tags beside those of the scope
   */
  readonly tags?: CfnTag[];
}

/**
 * A membership in a collaboration of AWS Clean Rooms. An account has one in a collaboration, its creator too.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/create-membership.html
 * @resource AWS::CleanRooms::Membership
 */
export class Membership extends MembershipBase {
  /**
   * Whether the value is a membership that is defined in this app.
   *
   * @param x any construct
   */
  public static isMembership(x: IConstruct): x is Membership {
    return MEMBERSHIP_SYMBOL in x;
  }

  /**
   * A membership of this account and Region that was not defined here.
   *
   * @param scope the construct scope
   * @param id the construct id
   * @param membershipId the identifier of the membership
   */
  public static fromMembershipId(scope: Construct, id: string, membershipId: string): IMembership {
    return Membership.fromMembershipArn(scope, id, Stack.of(scope).formatArn({
      service: 'cleanrooms', resource: 'membership', resourceName: membershipId,
    }));
  }

  /**
   * A membership that was not defined here, perhaps of another account or Region.
   *
   * @param scope the construct scope
   * @param id the construct id
   * @param membershipArn the ARN of the membership
   */
  public static fromMembershipArn(scope: Construct, id: string, membershipArn: string): IMembership {
    const membershipId = Stack.of(scope).splitArn(membershipArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
    checkIdentifier(scope, 'membershipId', membershipId);
    class Import extends MembershipBase {
      public readonly membershipId = membershipId;
      public readonly membershipArn = membershipArn;
    }
    return new Import(scope, id, { environmentFromArn: membershipArn });
  }

  public readonly membershipId: string;
  public readonly membershipArn: string;

  /**
   * The ARN of the collaboration.
   *
   * @attribute
   */
  public readonly collaborationArn: string;

  /**
   * The account that has created the collaboration.
   *
   * @attribute
   */
  public readonly collaborationCreatorAccountId: string;

  constructor(scope: Construct, id: string, props: MembershipProps) {
    super(scope, id);
    Object.defineProperty(this, MEMBERSHIP_SYMBOL, { value: true });

    const { defaultResultConfiguration, defaultJobResultConfiguration } = props;
    checkPrefix(this, 'defaultResultConfiguration.keyPrefix', defaultResultConfiguration?.keyPrefix);
    checkPrefix(this, 'defaultJobResultConfiguration.keyPrefix', defaultJobResultConfiguration?.keyPrefix);

    const resource = new cr.CfnMembership(this, 'Resource', {
      collaborationIdentifier: props.collaboration.collaborationRef.collaborationIdentifier,
      queryLogStatus: props.queryLog ? 'ENABLED' : 'DISABLED',
      jobLogStatus: props.jobLog ? 'ENABLED' : 'DISABLED',
      defaultResultConfiguration: defaultResultConfiguration && renderQueryResults(defaultResultConfiguration),
      defaultJobResultConfiguration: defaultJobResultConfiguration && renderJobResults(defaultJobResultConfiguration),
      paymentConfiguration: paymentConfiguration(props.paymentResponsibilities),
      tags: props.tags,
    });
    // The L1 of the oldest aws-cdk-lib that we support does not have it.
    if (props.isMetricsEnabled !== undefined) resource.addPropertyOverride('IsMetricsEnabled', props.isMetricsEnabled);

    this.membershipId = resource.attrMembershipIdentifier;
    this.membershipArn = resource.attrArn;
    this.collaborationArn = resource.attrCollaborationArn;
    this.collaborationCreatorAccountId = resource.attrCollaborationCreatorAccountId;
  }
}

function renderQueryResults(
  { bucket, keyPrefix, resultFormat, singleFileOutput, role }: ProtectedQueryResultConfiguration,
): cr.CfnMembership.MembershipProtectedQueryResultConfigurationProperty {
  return {
    outputConfiguration: { s3: { bucket: bucket.bucketRef.bucketName, keyPrefix, resultFormat, singleFileOutput } },
    roleArn: role?.roleRef.roleArn,
  };
}

function renderJobResults(
  { bucket, keyPrefix, role }: ProtectedJobResultConfiguration,
): cr.CfnMembership.MembershipProtectedJobResultConfigurationProperty {
  return { outputConfiguration: { s3: { bucket: bucket.bucketRef.bucketName, keyPrefix } }, roleArn: role.roleRef.roleArn };
}
