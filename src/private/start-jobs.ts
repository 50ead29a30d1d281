import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';
import { passRole } from './pass-role';

/** What is known of a workflow whose jobs are started. */
export interface StartedWorkflow {
  readonly role?: iam.IRoleRef;
  readonly outputKey?: kms.IKeyRef;
  readonly _usesIdNamespaces?: boolean;
}

/** What starting jobs takes beside the service's own actions. */
interface Needs {
  readonly roleArn?: string;
  readonly outputKeyArns: readonly string[];
  readonly usesIdNamespaces?: boolean;
}

/**
 * Allows what starting jobs of a workflow takes beside the service's own actions: to pass the role, to let Entity Resolution use the output key, and to use
 * ID namespaces if it has any as inputs.
 */
export function allowNeedsOf(workflow: IConstruct, grantee: iam.IGrantable, region: string): iam.Grant[] {
  return allow(grantee, region, isL1(workflow) ? needsOfL1(workflow) : needsOf(workflow as StartedWorkflow));
}

/**
 * Allows to pass a role, and to let Entity Resolution use a key.
 *
 * The guide asks for the use of the key, too, of whoever starts a matching job. Of ID mapping jobs it says nothing: they are treated alike.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/data-protection.html
 */
export function allowRoleAndKey(grantee: iam.IGrantable, region: string, workflow: StartedWorkflow): iam.Grant[] {
  return allow(grantee, region, needsOf(workflow));
}

/** Whether it is known which role and key the jobs of a workflow use: not of one that was imported by its name. */
export function knowsRole(workflow: IConstruct): boolean {
  return isL1(workflow) || (workflow as StartedWorkflow).role !== undefined;
}

function allow(grantee: iam.IGrantable, region: string, { roleArn, outputKeyArns, usesIdNamespaces }: Needs): iam.Grant[] {
  return [
    ...roleArn === undefined ? [] : [passRole(grantee, roleArn)],
    ...outputKeyArns.length === 0 ? [] : [iam.Grant.addToPrincipal({
      grantee,
      actions: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      resourceArns: [...outputKeyArns],
      conditions: { StringEquals: { 'kms:ViaService': `entityresolution.${region}.amazonaws.com` } },
    })],
    // The action has no resource type: IAM takes it with every resource or not at all.
    ...usesIdNamespaces ? [iam.Grant.addToPrincipal({ grantee, actions: ['entityresolution:UseIdNamespace'], resourceArns: ['*'] })] : [],
  ];
}

function needsOf({ role, outputKey, _usesIdNamespaces: usesIdNamespaces }: StartedWorkflow): Needs {
  return { roleArn: role?.roleRef.roleArn, outputKeyArns: outputKey ? [outputKey.keyRef.keyArn] : [], usesIdNamespaces };
}

type L1 = er.CfnIdMappingWorkflow | er.CfnMatchingWorkflow;

function isL1(workflow: IConstruct): workflow is L1 {
  return CfnResource.isCfnResource(workflow);
}

function needsOfL1(l1: L1): Needs {
  const stack = Stack.of(l1);
  const outputs = (stack.resolve(l1.outputSourceConfig) ?? []) as { kmsArn?: unknown }[];
  const inputs = (stack.resolve(l1.inputSourceConfig) ?? []) as { inputSourceArn?: unknown }[];
  return {
    // A workflow of ID namespaces may have none, which its L1 says by an empty text.
    roleArn: l1.roleArn || undefined,
    outputKeyArns: outputs.flatMap(({ kmsArn }) => (kmsArn === undefined ? [] : Token.asString(kmsArn))),
    // A reference to a namespace of the app names the attribute: `IdNamespaceArn`.
    usesIdNamespaces: inputs.some(({ inputSourceArn }) => /idnamespace/i.test(JSON.stringify(inputSourceArn))),
  };
}
