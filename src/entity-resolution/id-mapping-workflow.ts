import { ArnFormat, CfnTag, IResource, Names, Resource, Stack } from 'aws-cdk-lib';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IConstruct } from 'constructs';
import { IdMappingTechnique } from './id-mapping-technique';
import { IdMappingWorkflowGrants } from './id-mapping-workflow-grants';
import { InputSource } from './input-source';
import { jobOutput } from '../private/job-output';
import { jobRole } from '../private/job-role';
import { checkMatchKeys, checkRules } from '../private/rules';
import { checkCount, checkDescription, checkResourceName, fail } from '../private/validation';

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
   * The role that Entity Resolution takes on for the workflow's jobs; unknown for an imported workflow.
   */
  readonly role?: iam.IRoleRef;

  /**
   * The customer managed key that encrypts the output; unknown for an imported workflow.
   */
  readonly outputKey?: kms.IKeyRef;

  /**
   * What an identity may be allowed to do with the workflow.
   */
  readonly grants: IdMappingWorkflowGrants;
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
export interface IdMappingWorkflowProps {
  /**
   * The inputs whose IDs are mapped: 1 to 19, so that there are 20 at most together with the target.
   */
  readonly sources: InputSource[];

  /**
   * The input that the IDs are mapped to. AWS documents a matching workflow as the target of a rule-based mapping.
   *
   * @default - none, which a rule-based technique refuses
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
   * The bucket that the output is written to.
   *
   * @default - a new bucket: encrypted with the output key, private, versioned, over TLS only, retained
   */
  readonly outputBucket?: s3.IBucketRef;

  /**
   * The prefix of the output's objects, without a leading slash.
   *
   * @default - the output is written to the top of the bucket
   */
  readonly outputPrefix?: string;

  /**
   * The customer managed key that encrypts the output.
   *
   * @default - the output bucket's own key where the given bucket knows it, otherwise a new key with rotation, retained
   */
  readonly outputKey?: kms.IKeyRef;

  /**
   * The role that Entity Resolution takes on for the workflow's jobs.
   *
   * A role that is defined in this app gets the permissions that the jobs need; any other is left alone, with a warning.
   *
   * @default - a new role that may read the inputs and write the output
   */
  readonly role?: iam.IRoleRef;

  /**
   * The name of the workflow: 1 to 255 letters, digits, hyphens or underscores.
   *
   * @default - a generated name
   */
  readonly workflowName?: string;

  /**
   * A description, at most 255 characters.
   *
   * @default - no description
   */
  readonly description?: string;

  /**
   * Tags of the workflow.
   *
   * @default - no tags beside those of the scope
   */
  readonly tags?: CfnTag[];
}

/**
 * An ID mapping workflow of AWS Entity Resolution.
 *
 * The workflow is defined, not run: an `IdMappingJob` runs it when the stack deploys.
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
    class Import extends IdMappingWorkflowBase {
      public readonly workflowArn = workflowArn;
      public readonly workflowName = Stack.of(scope).splitArn(workflowArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
      public readonly role = undefined;
      public readonly outputKey = undefined;
    }
    return new Import(scope, id, { environmentFromArn: workflowArn });
  }

  public readonly workflowName: string;
  public readonly workflowArn: string;
  public readonly role?: iam.IRoleRef;
  public readonly outputKey?: kms.IKeyRef;

  /** The bucket that the output is written to. */
  public readonly outputBucket: s3.IBucketRef;

  /** Whether a job can process only what is new or has changed. */
  public readonly incrementalRun: boolean;

  /** What decides the result of a run: names, descriptions and tags do not. @internal */
  public readonly _definition: unknown;

  constructor(scope: Construct, id: string, props: IdMappingWorkflowProps) {
    super(scope, id, { physicalName: props.workflowName });
    Object.defineProperty(this, ID_MAPPING_WORKFLOW_SYMBOL, { value: true });

    checkResourceName(this, 'workflowName', props.workflowName);
    checkDescription(this, props.description);
    checkCount(this, 'sources', props.sources, 1, 19);

    const sources = props.sources.map((source) => source._bind(this));
    const target = props.target?._bind(this)
      ?? fail(this, "'target' must be given: a rule-based technique maps the sources to the records of a target, such as "
        + "'InputSource.matchingWorkflow(...)'");
    const { rules } = props.technique;
    if (rules) {
      checkRules(this, rules);
      checkMatchKeys(this, 'sources', sources, rules);
      checkMatchKeys(this, 'target', [target], rules);
    }

    const output = jobOutput(this, props);
    this.incrementalRun = props.incrementalRun ?? false;
    const role = jobRole(this, props.role, [...[...sources, target].flatMap((input) => input.readStatements), ...output.writeStatements]);

    const idMappingTechniques = props.technique._render();
    this._definition = {
      sources: sources.map((source) => source.definition),
      target: target.definition,
      idMappingTechniques,
      outputS3Path: output.outputS3Path,
    };

    const resource = new er.CfnIdMappingWorkflow(this, 'Resource', {
      workflowName: props.workflowName ?? Names.uniqueResourceName(this, { maxLength: 255, allowedSpecialCharacters: '-_' }),
      description: props.description,
      inputSourceConfig: [
        ...sources.map(({ inputSourceArn, schemaArn }) => ({ inputSourceArn, schemaArn, type: 'SOURCE' })),
        { inputSourceArn: target.inputSourceArn, schemaArn: target.schemaArn, type: 'TARGET' },
      ],
      idMappingTechniques,
      idMappingIncrementalRunConfig: this.incrementalRun ? { incrementalRunType: 'ON_DEMAND' } : undefined,
      outputSourceConfig: [{ outputS3Path: output.outputS3Path, kmsArn: output.outputKey.keyRef.keyArn }],
      roleArn: role.roleRef.roleArn,
      tags: props.tags,
    });
    // A job that starts right after the deployment needs the role's policy, not only the role.
    resource.node.addDependency(role);

    this.role = role;
    this.outputBucket = output.outputBucket;
    this.outputKey = output.outputKey;
    this.workflowName = this.getResourceNameAttribute(resource.ref);
    this.workflowArn = resource.attrWorkflowArn;
  }
}
