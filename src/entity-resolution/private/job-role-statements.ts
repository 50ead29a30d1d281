import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';

// The statements of a job's role, each as the service's guide lists it, but by ARN:
// https://docs.aws.amazon.com/entityresolution/latest/userguide/create-workflow-job-role.html

/** Something that a job's role has to be allowed. */
export interface JobRoleStatement {
  readonly statement: iam.PolicyStatement;

  /** The account of the resources: when it is not the role's own, it has to allow it, too. */
  readonly account: string;
}

/** What a job needs in order to read the objects of its input under the prefix. */
export function inputReadStatements(bucket: s3.IBucketRef, prefix?: string): JobRoleStatement[] {
  return bucketStatements(bucket, objectsOf(prefix), 's3:GetObject');
}

/** What a job needs in order to write its output under the prefix. */
export function outputWriteStatements(bucket: s3.IBucketRef, prefix?: string): JobRoleStatement[] {
  return bucketStatements(bucket, [`${prefix ?? ''}*`], 's3:PutObject');
}

/** What a job needs in order to find the objects of a Glue table: the ARNs of its catalog, its database and itself. */
export function glueReadStatement(account: string, resources: string[]): JobRoleStatement {
  return {
    account,
    statement: new iam.PolicyStatement({
      actions: [
        'glue:BatchGetPartition',
        'glue:GetDatabase',
        'glue:GetPartition',
        'glue:GetPartitions',
        'glue:GetSchema',
        'glue:GetSchemaVersion',
        'glue:GetTable',
      ],
      resources,
    }),
  };
}

/** What a job needs in order to read objects that the key encrypts. */
export function keyDecryptStatement(key: kms.IKeyRef): JobRoleStatement {
  return keyStatement(key, ['kms:Decrypt']);
}

/** What a job needs in order to write objects that the key encrypts: those that are uploaded in parts are decrypted, too. */
export function keyEncryptStatement(key: kms.IKeyRef): JobRoleStatement {
  return keyStatement(key, ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey']);
}

function keyStatement(key: kms.IKeyRef, actions: string[]): JobRoleStatement {
  return { account: key.env.account, statement: new iam.PolicyStatement({ actions, resources: [key.keyRef.keyArn] }) };
}

function bucketStatements(bucket: s3.IBucketRef, objects: readonly string[], objectAction: string): JobRoleStatement[] {
  const { account } = bucket.env;
  const { bucketArn } = bucket.bucketRef;
  // A bucket name can come into other hands after its bucket was deleted: the account says whose bucket is meant.
  const conditions = { StringEquals: { 's3:ResourceAccount': account } };
  return [
    { account, statement: new iam.PolicyStatement({ actions: ['s3:GetBucketLocation', 's3:ListBucket'], resources: [bucketArn], conditions }) },
    { account, statement: new iam.PolicyStatement({ actions: [objectAction], resources: objects.map((object) => `${bucketArn}/${object}`), conditions }) },
  ];
}

/** The objects under the prefix, and the two names by which a reader of Hadoop's kind looks whether a folder is there. */
function objectsOf(prefix: string | undefined): string[] {
  if (prefix === undefined || !prefix.endsWith('/')) return [`${prefix ?? ''}*`];
  const folder = prefix.slice(0, -1);
  return [`${prefix}*`, folder, `${folder}_$folder$`];
}
