import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { JobRoleStatement, keyEncryptStatement, outputWriteStatements } from './job-role-statements';
import { actualKey } from '../../private/actual-key';
import { addToKeyPolicy } from '../../private/key-policy';
import { checkPrefix } from '../../private/validation';

/** Where the user wants the output of a workflow's jobs. */
export interface JobOutputProps {
  readonly outputBucket?: s3.IBucketRef;
  readonly outputPrefix?: string;
  readonly outputKey?: kms.IKeyRef;
}

/** Where the output of a workflow's jobs goes, and what their role has to be allowed for it. */
export interface JobOutput {
  readonly outputBucket: s3.IBucketRef;
  readonly outputKey: kms.IKeyRef;
  readonly outputS3Path: string;
  readonly writeStatements: JobRoleStatement[];
}

/** The given bucket and key, or new ones that keep the data safe: encrypted, private, versioned, over TLS only, retained. */
export function jobOutput(scope: Construct, props: JobOutputProps): JobOutput {
  const { outputPrefix } = props;
  checkPrefix(scope, 'outputPrefix', outputPrefix);

  const givenKey = props.outputKey ?? (props.outputBucket as Partial<s3.IBucket> | undefined)?.encryptionKey;
  const outputKey = givenKey ? actualKey(scope, 'outputKey', givenKey) : new kms.Key(scope, 'OutputKey', {
    // No path: a construct that is moved keeps its key.
    description: 'Output of a workflow of AWS Entity Resolution',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  allowEntityResolution(scope, 'outputKey', outputKey);

  const outputBucket = props.outputBucket ?? new s3.Bucket(scope, 'OutputBucket', {
    encryption: s3.BucketEncryption.KMS,
    encryptionKey: isKey(outputKey) ? outputKey : kms.Key.fromKeyArn(scope, 'GivenOutputKey', outputKey.keyRef.keyArn),
    bucketKeyEnabled: true,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });

  return {
    outputBucket,
    outputKey,
    outputS3Path: `s3://${outputBucket.bucketRef.bucketName}/${outputPrefix ?? ''}`,
    writeStatements: [...outputWriteStatements(outputBucket, outputPrefix), keyEncryptStatement(outputKey)],
  };
}

function isKey(key: kms.IKeyRef): key is kms.IKey {
  return 'keyArn' in key;
}

/**
 * Lets whoever works with the workflow make the grant with which Entity Resolution uses the key.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/data-protection.html
 */
export function allowEntityResolution(scope: Construct, property: string, key: kms.IKeyRef): void {
  const stack = Stack.of(scope);
  const statement = new iam.PolicyStatement({
    principals: [new iam.AnyPrincipal()],
    actions: ['kms:CreateGrant', 'kms:DescribeKey'],
    resources: ['*'],
    conditions: {
      StringEquals: {
        'kms:ViaService': `entityresolution.${stack.region}.amazonaws.com`,
        'kms:CallerAccount': stack.account,
      },
    },
  });
  addToKeyPolicy(scope, property, key, statement);
}
