/**
 * A matching rule: two records match when they agree on all of the rule's match keys.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_Rule.html
 */
export interface MatchingRule {
  /**
   * The name of the rule: 1 to 255 letters, digits, hyphens, underscores or spaces.
   */
  readonly ruleName: string;

  /**
   * The match keys that have to agree, 1 to 15 of those that the schema mappings give to their columns.
   */
  readonly matchingKeys: string[];
}
