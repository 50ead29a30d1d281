import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { passRole } from './pass-role';

/** What is known of a workflow whose jobs are started. */
export interface StartedWorkflow {
  readonly role?: iam.IRoleRef;
  readonly outputKey?: kms.IKeyRef;
}

/**
 * Allows what starting jobs takes beside the service's own actions: to pass the role, and to let Entity Resolution use the output key.
 *
 * The guide asks for the use of the key, too, of whoever starts a matching job. Of ID mapping jobs it says nothing: they are treated alike.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/data-protection.html
 */
export function allowRoleAndKey(grantee: iam.IGrantable, region: string, { role, outputKey }: StartedWorkflow): iam.Grant[] {
  return [
    ...(role ? [passRole(grantee, role)] : []),
    ...(outputKey ? [iam.Grant.addToPrincipal({
      grantee,
      actions: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      resourceArns: [outputKey.keyRef.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `entityresolution.${region}.amazonaws.com` } },
    })] : []),
  ];
}
