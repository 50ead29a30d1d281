import { GetTableCommand, GlueClient, paginateGetPartitions } from '@aws-sdk/client-glue';
import { checkFields, columnNames, DataSet, GlueTable, isNamed, partitionFolder, tableFormat, tableParameters } from 'id-mapping-rehearsal';
import { attempt, JobFailure } from './job-failure';
import { partitionFilter } from './partition-filter';
import { TableInput } from './workflow-input';

/** Where objects of a table are. */
export interface Location {
  /** `s3://bucket/prefix` */
  readonly uri: string;
  /** Names of folders that give the records the values of partition keys which the schema mapping names. */
  readonly partitionFolders: readonly string[];
}

/** What is read of a table, and how. */
export interface ReadTable extends Pick<DataSet, 'format' | 'separator' | 'columns'> {
  /** Of a partitioned table those of the partitions that are read. */
  readonly locations: readonly Location[];
}

/**
 * Reads a table's definition.
 * @throws UsageError when its objects can't be read
 */
export async function glueTable(input: TableInput, glue: GlueClient): Promise<ReadTable> {
  const { table, tableArn, fields } = input;
  const [DatabaseName, Name] = table.resourceName.split('/');
  const name = { CatalogId: table.account, DatabaseName };
  const { Table } = await attempt(`read the Glue table ${DatabaseName}.${Name}`, () => glue.send(new GetTableCommand({ ...name, Name })));
  const definition: GlueTable = Table ?? {};
  checkFields(definition, tableArn, fields);
  const format = tableFormat(definition, tableArn);
  const partitionKeys = columnNames(definition.PartitionKeys ?? []);
  const locations = partitionKeys.length === 0
    ? [{ uri: checkLocation(Table?.StorageDescriptor?.Location, tableArn), partitionFolders: [] }]
    : await partitionLocations(input, partitionKeys, tableParameters(definition).aerPushDownPredicateString, glue);
  return { ...format, locations };
}

async function partitionLocations(
  { table, tableArn, fields }: TableInput, partitionKeys: readonly string[], predicate: string | undefined, glue: GlueClient,
): Promise<Location[]> {
  const isRead = partitionFilter(predicate, partitionKeys, tableArn);
  const [DatabaseName, TableName] = table.resourceName.split('/');
  const partitions = await attempt(`read the partitions of the Glue table ${DatabaseName}.${TableName}`, async () => {
    const found = [];
    for await (const page of paginateGetPartitions({ client: glue }, { CatalogId: table.account, DatabaseName, TableName })) {
      found.push(...page.Partitions ?? []);
    }
    return found;
  });
  const read = partitions.filter(({ Values = [] }) => isRead(Values));
  if (read.length === 0) {
    throw new JobFailure(`the Glue table ${tableArn} has no partition ${predicate === undefined ? '' : `with ${predicate} `}to read`);
  }
  return read.map(({ StorageDescriptor, Values = [] }) => ({
    uri: checkLocation(StorageDescriptor?.Location, tableArn),
    partitionFolders: partitionKeys.flatMap((key, index) =>
      fields.some((field) => isNamed(field, key)) ? partitionFolder(key, Values[index]) : []),
  }));
}

function checkLocation(location: string | undefined, tableArn: string): string {
  if (!location?.startsWith('s3://')) {
    throw new JobFailure(`the Glue table ${tableArn} has no location in S3`);
  }
  return location;
}
