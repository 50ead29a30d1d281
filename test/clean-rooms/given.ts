import { Stack } from 'aws-cdk-lib';
import * as mapping from '../../src';
import { givenStack } from '../entity-resolution/given';

export const COLLABORATION_ID = '11111111-1111-1111-1111-111111111111';
export const MEMBERSHIP_ID = '22222222-2222-2222-2222-222222222222';
export const TABLE_ID = '33333333-3333-3333-3333-333333333333';
export const ASSOCIATION_ID = '44444444-4444-4444-4444-444444444444';

export const MEMBERSHIP_ARN = `arn:aws:cleanrooms:eu-west-1:111122223333:membership/${MEMBERSHIP_ID}`;
export const TABLE_ARN = `${MEMBERSHIP_ARN}/idmappingtable/${TABLE_ID}`;
/** The schemas of the membership's configured tables. Whoever sees a schema is asked for them, too. */
export const CONFIGURED_TABLES_ARN = `${MEMBERSHIP_ARN}/configuredtableassociation/*`;
export const ASSOCIATION_ARN = `${MEMBERSHIP_ARN}/idnamespaceassociation/${ASSOCIATION_ID}`;

/** The membership of this account, made elsewhere. */
export function givenMembership(stack: Stack, id = 'Membership'): mapping.IMembership {
  return mapping.Membership.fromMembershipId(stack, id, MEMBERSHIP_ID);
}

/** A namespace of this account. */
export function givenNamespace(stack: Stack): mapping.IdNamespace {
  return new mapping.IdNamespace(stack, 'Crm', { type: mapping.IdNamespaceType.SOURCE, idNamespaceName: 'crm' });
}

/** The namespace of the other member. */
export function givenPartner(stack: Stack): mapping.IIdNamespace {
  return mapping.IdNamespace.fromIdNamespaceArn(stack, 'Partner', 'arn:aws:entityresolution:eu-west-1:444455556666:idnamespace/members');
}

/** A workflow as a table needs it: it maps one namespace to another, and has no output of its own. */
export function givenWorkflow(stack: Stack, props: Partial<mapping.IdMappingWorkflowProps> = {}): mapping.IdMappingWorkflow {
  return new mapping.IdMappingWorkflow(stack, 'Mapping', {
    sources: [mapping.InputSource.idNamespace(givenNamespace(stack))],
    target: mapping.InputSource.idNamespace(givenPartner(stack)),
    technique: mapping.IdMappingTechnique.ruleBased(),
    writesOutput: false,
    ...props,
  });
}

/** A table in a stack of its own, or in the given one. */
export function givenIdMappingTable(props: Partial<mapping.IdMappingTableProps> = {}, stack = givenStack()): mapping.IdMappingTable {
  return new mapping.IdMappingTable(stack, 'Table', {
    membership: props.membership ?? givenMembership(stack), workflow: props.workflow ?? givenWorkflow(stack), ...props,
  });
}
