import * as er from 'aws-cdk-lib/aws-entityresolution';
import { Dependable, IConstruct, IDependable } from 'constructs';

/**
 * The statements that this app adds to the policy of a resource of Entity Resolution, whether before or after this is called. What changes that policy,
 * too, has to come after them: the service refuses a second change while the first one is made.
 */
export function policyStatementsOf(resource: IConstruct): IDependable {
  const dependable = {};
  Dependable.implement(dependable, {
    get dependencyRoots() {
      return resource.node.children.filter((child) => er.CfnPolicyStatement.isCfnPolicyStatement(child));
    },
  });
  return dependable;
}
