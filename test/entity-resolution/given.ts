import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import * as mapping from '../../src';

/** A stack whose ARNs read like ARNs in its template. */
export function givenStack(app = givenApp(), id = 'Stack', account = '111122223333'): Stack {
  return new Stack(app, id, { env: { account, region: 'eu-west-1' } });
}

export function givenApp(): App {
  return new App({
    context: {
      '@aws-cdk/core:enablePartitionLiterals': true,
      // Where aws-cdk-lib can judge a template itself, a bad one ends the synthesis.
      '@aws-cdk/core:validateAgainstDefaultRules': true,
    },
  });
}

/** Two fields, as few as a schema mapping may have. */
export function givenFields(): mapping.SchemaInputAttribute[] {
  return [mapping.SchemaInputAttribute.uniqueId('id'), mapping.SchemaInputAttribute.emailAddress('email', { matchKey: 'email' })];
}

export function givenSchema(scope: Construct, id = 'Schema'): mapping.SchemaMapping {
  return new mapping.SchemaMapping(scope, id, { mappedInputFields: givenFields() });
}

export function givenTable(scope: Construct, name: string): glue.CfnTable {
  return new glue.CfnTable(scope, `Table-${name}`, { catalogId: '111122223333', databaseName: 'customers', tableInput: { name } });
}

/** A Glue table of that name, whose objects are in a bucket that was not defined here. */
export function givenInput(scope: Construct, name: string): mapping.GlueTableInputSource {
  return mapping.InputSource.glueTable(givenTable(scope, name), {
    schema: givenSchema(scope, `Schema-${name}`),
    bucket: s3.Bucket.fromBucketName(scope, `Data-${name}`, 'data'),
    prefix: `${name}/`,
  });
}

export const EMAIL_RULE: mapping.MatchingRule = { ruleName: 'email', matchingKeys: ['email'] };

export const EMAIL_TECHNIQUE = mapping.ResolutionTechnique.ruleBased({ rules: [EMAIL_RULE] });

export function givenMatchingWorkflow(scope: Construct): mapping.MatchingWorkflow {
  return new mapping.MatchingWorkflow(scope, 'Loyalty', { inputSources: [givenInput(scope, 'loyalty')], technique: EMAIL_TECHNIQUE });
}

/** As many as asked for: `name-1`, `name-2`, … */
export function numbered<T>(count: number, make: (number: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index + 1));
}

/** The texts of the warnings of the construct at the path, without the identifier that acknowledges them. */
export function warningsAt(stack: Stack, path: string): string[] {
  return Annotations.fromStack(stack).findWarning(`/${path}`, Match.anyValue()).map(({ entry }) => String(entry.data).replace(/ \[ack: [^\]]+\]$/, ''));
}

/** The statements of the policies that the construct's role has: the construct is at the top of its stack. */
export function statementsOf(template: Template, id: string): Record<string, unknown>[] {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([logicalId]) => logicalId.startsWith(`${id}entityresolution`));
  return policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
}

/** A user of the stack, for grants. */
export function givenUser(stack: Stack): iam.User {
  return new iam.User(stack, 'User');
}

/** What the user may do. */
export function statementsOfUser(stack: Stack): unknown[] {
  const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy', { Properties: { Users: [{ Ref: 'User00B015A1' }] } });
  return Object.values(policies).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}
