import * as s3 from 'aws-cdk-lib/aws-s3';

/**
 * How a workflow works with a provider service.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_ProviderProperties.html
 */
export interface ProviderOptions {
  /**
   * The settings that the provider asks for.
   *
   * @default - no settings
   */
  readonly providerConfiguration?: { [key: string]: string };

  /**
   * The bucket in which the data is kept while the provider processes it.
   *
   * A `Bucket` that this app defines gets the bucket policy that the provider's accounts need; any other is left alone, with a warning.
   *
   * @default - a new bucket (encrypted, private, over TLS only, retained, its objects expire after a day) if the provider service has
   * `intermediateAccounts`, otherwise none
   */
  readonly intermediateBucket?: s3.IBucketRef;

  /**
   * The prefix of the intermediate objects, without a leading slash.
   *
   * @default - the top of the intermediate bucket
   */
  readonly intermediatePrefix?: string;
}
