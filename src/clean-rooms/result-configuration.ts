import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ResultFormat } from './result-format';

/**
 * Where the results of queries are written, unless a query says otherwise.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_MembershipProtectedQueryResultConfiguration.html
 */
export interface ProtectedQueryResultConfiguration {
  /**
   * The bucket that results are written to.
   */
  readonly bucket: s3.IBucketRef;

  /**
   * The prefix of the results' objects, without a leading slash.
   *
   * @default - results are written to the top of the bucket
   */
  readonly keyPrefix?: string;

  /**
   * The format of the results.
   */
  readonly resultFormat: ResultFormat;

  /**
   * Whether a result is a single file. It takes the engine `AnalyticsEngine.SPARK`.
   *
   * @default - nothing is sent, the service chooses
   */
  readonly singleFileOutput?: boolean;

  /**
   * The role with which Clean Rooms writes results. It has to trust Clean Rooms and to be allowed to write to the bucket: it is left alone.
   *
   * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/setting-up-roles.html
   * @default - no role
   */
  readonly role?: iam.IRoleRef;
}

/**
 * Where the results of PySpark jobs are written, unless a job says otherwise.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_MembershipProtectedJobResultConfiguration.html
 */
export interface ProtectedJobResultConfiguration {
  /**
   * The bucket that results are written to.
   */
  readonly bucket: s3.IBucketRef;

  /**
   * The prefix of the results' objects, without a leading slash.
   *
   * @default - results are written to the top of the bucket
   */
  readonly keyPrefix?: string;

  /**
   * The role with which Clean Rooms writes results. It has to trust Clean Rooms and to be allowed to write to the bucket: it is left alone.
   *
   * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/setting-up-roles.html
   */
  readonly role: iam.IRoleRef;
}
