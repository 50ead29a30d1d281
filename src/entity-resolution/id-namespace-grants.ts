import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as iam from 'aws-cdk-lib/aws-iam';
import { addPolicyStatement } from './private/policy-statement';
import { checkAccount } from '../private/validation';

/**
 * What others may be allowed to do with an ID namespace.
 *
 * Accounts and services are allowed by the policy of the namespace: each of them is an `AWS::EntityResolution::PolicyStatement`, made in the
 * stack of the namespace, or, when it was imported, in the stack that imports it.
 */
export class IdNamespaceGrants {
  /**
   * The grants of an ID namespace.
   *
   * @param idNamespace the ID namespace
   */
  public static fromIdNamespace(idNamespace: er.IIdNamespaceRef): IdNamespaceGrants {
    return new IdNamespaceGrants(idNamespace);
  }

  private constructor(private readonly idNamespace: er.IIdNamespaceRef) {}

  /**
   * Allows an account to see the namespace and to use it as an input of its ID mapping workflows.
   *
   * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/add-update-resource-policy-id-namespace.html
   * @param account the account that is allowed
   */
  public use(account: string): void {
    checkAccount(this.idNamespace, 'account', account);
    this.addStatement('Use', account, ['entityresolution:GetIdNamespace', 'entityresolution:UseIdNamespace']);
  }

  /**
   * Allows AWS Clean Rooms to use the namespace in collaborations, on behalf of one account.
   *
   * It is needed where the association of the namespace does not manage the policy itself (`manageResourcePolicies: false`).
   *
   * @param account the account of the member on whose behalf Clean Rooms works, by default the one of the namespace
   */
  public cleanRooms(account: string = this.idNamespace.env.account): void {
    this.addStatement('CleanRooms', 'cleanrooms.amazonaws.com', [
      'entityresolution:GetIdNamespace', 'entityresolution:ListIdNamespaces', 'entityresolution:StartIdMappingJob',
    ], { StringEquals: { 'aws:SourceAccount': account } });
  }

  /**
   * Allows an identity of the namespace's own account to see the namespace.
   *
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_entityresolution.html
   * @param grantee who is allowed
   */
  public read(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee, actions: ['entityresolution:GetIdNamespace'], resourceArns: [er.CfnIdNamespace.arnForIdNamespace(this.idNamespace)],
    });
  }

  private addStatement(purpose: string, principal: string, actions: string[], condition?: object): void {
    addPolicyStatement(this.idNamespace, er.CfnIdNamespace.arnForIdNamespace(this.idNamespace), { purpose, principal, actions, condition });
  }
}
