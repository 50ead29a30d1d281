import { Column, GetTableCommand, GlueClient, paginateGetPartitions } from '@aws-sdk/client-glue';
import { attempt, JobFailure } from './job-failure';
import { partitionFilter } from './partition-filter';
import { TableInput } from './workflow-input';
import { isNamed } from '../matching/data-set';
import { partitionFolder } from '../matching/partitions';

/** Where objects of a table are. */
export interface Location {
  /** `s3://bucket/prefix` */
  readonly uri: string;
  /** Names of folders that give the records the values of partition keys which the schema mapping names. */
  readonly partitionFolders: readonly string[];
}

/** How a Glue table says that its objects are to be read. */
export interface GlueTable {
  /** Of a partitioned table those of the partitions that are read. */
  readonly locations: readonly Location[];
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
  checkFields(input, [...columns, ...partitionKeys]);
  const headerLines = parameters['skip.header.line.count'] ?? '0';
  if (headerLines !== '0' && headerLines !== '1') {
    throw new JobFailure(`the Glue table ${tableArn} has skip.header.line.count ${headerLines}: the local AWS Entity Resolution reads 0 or 1 header lines`);
  }
  const locations = partitionKeys.length === 0
    ? [{ uri: checkLocation(storage?.Location, tableArn), partitionFolders: [] }]
    : await partitionLocations(input, partitionKeys, parameters.aerPushDownPredicateString, glue);
  return {
    locations,
    ...isParquet && { format: 'PARQUET' },
    separator: parameters.separatorChar ?? parameters['field.delim'] ?? ',',
    columns: headerLines === '1' ? undefined : columns,
  };
}

function namesOf(columns: readonly Column[] = []): string[] {
  return columns.flatMap(({ Name }) => Name ?? []);
}

function checkFields({ tableArn, fields }: TableInput, columns: readonly string[]): void {
  for (const field of fields) {
    if (!columns.some(name => isNamed(field, name))) {
      throw new JobFailure(`the Glue table ${tableArn} has no column "${field.fieldName}", which the schema mapping names; ` +
        `it has the columns: ${columns.join(', ')}`);
    }
  }
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
      fields.some(field => isNamed(field, key)) ? partitionFolder(key, Values[index]) : []),
  }));
}

function checkLocation(location: string | undefined, tableArn: string): string {
  if (!location?.startsWith('s3://')) {
    throw new JobFailure(`the Glue table ${tableArn} has no location in S3`);
  }
  return location;
}
