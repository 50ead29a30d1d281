import { ArnFormat, IResource, Resource, Stack } from 'aws-cdk-lib';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IConstruct } from 'constructs';
import { GlueTableInputSource } from './input-source';
import { MatchingWorkflowGrants } from './matching-workflow-grants';
import { OutputAttribute } from './output-attribute';
import { ResolutionTechnique, RuleBasedMatchingOptions } from './resolution-technique';
import { WorkflowProps } from './workflow-props';
import { resourceName } from '../private/generated-name';
import { jobOutput } from './private/job-output';
import { jobRole } from './private/job-role';
import { JobRoleStatement } from './private/job-role-statements';
import { checkMatchKeys, matchKeysOf } from './private/rules';
import { checkAttributeName, checkCount, checkDescription, checkResourceName } from '../private/validation';
import { JobRunProps } from '../runs/job-run-props';
import { MatchingJob } from '../runs/matching-job';

const MATCHING_WORKFLOW_SYMBOL = Symbol.for('cdk-id-mapping.MatchingWorkflow');

/**
 * A matching workflow: it finds the records that belong to one person, and it can be the target of an ID mapping workflow.
 */
export interface IMatchingWorkflow extends IResource, er.IMatchingWorkflowRef {
  /**
   * The name of the matching workflow.
   *
   * @attribute
   */
  readonly workflowName: string;

  /**
   * The ARN of the matching workflow.
   *
   * @attribute
   */
  readonly workflowArn: string;

  /**
   * The role that Entity Resolution takes on for the workflow's jobs; unknown for a workflow that was imported by name or ARN.
   */
  readonly role?: iam.IRoleRef;

  /**
   * The customer managed key that encrypts the output; unknown for a workflow that was imported by name or ARN.
   */
  readonly outputKey?: kms.IKeyRef;

  /**
   * What an identity may be allowed to do with the workflow.
   */
  readonly grants: MatchingWorkflowGrants;
}

/**
 * What is known of a matching workflow that was not defined here.
 */
export interface MatchingWorkflowAttributes {
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

abstract class MatchingWorkflowBase extends Resource implements IMatchingWorkflow {
  public abstract readonly workflowName: string;
  public abstract readonly workflowArn: string;
  public abstract readonly role?: iam.IRoleRef;
  public abstract readonly outputKey?: kms.IKeyRef;

  /** What an identity may be allowed to do with the workflow. */
  public readonly grants = MatchingWorkflowGrants.fromMatchingWorkflow(this);

  public get matchingWorkflowRef(): er.MatchingWorkflowReference {
    return { workflowName: this.workflowName };
  }
}

/**
 * Properties of a `MatchingWorkflow`.
 */
export interface MatchingWorkflowProps extends WorkflowProps {
  /**
   * The Glue tables whose records are matched: 1 to 20.
   */
  readonly inputSources: GlueTableInputSource[];

  /**
   * How records are matched.
   */
  readonly technique: ResolutionTechnique;

  /**
   * Whether names, addresses, phone numbers and e-mail addresses are normalized before they are compared.
   *
   * @default true
   */
  readonly applyNormalization?: boolean;

  /**
   * Whether a job processes what is new in the inputs as soon as it is there.
   *
   * @default false
   */
  readonly incrementalRun?: boolean;

  /**
   * The columns that the output repeats, beside those that Entity Resolution adds itself: at most 750.
   *
   * @default - all columns of the input sources whose schema mapping is defined in this app
   */
  readonly output?: OutputAttribute[];

  /**
   * Whether the output has the normalized values of the columns.
   *
   * @default - nothing is sent, the service chooses
   */
  readonly normalizeOutput?: boolean;
}

/**
 * A matching workflow of AWS Entity Resolution.
 *
 * A rule-based one is what AWS documents as the target of a rule-based ID mapping. It is defined, not run: `runOnDeploy` runs it when the stack deploys, and a
 * mapping to it needs that first.
 *
 * Entity Resolution does not support to change the output key of a matching workflow: it takes a new workflow.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/create-matching-workflow.html
 * @resource AWS::EntityResolution::MatchingWorkflow
 */
export class MatchingWorkflow extends MatchingWorkflowBase {
  /**
   * Whether the value is a matching workflow that is defined in this app.
   *
   * @param x any construct
   */
  public static isMatchingWorkflow(x: IConstruct): x is MatchingWorkflow {
    return MATCHING_WORKFLOW_SYMBOL in x;
  }

  /**
   * A matching workflow of this account and Region that was not defined here.
   *
   * @param scope the construct scope
   * @param id the construct id
   * @param workflowName the name of the workflow
   */
  public static fromMatchingWorkflowName(scope: Construct, id: string, workflowName: string): IMatchingWorkflow {
    return MatchingWorkflow.fromMatchingWorkflowArn(scope, id, Stack.of(scope).formatArn({
      service: 'entityresolution', resource: 'matchingworkflow', resourceName: workflowName,
    }));
  }

