import { Stack } from 'aws-cdk-lib';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { MatchingWorkflow } from './matching-workflow';
import { SchemaMapping } from './schema-mapping';
import { glueReadStatement, inputReadStatements, keyDecryptStatement } from '../private/job-role-statements';
import { fail } from '../private/validation';

/**
 * What a workflow knows of one of its inputs.
 *
 * @internal
 */
export interface InputSourceConfig {
  readonly inputSourceArn: string;
  readonly schemaArn?: string;

  /** The match keys that rules can name; unknown for what was not defined in this app. */
  readonly matchKeys?: string[];

  /** The names of the columns; unknown for what was not defined in this app. */
  readonly fieldNames?: string[];

  /** What the job's role has to be allowed in order to read the input. */
  readonly readStatements: iam.PolicyStatement[];

  /** What decides the result of a run. */
  readonly definition: unknown;
}

/**
 * An input of an ID mapping workflow: `InputSource.glueTable(...)` or `InputSource.matchingWorkflow(...)`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-entityresolution-idmappingworkflow-idmappingworkflowinputsource.html
 */
export abstract class InputSource {
  /**
   * Records of an AWS Glue table, whose objects (CSV or Parquet) are in Amazon S3.
   *
   * @param table the Glue table
   * @param options the table's schema mapping and the bucket that holds its objects
   */
  public static glueTable(table: glue.ITableRef, options: GlueTableInputSourceOptions): GlueTableInputSource {
    return new GlueTableInputSource(table, options);
  }

  /**
   * The records of a rule-based matching workflow.
   *
   * @param workflow the matching workflow
   */
  public static matchingWorkflow(workflow: er.IMatchingWorkflowRef): InputSource {
    return new MatchingWorkflowInputSource(workflow);
  }

  /** @internal */
  public abstract _bind(scope: Construct): InputSourceConfig;
}

/**
 * Where the records of a Glue table are and what they mean.
 */
export interface GlueTableInputSourceOptions {
  /**
   * The schema mapping that tells what the table's columns mean.
   */
  readonly schema: er.ISchemaMappingRef;

  /**
   * The bucket that holds the table's objects.
   */
  readonly bucket: s3.IBucketRef;

  /**
   * The prefix of the table's objects in the bucket, without a leading slash. The job's role may read this prefix only.
   *
   * @default - the whole bucket
   */
  readonly prefix?: string;

  /**
   * The customer managed key that the table's objects are encrypted with.
   *
   * @default - the bucket's own encryption key where the bucket knows it, otherwise none
   */
  readonly encryptionKey?: kms.IKeyRef;

  /**
   * The name of the Glue database that the table is in.
   *
   * @default - read from the table; needed when the table is not a `CfnTable` and does not contain one
   */
  readonly databaseName?: string;
}

/**
 * An AWS Glue table as input, made by `InputSource.glueTable(...)`.
 */
export class GlueTableInputSource extends InputSource {
  /**
   * @param table the Glue table
   * @param options the table's schema mapping and the bucket that holds its objects
   */
  constructor(private readonly table: glue.ITableRef, private readonly options: GlueTableInputSourceOptions) {
    super();
  }

  /** @internal */
  public _bind(scope: Construct): InputSourceConfig & { readonly schemaArn: string } {
    const { schema, bucket, prefix } = this.options;
    const databaseName = this.options.databaseName ?? databaseNameOf(this.table)
      ?? fail(scope, "'databaseName' must be given to 'InputSource.glueTable(...)': the table does not tell it");
    const tableName = this.table.tableRef.tableId;
    const encryptionKey = this.options.encryptionKey ?? (bucket as Partial<s3.IBucket>).encryptionKey;
    const schemaMapping = SchemaMapping.isSchemaMapping(schema) ? schema : undefined;

    const inputSourceArn = Stack.of(this.table).formatArn({
      service: 'glue', resource: 'table', resourceName: `${databaseName}/${tableName}`, account: this.table.env.account, region: this.table.env.region,
    });
    return {
      inputSourceArn,
      schemaArn: er.CfnSchemaMapping.arnForSchemaMapping(schema),
      matchKeys: schemaMapping?.matchKeys,
      fieldNames: schemaMapping?.mappedInputFields.map((field) => field.fieldName),
      readStatements: [
        ...inputReadStatements(bucket, prefix),
        glueReadStatement(this.table, databaseName, tableName),
        ...(encryptionKey ? [keyDecryptStatement(encryptionKey)] : []),
      ],
      definition: { inputSourceArn, schema: schemaMapping?._definition ?? schema.schemaMappingRef.schemaName },
    };
  }
}

class MatchingWorkflowInputSource extends InputSource {
  constructor(private readonly workflow: er.IMatchingWorkflowRef) {
    super();
  }

  public _bind(_scope: Construct): InputSourceConfig {
    const inputSourceArn = er.CfnMatchingWorkflow.arnForMatchingWorkflow(this.workflow);
    const known = MatchingWorkflow.isMatchingWorkflow(this.workflow) ? this.workflow : undefined;
    return {
      inputSourceArn,
      matchKeys: known?.matchKeys,
      readStatements: known?._readStatements ?? [],
      definition: { inputSourceArn, matchingWorkflow: known?._definition },
    };
  }
}

/** `ITableRef` has the table's name only; the database is known to the L1, which an L2 keeps as its default child. */
function databaseNameOf(table: glue.ITableRef): string | undefined {
  const candidates = [table, table.node.defaultChild];
  return candidates.find((candidate) => glue.CfnTable.isCfnTable(candidate))?.databaseName;
}
