import { Resource, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { givenApp, givenInput, givenMatchingWorkflow, givenSchema, givenStack, givenTable, statementsOf } from './given';
import * as mapping from '../../src';

const { IdMappingTechnique, InputSource } = mapping;

/** The inputs of a workflow with this source, and what its role may do for it, the output left out. */
function mapped(stack: Stack, source: mapping.InputSource) {
  const target = InputSource.matchingWorkflow(mapping.MatchingWorkflow.fromMatchingWorkflowName(stack, 'Target', 'target'));
  const outputBucket = s3.Bucket.fromBucketName(stack, 'Output', 'results');
  const outputKey = new kms.Key(stack, 'OutputKey');
  new mapping.IdMappingWorkflow(stack, 'Mapping', { sources: [source], target, technique: IdMappingTechnique.ruleBased(), outputBucket, outputKey });

  const template = Template.fromStack(stack);
  const [{ Properties: { InputSourceConfig } }] = Object.values(template.findResources('AWS::EntityResolution::IdMappingWorkflow'));
  return { input: InputSourceConfig[0], statements: statementsOf(template, 'Mapping').slice(0, -3) };
}

/** A Glue table that keeps its L1 as its default child, as an L2 does. */
class Table extends Resource implements glue.ITableRef {
  public readonly tableRef: glue.TableReference = { tableId: 'crm' };

  constructor(scope: Construct, id: string) {
    super(scope, id);
    new glue.CfnTable(this, 'Resource', { catalogId: this.env.account, databaseName: 'customers', tableInput: { name: 'crm' } });
  }
}

/** A Glue table that was not defined here. */
class ImportedTable extends Resource implements glue.ITableRef {
  public readonly tableRef: glue.TableReference = { tableId: 'crm' };
}

const READ_GLUE = [
  'glue:BatchGetPartition', 'glue:GetDatabase', 'glue:GetPartition', 'glue:GetPartitions', 'glue:GetSchema', 'glue:GetSchemaVersion', 'glue:GetTable',
];
const OWN_ACCOUNT = { StringEquals: { 's3:ResourceAccount': '111122223333' } };

describe('a Glue table', () => {
  test('is read where it is, and nothing else is', () => {
    const stack = givenStack();
    const { input, statements } = mapped(stack, InputSource.glueTable(new Table(stack, 'Table'), {
      schema: mapping.SchemaMapping.fromSchemaMappingName(stack, 'Schema', 'crm'),
      bucket: s3.Bucket.fromBucketName(stack, 'Data', 'data'),
      prefix: 'crm/',
    }));

    expect(input).toEqual({
      InputSourceARN: 'arn:aws:glue:eu-west-1:111122223333:table/customers/crm',
      SchemaArn: 'arn:aws:entityresolution:eu-west-1:111122223333:schemamapping/crm',
      Type: 'SOURCE',
    });
    expect(statements).toEqual([
      { Effect: 'Allow', Action: ['s3:GetBucketLocation', 's3:ListBucket'], Resource: 'arn:aws:s3:::data', Condition: OWN_ACCOUNT },
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: ['arn:aws:s3:::data/crm/*', 'arn:aws:s3:::data/crm', 'arn:aws:s3:::data/crm_$folder$'],
        Condition: OWN_ACCOUNT,
      },
      {
        Effect: 'Allow',
        Action: READ_GLUE,
        Resource: [
          'arn:aws:glue:eu-west-1:111122223333:catalog',
          'arn:aws:glue:eu-west-1:111122223333:database/customers',
          'arn:aws:glue:eu-west-1:111122223333:table/customers/crm',
        ],
      },
    ]);
  });

  test('without a prefix, may be anywhere in its bucket', () => {
    const stack = givenStack();
    const { statements } = mapped(stack, InputSource.glueTable(new Table(stack, 'Table'), {
      schema: givenSchema(stack), bucket: s3.Bucket.fromBucketName(stack, 'Data', 'data'),
    }));

    expect(statements[1]).toMatchObject({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' });
  });

  test('whose bucket has a key, is decrypted with it', () => {
    const stack = givenStack();
    const encryptionKey = kms.Key.fromKeyArn(stack, 'DataKey', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab');
    const { statements } = mapped(stack, InputSource.glueTable(new Table(stack, 'Table'), {
      schema: givenSchema(stack), bucket: s3.Bucket.fromBucketAttributes(stack, 'Data', { bucketName: 'data', encryptionKey }),
    }));

    expect(statements[3]).toEqual({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab' });
  });

  test('whose key is given, is decrypted with that', () => {
    const stack = givenStack();
    const key = (id: string) => kms.Key.fromKeyArn(stack, id, `arn:aws:kms:eu-west-1:111122223333:key/${id}`);
    const { statements } = mapped(stack, InputSource.glueTable(new Table(stack, 'Table'), {
      schema: givenSchema(stack),
      bucket: s3.Bucket.fromBucketAttributes(stack, 'Data', { bucketName: 'data', encryptionKey: key('1234abcd-12ab-34cd-56ef-1234567890ab') }),
      encryptionKey: key('0987dcba-09fe-87dc-65ba-ab0987654321'),
    }));

    expect(statements[3]).toEqual({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: 'arn:aws:kms:eu-west-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321' });
    expect(statements).toHaveLength(4);
  });

  test('takes its bucket and key as L1, too', () => {
    const stack = givenStack();
    const { statements } = mapped(stack, InputSource.glueTable(new Table(stack, 'Table'), {
      schema: givenSchema(stack),
      bucket: new s3.CfnBucket(stack, 'Data'),
      encryptionKey: new kms.CfnKey(stack, 'DataKey', { keyPolicy: { Statement: [] } }),
    }));

    expect(statements[0]).toMatchObject({ Resource: { 'Fn::GetAtt': ['Data', 'Arn'] }, Condition: OWN_ACCOUNT });
    expect(statements[3]).toMatchObject({ Action: 'kms:Decrypt', Resource: { 'Fn::GetAtt': ['DataKey', 'Arn'] } });
  });

  test('of another account, is read there', () => {
    const app = givenApp();
    const other = givenStack(app, 'Other', '444455556666');
    const stack = givenStack(app);
    const { input, statements } = mapped(stack, InputSource.glueTable(new Table(other, 'Table'), {
      schema: givenSchema(stack), bucket: s3.Bucket.fromBucketAttributes(stack, 'Data', { bucketName: 'data', account: '444455556666' }),
    }));

    expect(input.InputSourceARN).toBe('arn:aws:glue:eu-west-1:444455556666:table/customers/crm');
    expect(statements[0]).toMatchObject({ Condition: { StringEquals: { 's3:ResourceAccount': '444455556666' } } });
    expect(statements[2]).toMatchObject({ Resource: [expect.stringContaining(':444455556666:catalog'), expect.anything(), expect.anything()] });
  });

  test('known by its names, is in the account and Region of the workflow', () => {
    const stack = givenStack();
    const { input } = mapped(stack, InputSource.glueTableFromAttributes({ databaseName: 'people', tableName: 'crm' }, {
      schema: givenSchema(stack), bucket: s3.Bucket.fromBucketName(stack, 'Data', 'data'),
    }));

    expect(input.InputSourceARN).toBe('arn:aws:glue:eu-west-1:111122223333:table/people/crm');
  });

  test('known by its names, is in the given account and Region', () => {
    const stack = givenStack();
    const { input, statements } = mapped(stack, InputSource.glueTableFromAttributes(
      { databaseName: 'people', tableName: 'crm', account: '444455556666', region: 'us-east-1' },
      { schema: givenSchema(stack), bucket: s3.Bucket.fromBucketName(stack, 'Data', 'data') },
    ));

    expect(input.InputSourceARN).toBe('arn:aws:glue:us-east-1:444455556666:table/people/crm');
    expect(statements[2].Resource).toEqual([
      'arn:aws:glue:us-east-1:444455556666:catalog',
      'arn:aws:glue:us-east-1:444455556666:database/people',
      'arn:aws:glue:us-east-1:444455556666:table/people/crm',
    ]);
  });

  test('is there before the workflow', () => {
    const stack = givenStack();
    mapped(stack, givenInput(stack, 'crm'));

    Template.fromStack(stack).hasResource('AWS::EntityResolution::IdMappingWorkflow', { DependsOn: Match.arrayWith(['Tablecrm']) });
  });

  test('fails when the table does not tell its names', () => {
    const stack = givenStack();
    const source = InputSource.glueTable(new ImportedTable(stack, 'Table'), {
      schema: givenSchema(stack), bucket: s3.Bucket.fromBucketName(stack, 'Data', 'data'),
    });

    expect(() => mapped(stack, source)).toThrow(
      new Error("[Stack/Mapping] the table Stack/Table does not tell its names: use 'InputSource.glueTableFromAttributes(...)'"));
  });

  test('fails when its prefix begins with a slash', () => {
    const stack = givenStack();
    const source = InputSource.glueTable(givenTable(stack, 'crm'), {
      schema: givenSchema(stack), bucket: s3.Bucket.fromBucketName(stack, 'Data', 'data'), prefix: '/crm',
    });

    expect(() => mapped(stack, source)).toThrow(new Error("[Stack/Mapping] 'prefix' must not begin with a slash, got: \"/crm\""));
  });
});

describe('a matching workflow', () => {
  test('of this app, is read where its own inputs are', () => {
    const stack = givenStack();
    const { input, statements } = mapped(stack, InputSource.matchingWorkflow(givenMatchingWorkflow(stack)));

    expect(input).toEqual({
      InputSourceARN: { 'Fn::Join': ['', ['arn:aws:entityresolution:eu-west-1:111122223333:matchingworkflow/', { Ref: 'Loyalty5E0BF725' }]] },
      Type: 'SOURCE',
    });
    expect(statements.map(({ Action }) => Action)).toEqual([['s3:GetBucketLocation', 's3:ListBucket'], 's3:GetObject', READ_GLUE]);
  });

  test('from elsewhere, is named and nothing more', () => {
    const stack = givenStack();
    const { input, statements } = mapped(stack, InputSource.matchingWorkflow(
      mapping.MatchingWorkflow.fromMatchingWorkflowArn(stack, 'Imported', 'arn:aws:entityresolution:eu-west-1:444455556666:matchingworkflow/crm')));

    expect(input).toEqual({ InputSourceARN: 'arn:aws:entityresolution:eu-west-1:444455556666:matchingworkflow/crm', Type: 'SOURCE' });
    expect(statements).toEqual([]);
  });
});
