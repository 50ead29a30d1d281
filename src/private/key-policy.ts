import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** Adds the statement to the policy of a `Key` that this app defines. Any other is left alone, with a warning that says what its owner has to add. */
export function addToKeyPolicy(scope: Construct, property: string, key: kms.IKeyRef, statement: iam.PolicyStatement): void {
  const added = iam.GrantableResources.isResourceWithPolicy(key) && key.addToResourcePolicy(statement).statementAdded;
  if (!added) {
    const json = JSON.stringify(Stack.of(scope).resolve(statement.toStatementJson()));
    Annotations.of(scope).addWarningV2('cdk-id-mapping:keyNotChanged',
      `'${property}' is not a Key that this app defines and is not changed, its key policy has to contain: ${json}`);
  }
}
