import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IIdMappingWorkflow } from './id-mapping-workflow';
import { passRole } from '../private/pass-role';

/**
 * What an identity may be allowed to do with an ID mapping workflow.
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
   * Allows to start jobs of the workflow, which includes to pass its role to Entity Resolution and to let Entity Resolution use its output key.
   *
   * The role and the key of an imported workflow are not known: they have to be allowed separately.
   *
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_entityresolution.html
   * @param grantee who is allowed
   */
  public startJobs(grantee: iam.IGrantable): iam.Grant {
    const { role, outputKey } = this.workflow as Partial<IIdMappingWorkflow>;
    let grant = this.grant(grantee, ['entityresolution:StartIdMappingJob']);
    if (role) {
      grant = grant.combine(passRole(grantee, role));
    }
    if (outputKey) {
      grant = grant.combine(iam.Grant.addToPrincipal({
        grantee,
        actions: ['kms:CreateGrant', 'kms:DescribeKey'],
        resourceArns: [outputKey.keyRef.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `entityresolution.${this.workflow.env.region}.amazonaws.com` } },
      }));
    }
    return grant;
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

  private grant(grantee: iam.IGrantable, actions: string[]): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions,
      resourceArns: [er.CfnIdMappingWorkflow.arnForIdMappingWorkflow(this.workflow)],
    });
  }
}
