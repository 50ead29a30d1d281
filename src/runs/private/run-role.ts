import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** Where the roles of a stack's runs are, so that a short statement allows to assume them. */
export function runRolePath(stack: Stack): string {
  return `/cdk-id-mapping/${stack.stackName}/`;
}

/**
 * The role with which one run's job is started and looked at. The runner assumes it, so that no run can do what another one may.
 *
 * Its statements are in the role itself: a policy of its own for each run would be another resource, and one for all would make a workflow that waits
 * for another workflow's job wait for itself.
 */
export class RunRole extends iam.Role {
  private readonly statements: iam.PolicyDocument;

  /**
   * @param assumedBy the role of the runner
   */
  constructor(scope: Construct, id: string, assumedBy: iam.IRole) {
    const statements = new iam.PolicyDocument();
    super(scope, id, {
      path: runRolePath(Stack.of(scope)),
      // IAM refuses a principal that it does not know yet, as a role that was made a moment ago; a condition may name it.
      assumedBy: new iam.AccountRootPrincipal().withConditions({ ArnEquals: { 'aws:PrincipalArn': assumedBy.roleArn } }),
      inlinePolicies: { Run: statements },
    });
    this.statements = statements;
  }

  public addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    this.statements.addStatements(statement);
    return { statementAdded: true, policyDependable: this };
  }
}
