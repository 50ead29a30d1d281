import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as iam from 'aws-cdk-lib/aws-iam';
import { addPolicyStatement } from './private/policy-statement';
import { allowNeedsOf } from '../private/start-jobs';

/**
 * What others may be allowed to do with an ID mapping workflow: identities by their own policies, AWS Clean Rooms by the workflow's policy.
 */
export class IdMappingWorkflowGrants {
  /**
   * The grants of a workflow.
   *
   * @param workflow the workflow
   */
  public static fromIdMappingWorkflow(workflow: er.IIdMappingWorkflowRef): IdMappingWorkflowGrants {
    return new IdMappingWorkflowGrants(workflow);
  }

  private constructor(private readonly workflow: er.IIdMappingWorkflowRef) {}

  /**
   * Allows to start jobs of the workflow, which includes to pass its role to Entity Resolution, to let Entity Resolution use its output key,
   * and to use ID namespaces if it has any as inputs.
   *
   * The role and the key of a workflow that was imported by name or ARN are not known: they have to be allowed separately.
   *
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_entityresolution.html
   * @param grantee who is allowed
   */
  public startJobs(grantee: iam.IGrantable): iam.Grant {
    const start = this.grant(grantee, ['entityresolution:StartIdMappingJob']);
    return allowNeedsOf(this.workflow, grantee, this.workflow.env.region).reduce((grant, other) => grant.combine(other), start);
  }

  /**
   * Allows to see the workflow's jobs, their status and their metrics.
   *
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_entityresolution.html
   * @param grantee who is allowed
   */
  public readJobs(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['entityresolution:GetIdMappingJob', 'entityresolution:ListIdMappingJobs']);
  }

  /**
   * Allows to see the workflow itself.
   *
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_entityresolution.html
   * @param grantee who is allowed
   */
  public read(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['entityresolution:GetIdMappingWorkflow']);
  }

  /**
   * Allows AWS Clean Rooms to run the workflow for ID mapping tables of the workflow's account.
   *
   * It is needed where the table does not manage the policy itself (`manageResourcePolicies: false`).
   */
  public cleanRooms(): void {
    const { workflow } = this;
    addPolicyStatement(workflow, er.CfnIdMappingWorkflow.arnForIdMappingWorkflow(workflow), {
      purpose: 'CleanRooms',
      principal: 'cleanrooms.amazonaws.com',
      actions: ['entityresolution:GetIdMappingWorkflow', 'entityresolution:StartIdMappingJob'],
      condition: { StringEquals: { 'aws:SourceAccount': workflow.env.account } },
    });
  }

  private grant(grantee: iam.IGrantable, actions: string[]): iam.Grant {
    return iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [er.CfnIdMappingWorkflow.arnForIdMappingWorkflow(this.workflow)] });
  }
}
