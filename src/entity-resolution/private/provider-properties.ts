import { Annotations, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { inputReadStatements, JobRoleStatement, outputWriteStatements } from './job-role-statements';
import { checkPrefix, fail } from '../../private/validation';
import { ProviderOptions } from '../provider-options';
import { ProviderService } from '../provider-service';

/** How a workflow works with a provider service, and what its jobs' role has to be allowed for it. */
export interface ProviderConfig {
  readonly properties: er.CfnIdMappingWorkflow.ProviderPropertiesProperty & er.CfnMatchingWorkflow.ProviderPropertiesProperty;
  readonly statements: JobRoleStatement[];
}

export function providerProperties(scope: Construct, service: ProviderService, options: ProviderOptions): ProviderConfig {
  const { intermediatePrefix, providerConfiguration } = options;
  checkPrefix(scope, 'intermediatePrefix', intermediatePrefix);
  const bucket = intermediateBucket(scope, service, options);
  if (intermediatePrefix && !bucket) {
    fail(scope, "'intermediatePrefix' needs an 'intermediateBucket'");
  }

  const asset = service._assetArn(scope);
  return {
    properties: {
      providerServiceArn: service._arn(scope),
      providerConfiguration,
      intermediateSourceConfiguration: bucket && { intermediateS3Path: `s3://${bucket.bucketRef.bucketName}/${intermediatePrefix ?? ''}` },
    },
    statements: [
      ...(bucket ? [...inputReadStatements(bucket, intermediatePrefix), ...outputWriteStatements(bucket, intermediatePrefix)] : []),
      ...(asset ? [sendToAsset(scope, asset)] : []),
    ],
  };
}

/** The account of an asset is the provider's, which allows it by the subscription, so there is nothing to warn about. */
function sendToAsset(scope: Construct, asset: string): JobRoleStatement {
  return {
    account: Stack.of(scope).account,
    statement: new iam.PolicyStatement({ actions: ['dataexchange:SendApiAsset'], resources: [asset] }),
  };
}

function intermediateBucket(scope: Construct, service: ProviderService, options: ProviderOptions): s3.IBucketRef | undefined {
  const accounts = service.intermediateAccounts;
  if (accounts.length === 0) return options.intermediateBucket;

  const bucket = options.intermediateBucket ?? new s3.Bucket(scope, 'IntermediateBucket', {
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    lifecycleRules: [{ expiration: Duration.days(1) }],
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const statements = providerStatements(bucket, accounts, options.intermediatePrefix);
  if (iam.GrantableResources.isResourceWithPolicy(bucket)) {
    const added = statements.map((statement) => bucket.addToResourcePolicy(statement).statementAdded);
    if (added.every(Boolean)) return bucket;
  }
  const json = JSON.stringify(Stack.of(scope).resolve(statements.map((statement) => statement.toStatementJson())));
  Annotations.of(scope).addWarningV2('cdk-id-mapping:intermediateBucketNotChanged',
    `'intermediateBucket' is not a Bucket that this app defines and is not changed, its bucket policy has to contain: ${json}`);
  return bucket;
}

/** @see https://docs.aws.amazon.com/entityresolution/latest/userguide/id-mapping-workflow-prerequisite.html */
function providerStatements(bucket: s3.IBucketRef, accounts: string[], prefix = ''): iam.PolicyStatement[] {
  const { bucketArn } = bucket.bucketRef;
  const principals = accounts.map((account) => new iam.AccountPrincipal(account));
  return [
    new iam.PolicyStatement({
      principals,
      actions: ['s3:DeleteObject', 's3:GetObject', 's3:GetObjectVersion', 's3:PutObject'],
      resources: [`${bucketArn}/${prefix}*`],
    }),
    new iam.PolicyStatement({
      principals,
      actions: ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketPolicy', 's3:ListBucket', 's3:ListBucketVersions'],
      resources: [bucketArn],
    }),
  ];
}
