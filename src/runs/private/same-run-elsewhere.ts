import { isDeepStrictEqual } from 'node:util';
import { CfnResource, Stack } from 'aws-cdk-lib';
import { DecidedRun } from './run-protocol';
import { lastTemplate } from '../../private/last-synthesis';

/** The types of a template's resources. */
type Types = ReadonlyMap<string, string>;

/**
 * The logical id under which the last synthesis had the same run, when it has none under it any more: the run was renamed, moved or wrapped.
 *
 * Call it when references between stacks are known: in a validation.
 */
export function sameRunElsewhere(resource: CfnResource, run: DecidedRun): string | undefined {
  const stack = Stack.of(resource);
  const { Resources = {} } = lastTemplate(stack) ?? {};
  if (Resources[stack.resolve(resource.logicalId)]) return undefined;
  const types = new Map(stack.node.findAll().filter(CfnResource.isCfnResource).filter((other) => Stack.of(other) === stack)
    .map(({ logicalId, cfnResourceType }) => [stack.resolve(logicalId) as string, cfnResourceType]));
  const lastTypes = new Map(Object.entries(Resources).map(([logicalId, { Type }]) => [logicalId, Type]));
  const now = withoutLogicalIds(JSON.parse(JSON.stringify(stack.resolve(run))), types);
  return Object.entries(Resources).find(([logicalId, { Type, Properties = {} }]) => Type === resource.cfnResourceType && !types.has(logicalId)
    && isDeepStrictEqual(withoutLogicalIds((Properties as { Run?: unknown }).Run, lastTypes), now))?.[0];
}

/** A value of a template with types in place of logical ids: what it refers to may have been moved with it. */
function withoutLogicalIds(value: unknown, types: Types): unknown {
  if (typeof value === 'string') return types.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => withoutLogicalIds(item, types));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutLogicalIds(member, types)]));
}
