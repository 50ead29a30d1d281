import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import { Construct, IConstruct } from 'constructs';
import { digest } from '../../private/digest';
import { fail } from '../../private/validation';

/** A resource of Entity Resolution whose policy lets others use it. */
export type ResourceWithPolicy = er.IIdNamespaceRef | er.IIdMappingWorkflowRef;

/** What a statement of the policy allows. */
export interface PolicyStatement {
  /** What it is for, in letters: the statement's id begins with it. */
  readonly purpose: string;

  /** An account or a service. */
  readonly principal: string;
  readonly actions: string[];
  readonly condition?: object;
}

/** Adds a statement to the policy of a resource, once, in the resource's own stack. */
export function addPolicyStatement(resource: ResourceWithPolicy, arn: string, { purpose, principal, actions, condition }: PolicyStatement): void {
  const stack = Stack.of(resource);
  if (Token.compareStrings(resource.env.account, stack.account) === TokenComparison.DIFFERENT) {
    fail(resource, `account ${resource.env.account} owns the ${nounOf(resource)} and has to allow this: call it in a stack of that account`);
  }

  // The service takes letters and digits only. An account may not be known yet, so that it can't be a part of the id.
  const statementId = `${purpose}${digest(stack.resolve([principal, condition]))}`;
  if (resource.node.tryFindChild(statementId)) return;
  // One after the other: the service refuses a second change of the policy while the first one is made.
  const before = resource.node.children.filter((child) => er.CfnPolicyStatement.isCfnPolicyStatement(child));
  const policyStatement = new er.CfnPolicyStatement(resource as IConstruct as Construct, statementId, {
    arn,
    statementId,
    effect: 'Allow',
    principal: [principal],
    action: actions,
    condition: condition && stack.toJsonString(condition),
  });
  policyStatement.node.addDependency(...before.slice(-1));
}

function nounOf(resource: ResourceWithPolicy): string {
  return 'idNamespaceRef' in resource ? 'ID namespace' : 'ID mapping workflow';
}
