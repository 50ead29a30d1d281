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
   * The rules of the namespace: 1 to 25. Those of a target have to be rules of its matching workflow.
   *
   * @default - of a target, those of its matching workflow, which has to be defined in this app; of a source, none
   */
  readonly rules?: MatchingRule[];

  /**
   * Whose rules a workflow may run.
   *
   * @default [RuleDefinitionType.SOURCE, RuleDefinitionType.TARGET]
   */
  readonly ruleDefinitionTypes?: RuleDefinitionType[];

  /**
   * How many source records a workflow may map to the same target record.
   *
   * @default [RecordMatchingModel.ONE_SOURCE_TO_ONE_TARGET, RecordMatchingModel.MANY_SOURCE_TO_ONE_TARGET]
   */
  readonly recordMatchingModels?: RecordMatchingModel[];

  /**
   * How a workflow has to compare columns that share a match key.
   *
   * @default - of a target, as its matching workflow does where that is defined in this app, otherwise `AttributeMatchingModel.MANY_TO_MANY`
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

  /** @internal */
  public abstract _bind(scope: Construct, defaults: NamespaceRuleBasedOptions): IdMappingWorkflowPropertiesConfig;
}

/**
 * What an ID namespace knows of the workflows that may use it.
 *
 * @internal
 */
export interface IdMappingWorkflowPropertiesConfig {
  readonly properties: er.CfnIdNamespace.IdNamespaceIdMappingWorkflowPropertiesProperty;

  /** The limits for rule-based workflows, if it is for these. */
  readonly ruleBased?: NamespaceRuleBasedOptions;
}

class RuleBased extends IdMappingWorkflowProperties {
  constructor(private readonly options: NamespaceRuleBasedOptions) {
    super();
  }

  public _bind(_scope: Construct, defaults: NamespaceRuleBasedOptions): IdMappingWorkflowPropertiesConfig {
    // A workflow of two namespaces is refused when one of them says nothing.
    const ruleBased: NamespaceRuleBasedOptions = {
      rules: this.options.rules ?? defaults.rules,
      ruleDefinitionTypes: this.options.ruleDefinitionTypes ?? [RuleDefinitionType.SOURCE, RuleDefinitionType.TARGET],
      recordMatchingModels: this.options.recordMatchingModels
        ?? [RecordMatchingModel.ONE_SOURCE_TO_ONE_TARGET, RecordMatchingModel.MANY_SOURCE_TO_ONE_TARGET],
      attributeMatchingModel: this.options.attributeMatchingModel ?? defaults.attributeMatchingModel ?? AttributeMatchingModel.MANY_TO_MANY,
    };
    return { properties: { idMappingType: 'RULE_BASED', ruleBasedProperties: ruleBased }, ruleBased };
  }
}

class Provider extends IdMappingWorkflowProperties {
  constructor(private readonly service: ProviderService, private readonly options: NamespaceProviderOptions) {
    super();
  }

  public _bind(scope: Construct): IdMappingWorkflowPropertiesConfig {
    return { properties: { idMappingType: 'PROVIDER', providerProperties: { providerServiceArn: this.service._arn(scope), ...this.options } } };
  }
}
