import { Duration, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Ends the synthesis with a message that says where: the construct's path comes first. */
export function fail(scope: IConstruct, message: string): never {
  throw new Error(`[${scope.node.path}] ${message}`);
}

/**
 * Refuses what Entity Resolution would refuse as the name of a resource.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_CreateIdMappingWorkflow.html
 */
export function checkResourceName(scope: IConstruct, property: string, name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name)) return;
  if (!/^[a-zA-Z_0-9-]{1,255}$/.test(name)) {
    fail(scope, `'${property}' must be 1 to 255 letters, digits, hyphens or underscores, got: ${JSON.stringify(name)}`);
  }
}

/**
 * Refuses what Entity Resolution would refuse as the name of a field, a match key, a group or a rule.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_SchemaInputAttribute.html
 */
export function checkAttributeName(scope: IConstruct, property: string, name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name)) return;
  if (!/^[a-zA-Z_0-9- \t]{1,255}$/.test(name)) {
    fail(scope, `'${property}' must be 1 to 255 letters, digits, hyphens, underscores or spaces, got: ${JSON.stringify(name)}`);
  }
}

/** Refuses an S3 prefix that begins with a slash: S3 would look for a folder without a name. */
export function checkPrefix(scope: IConstruct, property: string, prefix: string | undefined): void {
  if (prefix?.startsWith('/')) {
    fail(scope, `'${property}' must not begin with a slash, got: ${JSON.stringify(prefix)}`);
  }
}

export function checkDescription(scope: IConstruct, description: string | undefined): void {
  if (description === undefined || Token.isUnresolved(description)) return;
  if (description.length > 255) {
    fail(scope, `'description' must be at most 255 characters long, got ${description.length} characters`);
  }
}

/** Refuses a list that is too short or too long. A list that is one token passes: its length is not known yet. */
export function checkCount(scope: IConstruct, property: string, list: readonly unknown[], minimum: number, maximum: number): void {
  if (Token.isUnresolved(list)) return;
  if (list.length < minimum || list.length > maximum) {
    fail(scope, `'${property}' must have ${minimum} to ${maximum} items, got ${list.length}`);
  }
}

/** Refuses a duration outside of the bounds, both included. */
export function checkDuration(scope: IConstruct, property: string, duration: Duration | undefined, minimum: Duration, maximum: Duration): void {
  if (duration === undefined || duration.isUnresolved()) return;
  const seconds = duration.toSeconds();
  if (seconds < minimum.toSeconds() || seconds > maximum.toSeconds()) {
    fail(scope, `'${property}' must be ${minimum.toHumanString()} to ${maximum.toHumanString()}, got ${duration.toHumanString()}`);
  }
}
