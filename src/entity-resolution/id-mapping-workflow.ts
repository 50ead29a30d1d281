import { ArnFormat, IResource, Resource, Stack } from 'aws-cdk-lib';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IConstruct } from 'constructs';
import { IdMappingTechnique } from './id-mapping-technique';
import { IdMappingWorkflowGrants } from './id-mapping-workflow-grants';
import { IdNamespace } from './id-namespace';
import { IdNamespaceType } from './id-namespace-type';
import { InputSource, InputSourceConfig } from './input-source';
import { WorkflowProps } from './workflow-props';
import { resourceName } from '../private/generated-name';
import { JobOutput, jobOutput } from './private/job-output';
import { jobRole } from './private/job-role';
import { checkCount, checkDescription, checkResourceName, fail } from '../private/validation';
import { IdMappingJob, IdMappingJobOptions } from '../runs/id-mapping-job';

const ID_MAPPING_WORKFLOW_SYMBOL = Symbol.for('cdk-id-mapping.IdMappingWorkflow');

/**
 * An ID mapping workflow: it maps the IDs of source records to the IDs of target records.
 */
export interface IIdMappingWorkflow extends IResource, er.IIdMappingWorkflowRef {
  /**
   * The name of the workflow.
   *
   * @attribute
   */
  readonly workflowName: string;

  /**
   * The ARN of the workflow.
   *
   * @attribute
   */
  readonly workflowArn: string;

  /**
   * The role that Entity Resolution takes on for the workflow's jobs; unknown for a workflow that was imported by name or ARN.
   */
  readonly role?: iam.IRoleRef;

  /**
   * The customer managed key that encrypts the output, if the workflow has one; unknown for a workflow that was imported by name or ARN.
   */
  readonly outputKey?: kms.IKeyRef;

  /**
   * What an identity may be allowed to do with the workflow.
   */
  readonly grants: IdMappingWorkflowGrants;
}

/**
 * What is known of an ID mapping workflow that was not defined here.
 */
export interface IdMappingWorkflowAttributes {
  /**
   * The ARN of the workflow.
   */
  readonly workflowArn: string;

  /**
   * The role that Entity Resolution takes on for the workflow's jobs.
   *
   * @default - unknown: whoever starts jobs has to be allowed separately to pass it
   */
  readonly role?: iam.IRoleRef;

  /**
   * The customer managed key that encrypts the output.
   *
   * @default - unknown: whoever starts jobs has to be allowed separately to use it
   */
  readonly outputKey?: kms.IKeyRef;
}

abstract class IdMappingWorkflowBase extends Resource implements IIdMappingWorkflow {
  public abstract readonly workflowName: string;
  public abstract readonly workflowArn: string;
  public abstract readonly role?: iam.IRoleRef;
  public abstract readonly outputKey?: kms.IKeyRef;

  /** What an identity may be allowed to do with the workflow. */
  public readonly grants = IdMappingWorkflowGrants.fromIdMappingWorkflow(this);

  public get idMappingWorkflowRef(): er.IdMappingWorkflowReference {
    return { workflowName: this.workflowName };
  }
}

/**
 * Properties of an `IdMappingWorkflow`.
 */
export interface IdMappingWorkflowProps extends WorkflowProps {
  /**
   * The inputs whose IDs are mapped: 1 to 20, together with the target.
   */
  readonly sources: InputSource[];

  /**
   * The input that the IDs are mapped to. AWS documents a matching workflow, or an ID namespace with one, as the target of a rule-based mapping.
   *
   * @default - none, which only a provider's technique allows
   */
  readonly target?: InputSource;

  /**
   * How records are mapped.
   */
  readonly technique: IdMappingTechnique;

