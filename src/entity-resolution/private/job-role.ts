import { Annotations, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { JobRoleStatement } from './job-role-statements';
import { fail } from '../../private/validation';

/** What the user wants of the role of a workflow's jobs. */
export interface JobRoleProps {
  readonly role?: iam.IRoleRef;
  readonly trustOnlyThisAccount?: boolean;
}

/**
 * The role with which Entity Resolution reads the inputs and writes the output of a workflow's jobs: the given one or a new one.
 *
 * A `Role` that this app defines gets the statements. Any other, a `CfnRole` too, is left alone, with a warning that says what its owner has to add.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/create-workflow-job-role.html
 */
export function jobRole(scope: Construct, props: JobRoleProps, statements: JobRoleStatement[]): iam.IRoleRef {
  if (props.role && props.trustOnlyThisAccount) {
    fail(scope, "'trustOnlyThisAccount' is for a role that is made here: with a 'role' of your own, put the condition into its trust policy");
  }

  const role = props.role ?? new iam.Role(scope, 'entityresolution-role', {
    // AWSEntityResolutionConsoleFullAccess passes only roles with 'entityresolution' in their ARN, and CloudFormation shortens the names that it makes up.
    path: '/entityresolution/',
    assumedBy: entityResolution(scope, props.trustOnlyThisAccount),
  });

  if (iam.Role.isRole(role)) {
    statements.forEach(({ statement }) => role.addToPolicy(statement));
  } else if (statements.length > 0) {
    Annotations.of(scope).addWarningV2('cdk-id-mapping:roleNotChanged',
      `'role' is not a Role that this app defines and is not changed, its owner has to allow it: ${toJson(scope, statements)}`);
  }
  warnAboutOtherAccounts(scope, role, statements);
  return role;
}

function entityResolution(scope: Construct, trustOnlyThisAccount?: boolean): iam.ServicePrincipal {
  // As documented, the trust policy has no aws:SourceAccount condition: whether the service sends that key is not known.
  const conditions = trustOnlyThisAccount ? { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } } : undefined;
  return new iam.ServicePrincipal('entityresolution.amazonaws.com', { conditions });
}

/** What is in another account has to be allowed there, too, by the policies of the bucket, the key or the Glue catalog. */
function warnAboutOtherAccounts(scope: Construct, role: iam.IRoleRef, statements: JobRoleStatement[]): void {
  const foreign = statements.filter(({ account }) => Token.compareStrings(account, Stack.of(scope).account) === TokenComparison.DIFFERENT);
  for (const account of new Set(foreign.map((statement) => statement.account))) {
    const json = toJson(scope, foreign.filter((statement) => statement.account === account));
    Annotations.of(scope).addWarningV2(`cdk-id-mapping:otherAccount-${account}`,
      `account ${account} has to allow the role ${role.node.path}, too, in the policies of the bucket, key or catalog: ${json}`);
  }
}

function toJson(scope: Construct, statements: JobRoleStatement[]): string {
  return JSON.stringify(Stack.of(scope).resolve(statements.map(({ statement }) => statement.toStatementJson())));
}
