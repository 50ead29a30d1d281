/**
 * An advanced matching rule: a condition made of matching functions.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/creating-matching-workflow-rule-based-advanced.html
 */
export interface RuleCondition {
  /**
   * The name of the rule: 1 to 255 letters, digits, hyphens, underscores or spaces.
   */
  readonly ruleName: string;

  /**
   * The condition, such as `(Cosine(name, 10) AND Exact(birth, true)) OR ExactManyToMany(email, phone)`.
   *
   * `Exact` and `ExactManyToMany` compare exactly, `Cosine`, `Levenshtein` and `Soundex` allow for variations.
   */
  readonly condition: string;
}
