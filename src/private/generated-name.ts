import { Names } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** A name for a resource that the user has not named: CloudFormation makes up none for the types of Entity Resolution. */
export function generatedName(scope: IConstruct, suffix = ''): string {
  return Names.uniqueResourceName(scope, { maxLength: 255 - suffix.length, allowedSpecialCharacters: '-_' }) + suffix;
}
