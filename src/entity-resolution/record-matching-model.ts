/**
 * How many source records may be mapped to the same target record.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_IdMappingRuleBasedProperties.html
 */
export enum RecordMatchingModel {
  /** One source record at most is mapped to a target record. */
  ONE_SOURCE_TO_ONE_TARGET = 'ONE_SOURCE_TO_ONE_TARGET',

  /** All source records that match a target record are mapped to it. */
  MANY_SOURCE_TO_ONE_TARGET = 'MANY_SOURCE_TO_ONE_TARGET',
}
