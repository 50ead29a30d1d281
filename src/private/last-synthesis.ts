import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CfnResource, Stack, Stage } from 'aws-cdk-lib';

/** A property of a resource: the path to it in the template, and what it is now. */
export interface TemplateProperty {
  readonly resource: CfnResource;
  readonly path: string[];
  readonly value: unknown;

  /** What of the value is compared. @default - all of it */
  readonly compared?: (value: unknown) => unknown;
}

/**
 * Whether the property was another one in the template that the last synthesis has left in the output folder.
 *
 * That template is not always there, and need not be what is deployed. Call it when references between stacks are known: in a validation.
 */
export function hasChangedSinceLastSynthesis({ resource, path, value, compared = (all) => all }: TemplateProperty): boolean {
  const stack = Stack.of(resource);
  const last = lastTemplate(stack)?.Resources?.[stack.resolve(resource.logicalId)];
  if (last?.Type !== resource.cfnResourceType) return false;
  return !isDeepStrictEqual(compared(path.reduce<unknown>(member, last.Properties)), compared(stack.resolve(value)));
}

export interface LastTemplate {
  readonly Resources?: { [logicalId: string]: { readonly Type: string; readonly Properties?: object } };
}

export function lastTemplate(stack: Stack): LastTemplate | undefined {
  const file = join(Stage.of(stack)!.outdir, stack.templateFile);
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // A synthesis that was interrupted may have left half a file.
    return undefined;
  }
}

function member(value: unknown, name: string): unknown {
  return (value as Record<string, unknown> | undefined)?.[name];
}