  /**
   * Whether a job can process only what is new or has changed since the job before (`JobType.INCREMENTAL`).
   * It is then what a job does when no job type is given.
   *
   * The pages of CloudFormation say that incremental processing is not supported for ID mapping workflows,
   * the guide of Entity Resolution says that it is, for rule-based ones.
   *
   * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/create-IDMW-rule-based-one-acct.html
   * @default false
   */
  readonly incrementalRun?: boolean;

  /**
   * Whether the workflow has a place for its output. A workflow that only AWS Clean Rooms runs, or whose jobs name their own output, needs none.
   *
   * @default true
   */
  readonly writesOutput?: boolean;
}

/**
 * An ID mapping workflow of AWS Entity Resolution.
 *
 * The workflow is defined, not run: `runOnDeploy` runs it when the stack deploys.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/create-id-mapping-workflow.html
 * @resource AWS::EntityResolution::IdMappingWorkflow
 */
export class IdMappingWorkflow extends IdMappingWorkflowBase {
  /**
   * Whether the value is an ID mapping workflow that is defined in this app.
   *
   * @param x any construct
   */
  public static isIdMappingWorkflow(x: IConstruct): x is IdMappingWorkflow {
    return ID_MAPPING_WORKFLOW_SYMBOL in x;
  }

  /**
   * A workflow of this account and Region that was not defined here.
   *
   * @param scope the construct scope
   * @param id the construct id
   * @param workflowName the name of the workflow
   */
  public static fromIdMappingWorkflowName(scope: Construct, id: string, workflowName: string): IIdMappingWorkflow {
    return IdMappingWorkflow.fromIdMappingWorkflowArn(scope, id, Stack.of(scope).formatArn({
      service: 'entityresolution', resource: 'idmappingworkflow', resourceName: workflowName,
    }));
  }

  /**
   * A workflow that was not defined here, perhaps of another account or Region.
   *
   * @param scope the construct scope
   * @param id the construct id
   * @param workflowArn the ARN of the workflow
   */
  public static fromIdMappingWorkflowArn(scope: Construct, id: string, workflowArn: string): IIdMappingWorkflow {
    return IdMappingWorkflow.fromIdMappingWorkflowAttributes(scope, id, { workflowArn });
  }

