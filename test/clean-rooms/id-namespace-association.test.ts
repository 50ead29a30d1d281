import { CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ASSOCIATION_ARN, ASSOCIATION_ID, givenMembership, givenNamespace, givenPartner, MEMBERSHIP_ID } from './given';
import * as mapping from '../../src';
import { givenStack } from '../entity-resolution/given';

const TYPE = 'AWS::CleanRooms::IdNamespaceAssociation';

function association(props: Partial<mapping.IdNamespaceAssociationProps> = {}, stack = givenStack()): mapping.IdNamespaceAssociation {
  return new mapping.IdNamespaceAssociation(stack, 'Association', {
    membership: props.membership ?? givenMembership(stack), idNamespace: props.idNamespace ?? givenNamespace(stack), ...props,
  });
}

function nameIn(stack: Stack): string {
  return Object.values(Template.fromStack(stack).findResources(TYPE))[0].Properties.Name;
}

describe('with minimal properties', () => {
  const { stack, idNamespaceAssociationId, idNamespaceAssociationArn, membershipId, idNamespaceAssociationRef } = association();

  test('associates the namespace, and lets Clean Rooms manage its policy', () => {
    Template.fromStack(stack).hasResourceProperties(TYPE, {
      MembershipIdentifier: MEMBERSHIP_ID,
      Name: Match.stringLikeRegexp('^StackAssociation[0-9A-F]{8}-[0-9a-f]{8}$'),
      InputReferenceConfig: { InputReferenceArn: { 'Fn::GetAtt': ['Crm6D404871', 'IdNamespaceArn'] }, ManageResourcePolicies: true },
      IdMappingConfig: Match.absent(),
    });
  });

  test('gives its identifier and ARN as attributes, not as Ref', () => {
    const attribute = (name: string) => ({ 'Fn::GetAtt': ['AssociationA4069362', name] });

    expect(stack.resolve([idNamespaceAssociationId, idNamespaceAssociationArn])).toEqual(['IdNamespaceAssociationIdentifier', 'Arn'].map(attribute));
    expect(idNamespaceAssociationRef).toEqual({
      idNamespaceAssociationIdentifier: idNamespaceAssociationId, idNamespaceAssociationArn, membershipIdentifier: membershipId,
    });
  });
});

test('with every property, has them all', () => {
  const { stack } = association({
    idNamespaceAssociationName: 'Our customers',
    description: 'Of the CRM',
    manageResourcePolicies: false,
    allowUseAsDimensionColumn: false,
    tags: [{ key: 'team', value: 'crm' }],
  });

  Template.fromStack(stack).hasResourceProperties(TYPE, {
    Name: 'Our customers',
    Description: 'Of the CRM',
    InputReferenceConfig: { ManageResourcePolicies: false },
    IdMappingConfig: { AllowUseAsDimensionColumn: false },
    Tags: [{ Key: 'team', Value: 'crm' }],
  });
});

test('the generated name changes with all that makes another association, and with nothing else', () => {
  const name = nameIn(association().stack);
  const stack = givenStack();
  const renamed = new mapping.IdNamespace(stack, 'Crm', { type: mapping.IdNamespaceType.SOURCE, idNamespaceName: 'customers' });
  const others = [
    association({ idNamespace: renamed }, stack),
    association({ manageResourcePolicies: false }),
    association({ membership: mapping.Membership.fromMembershipId(givenStack(), 'Other', ASSOCIATION_ID) }),
  ].map((other) => nameIn(other.stack));

  expect(nameIn(association({ description: 'Of the CRM', allowUseAsDimensionColumn: true }).stack)).toBe(name);
  expect(new Set([name, ...others]).size).toBe(4);
});

describe('imported', () => {
  test('by its ARN, has its identifiers', () => {
    const imported = mapping.IdNamespaceAssociation.fromIdNamespaceAssociationArn(givenStack(), 'Imported', ASSOCIATION_ARN);

    expect(imported.idNamespaceAssociationRef).toEqual({
      idNamespaceAssociationIdentifier: ASSOCIATION_ID, membershipIdentifier: MEMBERSHIP_ID, idNamespaceAssociationArn: ASSOCIATION_ARN,
    });
    const { isIdNamespaceAssociation } = mapping.IdNamespaceAssociation;
    expect([isIdNamespaceAssociation(imported), isIdNamespaceAssociation(association())]).toEqual([false, true]);
  });

  test('by an ARN that is known at deployment, takes the identifiers out of it then', () => {
    const stack = givenStack();
    const imported = mapping.IdNamespaceAssociation.fromIdNamespaceAssociationArn(stack, 'Imported', Fn.importValue('Arn'));

    expect(stack.resolve([imported.membershipId, imported.idNamespaceAssociationId])).toEqual(
      ['1', '3'].map((index) => ({ 'Fn::Select': [Number(index), { 'Fn::Split': ['/', { 'Fn::ImportValue': 'Arn' }] }] })));
  });

  test('fails with the ARN of something else', () => {
    const arn = ASSOCIATION_ARN.replace('idnamespaceassociation', 'idmappingtable');

    expect(() => mapping.IdNamespaceAssociation.fromIdNamespaceAssociationArn(givenStack(), 'Imported', arn)).toThrow(new Error(
      `[Stack] the ARN must end with ":membership/<id>/idnamespaceassociation/<id>", got: "${arn}"`));
  });
});

describe('fails with', () => {
  test.each(['', ' ', 'n'.repeat(101)])('the name %j', (idNamespaceAssociationName) => {
    expect(() => association({ idNamespaceAssociationName })).toThrow(new Error(
      `[Stack/Association] 'idNamespaceAssociationName' must be 1 to 100 characters in one line, not all of them blank, got: "${idNamespaceAssociationName}"`));
  });

  test('a description of 256 characters', () => {
    expect(() => association({ description: 'd'.repeat(256) })).toThrow(new Error(
      "[Stack/Association] 'description' must be at most 255 characters long, got 256 characters"));
  });

  test('what is no ID namespace', () => {
    const arn = 'arn:aws:entityresolution:eu-west-1:111122223333:matchingworkflow/members';
    const stack = givenStack();
    const idNamespace = mapping.IdNamespace.fromIdNamespaceArn(stack, 'Imported', arn);

    expect(() => association({ idNamespace }, stack)).toThrow(new Error(`[Stack/Association] 'idNamespace' must be an ID namespace, got: "${arn}"`));
    expect(() => association({ idNamespace: givenPartner(givenStack()) })).not.toThrow();
  });
});

test('takes what is known at deployment only', () => {
  const stack = givenStack();
  const text = (id: string) => new CfnParameter(stack, id).valueAsString;
  association({
    idNamespaceAssociationName: text('Name'),
    description: text('Description'),
    idNamespace: mapping.IdNamespace.fromIdNamespaceArn(stack, 'Imported', text('Arn')),
  }, stack);

  Template.fromStack(stack).hasResourceProperties(TYPE, {
    Name: { Ref: 'Name' }, Description: { Ref: 'Description' }, InputReferenceConfig: { InputReferenceArn: { Ref: 'Arn' } },
  });
});