  /**
   * A matching workflow that was not defined here, perhaps of another account or Region.
   *
   * @param scope the construct scope
   * @param id the construct id
   * @param workflowArn the ARN of the workflow
   */
  public static fromMatchingWorkflowArn(scope: Construct, id: string, workflowArn: string): IMatchingWorkflow {
    return MatchingWorkflow.fromMatchingWorkflowAttributes(scope, id, { workflowArn });
  }

  /**
   * A matching workflow that was not defined here, of which more is known.
   *
   * @param scope the construct scope
   * @param id the construct id
   * @param attributes what is known of the workflow
   */
  public static fromMatchingWorkflowAttributes(scope: Construct, id: string, attributes: MatchingWorkflowAttributes): IMatchingWorkflow {
    const { workflowArn, role, outputKey } = attributes;
    class Import extends MatchingWorkflowBase {
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

  /** The bucket that the output is written to. */
  public readonly outputBucket: s3.IBucketRef;

  /** The customer managed key that encrypts the output. */
  public readonly outputKey?: kms.IKeyRef;

  /** The match keys that rules can name, if the schema mappings of all inputs are defined in this app. */
  public readonly matchKeys?: string[];

  /** What an ID mapping job's role has to be allowed in order to read this workflow's inputs. @internal */
  public readonly _readStatements: JobRoleStatement[];

  /** Whether a job processes what is new in the inputs as soon as it is there. */
  public readonly incrementalRun: boolean;

  /** The rules that name match keys, which ID mapping needs, if it has such rules. @internal */
  public readonly _ruleBased?: RuleBasedMatchingOptions;

  /** What a job reads that the workflow knows by its name only. @internal */
  public readonly _inputs: IConstruct[];

  constructor(scope: Construct, id: string, props: MatchingWorkflowProps) {
    super(scope, id, { physicalName: props.workflowName });
    Object.defineProperty(this, MATCHING_WORKFLOW_SYMBOL, { value: true });

    checkResourceName(this, 'workflowName', props.workflowName);
    checkDescription(this, props.description);
    checkCount(this, 'inputSources', props.inputSources, 1, 20);
    checkCount(this, 'output', props.output ?? [], 0, 750);
    props.output?.forEach(({ name }) => checkAttributeName(this, 'output', name));

    const inputs = props.inputSources.map((source) => source._bind(this));
    const { resolutionTechniques, ruleBased, statements, overrides, nameSuffix } = props.technique._bind(this);
    checkMatchKeys(this, 'inputSources', inputs, ruleBased?.rules ?? []);
    this.matchKeys = matchKeysOf(inputs);
    this._inputs = inputs.flatMap(({ table }) => table ?? []);
    this._readStatements = inputs.flatMap((input) => input.readStatements);
    this._ruleBased = ruleBased;
    this.incrementalRun = props.incrementalRun ?? false;

    const output = jobOutput(this, props);
    const role = jobRole(this, props, [...this._readStatements, ...output.writeStatements, ...statements ?? []]);

    const applyNormalization = props.applyNormalization ?? true;

    const resource = new er.CfnMatchingWorkflow(this, 'Resource', {
      workflowName: resourceName(this, props.workflowName, this.physicalName, nameSuffix),
      description: props.description,
      inputSourceConfig: inputs.map(({ inputSourceArn, schema }) => ({
        inputSourceArn, schemaArn: er.CfnSchemaMapping.arnForSchemaMapping(schema), applyNormalization,
      })),
      incrementalRunConfig: this.incrementalRun ? { incrementalRunType: 'IMMEDIATE' } : undefined,
      outputSourceConfig: [{
        output: props.output ?? [...new Set(inputs.flatMap((input) => input.fieldNames ?? []))].map((name) => ({ name })),
        outputS3Path: output.outputS3Path,
        kmsArn: output.outputKey.keyRef.keyArn,
        applyNormalization: props.normalizeOutput,
      }],
      resolutionTechniques,
      roleArn: role.roleRef.roleArn,
      tags: props.tags,
    });
    // The L1 of the oldest aws-cdk-lib that we support drops the properties that it does not know.
    for (const [path, value] of Object.entries(overrides ?? {})) {
      if (value !== undefined) resource.addPropertyOverride(`ResolutionTechniques.${path}`, value);
    }
    // A job that starts right after the deployment needs the role's policy, not only the role.
    resource.node.addDependency(role, ...inputs.flatMap((input) => input.dependencies));

    this.role = role;
    this.outputBucket = output.outputBucket;
    this.outputKey = output.outputKey;
    this.workflowName = this.getResourceNameAttribute(resource.ref);
    this.workflowArn = this.getResourceArnAttribute(resource.attrWorkflowArn, {
      service: 'entityresolution', resource: 'matchingworkflow', resourceName: this.physicalName,
    });
  }
  /**
   * Runs the workflow when the stack deploys. Runs of ID mapping workflows that have the workflow as an input come after it.
   *
   * @param id the construct id of the job
   * @param options how
   */
  public runOnDeploy(id: string, options: JobRunProps = {}): MatchingJob {
    return new MatchingJob(this, id, { workflow: this, ...options });
  }
}
