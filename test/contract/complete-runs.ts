import { Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as mapping from '../../src';
import { TABLE_ARN } from '../clean-rooms/given';
import { givenInput, givenStack } from '../entity-resolution/given';
import { givenMapping, givenSource, givenTableOf, givenTarget } from '../live-review/given';

const { JobType, OnBusy, OnFailure, RunWhen, WaitFor } = mapping;

/** A stack with a run of each kind and, taken together, every property of theirs and of the runner. */
export function completeRuns(): Stack {
  const stack = givenStack();
  mapping.IdMappingRunner.of(stack, {
    logRetention: logs.RetentionDays.ONE_YEAR,
    vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1234abcd', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-1234abcd'] }),
    encryptionKey: new kms.Key(stack, 'RunnerKey'),
    architecture: lambda.Architecture.ARM_64,
  });

  const loyalty = new mapping.MatchingWorkflow(stack, 'Loyalty', {
    inputSources: [givenInput(stack, 'loyalty')],
    technique: mapping.ResolutionTechnique.ruleBased({ rules: [{ ruleName: 'email', matchingKeys: ['email'] }] }),
  });
  const workflow = givenMapping(stack, loyalty, { incrementalRun: true });
  const source = givenSource(stack);
  const target = givenTarget(stack, loyalty);
  const table = givenTableOf(stack, source, target, { kmsKey: new kms.Key(stack, 'TableKey') });

  loyalty.runOnDeploy('Index', { waitFor: WaitFor.SUCCEEDED, timeout: Duration.hours(6), runTrigger: 'data of 2026-11' });
  workflow.runOnDeploy('FirstRun', { waitFor: WaitFor.SUCCEEDED, onFailure: OnFailure.WARN, pollInterval: Duration.seconds(30), runWhen: RunWhen.NEVER_ON_UPDATE });
  workflow.runOnDeploy('Elsewhere', {
    jobType: JobType.INCREMENTAL,
    onBusy: OnBusy.JOIN,
    output: {
      role: new iam.Role(stack, 'OutputRole', { assumedBy: new iam.ServicePrincipal('entityresolution.amazonaws.com') }),
      bucket: s3.Bucket.fromBucketName(stack, 'Output', 'results'),
      prefix: 'runs/',
      key: new kms.Key(stack, 'OutputKey'),
    },
  });
  table.populateOnDeploy('Population', { jobType: JobType.BATCH, waitFor: WaitFor.SUCCEEDED, timeout: Duration.hours(2) });
  // Nothing is known of its workflow.
  new mapping.IdMappingTablePopulation(stack, 'Imported', {
    table: mapping.IdMappingTable.fromIdMappingTableArn(stack, 'ImportedTable', TABLE_ARN),
  });
  return stack;
}
