import { Column, GetTableCommand, GlueClient, paginateGetPartitions } from '@aws-sdk/client-glue';
import { attempt, JobFailure } from './job-failure';
import { partitionFilter } from './partition-filter';
import { TableInput } from './workflow-input';

/** How a Glue table says that its objects are to be read. */
export interface GlueTable {
  /** `s3://bucket/prefix`; of a partitioned table those of the partitions that are read. */
  readonly locations: readonly string[];
  /** @default - CSV */
  readonly format?: 'PARQUET';
  readonly separator: string;
  /** The columns' names when the objects have no header line. */
  readonly columns?: readonly string[];
}

/** Reads a table's definition. */
export async function glueTable(input: TableInput, glue: GlueClient): Promise<GlueTable> {
  const { table, tableArn } = input;
  const [DatabaseName, Name] = table.resourceName.split('/');
  const name = { CatalogId: table.account, DatabaseName };
  const { Table } = await attempt(`read the Glue table ${DatabaseName}.${Name}`, () => glue.send(new GetTableCommand({ ...name, Name })));
  const storage = Table?.StorageDescriptor;
  const parameters = { ...Table?.Parameters, ...storage?.Parameters, ...storage?.SerdeInfo?.Parameters };
  const isParquet = `${parameters.classification ?? ''} ${storage?.SerdeInfo?.SerializationLibrary ?? ''}`.toLowerCase().includes('parquet');
  const columns = namesOf(storage?.Columns);
  const partitionKeys = namesOf(Table?.PartitionKeys);
  checkFields(input, columns, partitionKeys);
  const headerLines = parameters['skip.header.line.count'] ?? '0';
  if (headerLines !== '0' && headerLines !== '1') {
    throw new JobFailure(`the Glue table ${tableArn} has skip.header.line.count ${headerLines}: the local AWS Entity Resolution reads 0 or 1 header lines`);
  }
  const locations = partitionKeys.length === 0
    ? [storage?.Location]
    : await partitionLocations(input, partitionKeys, parameters.aerPushDownPredicateString, glue);
  return {
    locations: locations.map(location => checkLocation(location, tableArn)),
    ...isParquet && { format: 'PARQUET' },
    separator: parameters.separatorChar ?? parameters['field.delim'] ?? ',',
    columns: headerLines === '1' ? undefined : columns,
  };
}

function namesOf(columns: readonly Column[] = []): string[] {
  return columns.flatMap(({ Name }) => Name ?? []);
}

function checkFields({ tableArn, fields }: TableInput, columns: readonly string[], partitionKeys: readonly string[]): void {
  const has = (names: readonly string[], fieldName: string) => names.some(name => name.toLowerCase() === fieldName.toLowerCase());
  for (const { fieldName } of fields) {
    if (has(partitionKeys, fieldName)) {
      throw new JobFailure(`the Glue table ${tableArn} has the partition key "${fieldName}", which the schema mapping names: ` +
        'the local AWS Entity Resolution reads what is in the objects only');
    }
    if (!has(columns, fieldName)) {
      throw new JobFailure(`the Glue table ${tableArn} has no column "${fieldName}", which the schema mapping names; ` +
        `it has the columns: ${columns.join(', ')}`);
    }
  }
}

async function partitionLocations(
  { table, tableArn }: TableInput, partitionKeys: readonly string[], predicate: string | undefined, glue: GlueClient,
): Promise<(string | undefined)[]> {
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
  return read.map(({ StorageDescriptor }) => StorageDescriptor?.Location);
}

function checkLocation(location: string | undefined, tableArn: string): string {
  if (!location?.startsWith('s3://')) {
    throw new JobFailure(`the Glue table ${tableArn} has no location in S3`);
  }
  return location;
}
