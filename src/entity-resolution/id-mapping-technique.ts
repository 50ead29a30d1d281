import * as er from 'aws-cdk-lib/aws-entityresolution';
import { Construct } from 'constructs';
import { AttributeMatchingModel } from './attribute-matching-model';
import { IdNamespace } from './id-namespace';
import { InputSourceConfig } from './input-source';
import { MatchingRule } from './matching-rule';
import { JobRoleStatement } from './private/job-role-statements';
import { providerProperties } from './private/provider-properties';
import { checkMatchKeys, checkRules } from './private/rules';
import { ProviderOptions } from './provider-options';
import { ProviderService } from './provider-service';
import { RecordMatchingModel } from './record-matching-model';
import { RuleDefinitionType } from './rule-definition-type';
import { fail } from '../private/validation';

/**
 * How records are mapped by rules.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_IdMappingRuleBasedProperties.html
 */
export interface RuleBasedOptions {
  /**
   * The rules, tried one after the other: 1 to 25.
   *
   * @default - those of the target's matching workflow, or of the ID namespace that `ruleDefinitionType` says
   */
  readonly rules?: MatchingRule[];

  /**
   * How many source records may be mapped to the same target record.
   *
   * @default RecordMatchingModel.MANY_SOURCE_TO_ONE_TARGET
   */
  readonly recordMatchingModel?: RecordMatchingModel;

  /**
   * How columns that share a match key are compared.
   *
   * @default - as the target compares, where that is defined in this app, otherwise `AttributeMatchingModel.MANY_TO_MANY`
   */
  readonly attributeMatchingModel?: AttributeMatchingModel;

  /**
   * Whose rules are run.
   *
   * @default - `SOURCE` when rules are given, `TARGET` when they are not
   */
  readonly ruleDefinitionType?: RuleDefinitionType;

  /**
   * The version of the normalization that is applied to the values. No page of AWS says which there are.
   *
   * @default - nothing is sent, the service chooses
   */
  readonly normalizationVersion?: string;
}

/**
 * What a workflow knows of its technique.
 *
 * @internal
 */
export interface IdMappingTechniqueConfig {
  readonly idMappingTechniques: er.CfnIdMappingWorkflow.IdMappingTechniquesProperty;

  /** What the job's role has to be allowed for the technique. */
  readonly statements: JobRoleStatement[];
}

/**
 * How an ID mapping workflow maps records: `IdMappingTechnique.ruleBased(...)` or `.provider(...)`.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/create-id-mapping-workflow.html
 */
export abstract class IdMappingTechnique {
  /**
   * Maps a source record to a target record when they agree on the match keys of a rule.
   *
   * @param options the rules and how they are applied
   */
  public static ruleBased(options: RuleBasedOptions = {}): IdMappingTechnique {
    return new RuleBased(options);
  }

  /**
   * Lets a data provider map the IDs, such as LiveRamp, which translates RampIDs.
   *
   * @param service the service of the provider
   * @param options how the workflow works with it
   */
  public static provider(service: ProviderService, options: ProviderOptions = {}): IdMappingTechnique {
    return new Provider(service, options);
  }

  /** @internal */
  public abstract _bind(scope: Construct, sources: InputSourceConfig[], target?: InputSourceConfig): IdMappingTechniqueConfig;
}

class RuleBased extends IdMappingTechnique {
  constructor(private readonly options: RuleBasedOptions) {
    super();
  }

  public _bind(scope: Construct, sources: InputSourceConfig[], target?: InputSourceConfig): IdMappingTechniqueConfig {
    const { rules, normalizationVersion } = this.options;
    if (!target) {
      fail(scope, "'target' must be given: a rule-based technique maps the sources to the records of a target, such as "
        + "'InputSource.matchingWorkflow(...)'");
    }
    if (rules) {
      checkRules(scope, rules);
      checkMatchKeys(scope, 'sources', sources, rules);
      checkMatchKeys(scope, 'target', [target], rules);
    }
    const recordMatchingModel = this.options.recordMatchingModel ?? RecordMatchingModel.MANY_SOURCE_TO_ONE_TARGET;
    const attributeMatchingModel = this.options.attributeMatchingModel ?? modelOf(target) ?? AttributeMatchingModel.MANY_TO_MANY;
    const ruleDefinitionType = this.options.ruleDefinitionType ?? (rules ? RuleDefinitionType.SOURCE : RuleDefinitionType.TARGET);

    for (const { idNamespace } of [...sources, target]) {
      if (!idNamespace || !IdNamespace.isIdNamespace(idNamespace)) continue;
      const { ruleDefinitionTypes, recordMatchingModels, attributeMatchingModel: onlyModel } = idNamespace._ruleBased ?? {};
      checkLimit(scope, idNamespace, 'ruleDefinitionType', ruleDefinitionType, ruleDefinitionTypes);
      checkLimit(scope, idNamespace, 'recordMatchingModel', recordMatchingModel, recordMatchingModels);
      checkLimit(scope, idNamespace, 'attributeMatchingModel', attributeMatchingModel, onlyModel && [onlyModel]);
    }
    return {
      idMappingTechniques: {
        idMappingType: 'RULE_BASED',
        ruleBasedProperties: { rules, recordMatchingModel, attributeMatchingModel, ruleDefinitionType },
        normalizationVersion,
      },
      statements: [],
    };
  }
}

class Provider extends IdMappingTechnique {
  constructor(private readonly service: ProviderService, private readonly options: ProviderOptions) {
    super();
  }

  public _bind(scope: Construct): IdMappingTechniqueConfig {
    const { properties, statements } = providerProperties(scope, this.service, this.options);
    return { idMappingTechniques: { idMappingType: 'PROVIDER', providerProperties: properties }, statements };
  }
}

/** How a target compares: an ID namespace allows no other way. */
function modelOf({ idNamespace, ruleBased }: InputSourceConfig): AttributeMatchingModel | undefined {
  const limits = idNamespace && IdNamespace.isIdNamespace(idNamespace) ? idNamespace._ruleBased : ruleBased;
  return limits?.attributeMatchingModel;
}

/** Refuses what the limits of an ID namespace exclude. No limit, or an empty one, excludes nothing. */
function checkLimit(scope: Construct, idNamespace: IdNamespace, property: string, value: string, allowed: string[] = []): void {
  if (allowed.length > 0 && !allowed.includes(value)) {
    fail(scope, `'${property}' is ${value}, which the ID namespace ${idNamespace.node.path} does not allow; it allows: ${allowed.join(', ')}`);
  }
}
