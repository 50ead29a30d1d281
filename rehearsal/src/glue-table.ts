import { DataSet, Field, isNamed } from './matching/data-set';
import { UsageError } from './matching/usage-error';

/**
 * A table of the AWS Glue Data Catalog, in the words that its API and CloudFormation have in common.
 * @see https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
 */
export interface GlueTable {
  readonly Parameters?: GlueParameters;
  readonly PartitionKeys?: readonly GlueColumn[];
  readonly StorageDescriptor?: {
    readonly Columns?: readonly GlueColumn[];
    readonly InputFormat?: string;
    readonly Parameters?: GlueParameters;
    readonly SerdeInfo?: {
      readonly SerializationLibrary?: string;
      readonly Parameters?: GlueParameters;
    };
  };
}

export type GlueParameters = Readonly<Record<string, string>>;

export interface GlueColumn {
  readonly Name?: string;
}

/** The parameters of a table, wherever in it they are. */
export function tableParameters({ Parameters, StorageDescriptor }: GlueTable): GlueParameters {
  return { ...Parameters, ...StorageDescriptor?.Parameters, ...StorageDescriptor?.SerdeInfo?.Parameters };
}

/**
 * How the objects of a table are read.
 * @param name stands for the table in messages
 * @throws UsageError when they are not read at all
 */
export function tableFormat(table: GlueTable, name: string): Pick<DataSet, 'format' | 'separator' | 'columns'> {
  checkFormat(table, name);
  const parameters = tableParameters(table);
  const separator = parameters.separatorChar ?? parameters['field.delim'] ?? ',';
  if (formatNames(table).some((format) => /parquet/i.test(format))) {
    return { separator, format: 'PARQUET' };
  }
  const headerLines = parameters['skip.header.line.count'] ?? '0';
  if (headerLines !== '0' && headerLines !== '1') {
    throw new UsageError(`the Glue table ${name} has skip.header.line.count ${headerLines}: 0 or 1 header lines can be read`);
  }
  if (!/^[^"\r\n]$/u.test(separator)) {
    throw new UsageError(`the Glue table ${name} has the separator ${JSON.stringify(separator)}: give one character other than a quote`);
  }
  if ((parameters.quoteChar ?? '"') !== '"') {
    throw new UsageError(`the Glue table ${name} has the quoteChar ${parameters.quoteChar}: only double quotes can be read`);
  }
  return { separator, ...headerLines === '0' && { columns: columnNames(table.StorageDescriptor?.Columns ?? []) } };
}

/** What a table says of its objects' format, in several places. */
function formatNames({ Parameters, StorageDescriptor: { InputFormat, SerdeInfo } = {} }: GlueTable): string[] {
  return [SerdeInfo?.SerializationLibrary, Parameters?.classification, InputFormat, Parameters?.table_type, Parameters?.['spark.sql.sources.provider']]
    .flatMap((format) => format ?? []);
}

const READ_FORMATS = /parquet|csv|\.LazySimpleSerDe$|\.mapred\.TextInputFormat$|^(unknown|)$/i;

/** AWS Entity Resolution documents CSV and Parquet. @see https://docs.aws.amazon.com/entityresolution/latest/userguide/prepare-input-data.html */
function checkFormat(table: GlueTable, name: string): void {
  const other = formatNames(table).find((format) => !READ_FORMATS.test(format));
  if (other !== undefined) {
    throw new UsageError(`the Glue table ${name} is of ${other}: AWS Entity Resolution reads tables of CSV and Parquet`);
  }
}

/**
 * Refuses a schema mapping that names what is no column of the table.
 * @param name stands for the table in messages
 * @throws UsageError
 */
export function checkFields({ PartitionKeys, StorageDescriptor }: GlueTable, name: string, fields: readonly Field[]): void {
  const columns = columnNames([...StorageDescriptor?.Columns ?? [], ...PartitionKeys ?? []]);
  for (const field of fields) {
    if (!columns.some((column) => isNamed(field, column))) {
      throw new UsageError(`the Glue table ${name} has no column "${field.fieldName}", which the schema mapping names; it has the columns: ${columns.join(', ')}`);
    }
  }
}

/** The names of columns, or of partition keys. */
export function columnNames(columns: readonly GlueColumn[]): string[] {
  return columns.flatMap(({ Name }) => Name ?? []);
}
