import { Aws, Fn, Resource, Stack } from 'aws-cdk-lib';
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

  test.each([
    ['s3://data/crm/', "'prefix' must be what comes after the bucket, such as \"mapped/\", got: \"s3://data/crm/\""],
    ['c*/', "'prefix' must have no '*', '?' or '${', which mean more than themselves in the policies of roles, got: \"c*/\""],
    ['${aws:username}/', "'prefix' must have no '*', '?' or '${', which mean more than themselves in the policies of roles, got: \"${aws:username}/\""],
  ])('fails when its prefix is %s', (prefix, message) => {
    const stack = givenStack();
    const source = InputSource.glueTable(givenTable(stack, 'crm'), { schema: givenSchema(stack), bucket: s3.Bucket.fromBucketName(stack, 'Data', 'data'), prefix });

    expect(() => mapped(stack, source)).toThrow(new Error(`[Stack/Mapping] ${message}`));
  });

  test.each([
    ['databaseName', { databaseName: 'my.lake' }, 'my.lake'],
    ['databaseName', { databaseName: '' }, ''],
    ['databaseName', { databaseName: 'arn:aws:glue:eu-west-1:111122223333:database/lake' }, 'arn:aws:glue:eu-west-1:111122223333:database/lake'],
    ['tableName', { tableName: '*' }, '*'],
    ['tableName', { tableName: 'x'.repeat(256) }, 'x'.repeat(256)],
  ])('fails when its %s is none that an ARN of the service has: %j', (property, names, got) => {
    const stack = givenStack();
    const source = InputSource.glueTableFromAttributes({ databaseName: 'people', tableName: 'crm', ...names }, {
      schema: givenSchema(stack), bucket: s3.Bucket.fromBucketName(stack, 'Data', 'data'),
    });

    expect(() => mapped(stack, source)).toThrow(
      new Error(`[Stack/Mapping] '${property}' of a Glue table that is an input must be 1 to 255 letters, digits, hyphens or underscores, got: ${JSON.stringify(got)}`));
  });

  describe('that is defined in the app', () => {
    const READABLE = { location: 's3://data/crm/', columns: [{ name: 'ID' }] };

    function reading(tableInput: Partial<glue.CfnTable.TableInputProperty>, bucketName = 'data') {
      const stack = givenStack();
      const table = new glue.CfnTable(stack, 'Table', {
        catalogId: '111122223333',
        databaseName: 'customers',
        tableInput: { name: 'crm', storageDescriptor: READABLE, partitionKeys: [{ name: 'email' }], ...tableInput },
      });
      return () => mapped(stack, InputSource.glueTable(table, {
        schema: givenSchema(stack), bucket: s3.Bucket.fromBucketName(stack, 'Data', bucketName), prefix: 'crm/',
      }));
    }

    test.each([
      ['CSV', { parameters: { classification: 'csv' } }],
      ['Parquet', { parameters: { classification: 'Parquet' } }],
      ['no location', { storageDescriptor: { columns: READABLE.columns } }],
      ['a location without the last slash', { storageDescriptor: { ...READABLE, location: 's3://data/crm' } }],
      ['a location that is known at deployment', { storageDescriptor: { ...READABLE, location: Fn.join('', ['s3://', Aws.ACCOUNT_ID, '/crm/']) } }],
      ['columns that are known at deployment', { storageDescriptor: { ...READABLE, columns: [{ name: Aws.STACK_NAME }] } }],
    ])('is read with %s', (_, tableInput) => {
      expect(reading(tableInput)).not.toThrow();
    });

    test.each([
      ['JSON', { parameters: { classification: 'json' } }, 'is in the format "json": Entity Resolution reads CSV and Parquet'],
      ['Iceberg', { parameters: { table_type: 'ICEBERG' } }, 'is in the format "ICEBERG": Entity Resolution reads CSV and Parquet'],
      ['without a column of the schema mapping', { partitionKeys: [] }, "has no column 'email', which the schema mapping names; it has: ID"],
      ['elsewhere', { storageDescriptor: { ...READABLE, location: 's3://data/crm-old/' } },
        "is at s3://data/crm-old/, which is not under the given 'bucket' and 'prefix', s3://data/crm/: the job's role could not read it"],
    ])('fails when it is %s', (_, tableInput, message) => {
      expect(reading(tableInput)).toThrow(new Error(`[Stack/Mapping] the Glue table Stack/Table ${message}`));
    });
  });

  test('is read with the key behind an alias', () => {
    const stack = givenStack();
    const key = new kms.Key(stack, 'DataKey');
    const { statements } = mapped(stack, InputSource.glueTable(new Table(stack, 'Table'), {
      schema: givenSchema(stack), bucket: new s3.CfnBucket(stack, 'Data'), encryptionKey: key.addAlias('alias/data'),
    }));

    expect(statements[3]).toMatchObject({ Action: 'kms:Decrypt', Resource: { 'Fn::GetAtt': ['DataKey17AFBB84', 'Arn'] } });
  });

  test.each([
    ['by its name', (stack: Stack) => kms.Alias.fromAliasName(stack, 'Key', 'alias/data')],
    ['as if it were a key', (stack: Stack) => kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:alias/data')],
  ])('fails when its key is an alias that was imported %s', (_, keyOf) => {
    const stack = givenStack();
    const source = InputSource.glueTable(new Table(stack, 'Table'), {
      schema: givenSchema(stack), bucket: s3.Bucket.fromBucketAttributes(stack, 'Data', { bucketName: 'data', encryptionKey: keyOf(stack) }),
    });

    expect(() => mapped(stack, source)).toThrow(new Error("[Stack/Mapping] 'encryptionKey' must be a key, got the alias Stack/Key, of which nobody knows here which key it "
      + "stands for: IAM ignores statements that name an alias; use 'kms.Key.fromKeyArn(...)' or 'kms.Key.fromLookup(...)'"));
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
