import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as mapping from '../../src';
import { EMAIL_RULE, givenMatchingWorkflow, givenSchema, givenStack } from '../entity-resolution/given';

const { CustomMlMemberAbility, InputSource, MemberAbility, PaymentResponsibility } = mapping;

/** A stack with every construct of Clean Rooms and, taken together, every property of theirs. */
export function completeStack(app?: App): Stack {
  const stack = givenStack(app);
  const tags = [{ key: 'team', value: 'crm' }];
  const bucket = s3.Bucket.fromBucketName(stack, 'Results', 'results');
  const role = iam.Role.fromRoleArn(stack, 'ResultsRole', 'arn:aws:iam::111122223333:role/results');

  const collaboration = new mapping.Collaboration(stack, 'Campaign', {
    collaborationName: 'Campaign',
    description: 'Who has seen the campaign',
    creatorDisplayName: 'Advertiser',
    creatorMemberAbilities: [MemberAbility.CAN_QUERY, MemberAbility.CAN_RUN_JOB, MemberAbility.CAN_RECEIVE_RESULTS],
    creatorMlMemberAbilities: [CustomMlMemberAbility.CAN_RECEIVE_MODEL_OUTPUT],
    creatorPaymentResponsibilities: Object.values(PaymentResponsibility),
    members: [
      {
        accountId: '444455556666',
        displayName: 'Publisher',
        memberAbilities: [MemberAbility.CAN_RECEIVE_RESULTS],
        mlMemberAbilities: [CustomMlMemberAbility.CAN_RECEIVE_INFERENCE_OUTPUT],
        paymentResponsibilities: [],
      },
    ],
    queryLog: true,
    jobLog: true,
    analyticsEngine: mapping.AnalyticsEngine.SPARK,
    dataEncryptionMetadata: { allowCleartext: true, allowDuplicates: true, allowJoinsOnColumnsWithDifferentNames: true, preserveNulls: true },
    autoApprovedChangeTypes: Object.values(mapping.AutoApprovedChangeType),
    allowedResultRegions: ['eu-west-1', 'us-east-1'],
    isMetricsEnabled: true,
    tags,
  });
  new mapping.Collaboration(stack, 'Study', {
    collaborationName: 'Study',
    description: 'Paid for by the agency',
    creatorDisplayName: 'Advertiser',
    members: [{ accountId: '777788889999', displayName: 'Agency', paymentResponsibilities: Object.values(PaymentResponsibility) }],
  });
  const membership = new mapping.Membership(stack, 'Membership', {
    collaboration,
    queryLog: true,
    jobLog: true,
    defaultResultConfiguration: { bucket, keyPrefix: 'queries/', resultFormat: mapping.ResultFormat.PARQUET, singleFileOutput: true, role },
    defaultJobResultConfiguration: { bucket, keyPrefix: 'jobs/', role },
    paymentResponsibilities: Object.values(PaymentResponsibility),
    isMetricsEnabled: true,
    tags,
  });

  const source = new mapping.IdNamespace(stack, 'Source', {
    type: mapping.IdNamespaceType.SOURCE,
    inputSources: [InputSource.glueTableFromAttributes({ databaseName: 'customers', tableName: 'crm' }, { schema: givenSchema(stack), bucket })],
  });
  const target = new mapping.IdNamespace(stack, 'Target', {
    type: mapping.IdNamespaceType.TARGET, inputSources: [InputSource.matchingWorkflow(givenMatchingWorkflow(stack))],
  });
  const workflow = new mapping.IdMappingWorkflow(stack, 'Mapping', {
    sources: [InputSource.idNamespace(source)],
    target: InputSource.idNamespace(target),
    technique: mapping.IdMappingTechnique.ruleBased({ rules: [EMAIL_RULE] }),
    writesOutput: false,
  });
  workflow.grants.cleanRooms();
  new mapping.IdMappingTable(stack, 'Audience', {
    membership,
    workflow,
    idMappingTableName: 'crm to members',
    description: 'Customers who are members',
    manageResourcePolicies: false,
    kmsKey: new kms.Key(stack, 'Key'),
    tags,
  });

  // Defined after the table, and after it in the order of ids, too: it has to wait for them all the same.
  new mapping.IdNamespaceAssociation(stack, 'Customers', {
    membership,
    idNamespace: source,
    idNamespaceAssociationName: 'Our customers',
    description: 'Of the CRM',
    allowUseAsDimensionColumn: true,
    tags,
  });
  new mapping.IdNamespaceAssociation(stack, 'Members', { membership, idNamespace: target, manageResourcePolicies: false });
  target.grants.cleanRooms();
  return stack;
}
