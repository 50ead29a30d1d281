import { ArnFormat, CfnTag, IResource, Resource, Stack } from 'aws-cdk-lib';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { IdMappingWorkflowProperties, NamespaceRuleBasedOptions } from './id-mapping-workflow-properties';
import { IdNamespaceGrants } from './id-namespace-grants';
import { IdNamespaceType } from './id-namespace-type';
import { InputSource, InputSourceConfig } from './input-source';
import { resourceName } from '../private/generated-name';
import { jobRole } from './private/job-role';
import { checkMatchKeys, checkRules, matchKeysOf } from './private/rules';
import { checkCount, checkDescription, checkResourceName, fail } from '../private/validation';

const ID_NAMESPACE_SYMBOL = Symbol.for('cdk-id-mapping.IdNamespace');

/**
 * An ID namespace: data and how it may be used in ID mappings, by this account and others.
 */
export interface IIdNamespace extends IResource, er.IIdNamespaceRef {
  /**
   * The name of the ID namespace.
   *
   * @attribute
   */
  readonly idNamespaceName: string;

  /**
   * The ARN of the ID namespace.
   *
   * @attribute
   */
  readonly idNamespaceArn: string;

  /**
   * What others may be allowed to do with the ID namespace.
   */
  readonly grants: IdNamespaceGrants;
}

abstract class IdNamespaceBase extends Resource implements IIdNamespace {
  public abstract readonly idNamespaceName: string;
  public abstract readonly idNamespaceArn: string;

  /** What others may be allowed to do with the ID namespace. */
  public readonly grants = IdNamespaceGrants.fromIdNamespace(this);

  public get idNamespaceRef(): er.IdNamespaceReference {
    return { idNamespaceName: this.idNamespaceName, idNamespaceArn: this.idNamespaceArn };
  }
}

/**
 * Properties of an `IdNamespace`.
 */
export interface IdNamespaceProps {
  /**
   * On which side of ID mappings the namespace is. It can't be changed.
   */
  readonly type: IdNamespaceType;

  /**
   * The data, at most 20: Glue tables or matching workflows of a source, matching workflows of a target of rule-based workflows.
   *
   * @default - no data, as the target of a provider service has none
   */
  readonly inputSources?: InputSource[];

  /**
   * What workflows may use the namespace.
   *
   * @default IdMappingWorkflowProperties.ruleBased()
   */
  readonly idMappingWorkflowProperties?: IdMappingWorkflowProperties;

  /**
   * The role that Entity Resolution takes on to read the data.
   *
   * A `Role` that this app defines gets the permissions that are needed; any other is left alone, with a warning.
   *
   * @default - a new role that may read the data, none if there is no data
   */
  readonly role?: iam.IRoleRef;

  /**
   * Whether the role that is made for the namespace trusts Entity Resolution for this account only, by `aws:SourceAccount`.
   *
   * The guide shows no such condition: whether the service sends that key is not known. If it does not, jobs fail.
   *
   * @default false
   */
  readonly trustOnlyThisAccount?: boolean;

  /**
   * The name of the namespace: 1 to 255 letters, digits, hyphens or underscores. It has to be given if a stack of another account or Region
   * refers to the namespace.
   *
   * @default - a generated name
   */
  readonly idNamespaceName?: string;

  /**
   * A description, at most 255 characters.
   *
   * @default - no description
   */
  readonly description?: string;

  /**
   * Tags of the namespace.
   *
   * @default - no tags beside those of the scope
   */
  readonly tags?: CfnTag[];
}

/**
 * An ID namespace of AWS Entity Resolution.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/id-namespace.html
 * @resource AWS::EntityResolution::IdNamespace
 */
export class IdNamespace extends IdNamespaceBase {
  /**
   * Whether the value is an ID namespace that is defined in this app.
   *
   * @param x any construct
   */
  public static isIdNamespace(x: IConstruct): x is IdNamespace {
    return ID_NAMESPACE_SYMBOL in x;
  }

  /**
   * An ID namespace of this account and Region that was not defined here.
   *
   * @param scope the construct scope
   * @param id the construct id
   * @param idNamespaceName the name of the ID namespace
   */
  public static fromIdNamespaceName(scope: Construct, id: string, idNamespaceName: string): IIdNamespace {
    return IdNamespace.fromIdNamespaceArn(scope, id, Stack.of(scope).formatArn({
      service: 'entityresolution', resource: 'idnamespace', resourceName: idNamespaceName,
    }));
  }

