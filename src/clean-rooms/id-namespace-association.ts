import { CfnTag, IResource, Resource, Stack, Stage, Token } from 'aws-cdk-lib';
import * as cr from 'aws-cdk-lib/aws-cleanrooms';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import { Construct, IConstruct } from 'constructs';
import { digest } from '../private/digest';
import { generatedNameInMembership, nameInEnvironment } from '../private/generated-name';
import { l1Of } from '../private/l1';
import { splitMembershipArn } from './private/membership-arn';
import { policyStatementsOf } from '../private/policy-statements';
import { checkDescription, checkDisplayName, fail } from '../private/validation';

const ID_NAMESPACE_ASSOCIATION_SYMBOL = Symbol.for('cdk-id-mapping.IdNamespaceAssociation');

/**
 * An ID namespace association: it brings an ID namespace into a collaboration.
 */
export interface IIdNamespaceAssociation extends IResource, cr.IIdNamespaceAssociationRef {
  /**
   * The identifier of the association, a UUID.
   *
   * @attribute IdNamespaceAssociationIdentifier
   */
  readonly idNamespaceAssociationId: string;

  /**
   * The ARN of the association.
   *
   * @attribute Arn
   */
  readonly idNamespaceAssociationArn: string;

  /**
   * The identifier of the membership that the association belongs to, a UUID.
   */
  readonly membershipId: string;
}

abstract class IdNamespaceAssociationBase extends Resource implements IIdNamespaceAssociation {
  public abstract readonly idNamespaceAssociationId: string;
  public abstract readonly idNamespaceAssociationArn: string;
  public abstract readonly membershipId: string;

  public get idNamespaceAssociationRef(): cr.IdNamespaceAssociationReference {
    return {
      idNamespaceAssociationIdentifier: this.idNamespaceAssociationId,
      membershipIdentifier: this.membershipId,
      idNamespaceAssociationArn: this.idNamespaceAssociationArn,
    };
  }
}

/**
 * Properties of an `IdNamespaceAssociation`.
 */
export interface IdNamespaceAssociationProps {
  /**
   * The membership of the account that owns the ID namespace. Another membership makes another association.
   */
  readonly membership: cr.IMembershipRef;

  /**
   * The ID namespace. Another one makes another association.
   */
  readonly idNamespace: er.IIdNamespaceRef;

  /**
   * The name of the association: 1 to 100 characters, not all of them blank.
   *
   * @default - a generated name
   */
  readonly idNamespaceAssociationName?: string;

  /**
   * A description, at most 255 characters.
   *
   * @default - no description
   */
  readonly description?: string;

  /**
   * Whether Clean Rooms writes the policy of the ID namespace that the collaboration needs, and removes it again. A change makes another association.
   *
   * Otherwise the owner of the namespace does, by `idNamespace.grants.cleanRooms(...)` and, for the members who map it, `idNamespace.grants.use(...)`.
   *
   * @default true
   */
  readonly manageResourcePolicies?: boolean;

  /**
   * Whether queries may use the column of this namespace's IDs in an ID mapping table as a dimension, rather than for joins only.
   *
   * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_IdMappingConfig.html
   * @default - nothing is sent: for joins only
   */
  readonly allowUseAsDimensionColumn?: boolean;

  /**
   * Tags of the association.
   *
   * @default - no tags beside those of the scope
   */
  readonly tags?: CfnTag[];
}

/**
 * An ID namespace association of AWS Clean Rooms. Each member associates its own ID namespace; an ID mapping table maps one to the other.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/associate-existing-id-namespace.html
 * @resource AWS::CleanRooms::IdNamespaceAssociation
 */
export class IdNamespaceAssociation extends IdNamespaceAssociationBase {
  /**
   * Whether the value is an ID namespace association that is defined in this app.
   *
   * @param x any construct
   */
  public static isIdNamespaceAssociation(x: IConstruct): x is IdNamespaceAssociation {
    return ID_NAMESPACE_ASSOCIATION_SYMBOL in x;
  }

  /**
   * An ID namespace association that was not defined here.
   *
   * @param scope the construct scope
   * @param id the construct id
   * @param idNamespaceAssociationArn the ARN of the association: it ends with `membership/…/idnamespaceassociation/…`
   */
  public static fromIdNamespaceAssociationArn(scope: Construct, id: string, idNamespaceAssociationArn: string): IIdNamespaceAssociation {
    const { membershipId, resourceId } = splitMembershipArn(scope, 'idnamespaceassociation', idNamespaceAssociationArn);
    class Import extends IdNamespaceAssociationBase {
      public readonly idNamespaceAssociationId = resourceId;
      public readonly idNamespaceAssociationArn = idNamespaceAssociationArn;
      public readonly membershipId = membershipId;
    }
    return new Import(scope, id, { environmentFromArn: idNamespaceAssociationArn });
  }

  public readonly idNamespaceAssociationId: string;
  public readonly idNamespaceAssociationArn: string;
  public readonly membershipId: string;

  constructor(scope: Construct, id: string, props: IdNamespaceAssociationProps) {
    super(scope, id);
    Object.defineProperty(this, ID_NAMESPACE_ASSOCIATION_SYMBOL, { value: true });

    const { idNamespace } = props;
    const { membershipIdentifier } = props.membership.membershipRef;
    checkDisplayName(this, 'idNamespaceAssociationName', props.idNamespaceAssociationName);
    checkDescription(this, props.description);
    const inputReferenceConfig = {
      inputReferenceArn: this.idNamespaceArn(idNamespace),
      manageResourcePolicies: props.manageResourcePolicies ?? true,
    };

    const resource = new cr.CfnIdNamespaceAssociation(this, 'Resource', {
      membershipIdentifier,
      name: props.idNamespaceAssociationName ?? generatedNameInMembership(this, digest([
        this.stack.resolve([
          membershipIdentifier,
          nameInEnvironment(this, idNamespace, idNamespace.idNamespaceRef.idNamespaceName),
          inputReferenceConfig.manageResourcePolicies,
        ]),
        nameOf(idNamespace),
      ])),
      description: props.description,
      inputReferenceConfig,
      idMappingConfig: props.allowUseAsDimensionColumn === undefined ? undefined : { allowUseAsDimensionColumn: props.allowUseAsDimensionColumn },
      tags: props.tags,
    });

    if (Stage.of(idNamespace) === Stage.of(this)) resource.node.addDependency(policyStatementsOf(idNamespace));

    this.membershipId = membershipIdentifier;
    this.idNamespaceAssociationId = resource.attrIdNamespaceAssociationIdentifier;
    this.idNamespaceAssociationArn = resource.attrArn;
  }

  private idNamespaceArn(idNamespace: er.IIdNamespaceRef): string {
    const arn = er.CfnIdNamespace.arnForIdNamespace(idNamespace);
    if (!Token.isUnresolved(arn) && !/:idnamespace\/[\w-]+$/.test(arn)) {
      fail(this, `'idNamespace' must be an ID namespace, got: ${JSON.stringify(arn)}`);
    }
    return arn;
  }
}

/** Another name makes another namespace and another ARN, though the reference to the ARN reads the same. */
function nameOf(idNamespace: er.IIdNamespaceRef): unknown {
  const l1 = l1Of(idNamespace) as er.CfnIdNamespace | undefined;
  return l1 && Stack.of(l1).resolve(l1.idNamespaceName);
}
