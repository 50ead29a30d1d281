import { Annotations, Stack } from 'aws-cdk-lib';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IDependable } from 'constructs';
import { IdNamespace } from './id-namespace';
import { MatchingWorkflow } from './matching-workflow';
import { checkGlueTable } from './private/check-glue-table';
import { glueReadStatement, inputReadStatements, JobRoleStatement, keyDecryptStatement } from './private/job-role-statements';
import { RuleBasedMatchingOptions } from './resolution-technique';
import { SchemaMapping } from './schema-mapping';
import { actualKey } from '../private/actual-key';
import { matchingJobsOf } from '../private/matching-jobs';
import { checkGlueName, checkPrefix, fail } from '../private/validation';

/**
 * What a workflow knows of one of its inputs.
 *
 * @internal
 */
export interface InputSourceConfig {
  readonly inputSourceArn: string;
  readonly schema?: er.ISchemaMappingRef;

  /** The match keys that rules can name; unknown for what was not defined in this app. */
  readonly matchKeys?: string[];

  /** The names of the columns; unknown for what was not defined in this app. */
  readonly fieldNames?: string[];

  /** The input if it is a matching workflow. */
  readonly matchingWorkflow?: er.IMatchingWorkflowRef;

  /** The rules of a rule-based matching workflow, and how it compares; unknown for what was not defined in this app. */
  readonly ruleBased?: RuleBasedMatchingOptions;

  /** The input if it is an ID namespace. */
  readonly idNamespace?: er.IIdNamespaceRef;

  /** What the job's role has to be allowed in order to read the input. */
  readonly readStatements: JobRoleStatement[];

  /** What has to be there before the workflow, beside what the ARNs refer to. */
  readonly dependencies: IDependable[];

  /** The Glue table if it is defined in this app. Its ARN is made of names, which do not lead to it. */
  readonly table?: glue.CfnTable;
}

/**
 * An input: `InputSource.glueTable(...)`, `InputSource.matchingWorkflow(...)` or `InputSource.idNamespace(...)`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-entityresolution-idmappingworkflow-idmappingworkflowinputsource.html
 */
export abstract class InputSource {
  /**
   * Records of an AWS Glue table, whose objects (CSV or Parquet) are in Amazon S3.
   *
   * The table parameter `aerPushDownPredicateString` (such as `"country='de'"`) limits an ID mapping to some of the table's partitions.
   *
   * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/prepare-input-data.html
   * @param table the Glue table
   * @param options the table's schema mapping and the bucket that holds its objects
   */
  public static glueTable(table: glue.ITableRef, options: GlueTableInputSourceOptions): GlueTableInputSource {
    return new TableInputSource(table, options);
  }

  /**
   * Records of an AWS Glue table that is known by its names, perhaps of another account or Region.
   *
   * @param table the names of the Glue table
   * @param options the table's schema mapping and the bucket that holds its objects
   */
  public static glueTableFromAttributes(table: GlueTableAttributes, options: GlueTableInputSourceOptions): GlueTableInputSource {
    return new NamedTableInputSource(table, options);
  }

  /**
   * The records of a rule-based matching workflow.
   *
   * @param workflow the matching workflow
   */
  public static matchingWorkflow(workflow: er.IMatchingWorkflowRef): InputSource {
    return new MatchingWorkflowInputSource(workflow);
  }

  /**
   * The records of an ID namespace, perhaps of another account, which then has to allow it: `idNamespace.grants.use(account)`.
   *
   * @param idNamespace the ID namespace
   */
  public static idNamespace(idNamespace: er.IIdNamespaceRef): InputSource {
    return new IdNamespaceInputSource(idNamespace);
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
}

/**
 * Where a Glue table is.
 */
export interface GlueTableAttributes {
  /**
   * The name of the Glue database that the table is in.
   */
  readonly databaseName: string;

  /**
   * The name of the table.
   */
  readonly tableName: string;

  /**
   * The account whose catalog the table is in.
   *
   * @default - the account of the workflow
   */
  readonly account?: string;

  /**
   * The Region of the catalog.
   *
   * @default - the Region of the workflow
   */
  readonly region?: string;
}

/**
 * An AWS Glue table as input, made by `InputSource.glueTable(...)`.
 */
export abstract class GlueTableInputSource extends InputSource {
  /**
   * @param options the table's schema mapping and the bucket that holds its objects
   */
  constructor(private readonly options: GlueTableInputSourceOptions) {
    super();
  }

