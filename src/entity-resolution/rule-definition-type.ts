/**
 * Whose rules an ID mapping workflow runs.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_IdMappingRuleBasedProperties.html
 */
export enum RuleDefinitionType {
  /** The rules of the source: those that are given to the technique. */
  SOURCE = 'SOURCE',

  /** The rules of the target: those of its matching workflow. */
  TARGET = 'TARGET',
}
