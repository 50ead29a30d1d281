import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  IdMappingTechnique, IdMappingWorkflow, InputSource, MatchingWorkflow, ResolutionTechnique, SchemaInputAttribute, SchemaMapping, WaitFor,
} from 'cdk-id-mapping';
import { FebrlTables, RULES } from '../febrl-tables';

/** Maps one partition of a table of Parquet objects: the customers of one state. */
const stack = new Stack(new App(), 'PartitionedTable');
const data = s3.Bucket.fromBucketName(stack, 'Data', stack.node.getContext('dataBucket'));
const tables = new FebrlTables(stack, 'Tables');

const database = new glue.CfnDatabase(stack, 'Archive', { catalogId: stack.account, databaseInput: { name: `${stack.stackName.toLowerCase()}_archive` } });
const location = `s3://${data.bucketName}/archive/`;
const parquet = {
  columns: ['rec_id', 'soc_sec_id'].map((name) => ({ name, type: 'string' })),
  inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
};
const customers = new glue.CfnTable(stack, 'Customers', {
  catalogId: stack.account,
  databaseName: database.ref,
  tableInput: {
    name: 'customers',
    tableType: 'EXTERNAL_TABLE',
    // The partitions that an ID mapping reads. A change of it runs the job again.
    parameters: { classification: 'parquet', aerPushDownPredicateString: "state='vic'" },
    partitionKeys: [{ name: 'state', type: 'string' }],
    storageDescriptor: { ...parquet, location },
  },
});
const partitions = ['nsw', 'vic'].map((state) => {
  const partition = new glue.CfnPartition(stack, `Partition-${state}`, {
    catalogId: stack.account,
    databaseName: database.ref,
    tableName: 'customers',
    partitionInput: { values: [state], storageDescriptor: { ...parquet, location: `${location}state=${state}/` } },
  });
  partition.addDependency(customers);
  return partition;
});

const schema = new SchemaMapping(stack, 'Schema', {
  mappedInputFields: [SchemaInputAttribute.uniqueId('rec_id'), SchemaInputAttribute.string('soc_sec_id', { matchKey: 'ssn' })],
});
const loyalty = new MatchingWorkflow(stack, 'Loyalty', {
  inputSources: [tables.input('loyalty')],
  technique: ResolutionTechnique.ruleBased({ rules: [RULES[0]] }),
});
const workflow = new IdMappingWorkflow(stack, 'CustomersToLoyalty', {
  sources: [InputSource.glueTable(customers, { schema, bucket: data, prefix: 'archive/' })],
  target: InputSource.matchingWorkflow(loyalty),
  technique: IdMappingTechnique.ruleBased(),
});
// A job may take longer than an hour on AWS.
const untilDone = { waitFor: WaitFor.SUCCEEDED, timeout: Duration.hours(2) };
loyalty.runOnDeploy('Index', untilDone);
const run = workflow.runOnDeploy('FirstRun', untilDone);
run.node.addDependency(...partitions);

new CfnOutput(stack, 'MappedRecords', { value: run.metrics.totalMappedRecords });