  /**
   * An ID namespace that was not defined here, perhaps of another account or Region.
   *
   * @param scope the construct scope
   * @param id the construct id
   * @param idNamespaceArn the ARN of the ID namespace
   */
  public static fromIdNamespaceArn(scope: Construct, id: string, idNamespaceArn: string): IIdNamespace {
    class Import extends IdNamespaceBase {
      public readonly idNamespaceArn = idNamespaceArn;
      public readonly idNamespaceName = Stack.of(scope).splitArn(idNamespaceArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
    }
    return new Import(scope, id, { environmentFromArn: idNamespaceArn });
  }

  public readonly idNamespaceName: string;
  public readonly idNamespaceArn: string;

  /** On which side of ID mappings the namespace is. */
  public readonly type: IdNamespaceType;

  /** The role that Entity Resolution takes on to read the data, if there is any. */
  public readonly role?: iam.IRoleRef;

  /** The match keys that rules can name, if the schema mappings of all inputs are defined in this app. */
  public readonly matchKeys?: string[];

  /** The limits for rule-based workflows, if it has any. @internal */
  public readonly _ruleBased?: NamespaceRuleBasedOptions;

  /** What a job reads that the namespace knows by its name only. @internal */
  public readonly _inputs: IConstruct[];

  constructor(scope: Construct, id: string, props: IdNamespaceProps) {
    super(scope, id, { physicalName: props.idNamespaceName });
    Object.defineProperty(this, ID_NAMESPACE_SYMBOL, { value: true });

    checkResourceName(this, 'idNamespaceName', props.idNamespaceName);
    checkDescription(this, props.description);
    checkCount(this, 'inputSources', props.inputSources ?? [], 0, 20);

    const inputs = (props.inputSources ?? []).map((source) => source._bind(this));
    if (inputs.some((input) => input.idNamespace)) {
      fail(this, "'inputSources' must be Glue tables or matching workflows, got: another ID namespace");
    }
    this.type = props.type;
    this.matchKeys = inputs.length > 0 ? matchKeysOf(inputs) : undefined;
    const workflowProperties = props.idMappingWorkflowProperties ?? IdMappingWorkflowProperties.ruleBased();
    const { properties, ruleBased } = workflowProperties._bind(this, limitsOf(props.type, inputs));
    this._ruleBased = ruleBased;
    if (ruleBased) this.checkRuleBased(ruleBased, inputs);
    if (inputs.length > 0 || props.role) {
      this.role = jobRole(this, props, inputs.flatMap((input) => input.readStatements));
    }

    this._inputs = inputs.flatMap(({ table }) => table ?? []);

    const resource = new er.CfnIdNamespace(this, 'Resource', {
      idNamespaceName: resourceName(this, props.idNamespaceName, this.physicalName),
      type: props.type,
      description: props.description,
      inputSourceConfig: props.inputSources && inputs.map(({ inputSourceArn, schema }) => ({
        inputSourceArn, schemaName: schema?.schemaMappingRef.schemaName,
      })),
      idMappingWorkflowProperties: [properties],
      roleArn: this.role?.roleRef.roleArn,
      tags: props.tags,
    });
    // A job that starts right after the deployment needs the role's policy, not only the role.
    resource.node.addDependency(...(this.role ? [this.role] : []), ...inputs.flatMap((input) => input.dependencies));

    this.idNamespaceName = this.getResourceNameAttribute(resource.ref);
    this.idNamespaceArn = this.getResourceArnAttribute(resource.attrIdNamespaceArn, {
      service: 'entityresolution', resource: 'idnamespace', resourceName: this.physicalName,
    });
  }
  /** Refuses what the service would refuse of a namespace for rule-based workflows, some of it only when a workflow uses the namespace. */
  private checkRuleBased({ rules }: NamespaceRuleBasedOptions, inputs: InputSourceConfig[]): void {
    if (this.type === IdNamespaceType.TARGET) {
      if (inputs.length === 0 || inputs.some((input) => !input.matchingWorkflow)) {
        fail(this, "'inputSources' of a target of rule-based workflows must be matching workflows: give it 'InputSource.matchingWorkflow(...)', "
          + "or 'idMappingWorkflowProperties: IdMappingWorkflowProperties.provider(...)'");
      }
      if (!rules) {
        fail(this, "'rules' of a target of rule-based workflows must be given when its matching workflow is not defined in this app: repeat its rules in "
          + "'idMappingWorkflowProperties: IdMappingWorkflowProperties.ruleBased({ rules })'");
      }
    }
    if (rules) {
      checkRules(this, rules);
      if (inputs.length > 0) checkMatchKeys(this, 'inputSources', inputs, rules);
    }
  }
}

/** A target is used by the rules of its matching workflow, and as that compares. */
function limitsOf(type: IdNamespaceType, inputs: InputSourceConfig[]): NamespaceRuleBasedOptions {
  return (type === IdNamespaceType.TARGET ? inputs.find(({ ruleBased }) => ruleBased)?.ruleBased : undefined) ?? {};
}
