import { Stack } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { GlueTableInputSource, InputSource, MatchingRule, SchemaInputAttribute, SchemaMapping } from 'cdk-id-mapping';
import { Construct } from 'constructs';

const COLUMNS = [
  'rec_id', 'given_name', 'surname', 'street_number', 'address_1', 'address_2', 'suburb', 'postcode', 'state', 'date_of_birth', 'soc_sec_id',
];

/** By which the people of the FEBRL data sets are known again. */
export const RULES: MatchingRule[] = [
  { ruleName: 'social security number', matchingKeys: ['ssn'] },
  { ruleName: 'name and date of birth', matchingKeys: ['name', 'birth'] },
];

/** The FEBRL data sets as Glue tables: CSV objects in the folder of the table's name, in the bucket that the context value `dataBucket` names. */
export class FebrlTables extends Construct {
  private readonly data: s3.IBucket;
  private readonly database: glue.CfnDatabase;
  private readonly schema: SchemaMapping;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { account, stackName } = Stack.of(this);
    this.data = s3.Bucket.fromBucketName(this, 'Data', this.node.getContext('dataBucket'));
    this.database = new glue.CfnDatabase(this, 'Database', { catalogId: account, databaseInput: { name: `${stackName.toLowerCase()}_people` } });
    this.schema = new SchemaMapping(this, 'Schema', {
      mappedInputFields: [
        SchemaInputAttribute.uniqueId('rec_id'),
        SchemaInputAttribute.nameFirst('given_name', { groupName: 'name', matchKey: 'name' }),
        SchemaInputAttribute.nameLast('surname', { groupName: 'name', matchKey: 'name' }),
        SchemaInputAttribute.date('date_of_birth', { matchKey: 'birth' }),
        SchemaInputAttribute.string('soc_sec_id', { matchKey: 'ssn' }),
      ],
    });
  }

  /** The table of that name as an input, its objects under `<name>/`. */
  public input(name: string): GlueTableInputSource {
    const table = new glue.CfnTable(this, name, {
      catalogId: Stack.of(this).account,
      databaseName: this.database.ref,
      tableInput: {
        name,
        tableType: 'EXTERNAL_TABLE',
        parameters: { 'classification': 'csv', 'skip.header.line.count': '1' },
        storageDescriptor: {
          location: `s3://${this.data.bucketName}/${name}/`,
          columns: COLUMNS.map((column) => ({ name: column, type: 'string' })),
          inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
          serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe', parameters: { 'field.delim': ',' } },
        },
      },
    });
    return InputSource.glueTable(table, { schema: this.schema, bucket: this.data, prefix: `${name}/` });
  }
}
