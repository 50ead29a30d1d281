import * as er from 'aws-cdk-lib/aws-entityresolution';
import { AttributeMatchingModel } from './attribute-matching-model';
import { MatchingRule } from './matching-rule';
import { RecordMatchingModel } from './record-matching-model';
import { RuleDefinitionType } from './rule-definition-type';

/**
 * How records are mapped by rules.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_IdMappingRuleBasedProperties.html
 */
export interface RuleBasedOptions {
  /**
   * The rules, tried one after the other: 1 to 25.
   *
   * @default - the rules of the target's matching workflow
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
   * @default AttributeMatchingModel.MANY_TO_MANY
   */
  readonly attributeMatchingModel?: AttributeMatchingModel;

  /**
   * Whose rules are run.
   *
   * @default - `SOURCE` when rules are given, `TARGET` when they are not
   */
  readonly ruleDefinitionType?: RuleDefinitionType;
}

/**
 * How an ID mapping workflow maps records: `IdMappingTechnique.ruleBased(...)`.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/create-id-mapping-workflow.html
 */
export class IdMappingTechnique {
  /**
   * Maps a source record to a target record when they agree on the match keys of a rule.
   *
   * @param options the rules and how they are applied
   */
  public static ruleBased(options: RuleBasedOptions = {}): IdMappingTechnique {
    return new IdMappingTechnique(options);
  }

  private constructor(private readonly options: RuleBasedOptions) {}

  /** The rules, if they are not those of the target. */
  public get rules(): MatchingRule[] | undefined {
    return this.options.rules && [...this.options.rules];
  }

  /** @internal */
  public _render(): er.CfnIdMappingWorkflow.IdMappingTechniquesProperty {
    const { rules, recordMatchingModel, attributeMatchingModel, ruleDefinitionType } = this.options;
    return {
      idMappingType: 'RULE_BASED',
      ruleBasedProperties: {
        rules,
        recordMatchingModel: recordMatchingModel ?? RecordMatchingModel.MANY_SOURCE_TO_ONE_TARGET,
        attributeMatchingModel: attributeMatchingModel ?? AttributeMatchingModel.MANY_TO_MANY,
        ruleDefinitionType: ruleDefinitionType ?? (rules ? RuleDefinitionType.SOURCE : RuleDefinitionType.TARGET),
      },
    };
  }
}
