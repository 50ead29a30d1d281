import { CfnTag } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';

/**
 * Properties that all workflows have.
 */
export interface WorkflowProps {
  /**
   * The bucket that the output is written to.
   *
   * @default - a new bucket: encrypted with the output key, private, versioned, over TLS only, retained
   */
  readonly outputBucket?: s3.IBucketRef;

  /**
   * The prefix of the output's objects, without a leading slash.
   *
   * @default - the output is written to the top of the bucket
   */
  readonly outputPrefix?: string;

  /**
   * The customer managed key that encrypts the output.
   *
   * @default - the output bucket's own key where the given bucket knows it, otherwise a new key with rotation, retained
   */
  readonly outputKey?: kms.IKeyRef;

  /**
   * The role that Entity Resolution takes on for the workflow's jobs.
   *
   * A `Role` that this app defines gets the permissions that the jobs need; any other is left alone, with a warning.
   *
   * @default - a new role that may read the inputs and write the output
   */
  readonly role?: iam.IRoleRef;

  /**
   * Whether the role that is made for the jobs trusts Entity Resolution for this account only, by `aws:SourceAccount`.
   *
   * The guide shows no such condition: whether the service sends that key is not known. If it does not, jobs fail.
   *
   * @default false
   */
  readonly trustOnlyThisAccount?: boolean;

  /**
   * The name of the workflow: 1 to 255 letters, digits, hyphens or underscores.
   *
   * @default - a generated name
   */
  readonly workflowName?: string;

  /**
   * A description, at most 255 characters.
   *
   * @default - no description
   */
  readonly description?: string;

  /**
   * Tags of the workflow.
   *
   * @default - no tags beside those of the scope
   */
  readonly tags?: CfnTag[];
}
