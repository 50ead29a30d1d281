import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as iam from 'aws-cdk-lib/aws-iam';
import { allowNeedsOf } from '../private/start-jobs';

/**
 * What an identity may be allowed to do with a matching workflow.
 */
export class MatchingWorkflowGrants {
  /**
   * The grants of a workflow.
   *
   * @param workflow the workflow
   */
  public static fromMatchingWorkflow(workflow: er.IMatchingWorkflowRef): MatchingWorkflowGrants {
    return new MatchingWorkflowGrants(workflow);
  }

  private constructor(private readonly workflow: er.IMatchingWorkflowRef) {}

  /**
   * Allows to start jobs of the workflow, which includes to pass its role to Entity Resolution and to let Entity Resolution use its output key.
   *
   * The role and the key of a workflow that was imported by name or ARN are not known: they have to be allowed separately.
   *
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_entityresolution.html
   * @param grantee who is allowed
   */
  public startJobs(grantee: iam.IGrantable): iam.Grant {
    const start = this.grant(grantee, ['entityresolution:StartMatchingJob']);
    return allowNeedsOf(this.workflow, grantee, this.workflow.env.region).reduce((grant, other) => grant.combine(other), start);
  }

  /**
   * Allows to see the workflow's jobs, their status and their metrics.
   *
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_entityresolution.html
   * @param grantee who is allowed
   */
  public readJobs(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['entityresolution:GetMatchingJob', 'entityresolution:ListMatchingJobs']);
  }

  /**
   * Allows to see the workflow itself.
   *
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_entityresolution.html
   * @param grantee who is allowed
   */
  public read(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['entityresolution:GetMatchingWorkflow']);
  }

  private grant(grantee: iam.IGrantable, actions: string[]): iam.Grant {
    return iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [er.CfnMatchingWorkflow.arnForMatchingWorkflow(this.workflow)] });
  }
}
