import * as er from 'aws-cdk-lib/aws-entityresolution';
import { Construct } from 'constructs';
import { AttributeMatchingModel } from './attribute-matching-model';
import { MatchPurpose } from './match-purpose';
import { MatchingRule } from './matching-rule';
import { JobRoleStatement } from './private/job-role-statements';
import { providerProperties } from './private/provider-properties';
import { checkRules } from './private/rules';
import { ProviderOptions } from './provider-options';
import { ProviderService } from './provider-service';
import { RuleCondition } from './rule-condition';
import { checkAttributeName, checkCount } from '../private/validation';

/**
 * How records are matched by rules that compare match keys.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_RuleBasedProperties.html
 */
export interface RuleBasedMatchingOptions {
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
   * Whether the records get match IDs or are indexed only.
   *
   * @default - nothing is sent, the service chooses
   */
  readonly matchPurpose?: MatchPurpose;
}

/**
 * How records are matched by rules with conditions.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_RuleConditionProperties.html
 */
export interface RuleConditionsOptions {
  /**
   * The rules, tried one after the other: 1 to 25.
   */
  readonly rules: RuleCondition[];

  /**
   * Whether records that match no record directly join a group through others that do.
   *
   * @default - nothing is sent, the service chooses
   */
  readonly enableTransitiveMatching?: boolean;

  /**
   * Whether single records can be matched in real time. To change it replaces the workflow: a generated name changes with it, a `workflowName` has to be
   * changed with it.
   *
   * @default - nothing is sent, the service chooses
   */
  readonly enableRealTimeMatching?: boolean;
}

/**
 * What a workflow knows of its technique.
 *
 * @internal
 */
export interface ResolutionTechniqueConfig {
  readonly resolutionTechniques: er.CfnMatchingWorkflow.ResolutionTechniquesProperty;

  /** Rules that name match keys, and how these are compared. */
  readonly ruleBased?: RuleBasedMatchingOptions;

  /** What the job's role has to be allowed for the technique. */
  readonly statements?: JobRoleStatement[];

  /** Properties of `ResolutionTechniques` that the oldest aws-cdk-lib we support does not have. */
  readonly overrides?: Record<string, boolean | undefined>;

  /** The end of a generated name, for what can't be changed: CloudFormation makes the replacement while the old workflow has its name. */
  readonly nameSuffix?: string;
}

/**
 * How a matching workflow matches records: `ResolutionTechnique.ruleBased(...)`, `.ruleConditions(...)`, `.machineLearning()` or `.provider(...)`.
 *
 * Only the matching workflows of `ResolutionTechnique.ruleBased(...)` can be inputs of ID mapping.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/create-matching-workflow.html
 */
export abstract class ResolutionTechnique {
  /**
   * Matches records that agree on the match keys of a rule.
   *
   * @param options the rules and how they are applied
   */
  public static ruleBased(options: RuleBasedMatchingOptions): ResolutionTechnique {
    return new RuleBased(options);
  }

  /**
   * Matches records for which the condition of a rule holds.
   *
   * @param options the rules and how they are applied
   */
  public static ruleConditions(options: RuleConditionsOptions): ResolutionTechnique {
    return new RuleConditions(options);
  }

  /**
   * Matches records that a machine learning model of AWS takes for the same.
   */
  public static machineLearning(): ResolutionTechnique {
    return new MachineLearning();
  }

  /**
   * Lets a data provider match the records.
   *
   * @param service the service of the provider
   * @param options how the workflow works with it
   */
  public static provider(service: ProviderService, options: ProviderOptions = {}): ResolutionTechnique {
    return new Provider(service, options);
  }

  /** @internal */
  public abstract _bind(scope: Construct): ResolutionTechniqueConfig;
}

class RuleBased extends ResolutionTechnique {
  constructor(private readonly options: RuleBasedMatchingOptions) {
    super();
  }

  public _bind(scope: Construct): ResolutionTechniqueConfig {
    const ruleBased = { ...this.options, attributeMatchingModel: this.options.attributeMatchingModel ?? AttributeMatchingModel.MANY_TO_MANY };
    checkRules(scope, ruleBased.rules);
    return { ruleBased, resolutionTechniques: { resolutionType: 'RULE_MATCHING', ruleBasedProperties: ruleBased } };
  }
}

class RuleConditions extends ResolutionTechnique {
  constructor(private readonly options: RuleConditionsOptions) {
    super();
  }

  public _bind(scope: Construct): ResolutionTechniqueConfig {
    const { rules, enableTransitiveMatching, enableRealTimeMatching } = this.options;
    checkCount(scope, 'rules', rules, 1, 25);
    rules.forEach(({ ruleName }) => checkAttributeName(scope, 'ruleName', ruleName));
    return {
      resolutionTechniques: { resolutionType: 'RULE_MATCHING', ruleConditionProperties: { rules } },
      overrides: {
        'EnableRealTimeMatching': enableRealTimeMatching,
        'RuleConditionProperties.MatchingConfig.EnableTransitiveMatching': enableTransitiveMatching,
      },
      nameSuffix: enableRealTimeMatching === undefined ? undefined : `-real-time-${enableRealTimeMatching}`,
    };
  }
}

class MachineLearning extends ResolutionTechnique {
  public _bind(_scope: Construct): ResolutionTechniqueConfig {
    return { resolutionTechniques: { resolutionType: 'ML_MATCHING' } };
  }
}

class Provider extends ResolutionTechnique {
  constructor(private readonly service: ProviderService, private readonly options: ProviderOptions) {
    super();
  }

  public _bind(scope: Construct): ResolutionTechniqueConfig {
    const { properties, statements } = providerProperties(scope, this.service, this.options);
    return { resolutionTechniques: { resolutionType: 'PROVIDER', providerProperties: properties }, statements };
  }
}
