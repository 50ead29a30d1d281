import * as cr from 'aws-cdk-lib/aws-cleanrooms';
import {
  COLLABORATION_ID, CONFIGURED_TABLES_ARN, givenIdMappingTable, givenMembership, MEMBERSHIP_ARN, MEMBERSHIP_ID, TABLE_ARN, TABLE_ID,
} from './given';
import * as mapping from '../../src';
import { givenStack, givenUser, statementsOfUser } from '../entity-resolution/given';

const TABLE_ATTRIBUTE = { 'Fn::GetAtt': ['TableCD117FA1', 'Arn'] };

test('lets an identity populate the table, which is asked for on the table and on its membership, and see the workflow that does it', () => {
  const { grants, stack } = givenIdMappingTable();
  grants.populate(givenUser(stack));

  expect(statementsOfUser(stack)).toEqual([
    { Effect: 'Allow', Action: 'cleanrooms:PopulateIdMappingTable', Resource: [TABLE_ATTRIBUTE, MEMBERSHIP_ARN] },
    {
      Effect: 'Allow',
      Action: 'entityresolution:GetIdMappingWorkflow',
      Resource: { 'Fn::Join': ['', ['arn:aws:entityresolution:eu-west-1:111122223333:idmappingworkflow/', { Ref: 'MappingE24B359D' }]] },
    },
  ]);
});

test('lets an identity see the table, its membership and its schema', () => {
  const { grants, stack } = givenIdMappingTable();
  grants.read(givenUser(stack));

  expect(statementsOfUser(stack)).toEqual([
    { Effect: 'Allow', Action: ['cleanrooms:GetIdMappingTable', 'cleanrooms:GetMembership'], Resource: [TABLE_ATTRIBUTE, MEMBERSHIP_ARN] },
    { Effect: 'Allow', Action: 'cleanrooms:GetSchema', Resource: [{ 'Fn::GetAtt': ['TableCD117FA1', 'CollaborationArn'] }, CONFIGURED_TABLES_ARN] },
  ]);
});

test('of a table that was imported, names what is known of it', () => {
  const stack = givenStack();
  const user = givenUser(stack);
  mapping.IdMappingTable.fromIdMappingTableArn(stack, 'Imported', TABLE_ARN).grants.read(user);
  mapping.IdMappingTable.fromIdMappingTableAttributes(stack, 'Known', {
    idMappingTableId: TABLE_ID,
    membership: givenMembership(stack),
    collaboration: mapping.Collaboration.fromCollaborationId(stack, 'Campaign', COLLABORATION_ID),
  }).grants.read(user);

  expect(statementsOfUser(stack)).toEqual([
    { Effect: 'Allow', Action: ['cleanrooms:GetIdMappingTable', 'cleanrooms:GetMembership'], Resource: [TABLE_ARN, MEMBERSHIP_ARN] },
    { Effect: 'Allow', Action: 'cleanrooms:GetSchema', Resource: [`arn:aws:cleanrooms:eu-west-1:*:collaboration/${COLLABORATION_ID}`, CONFIGURED_TABLES_ARN] },
  ]);
});

test('works on an L1, too, whose workflow may be any of the account', () => {
  const stack = givenStack();
  const l1 = new cr.CfnIdMappingTable(stack, 'L1', {
    membershipIdentifier: MEMBERSHIP_ID,
    name: 'table',
    inputReferenceConfig: {
      inputReferenceArn: 'arn:aws:entityresolution:eu-west-1:111122223333:idmappingworkflow/crm-to-members', manageResourcePolicies: true,
    },
  });
  mapping.IdMappingTableGrants.fromIdMappingTable(l1).populate(givenUser(stack));

  const membershipId = { 'Fn::Select': [1, { 'Fn::Split': ['|', { Ref: 'L1' }] }] };
  expect(statementsOfUser(stack)).toEqual([
    {
      Effect: 'Allow',
      Action: 'cleanrooms:PopulateIdMappingTable',
      Resource: [{ 'Fn::GetAtt': ['L1', 'Arn'] }, { 'Fn::Join': ['', ['arn:aws:cleanrooms:eu-west-1:111122223333:membership/', membershipId]] }],
    },
    {
      Effect: 'Allow',
      Action: 'entityresolution:GetIdMappingWorkflow',
      Resource: 'arn:aws:entityresolution:eu-west-1:111122223333:idmappingworkflow/*',
    },
  ]);
});
