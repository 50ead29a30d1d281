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

/** Refuses what is no account. */
export function checkAccount(scope: IConstruct, property: string, account: string): void {
  if (Token.isUnresolved(account)) return;
  if (!/^\d{12}$/.test(account)) {
    fail(scope, `'${property}' must be 12 digits, got: ${JSON.stringify(account)}`);
  }
}

/** Refuses what is no identifier of Clean Rooms: they are UUIDs, as the service makes them up. */
export function checkIdentifier(scope: IConstruct, property: string, id: string): void {
  if (Token.isUnresolved(id)) return;
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(id)) {
    fail(scope, `'${property}' must be a UUID in lower case, such as "1a2b3c4d-0000-1111-2222-333344445555", got: ${JSON.stringify(id)}`);
  }
}

/**
 * Refuses what Clean Rooms would refuse as a name that people read.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_CreateCollaboration.html
 */
export function checkDisplayName(scope: IConstruct, property: string, name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name)) return;
  if (!/^(?!\s*$)[^\p{Cc}]{1,100}$/u.test(name)) {
    fail(scope, `'${property}' must be 1 to 100 characters in one line, not all of them blank, got: ${JSON.stringify(name)}`);
  }
}

/** Refuses an S3 prefix that begins with a slash (S3 would look for a folder without a name), a whole URI, and what IAM takes for a wildcard or a variable. */
export function checkPrefix(scope: IConstruct, property: string, prefix: string | undefined): void {
  if (prefix?.startsWith('/')) {
    fail(scope, `'${property}' must not begin with a slash, got: ${JSON.stringify(prefix)}`);
  }
  if (prefix?.startsWith('s3://')) {
    fail(scope, `'${property}' must be what comes after the bucket, such as "mapped/", got: ${JSON.stringify(prefix)}`);
  }
  if (prefix !== undefined && !Token.isUnresolved(prefix) && /[*?]|\$\{/.test(prefix)) {
    fail(scope, `'${property}' must have no '*', '?' or '\${', which mean more than themselves in the policies of roles, got: ${JSON.stringify(prefix)}`);
  }
}

/**
 * Refuses a name of a Glue database or table that Entity Resolution does not take in an ARN.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_InputSource.html
 */
export function checkGlueName(scope: IConstruct, property: string, name: string): void {
  if (Token.isUnresolved(name)) return;
  if (!/^[a-zA-Z_0-9-]{1,255}$/.test(name)) {
    fail(scope, `'${property}' of a Glue table that is an input must be 1 to 255 letters, digits, hyphens or underscores, got: ${JSON.stringify(name)}`);
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
