import * as er from 'aws-cdk-lib/aws-entityresolution';
import { Construct } from 'constructs';
import { AttributeMatchingModel } from './attribute-matching-model';
import { MatchingRule } from './matching-rule';
import { ProviderService } from './provider-service';
import { RecordMatchingModel } from './record-matching-model';
import { RuleDefinitionType } from './rule-definition-type';

/**
 * The limits that an ID namespace puts on rule-based workflows.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_NamespaceRuleBasedProperties.html
 */
export interface NamespaceRuleBasedOptions {
  /**
   * The rules of the namespace: 1 to 25. A target whose input is a matching workflow has those of the workflow.
   *
   * @default - no rules of its own
   */
  readonly rules?: MatchingRule[];

  /**
   * Whose rules a workflow may run.
   *
   * @default - those of either side
   */
  readonly ruleDefinitionTypes?: RuleDefinitionType[];

  /**
   * How many source records a workflow may map to the same target record.
   *
   * @default - one or many
   */
  readonly recordMatchingModels?: RecordMatchingModel[];

  /**
   * How a workflow has to compare columns that share a match key.
   *
   * @default - either way
   */
  readonly attributeMatchingModel?: AttributeMatchingModel;
}

/**
 * How an ID namespace is used with a provider service.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_NamespaceProviderProperties.html
 */
export interface NamespaceProviderOptions {
  /**
   * The settings that the provider asks for.
   *
   * @default - no settings
   */
  readonly providerConfiguration?: { [key: string]: string };
}

/**
 * What workflows may use an ID namespace: `IdMappingWorkflowProperties.ruleBased(...)` or `.provider(...)`.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_IdNamespaceIdMappingWorkflowProperties.html
 */
export abstract class IdMappingWorkflowProperties {
  /**
   * For workflows with a rule-based technique.
   *
   * @param options the limits that the namespace puts on them
   */
  public static ruleBased(options: NamespaceRuleBasedOptions = {}): IdMappingWorkflowProperties {
    return new RuleBased(options);
  }

  /**
   * For workflows with a provider service.
   *
   * @param service the service of the provider
   * @param options how the namespace is used with it
   */
  public static provider(service: ProviderService, options: NamespaceProviderOptions = {}): IdMappingWorkflowProperties {
    return new Provider(service, options);
  }

  /** The limits for rule-based workflows, if it is for these. @internal */
  public abstract readonly _ruleBased?: NamespaceRuleBasedOptions;

  /** @internal */
  public abstract _render(scope: Construct): er.CfnIdNamespace.IdNamespaceIdMappingWorkflowPropertiesProperty;
}

class RuleBased extends IdMappingWorkflowProperties {
  constructor(public readonly _ruleBased: NamespaceRuleBasedOptions) {
    super();
  }

  public _render(_scope: Construct): er.CfnIdNamespace.IdNamespaceIdMappingWorkflowPropertiesProperty {
    return { idMappingType: 'RULE_BASED', ruleBasedProperties: this._ruleBased };
  }
}

class Provider extends IdMappingWorkflowProperties {
  public readonly _ruleBased = undefined;

  constructor(private readonly service: ProviderService, private readonly options: NamespaceProviderOptions) {
    super();
  }

  public _render(scope: Construct): er.CfnIdNamespace.IdNamespaceIdMappingWorkflowPropertiesProperty {
    return { idMappingType: 'PROVIDER', providerProperties: { providerServiceArn: this.service._arn(scope), ...this.options } };
  }
}
