import { Lazy, Names, PhysicalName, ResourceEnvironment, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** A name for a resource that the user has not named: CloudFormation makes up none for the types of Entity Resolution. */
function generatedName(scope: IConstruct, suffix = ''): string {
  return Names.uniqueResourceName(scope, { maxLength: 255 - suffix.length, allowedSpecialCharacters: '-_' }) + suffix;
}

/** The name of a resource: the given one, or a generated one. `GENERATE_IF_NEEDED` becomes another one when an environment of its own needs it. */
export function resourceName(scope: IConstruct, given: string | undefined, physicalName: string, suffix?: string): string {
  if (given === undefined) return generatedName(scope, suffix);
  return isGeneratedIfNeeded(given)
    ? Lazy.uncachedString({ produce: (context) => context.resolve(physicalName) as string | undefined ?? generatedName(scope, suffix) })
    : physicalName;
}

/** Whether the name is left to the CDK. */
export function isGeneratedIfNeeded(name: string): boolean {
  return name === PhysicalName.GENERATE_IF_NEEDED;
}

/**
 * The same for what belongs to a membership. It ends with the digest: CloudFormation makes a replacement before it deletes the old resource, whose
 * name is taken until then.
 */
export function generatedNameInMembership(scope: IConstruct, digest: string): string {
  // Associations take 100 characters, tables 128. Tables take no two hyphens in a row.
  return `${Names.uniqueResourceName(scope, { maxLength: 91, allowedSpecialCharacters: '_' })}-${digest}`;
}

/**
 * What tells a resource from others in a generated name: its own name, and where it is only if that is known to be elsewhere. An ARN would read
 * otherwise when the stack's environment becomes explicit, and what has the generated name would be replaced.
 */
export function nameInEnvironment(scope: IConstruct, resource: { readonly env: ResourceEnvironment }, name: string): string[] {
  const { account, region } = Stack.of(scope);
  const elsewhere = [[resource.env.account, account], [resource.env.region, region]]
    .filter(([is, own]) => Token.compareStrings(is, own) === TokenComparison.DIFFERENT).map(([is]) => is);
  return [name, ...elsewhere];
}
