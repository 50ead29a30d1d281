import * as iam from 'aws-cdk-lib/aws-iam';

/** Allows to hand the role to Entity Resolution, and to nobody else. */
export function passRole(grantee: iam.IGrantable, roleArn: string): iam.Grant {
  return iam.Grant.addToPrincipal({
    grantee,
    actions: ['iam:PassRole'],
    resourceArns: [roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'entityresolution.amazonaws.com' } },
  });
}
