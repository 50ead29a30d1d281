import { Names } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** A name for a resource that the user has not named: CloudFormation makes up none for the types of Entity Resolution. */
export function generatedName(scope: IConstruct, suffix = ''): string {
  return Names.uniqueResourceName(scope, { maxLength: 255 - suffix.length, allowedSpecialCharacters: '-_' }) + suffix;
}

/**
 * The same for what belongs to a membership. It ends with the digest: CloudFormation makes a replacement before it deletes the old resource, whose
 * name is taken until then.
 */
export function generatedNameInMembership(scope: IConstruct, digest: string): string {
  // Associations take 100 characters, tables 128. Tables take no two hyphens in a row.
  return `${Names.uniqueResourceName(scope, { maxLength: 91, allowedSpecialCharacters: '_' })}-${digest}`;
}
