import { Stack, Token } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import { IConstruct } from 'constructs';
import { fail } from '../../private/validation';

/** What a table is read by. */
export interface TableReader {
  /** The columns that the schema mapping names, if it is defined in this app. */
  readonly fieldNames?: readonly string[];

  readonly bucketName: string;
  readonly prefix?: string;
}

interface TableDefinition {
  readonly name?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly partitionKeys?: readonly { readonly name?: unknown }[];
  readonly storageDescriptor?: { readonly columns?: readonly { readonly name?: unknown }[]; readonly location?: unknown };
}

/**
 * Refuses a table that a job can't read, as far as its definition in this app tells.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/prepare-input-data.html
 */
export function checkGlueTable(scope: IConstruct, table: glue.CfnTable, { fieldNames = [], bucketName, prefix = '' }: TableReader): void {
  const { parameters = {}, partitionKeys = [], storageDescriptor = {} } = (Stack.of(table).resolve(table.tableInput) ?? {}) as TableDefinition;
  const path = table.node.path;

  const format = parameters.table_type === undefined ? parameters.classification : parameters.table_type;
  if (typeof format === 'string' && !/^(csv|parquet)$/i.test(format)) {
    fail(scope, `the Glue table ${path} is in the format ${JSON.stringify(format)}: Entity Resolution reads CSV and Parquet`);
  }

  const columns = [...storageDescriptor.columns ?? [], ...partitionKeys].map(({ name }) => name);
  if (columns.length > partitionKeys.length && columns.every((name) => typeof name === 'string')) {
    const known = columns.map((name) => String(name).toLowerCase());
    const missing = fieldNames.filter((field) => !Token.isUnresolved(field) && !known.includes(field.toLowerCase()));
    if (missing.length > 0) {
      fail(scope, `the Glue table ${path} has no column ${missing.map((field) => `'${field}'`).join(', ')}, which the schema mapping names; it has: ${columns.join(', ')}`);
    }
  }

  const { location } = storageDescriptor;
  const expected = `s3://${bucketName}/${prefix}`;
  if (typeof location === 'string' && !Token.isUnresolved(expected) && !`${location.replace(/\/$/, '')}/`.startsWith(expected)) {
    fail(scope, `the Glue table ${path} is at ${location}, which is not under the given 'bucket' and 'prefix', ${expected}: the job's role could not read it`);
  }
}
