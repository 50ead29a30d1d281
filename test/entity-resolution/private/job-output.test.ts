import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as mapping from '../../../src';
import { givenInput, givenMatchingWorkflow, givenStack, statementsOf, warningsAt } from '../given';

/** What the key's policy has to contain, so that jobs can be started by whoever may. */
const KEY_STATEMENT = {
  Action: ['kms:CreateGrant', 'kms:DescribeKey'],
  Condition: { StringEquals: { 'kms:ViaService': 'entityresolution.eu-west-1.amazonaws.com', 'kms:CallerAccount': '111122223333' } },
  Effect: 'Allow',
  Principal: { AWS: '*' },
  Resource: '*',
};

function givenMapping(stack: Stack, output: Pick<mapping.IdMappingWorkflowProps, 'outputBucket' | 'outputKey' | 'outputPrefix'> = {}) {
  const target = mapping.InputSource.matchingWorkflow(mapping.MatchingWorkflow.fromMatchingWorkflowName(stack, 'Target', 'loyalty'));
  return new mapping.IdMappingWorkflow(stack, 'Mapping', {
    sources: [givenInput(stack, 'crm')], target, technique: mapping.IdMappingTechnique.ruleBased(), ...output,
  });
}

/** Where the workflow writes to, and by what right. */
function outputOf(stack: Stack) {
  const template = Template.fromStack(stack);
  const [{ Properties: { OutputSourceConfig } }] = Object.values(template.findResources('AWS::EntityResolution::IdMappingWorkflow'));
  return { output: OutputSourceConfig[0], statements: statementsOf(template, 'Mapping').slice(-3) };
}

describe('a bucket and a key that are made for the workflow', () => {
  const stack = givenStack();
  givenMapping(stack);
  const template = Template.fromStack(stack);

  test('keep the output private, encrypted, versioned and over TLS only', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': ['MappingOutputKey97E7C629', 'Arn'] } },
        }],
      },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: { Statement: [Match.objectLike({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })] },
    });
  });

  test('stay when the stack goes', () => {
    template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    template.hasResource('AWS::KMS::Key', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('the key rotates and lets Entity Resolution use it for callers of this account', () => {
    template.hasResourceProperties('AWS::KMS::Key', {
      Description: 'Output of a workflow of AWS Entity Resolution',
      EnableKeyRotation: true,
      KeyPolicy: { Statement: [Match.objectLike({ Action: 'kms:*' }), KEY_STATEMENT] },
    });
  });
});

describe('a given bucket', () => {
  test('that knows its key, is written to with that key', () => {
    const stack = givenStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    givenMapping(stack, { outputBucket: new s3.Bucket(stack, 'Own', { encryptionKey }), outputPrefix: 'mapped/' });

    const { output, statements } = outputOf(stack);
    expect(output).toEqual({
      OutputS3Path: { 'Fn::Join': ['', ['s3://', { Ref: 'Own30425842' }, '/mapped/']] },
      KMSArn: { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] },
    });
    expect(statements).toMatchObject([
      { Resource: { 'Fn::GetAtt': ['Own30425842', 'Arn'] } },
      { Action: 's3:PutObject', Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Own30425842', 'Arn'] }, '/mapped/*']] } },
      { Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'], Resource: { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] } },
    ]);
    Template.fromStack(stack).resourceCountIs('AWS::S3::Bucket', 1);
    Template.fromStack(stack).resourceCountIs('AWS::KMS::Key', 1);
  });

  test.each([
    ['imported', (stack: Stack) => s3.Bucket.fromBucketName(stack, 'Own', 'results'), 's3://results/'],
    ['an L1', (stack: Stack) => new s3.CfnBucket(stack, 'Own'), { 'Fn::Join': ['', ['s3://', { Ref: 'Own' }, '/']] }],
  ])('that is %s, is written to with a new key and not changed', (_, bucket, path) => {
    const stack = givenStack();
    givenMapping(stack, { outputBucket: bucket(stack) });

    expect(outputOf(stack).output).toEqual({ OutputS3Path: path, KMSArn: { 'Fn::GetAtt': ['MappingOutputKey97E7C629', 'Arn'] } });
    Template.fromStack(stack).resourceCountIs('AWS::S3::BucketPolicy', 0);
  });
});

describe('a given key', () => {
  test('that this app defines, lets Entity Resolution use it', () => {
    const stack = givenStack();
    givenMapping(stack, { outputKey: new kms.Key(stack, 'Own') });

    Template.fromStack(stack).hasResourceProperties('AWS::KMS::Key', { KeyPolicy: { Statement: [Match.objectLike({ Action: 'kms:*' }), KEY_STATEMENT] } });
    expect(warningsAt(stack, 'Stack/Mapping')).toEqual([]);
  });

  test.each([
    ['imported', (stack: Stack) => kms.Key.fromKeyArn(stack, 'Own', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab')],
    ['an L1', (stack: Stack) => new kms.CfnKey(stack, 'Own', { keyPolicy: { Statement: [] } })],
  ])('that is %s, is left alone, with a warning that says what its policy has to contain', (_, key) => {
    const stack = givenStack();
    const outputKey = key(stack);
    givenMapping(stack, { outputKey });

    expect(warningsAt(stack, 'Stack/Mapping')).toEqual([
      `'outputKey' is not a Key that this app defines and is not changed, its key policy has to contain: ${JSON.stringify(KEY_STATEMENT)}`,
    ]);
    for (const { Properties } of Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'))) {
      expect(Properties.KeyPolicy).toEqual({ Statement: [] });
    }
    Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { KMSMasterKeyID: stack.resolve(outputKey.keyRef.keyArn) } }],
      },
    });
  });

  test('for two workflows is allowed once', () => {
    const stack = givenStack();
    const outputKey = new kms.Key(stack, 'Own');
    givenMapping(stack, { outputKey });
    new mapping.IdMappingWorkflow(stack, 'Second', {
      sources: [givenInput(stack, 'shop')],
      target: mapping.InputSource.matchingWorkflow(givenMatchingWorkflow(stack)),
      technique: mapping.IdMappingTechnique.ruleBased(),
      outputKey,
    });

    Template.fromStack(stack).hasResourceProperties('AWS::KMS::Key', { KeyPolicy: { Statement: [Match.objectLike({ Action: 'kms:*' }), KEY_STATEMENT] } });
  });
});

test('the key may be the one behind an alias', () => {
  const stack = givenStack();
  givenMapping(stack, { outputKey: new kms.Key(stack, 'Own').addAlias('alias/own') });

  Template.fromStack(stack).hasResourceProperties('AWS::EntityResolution::IdMappingWorkflow', {
    OutputSourceConfig: [{ KMSArn: { 'Fn::GetAtt': ['Own30425842', 'Arn'] } }],
  });
});
