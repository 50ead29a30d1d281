import { GetTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { attempt, JobFailure } from './job-failure';
import { TableInput } from './workflow-input';

/** How a Glue table says that its CSV objects are to be read. */
export interface CsvTable {
  /** `s3://bucket/prefix` */
  readonly location: string;
  readonly separator: string;
  /** The columns' names when the objects have no header line. */
  readonly columns?: readonly string[];
}

/** Reads a table's definition. */
export async function csvTable({ table, tableArn, fields }: TableInput, glue: GlueClient): Promise<CsvTable> {
  const [database, name] = table.resourceName.split('/');
  const { Table } = await attempt(`read the Glue table ${database}.${name}`, () =>
    glue.send(new GetTableCommand({ CatalogId: table.account, DatabaseName: database, Name: name })));
  const storage = Table?.StorageDescriptor;
  if (!storage?.Location?.startsWith('s3://')) {
    throw new JobFailure(`the Glue table ${tableArn} has no location in S3`);
  }
  const parameters = { ...Table?.Parameters, ...storage.Parameters, ...storage.SerdeInfo?.Parameters };
  if (`${parameters.classification ?? ''} ${storage.SerdeInfo?.SerializationLibrary ?? ''}`.toLowerCase().includes('parquet')) {
    throw new JobFailure(`the Glue table ${tableArn} is Parquet: the local AWS Entity Resolution reads CSV only`);
  }
  const columns = (storage.Columns ?? []).flatMap(column => column.Name ?? []);
  for (const { fieldName } of fields) {
    if (!columns.some(column => column.toLowerCase() === fieldName.toLowerCase())) {
      throw new JobFailure(`the Glue table ${tableArn} has no column "${fieldName}", which the schema mapping names; ` +
        `it has the columns: ${columns.join(', ')}`);
    }
  }
  const headerLines = parameters['skip.header.line.count'] ?? '0';
  if (headerLines !== '0' && headerLines !== '1') {
    throw new JobFailure(`the Glue table ${tableArn} has skip.header.line.count ${headerLines}: the local AWS Entity Resolution reads 0 or 1 header lines`);
  }
  return {
    location: storage.Location,
    separator: parameters.separatorChar ?? parameters['field.delim'] ?? ',',
    columns: headerLines === '1' ? undefined : columns,
  };
}
