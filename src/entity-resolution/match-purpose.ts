/**
 * What a rule-based matching workflow is for.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_RuleBasedProperties.html
 */
export enum MatchPurpose {
  /** Records get match IDs and are indexed. */
  IDENTIFIER_GENERATION = 'IDENTIFIER_GENERATION',

  /** Records are indexed and get no match IDs. */
  INDEXING = 'INDEXING',
}
