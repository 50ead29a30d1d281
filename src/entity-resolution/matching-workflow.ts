import { ArnFormat, CfnTag, IResource, Names, Resource, Stack } from 'aws-cdk-lib';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IConstruct } from 'constructs';
import { AttributeMatchingModel } from './attribute-matching-model';
import { GlueTableInputSource } from './input-source';
import { MatchingRule } from './matching-rule';
import { jobOutput } from '../private/job-output';
import { jobRole } from '../private/job-role';
import { checkMatchKeys, checkRules } from '../private/rules';
import { checkAttributeName, checkCount, checkDescription, checkResourceName } from '../private/validation';

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
   * The role that Entity Resolution takes on for the workflow's jobs; unknown for an imported workflow.
   */
  readonly role?: iam.IRoleRef;
}

abstract class MatchingWorkflowBase extends Resource implements IMatchingWorkflow {
  public abstract readonly workflowName: string;
  public abstract readonly workflowArn: string;
  public abstract readonly role?: iam.IRoleRef;

  public get matchingWorkflowRef(): er.MatchingWorkflowReference {
    return { workflowName: this.workflowName };
  }
}

/**
 * Properties of a `MatchingWorkflow`.
 */
export interface MatchingWorkflowProps {
  /**
   * The Glue tables whose records are matched: 1 to 20.
   */
  readonly inputSources: GlueTableInputSource[];

  /**
   * The rules, tried one after the other: 1 to 25.
   */
  readonly rules: MatchingRule[];

  /**
   * How columns that share a match key are compared.
   *
   * @default AttributeMatchingModel.MANY_TO_MANY
   */
  readonly attributeMatchingModel?: AttributeMatchingModel;

  /**
   * Whether names, addresses, phone numbers and e-mail addresses are normalized before they are compared.
   *
   * @default true
   */
  readonly applyNormalization?: boolean;

  /**
   * The columns that the output repeats, beside those that Entity Resolution adds itself: at most 750.
   *
   * @default - all columns of the input sources whose schema mapping is defined in this app
   */
  readonly outputFields?: string[];

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
 * A rule-based matching workflow of AWS Entity Resolution.
 *
 * It is what AWS documents as the target of a rule-based ID mapping. It is defined, not run.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/creating-matching-workflow-rule-based.html
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
    class Import extends MatchingWorkflowBase {
      public readonly workflowArn = workflowArn;
      public readonly workflowName = Stack.of(scope).splitArn(workflowArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
      public readonly role = undefined;
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
  public readonly _readStatements: iam.PolicyStatement[];

  /** What decides the result of a run. @internal */
  public readonly _definition: unknown;

  constructor(scope: Construct, id: string, props: MatchingWorkflowProps) {
    super(scope, id, { physicalName: props.workflowName });
    Object.defineProperty(this, MATCHING_WORKFLOW_SYMBOL, { value: true });

    checkResourceName(this, 'workflowName', props.workflowName);
    checkDescription(this, props.description);
    checkCount(this, 'inputSources', props.inputSources, 1, 20);
    checkRules(this, props.rules);
    checkCount(this, 'outputFields', props.outputFields ?? [], 0, 750);
    props.outputFields?.forEach((field) => checkAttributeName(this, 'outputFields', field));

    const inputs = props.inputSources.map((source) => source._bind(this));
    this.matchKeys = checkMatchKeys(this, 'inputSources', inputs, props.rules);
    this._readStatements = inputs.flatMap((input) => input.readStatements);

    const output = jobOutput(this, props);
    const role = jobRole(this, props.role, [...this._readStatements, ...output.writeStatements]);

    const ruleBasedProperties = {
      attributeMatchingModel: props.attributeMatchingModel ?? AttributeMatchingModel.MANY_TO_MANY,
      rules: props.rules,
    };
    const applyNormalization = props.applyNormalization ?? true;
    this._definition = { inputs: inputs.map((input) => input.definition), ruleBasedProperties, applyNormalization };

    const resource = new er.CfnMatchingWorkflow(this, 'Resource', {
      workflowName: props.workflowName ?? Names.uniqueResourceName(this, { maxLength: 255, allowedSpecialCharacters: '-_' }),
      description: props.description,
      inputSourceConfig: inputs.map(({ inputSourceArn, schemaArn }) => ({ inputSourceArn, schemaArn, applyNormalization })),
      outputSourceConfig: [{
        output: [...new Set(props.outputFields ?? inputs.flatMap((input) => input.fieldNames ?? []))].map((name) => ({ name })),
        outputS3Path: output.outputS3Path,
        kmsArn: output.outputKey.keyRef.keyArn,
      }],
      resolutionTechniques: { resolutionType: 'RULE_MATCHING', ruleBasedProperties },
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
