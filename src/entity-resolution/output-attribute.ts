/**
 * A column that the output of a matching workflow repeats.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_OutputAttribute.html
 */
export interface OutputAttribute {
  /**
   * The name of the column: 1 to 255 letters, digits, hyphens, underscores or spaces.
   */
  readonly name: string;

  /**
   * Whether its values are written as hashes.
   *
   * @default false
   */
  readonly hashed?: boolean;
}