  /**
   * A workflow that was not defined here, of which more is known.
   *
   * @param scope the construct scope
   * @param id the construct id
   * @param attributes what is known of the workflow
   */
  public static fromIdMappingWorkflowAttributes(scope: Construct, id: string, attributes: IdMappingWorkflowAttributes): IIdMappingWorkflow {
    const { workflowArn, role, outputKey } = attributes;
    class Import extends IdMappingWorkflowBase {
      public readonly workflowArn = workflowArn;
      public readonly workflowName = Stack.of(scope).splitArn(workflowArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
      public readonly role = role;
      public readonly outputKey = outputKey;
    }
    return new Import(scope, id, { environmentFromArn: workflowArn });
  }

  public readonly workflowName: string;
  public readonly workflowArn: string;
  public readonly role?: iam.IRoleRef;
  public readonly outputKey?: kms.IKeyRef;

  /** The bucket that the output is written to, if the workflow has one. */
  public readonly outputBucket?: s3.IBucketRef;

  /** Whether a job can process only what is new or has changed. */
  public readonly incrementalRun: boolean;

  /** Whether whoever starts jobs needs to be allowed to use ID namespaces. @internal */
  public readonly _usesIdNamespaces: boolean;

  /** Whether it maps one ID namespace to another, as ID mapping tables need it. @internal */
  public readonly _mapsIdNamespaces: boolean;

  /** What a job reads that the workflow knows by its name only. @internal */
  public readonly _inputs: IConstruct[];

  constructor(scope: Construct, id: string, props: IdMappingWorkflowProps) {
    super(scope, id, { physicalName: props.workflowName });
    Object.defineProperty(this, ID_MAPPING_WORKFLOW_SYMBOL, { value: true });

    checkResourceName(this, 'workflowName', props.workflowName);
    checkDescription(this, props.description);
    checkCount(this, 'sources', props.sources, 1, props.target ? 19 : 20);

    const sources = props.sources.map((source) => source._bind(this));
    const target = props.target?._bind(this);
    const inputs = [...sources, ...(target ? [target] : [])];
    sources.forEach((source) => this.checkNamespaceType('sources', source, IdNamespaceType.SOURCE));
    if (target) this.checkNamespaceType('target', target, IdNamespaceType.TARGET);
    this._inputs = inputs.flatMap(({ table }) => table ?? []);
    this._usesIdNamespaces = inputs.some((input) => input.idNamespace);
    this._mapsIdNamespaces = sources.length === 1 && target !== undefined && inputs.every((input) => input.idNamespace);
    const { idMappingTechniques, statements } = props.technique._bind(this, sources, target);

    const output = this.output(props);
    this.incrementalRun = props.incrementalRun ?? false;
    const role = jobRole(this, props, [...inputs.flatMap((input) => input.readStatements), ...output?.writeStatements ?? [], ...statements]);

    const resource = new er.CfnIdMappingWorkflow(this, 'Resource', {
      workflowName: resourceName(this, props.workflowName, this.physicalName),
      description: props.description,
      inputSourceConfig: [
        ...sources.map((source) => renderInput(source, IdNamespaceType.SOURCE)),
        ...(target ? [renderInput(target, IdNamespaceType.TARGET)] : []),
      ],
      idMappingTechniques,
      idMappingIncrementalRunConfig: this.incrementalRun ? { incrementalRunType: 'ON_DEMAND' } : undefined,
      outputSourceConfig: output && [{ outputS3Path: output.outputS3Path, kmsArn: output.outputKey.keyRef.keyArn }],
      roleArn: role.roleRef.roleArn,
      tags: props.tags,
    });
    // A job that starts right after the deployment needs the role's policy, not only the role.
    resource.node.addDependency(role, ...inputs.flatMap((input) => input.dependencies));

    this.role = role;
    this.outputBucket = output?.outputBucket;
    this.outputKey = output?.outputKey;
    this.workflowName = this.getResourceNameAttribute(resource.ref);
    this.workflowArn = this.getResourceArnAttribute(resource.attrWorkflowArn, {
      service: 'entityresolution', resource: 'idmappingworkflow', resourceName: this.physicalName,
    });
  }

  /**
   * Runs the workflow when the stack deploys, after the jobs of matching workflows that are among its inputs.
   *
   * @param id the construct id of the job
   * @param options how
   */
  public runOnDeploy(id: string, options: IdMappingJobOptions = {}): IdMappingJob {
    return new IdMappingJob(this, id, { workflow: this, ...options });
  }

  private output(props: IdMappingWorkflowProps): JobOutput | undefined {
    if (props.writesOutput ?? true) return jobOutput(this, props);

    const { outputBucket, outputPrefix, outputKey } = props;
    const given = Object.entries({ outputBucket, outputPrefix, outputKey }).find(([, value]) => value !== undefined);
    if (given) {
      fail(this, `'${given[0]}' is given, but 'writesOutput' is false: leave out one of them`);
    }
    return undefined;
  }

  private checkNamespaceType(property: string, { idNamespace }: InputSourceConfig, type: IdNamespaceType): void {
    if (idNamespace && IdNamespace.isIdNamespace(idNamespace) && idNamespace.type !== type) {
      fail(this, `'${property}' takes ID namespaces of type ${type} only, ${idNamespace.node.path} is of type ${idNamespace.type}`);
    }
  }
}

function renderInput(input: InputSourceConfig, type: IdNamespaceType): er.CfnIdMappingWorkflow.IdMappingWorkflowInputSourceProperty {
  const { inputSourceArn, schema } = input;
  return { inputSourceArn, schemaArn: schema && er.CfnSchemaMapping.arnForSchemaMapping(schema), type };
}