  /** @internal */
  public _bind(scope: Construct): InputSourceConfig & { readonly schema: er.ISchemaMappingRef } {
    const { schema, bucket, prefix } = this.options;
    checkPrefix(scope, 'prefix', prefix);
    const { table, dependencies, cfnTable } = this._locate(scope);
    checkGlueName(scope, 'databaseName', table.databaseName);
    checkGlueName(scope, 'tableName', table.tableName);
    const givenKey = this.options.encryptionKey ?? (bucket as Partial<s3.IBucket>).encryptionKey;
    const encryptionKey = givenKey && actualKey(scope, 'encryptionKey', givenKey);
    const schemaMapping = SchemaMapping.isSchemaMapping(schema) ? schema : undefined;
    const fieldNames = schemaMapping?.mappedInputFields.map((field) => field.fieldName);
    if (cfnTable) checkGlueTable(scope, cfnTable, { fieldNames, bucketName: bucket.bucketRef.bucketName, prefix });

    const inputSourceArn = glueArn(scope, table, 'table', `${table.databaseName}/${table.tableName}`);
    return {
      inputSourceArn,
      schema,
      matchKeys: schemaMapping?.matchKeys,
      fieldNames,
      readStatements: [
        ...inputReadStatements(bucket, prefix),
        glueReadStatement(table.account ?? Stack.of(scope).account, [glueArn(scope, table, 'catalog'), glueArn(scope, table, 'database', table.databaseName), inputSourceArn]),
        ...(encryptionKey ? [keyDecryptStatement(encryptionKey)] : []),
      ],
      dependencies,
      table: cfnTable,
    };
  }

  /** @internal */
  protected abstract _locate(scope: Construct): LocatedTable;
}

interface LocatedTable {
  readonly table: GlueTableAttributes;
  readonly dependencies: IDependable[];
  readonly cfnTable?: glue.CfnTable;
}

class TableInputSource extends GlueTableInputSource {
  constructor(private readonly table: glue.ITableRef, options: GlueTableInputSourceOptions) {
    super(options);
  }

  protected _locate(scope: Construct): LocatedTable {
    // What the table's Ref returns differs between versions of aws-cdk-lib, so the names come from the L1, which an L2 keeps as its default child.
    const cfnTable = [this.table, this.table.node.defaultChild].find((candidate) => glue.CfnTable.isCfnTable(candidate));
    const tableInput = cfnTable?.tableInput as glue.CfnTable.TableInputProperty | undefined;
    if (!cfnTable || !tableInput?.name) {
      fail(scope, `the table ${this.table.node.path} does not tell its names: use 'InputSource.glueTableFromAttributes(...)'`);
    }
    return {
      table: { databaseName: cfnTable.databaseName, tableName: tableInput.name, ...this.table.env },
      dependencies: [this.table],
      cfnTable,
    };
  }
}

class NamedTableInputSource extends GlueTableInputSource {
  constructor(private readonly table: GlueTableAttributes, options: GlueTableInputSourceOptions) {
    super(options);
  }

  protected _locate(_scope: Construct): LocatedTable {
    return { table: this.table, dependencies: [] };
  }
}

class MatchingWorkflowInputSource extends InputSource {
  constructor(private readonly workflow: er.IMatchingWorkflowRef) {
    super();
  }

  public _bind(scope: Construct): InputSourceConfig {
    const inputSourceArn = er.CfnMatchingWorkflow.arnForMatchingWorkflow(this.workflow);
    const known = MatchingWorkflow.isMatchingWorkflow(this.workflow) ? this.workflow : undefined;
    if (known && !known._ruleBased) {
      fail(scope, `the matching workflow ${known.node.path} can't be an input: ID mapping needs one with 'ResolutionTechnique.ruleBased(...)'`);
    }
    if (known) warnIfNeverRun(scope, known);
    return {
      inputSourceArn,
      matchingWorkflow: this.workflow,
      ruleBased: known?._ruleBased,
      matchKeys: known?.matchKeys,
      readStatements: known?._readStatements ?? [],
      dependencies: [],
    };
  }
}

/** A mapping reads what a job of the matching workflow has indexed. */
function warnIfNeverRun(scope: Construct, workflow: MatchingWorkflow): void {
  scope.node.addValidation({
    validate: () => {
      if (matchingJobsOf(workflow).length === 0 && !workflow.incrementalRun) {
        Annotations.of(scope).addWarningV2('cdk-id-mapping:matchingWorkflowNeverRun',
          `nothing in this app runs the matching workflow ${workflow.node.path}, which is an input: until a job of it has succeeded, there is probably nothing `
          + "to map to; call its 'runOnDeploy(...)', or acknowledge this warning when somebody else runs it");
      }
      return [];
    },
  });
}

class IdNamespaceInputSource extends InputSource {
  constructor(private readonly idNamespace: er.IIdNamespaceRef) {
    super();
  }

  public _bind(_scope: Construct): InputSourceConfig {
    const { idNamespace } = this;
    const inputSourceArn = er.CfnIdNamespace.arnForIdNamespace(idNamespace);
    const known = IdNamespace.isIdNamespace(idNamespace) ? idNamespace : undefined;
    return {
      inputSourceArn,
      idNamespace,
      matchKeys: known?.matchKeys,
      // The namespace's own role reads its inputs.
      readStatements: [],
      dependencies: [],
    };
  }
}

function glueArn(scope: Construct, table: GlueTableAttributes, resource: string, resourceName?: string): string {
  const { account, region } = table;
  return Stack.of(scope).formatArn({ service: 'glue', resource, resourceName, account, region });
}
