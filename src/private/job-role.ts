import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * The role with which Entity Resolution reads the inputs and writes the output of a workflow's jobs: the given one or a new one.
 *
 * A role that was defined in this app gets the statements. Any other is left alone, with a warning that says what its owner has to add.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/create-workflow-job-role.html
 */
export function jobRole(scope: Construct, given: iam.IRoleRef | undefined, statements: iam.PolicyStatement[]): iam.IRoleRef {
  // AWSEntityResolutionConsoleFullAccess passes only roles whose name contains 'entityresolution': the id brings it into the generated name.
  const role = given ?? new iam.Role(scope, 'entityresolution-role', {
    // As documented, the trust policy has no aws:SourceAccount condition: whether the service sends that key is not known.
    assumedBy: new iam.ServicePrincipal('entityresolution.amazonaws.com'),
  });

  if (iam.Role.isRole(role)) {
    statements.forEach((statement) => role.addToPolicy(statement));
  } else {
    const json = JSON.stringify(Stack.of(scope).resolve(statements.map((statement) => statement.toStatementJson())));
    Annotations.of(scope).addWarningV2('cdk-id-mapping:roleNotChanged',
      `'role' was not defined in this app and is not changed, its owner has to allow it: ${json}`);
  }
  return role;
}
