import { App, CfnOutput, Duration, Stack, StackProps } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  GlueTableInputSource,
  IdMappingTechnique,
  IdMappingWorkflow,
  InputSource,
  MatchingWorkflow,
  ResolutionTechnique,
  SchemaInputAttribute,
  SchemaMapping,
  WaitFor,
} from 'cdk-id-mapping';
import { Construct } from 'constructs';

const COLUMNS = [
  'rec_id', 'given_name', 'surname', 'street_number', 'address_1', 'address_2', 'suburb', 'postcode', 'state', 'date_of_birth', 'soc_sec_id',
];

const RULES = [
  { ruleName: 'social security number', matchingKeys: ['ssn'] },
  { ruleName: 'name and date of birth', matchingKeys: ['name', 'birth'] },
  { ruleName: 'name and address', matchingKeys: ['name', 'address'] },
];

/** Maps the customer IDs of a CRM to those of a loyalty programme, once, when it is deployed. */
class QuickstartStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const data = s3.Bucket.fromBucketName(this, 'Data', this.node.getContext('dataBucket'));
    const database = new glue.CfnDatabase(this, 'Customers', { catalogId: this.account, databaseInput: { name: `${this.stackName.toLowerCase()}_customers` } });

    const schema = new SchemaMapping(this, 'Schema', {
      mappedInputFields: [
        SchemaInputAttribute.uniqueId('rec_id'),
        SchemaInputAttribute.nameFirst('given_name', { groupName: 'name', matchKey: 'name' }),
        SchemaInputAttribute.nameLast('surname', { groupName: 'name', matchKey: 'name' }),
        SchemaInputAttribute.addressStreet1('address_1', { groupName: 'address', matchKey: 'address' }),
        SchemaInputAttribute.addressCity('suburb', { groupName: 'address', matchKey: 'address' }),
        SchemaInputAttribute.date('date_of_birth', { matchKey: 'birth' }),
        SchemaInputAttribute.string('soc_sec_id', { matchKey: 'ssn' }),
      ],
    });
    const table = (name: string): GlueTableInputSource => {
      const location = `s3://${data.bucketName}/${name}/`;
      const csv = new glue.CfnTable(this, `Table-${name}`, {
        catalogId: this.account,
        databaseName: database.ref,
        tableInput: {
          name,
          tableType: 'EXTERNAL_TABLE',
          parameters: { 'classification': 'csv', 'skip.header.line.count': '1' },
          storageDescriptor: {
            location,
            columns: COLUMNS.map((column) => ({ name: column, type: 'string' })),
            inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
            outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
            serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe', parameters: { 'field.delim': ',' } },
          },
        },
      });
      return InputSource.glueTable(csv, { schema, bucket: data, prefix: `${name}/` });
    };

    const loyalty = new MatchingWorkflow(this, 'Loyalty', { inputSources: [table('loyalty')], technique: ResolutionTechnique.ruleBased({ rules: RULES }) });
    const crmToLoyalty = new IdMappingWorkflow(this, 'CrmToLoyalty', {
      sources: [table('crm')],
      target: InputSource.matchingWorkflow(loyalty),
      // By the rules of the target.
      technique: IdMappingTechnique.ruleBased(),
    });
    // A job indexes the target's records, then one maps the source's to them. Each may take longer than an hour on AWS.
    loyalty.runOnDeploy('Index', { waitFor: WaitFor.SUCCEEDED, timeout: Duration.hours(3) });
    const run = crmToLoyalty.runOnDeploy('FirstRun', { waitFor: WaitFor.SUCCEEDED, timeout: Duration.hours(3) });

    new CfnOutput(this, 'WorkflowName', { value: crmToLoyalty.workflowName });
    new CfnOutput(this, 'JobId', { value: run.jobId });
    new CfnOutput(this, 'Status', { value: run.status });
    new CfnOutput(this, 'MappedRecords', { value: run.metrics.totalMappedRecords });
    new CfnOutput(this, 'OutputBucket', { value: crmToLoyalty.outputBucket!.bucketRef.bucketName });
  }
}

new QuickstartStack(new App(), 'Quickstart');
