import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as mapping from '../../src';
import { givenMembership } from '../clean-rooms/given';
import { givenInput, givenMatchingWorkflow } from '../entity-resolution/given';

/** A source of the given stack over a Glue table. */
export function givenSource(stack: Stack): mapping.IdNamespace {
  return new mapping.IdNamespace(stack, 'Source', { type: mapping.IdNamespaceType.SOURCE, inputSources: [givenInput(stack, 'crm')] });
}

/** A target of the given stack over its matching workflow, which is made if none is given. */
export function givenTarget(stack: Stack, loyalty = givenMatchingWorkflow(stack)): mapping.IdNamespace {
  return new mapping.IdNamespace(stack, 'Target', { type: mapping.IdNamespaceType.TARGET, inputSources: [mapping.InputSource.matchingWorkflow(loyalty)] });
}

/** Maps a Glue table to a matching workflow. */
export function givenMapping(
  stack: Stack, loyalty: mapping.IMatchingWorkflow, props: Partial<mapping.IdMappingWorkflowProps> = {},
): mapping.IdMappingWorkflow {
  return new mapping.IdMappingWorkflow(stack, 'CrmToLoyalty', {
    sources: [givenInput(stack, 'customers')],
    target: mapping.InputSource.matchingWorkflow(loyalty),
    technique: mapping.IdMappingTechnique.ruleBased(),
    ...props,
  });
}

/** A table between two namespaces of the stack. */
export function givenTableOf(
  stack: Stack, source: mapping.IdNamespace, target: mapping.IdNamespace, props: Partial<mapping.IdMappingTableProps> = {},
): mapping.IdMappingTable {
  const workflow = new mapping.IdMappingWorkflow(stack, 'Mapping', {
    sources: [mapping.InputSource.idNamespace(source)],
    target: mapping.InputSource.idNamespace(target),
    technique: mapping.IdMappingTechnique.ruleBased(),
    writesOutput: false,
  });
  return new mapping.IdMappingTable(stack, 'Table', { membership: givenMembership(stack), workflow, ...props });
}

/** A resource of a template. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: string | string[];
}

/** The resources of a type, by their logical ids. */
export function resourcesOf(stack: Stack, type: string): Record<string, TemplateResource> {
  return Template.fromStack(stack).findResources(type) as Record<string, TemplateResource>;
}

/** The statements of an inline policy. */
export interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** What the role of a run may do: the construct of the run has this id and is at the top of its stack, or in the construct whose id is given, too. */
export function statementsOfRunRole(stack: Stack, id: string): Statement[] {
  const [, role] = Object.entries(resourcesOf(stack, 'AWS::IAM::Role')).find(([logicalId]) => new RegExp(`${id}Role[0-9A-F]{8}$`).test(logicalId))!;
  const [{ PolicyDocument }] = role.Properties.Policies as [{ PolicyDocument: { Statement: Statement[] } }];
  return PolicyDocument.Statement;
}

/** The logical ids that a resource waits for, by name or by reference. */
export function dependenciesOf({ DependsOn = [], Properties }: TemplateResource): string[] {
  const references = [...JSON.stringify(Properties).matchAll(/\{"(?:Ref":"|Fn::GetAtt":\[")(\w+)"/g)].map(([, id]) => id);
  return [...[DependsOn].flat(), ...references];
}
