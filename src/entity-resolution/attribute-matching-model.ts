/**
 * How columns that share a match key are compared.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_IdMappingRuleBasedProperties.html
 */
export enum AttributeMatchingModel {
  /** Each column is compared with its own counterpart only: the work e-mail with the work e-mail. */
  ONE_TO_ONE = 'ONE_TO_ONE',

  /** Each column is compared with all columns of its match key: the work e-mail with the private e-mail, too. */
  MANY_TO_MANY = 'MANY_TO_MANY',
}
