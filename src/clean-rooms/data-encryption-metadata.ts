/**
 * How data has to be encrypted by the members, with Cryptographic Computing for Clean Rooms.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_DataEncryptionMetadata.html
 */
export interface DataEncryptionMetadata {
  /**
   * Whether encrypted tables may have columns in clear text.
   */
  readonly allowCleartext: boolean;

  /**
   * Whether fingerprint columns may have duplicates.
   */
  readonly allowDuplicates: boolean;

  /**
   * Whether fingerprint columns of different names may be joined.
   */
  readonly allowJoinsOnColumnsWithDifferentNames: boolean;

  /**
   * Whether NULL stays NULL in encrypted tables, rather than being encrypted.
   */
  readonly preserveNulls: boolean;
}
