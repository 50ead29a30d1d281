/**
 * On which side of ID mappings an ID namespace is.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_CreateIdNamespace.html
 */
export enum IdNamespaceType {
  /** Its IDs are mapped. */
  SOURCE = 'SOURCE',

  /** IDs are mapped to its IDs. */
  TARGET = 'TARGET',
}
