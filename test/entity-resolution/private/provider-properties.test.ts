import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as mapping from '../../../src';
import { givenInput, givenStack, statementsOf, warningsAt } from '../given';

const { ProviderService } = mapping;
const SERVICE_ARN = 'arn:aws:entityresolution:us-east-1::providerservice/LiveRamp/Transcoding';

const PROVIDER = { AWS: `arn:aws:iam::${ProviderService.LIVERAMP_ACCOUNT}:root` };
const OBJECT_ACTIONS = ['s3:DeleteObject', 's3:GetObject', 's3:GetObjectVersion', 's3:PutObject'];
const BUCKET_ACTIONS = ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketPolicy', 's3:ListBucket', 's3:ListBucketVersions'];

function mapped(stack: Stack, service: mapping.ProviderService, options?: mapping.ProviderOptions) {
  new mapping.IdMappingWorkflow(stack, 'Mapping', {
    sources: [givenInput(stack, 'crm')],
    technique: mapping.IdMappingTechnique.provider(service, options),
    outputBucket: s3.Bucket.fromBucketName(stack, 'Output', 'results'),
  });
  const template = Template.fromStack(stack);
  const [{ Properties }] = Object.values(template.findResources('AWS::EntityResolution::IdMappingWorkflow'));
  return { template, techniques: Properties.IdMappingTechniques, inputs: Properties.InputSourceConfig };
}

test('a provider service by its ARN needs no target, no bucket and no configuration', () => {
  const { template, techniques, inputs } = mapped(givenStack(), ProviderService.fromArn(SERVICE_ARN));

  expect(techniques).toEqual({ IdMappingType: 'PROVIDER', ProviderProperties: { ProviderServiceArn: SERVICE_ARN } });
  expect(inputs).toHaveLength(1);
  template.resourceCountIs('AWS::S3::Bucket', 0);
});

test('a provider service by its names is in the Region of the workflow', () => {
  const { techniques } = mapped(givenStack(), ProviderService.of('LiveRamp', 'Transcoding'), { providerConfiguration: { clientId: 'me' } });

  expect(techniques.ProviderProperties).toEqual({
    ProviderServiceArn: 'arn:aws:entityresolution:eu-west-1::providerservice/LiveRamp/Transcoding',
    ProviderConfiguration: { clientId: 'me' },
  });
});

test('the role may send requests to the asset of the subscription', () => {
  const { template } = mapped(givenStack(), ProviderService.fromArn(SERVICE_ARN, {
    dataExchangeAsset: { dataSetId: 'set', revisionId: 'revision', assetId: 'asset' },
  }));

  expect(statementsOf(template, 'Mapping').slice(-1)).toEqual([{
    Effect: 'Allow',
    Action: 'dataexchange:SendApiAsset',
    Resource: 'arn:aws:dataexchange:eu-west-1::data-sets/set/revisions/revision/assets/asset',
  }]);
});

describe('an intermediate bucket', () => {
  const service = ProviderService.fromArn(SERVICE_ARN, { intermediateAccounts: [ProviderService.LIVERAMP_ACCOUNT] });

  test('is made for the accounts of the provider, private and short-lived', () => {
    const stack = givenStack();
    const { template, techniques } = mapped(stack, service);
    const bucket = { Ref: 'MappingIntermediateBucket7A1B97F4' };
    const arn = { 'Fn::GetAtt': [bucket.Ref, 'Arn'] };

    expect(techniques.ProviderProperties.IntermediateSourceConfiguration).toEqual({ IntermediateS3Path: { 'Fn::Join': ['', ['s3://', bucket, '/']] } });
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
        LifecycleConfiguration: { Rules: [{ ExpirationInDays: 1, Status: 'Enabled' }] },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          { Effect: 'Allow', Principal: PROVIDER, Action: OBJECT_ACTIONS, Resource: { 'Fn::Join': ['', [arn, '/*']] } },
          { Effect: 'Allow', Principal: PROVIDER, Action: BUCKET_ACTIONS, Resource: arn },
        ],
      },
    });
    expect(warningsAt(stack, 'Stack/Mapping')).toEqual([]);
  });

  test('is read and written by the role of the workflow', () => {
    const stack = givenStack();
    const { template } = mapped(stack, service, { intermediateBucket: new s3.Bucket(stack, 'Own', { bucketName: 'own' }), intermediatePrefix: 'staged/' });
    const inBucket = (path: string) => ({ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Own30425842', 'Arn'] }, path]] });
    const objects = inBucket('/staged/*');

    expect(statementsOf(template, 'Mapping')).toEqual(expect.arrayContaining([
      expect.objectContaining({ Action: 's3:GetObject', Resource: [objects, inBucket('/staged'), inBucket('/staged_$folder$')] }),
      expect.objectContaining({ Action: 's3:PutObject', Resource: objects }),
    ]));
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: { Statement: [Match.objectLike({ Action: OBJECT_ACTIONS, Resource: objects }), Match.objectLike({ Action: BUCKET_ACTIONS })] },
    });
  });

  test.each([
    ['imported', (stack: Stack) => s3.Bucket.fromBucketName(stack, 'Own', 'own'), 'arn:aws:s3:::own'],
    ['an L1', (stack: Stack) => new s3.CfnBucket(stack, 'Own'), { 'Fn::GetAtt': ['Own', 'Arn'] }],
  ])('that is %s is left alone, with a warning that says what its policy has to contain', (_, bucket, arn) => {
    const stack = givenStack();
    const { template } = mapped(stack, service, { intermediateBucket: bucket(stack) });
    const objects = typeof arn === 'string' ? `${arn}/*` : { 'Fn::Join': ['', [arn, '/*']] };

    template.resourceCountIs('AWS::S3::BucketPolicy', 0);
    expect(warningsAt(stack, 'Stack/Mapping')).toEqual([
      `'intermediateBucket' is not a Bucket that this app defines and is not changed, its bucket policy has to contain: ${JSON.stringify([
        { Action: OBJECT_ACTIONS, Effect: 'Allow', Principal: PROVIDER, Resource: objects },
        { Action: BUCKET_ACTIONS, Effect: 'Allow', Principal: PROVIDER, Resource: arn },
      ])}`,
    ]);
  });

  test('that is given is used even when the provider names no accounts', () => {
    const stack = givenStack();
    const { techniques } = mapped(stack, ProviderService.fromArn(SERVICE_ARN), { intermediateBucket: s3.Bucket.fromBucketName(stack, 'Own', 'own') });

    expect(techniques.ProviderProperties.IntermediateSourceConfiguration).toEqual({ IntermediateS3Path: 's3://own/' });
    expect(warningsAt(stack, 'Stack/Mapping')).toEqual([]);
  });

  test('has to be there for a prefix', () => {
    expect(() => mapped(givenStack(), ProviderService.fromArn(SERVICE_ARN), { intermediatePrefix: 'staged/' })).toThrow(
      new Error("[Stack/Mapping] 'intermediatePrefix' needs an 'intermediateBucket'"));
  });

  test('takes no prefix that begins with a slash', () => {
    expect(() => mapped(givenStack(), service, { intermediatePrefix: '/staged' })).toThrow(
      new Error("[Stack/Mapping] 'intermediatePrefix' must not begin with a slash, got: \"/staged\""));
  });
});

test('hands out a copy of the accounts', () => {
  const service = ProviderService.fromArn(SERVICE_ARN, { intermediateAccounts: ['111122223333'] });
  service.intermediateAccounts.pop();

  expect(service.intermediateAccounts).toEqual(['111122223333']);
});
