import { Stack } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';

// The statements of a job's role, each as the service's guide lists it, but by ARN:
// https://docs.aws.amazon.com/entityresolution/latest/userguide/create-workflow-job-role.html

/** What a job needs in order to read the objects of its input under the prefix. */
export function inputReadStatements(bucket: s3.IBucketRef, prefix?: string): iam.PolicyStatement[] {
  return bucketStatements(bucket, prefix, 's3:GetObject');
}

/** What a job needs in order to write its output under the prefix. */
export function outputWriteStatements(bucket: s3.IBucketRef, prefix?: string): iam.PolicyStatement[] {
  return bucketStatements(bucket, prefix, 's3:PutObject');
}

/** What a job needs in order to find the objects of a Glue table. */
export function glueReadStatement(table: glue.ITableRef, databaseName: string, tableName: string): iam.PolicyStatement {
  const glueArn = (resource: string, resourceName?: string) => Stack.of(table).formatArn({
    service: 'glue', resource, resourceName, account: table.env.account, region: table.env.region,
  });
  return new iam.PolicyStatement({
    actions: [
      'glue:BatchGetPartition',
      'glue:GetDatabase',
      'glue:GetPartition',
      'glue:GetPartitions',
      'glue:GetSchema',
      'glue:GetSchemaVersion',
      'glue:GetTable',
    ],
    resources: [glueArn('catalog'), glueArn('database', databaseName), glueArn('table', `${databaseName}/${tableName}`)],
  });
}

/** What a job needs in order to read objects that the key encrypts. */
export function keyDecryptStatement(key: kms.IKeyRef): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: [key.keyRef.keyArn] });
}

/** What a job needs in order to write objects that the key encrypts. */
export function keyEncryptStatement(key: kms.IKeyRef): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: ['kms:Encrypt', 'kms:GenerateDataKey'], resources: [key.keyRef.keyArn] });
}

function bucketStatements(bucket: s3.IBucketRef, prefix: string | undefined, objectAction: string): iam.PolicyStatement[] {
  const { bucketArn } = bucket.bucketRef;
  // A bucket name can come into other hands after its bucket was deleted: the account says whose bucket is meant.
  const conditions = { StringEquals: { 's3:ResourceAccount': bucket.env.account } };
  return [
    new iam.PolicyStatement({ actions: ['s3:GetBucketLocation', 's3:ListBucket'], resources: [bucketArn], conditions }),
    new iam.PolicyStatement({ actions: [objectAction], resources: [`${bucketArn}/${prefix ?? ''}*`], conditions }),
  ];
}
