import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnParameter, Fn, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as kms from 'aws-cdk-lib/aws-kms';
import {
  COLLABORATION_ID, givenIdMappingTable, givenMembership, givenPartner, givenWorkflow, MEMBERSHIP_ARN, MEMBERSHIP_ID, TABLE_ARN,
  TABLE_ID,
} from './given';
import * as mapping from '../../src';
import { givenApp, givenInput, givenMatchingWorkflow, givenStack, warningsAt } from '../entity-resolution/given';

const TYPE = 'AWS::CleanRooms::IdMappingTable';
const { InputSource } = mapping;

describe('with minimal properties', () => {
  const { stack, idMappingTableId, idMappingTableArn, idMappingTableRef, collaborationArn, membershipId, workflow } = givenIdMappingTable();

  test('is made from the workflow, and lets Clean Rooms manage its policy', () => {
    Template.fromStack(stack).hasResource(TYPE, {
      Properties: {
        MembershipIdentifier: MEMBERSHIP_ID,
        Name: Match.stringLikeRegexp('^StackTable[0-9A-F]{8}-[0-9a-f]{8}$'),
        InputReferenceConfig: {
          InputReferenceArn: stack.resolve(er.CfnIdMappingWorkflow.arnForIdMappingWorkflow(workflow!)), ManageResourcePolicies: true,
        },
        KmsKeyArn: Match.absent(),
        Description: Match.absent(),
      },
      DependsOn: Match.absent(),
    });
    expect(warningsAt(stack, 'Stack/Table')).toEqual([]);
  });

  test('gives its identifiers and ARNs as attributes, not as Ref', () => {
    const attribute = (name: string) => ({ 'Fn::GetAtt': ['TableCD117FA1', name] });

    expect(stack.resolve([idMappingTableId, idMappingTableArn, collaborationArn])).toEqual(
      ['IdMappingTableIdentifier', 'Arn', 'CollaborationArn'].map(attribute));
    expect(idMappingTableRef).toEqual({ idMappingTableIdentifier: idMappingTableId, membershipIdentifier: membershipId, idMappingTableArn });
  });
});

test('with every property, has them all', () => {
  const { stack } = givenIdMappingTable({
    idMappingTableName: 'crm_to_members',
    description: 'Customers who are members',
    manageResourcePolicies: false,
    kmsKey: kms.Key.fromKeyArn(givenStack(), 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'),
    tags: [{ key: 'team', value: 'crm' }],
  });

  Template.fromStack(stack).hasResourceProperties(TYPE, {
    Name: 'crm_to_members',
    Description: 'Customers who are members',
    InputReferenceConfig: { ManageResourcePolicies: false },
    KmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    Tags: [{ Key: 'team', Value: 'crm' }],
  });
});

describe('the order of things', () => {
  const associate = (stack: Stack, id: string, membership: mapping.IMembership) =>
    new mapping.IdNamespaceAssociation(stack, id, { membership, idNamespace: mapping.IdNamespace.fromIdNamespaceName(stack, `${id}Namespace`, 'crm') });
  const dependenciesIn = (stack: Stack) => Object.values(Template.fromStack(stack).findResources(TYPE))[0].DependsOn;

  test('a table is made after the associations of its membership, also those that are defined after it', () => {
    const stack = givenStack();
    const membership = givenMembership(stack);
    associate(stack, 'Before', membership);
    associate(stack, 'Other', mapping.Membership.fromMembershipId(stack, 'Elsewhere', TABLE_ID));
    givenIdMappingTable({ membership }, stack);
    associate(stack, 'After', givenMembership(stack, 'SameMembership'));

    expect(dependenciesIn(stack)).toEqual(['After270C2031', 'Before9295B271']);
  });

  test('a stack with a table is deployed after the stack with the associations', () => {
    const app = givenApp();
    const [associations, tables] = [givenStack(app, 'Associations'), givenStack(app, 'Tables')];
    givenIdMappingTable({}, tables);
    associate(associations, 'Crm', givenMembership(associations));
    const stage = new Stage(app, 'Stage');
    const other = givenStack(stage as App);
    associate(other, 'Crm', givenMembership(other));
    app.synth();

    expect(tables.dependencies).toEqual([associations]);
  });

  test('a table that does not manage the policy of its workflow is made after it', () => {
    const stack = givenStack();
    const workflow = givenWorkflow(stack);
    givenIdMappingTable({ workflow, manageResourcePolicies: false }, stack);
    workflow.grants.cleanRooms();

    expect(dependenciesIn(stack)).toEqual(expect.arrayContaining([expect.stringMatching(/^MappingCleanRooms/)]));
  });
});

describe('the generated name', () => {
  const nameOf = ({ stack }: mapping.IdMappingTable) => Object.values(Template.fromStack(stack).findResources(TYPE))[0].Properties.Name;
  const withWorkflow = (props: Partial<mapping.IdMappingWorkflowProps>) => {
    const stack = givenStack();
    return givenIdMappingTable({ workflow: givenWorkflow(stack, props) }, stack);
  };

  test('changes with all that makes another table, and with nothing else', () => {
    const stack = givenStack();
    const inCollaboration = (id: string) => {
      const inStack = givenStack();
      const collaboration = mapping.Collaboration.fromCollaborationId(inStack, 'Campaign', id);
      return givenIdMappingTable({ membership: new mapping.Membership(inStack, 'Membership', { collaboration }) }, inStack);
    };
    const names = [
      givenIdMappingTable(),
      givenIdMappingTable({ manageResourcePolicies: false }),
      givenIdMappingTable({ membership: mapping.Membership.fromMembershipId(givenStack(), 'Other', TABLE_ID) }),
      givenIdMappingTable({ workflow: mapping.IdMappingWorkflow.fromIdMappingWorkflowName(stack, 'Other', 'other') }, stack),
      withWorkflow({ workflowName: 'other' }),
      inCollaboration(COLLABORATION_ID),
      inCollaboration(TABLE_ID),
    ].map(nameOf);

    expect(new Set(names).size).toBe(names.length);
    expect(nameOf(givenIdMappingTable({ description: 'Other' }))).toBe(names[0]);
    expect(nameOf(withWorkflow({ description: 'Other' }))).toBe(names[0]);
  });

  test('is one that Clean Rooms takes, however long and odd the path is', () => {
    const stack = givenStack(undefined, `s-${'-'.repeat(3)}${'x'.repeat(100)}`);

    expect(nameOf(givenIdMappingTable({}, stack))).toMatch(/^[a-zA-Z0-9_]{2,91}-[0-9a-f]{8}$/);
  });
});

describe('the key', () => {
  test('that the app defines, lets Clean Rooms use it', () => {
    const stack = givenStack();
    givenIdMappingTable({ kmsKey: new kms.Key(stack, 'Key') }, stack);
    const template = Template.fromStack(stack);

    template.hasResourceProperties(TYPE, { KmsKeyArn: { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] } });
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([{
          Effect: 'Allow',
          Principal: { Service: 'cleanrooms.amazonaws.com' },
          Action: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
          Resource: '*',
        }]),
      },
    });
    expect(warningsAt(stack, 'Stack/Table')).toEqual([]);
  });

  test('that was imported, is left alone, with a warning that has the statement', () => {
    const stack = givenStack();
    givenIdMappingTable({ kmsKey: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/1') }, stack);

    expect(warningsAt(stack, 'Stack/Table')).toEqual(["'kmsKey' is not a Key that this app defines and is not changed, its key policy has to contain: "
      + '{"Action":["kms:CreateGrant","kms:Decrypt","kms:DescribeKey","kms:GenerateDataKey"],"Effect":"Allow",'
      + '"Principal":{"Service":"cleanrooms.amazonaws.com"},"Resource":"*"}']);
  });

  test.each([
    ['imported by its name', (stack: Stack) => kms.Alias.fromAliasName(stack, 'Key', 'alias/tables')],
    ['of a key that the app defines', (stack: Stack) => new kms.Alias(stack, 'Key', { aliasName: 'alias/tables', targetKey: new kms.Key(stack, 'Target') })],
  ])('fails as an alias, %s', (_, alias) => {
    const stack = givenStack();

    expect(() => givenIdMappingTable({ kmsKey: alias(stack) }, stack)).toThrow(new Error("[Stack/Table] 'kmsKey' must be a key, got the alias Stack/Key: "
      + "Clean Rooms takes the ARN of a key only, so give the key itself, by 'kms.Key.fromKeyArn(...)' if it is not defined in this app"));
  });
});

describe('what makes another table', () => {
  let outdir: string;

  beforeEach(() => {
    outdir = mkdtempSync(join(tmpdir(), 'cdk-out-'));
  });

  afterEach(() => {
    rmSync(outdir, { recursive: true });
  });

  interface Given {
    readonly table?: Partial<mapping.IdMappingTableProps>;
    readonly membershipId?: string;
    readonly collaborationId?: string;
    readonly workflowName?: string;
    readonly sourceName?: string;
  }

  const template = () => readFileSync(join(outdir, 'Stack.template.json'), 'utf8');

  /** Synthesizes a table as the CDK CLI has it done, into a folder that stays. @returns the warnings */
  function synthesize({ table, membershipId, collaborationId = COLLABORATION_ID, workflowName, sourceName = 'crm' }: Given = {}): string[] {
    const stack = givenStack(new App({ outdir, postCliContext: { '@aws-cdk/core:enablePartitionLiterals': true } }));
    const collaboration = mapping.Collaboration.fromCollaborationId(stack, 'Campaign', collaborationId);
    const workflow = new mapping.IdMappingWorkflow(stack, 'Mapping', {
      workflowName,
      sources: [InputSource.idNamespace(mapping.IdNamespace.fromIdNamespaceName(stack, 'Source', sourceName))],
      target: InputSource.idNamespace(givenPartner(stack)),
      technique: mapping.IdMappingTechnique.ruleBased(),
      writesOutput: false,
    });
    const membership = membershipId
      ? mapping.Membership.fromMembershipId(stack, 'Imported', membershipId)
      : new mapping.Membership(stack, 'Membership', { collaboration });
    givenIdMappingTable({ membership, workflow, ...table }, stack);
    return warningsAt(stack, 'Stack/Table');
  }

  const warning = (what: string, hint = '') => `${what} changed since the last synthesis: CloudFormation replaces the ID mapping table, and what it was `
    + `populated with is lost; an IdMappingTablePopulation populates the new table, which is billed, otherwise it stays empty${hint}`;
  const other = '55555555-5555-5555-5555-555555555555';

  test.each<[string, Given, string]>([
    ['the name', { table: { idMappingTableName: 'other' } }, warning("'idMappingTableName'")],
    ['the membership', { membershipId: other }, warning("'membership'")],
    ['the collaboration of the membership', { collaborationId: other }, warning("'membership'")],
    ['the name of the workflow', { workflowName: 'other' }, warning("'workflow'")],
    ['who manages the policy', { table: { manageResourcePolicies: false } }, warning("'manageResourcePolicies'")],
    ['the workflow and the membership', { workflowName: 'other', membershipId: other }, warning("'membership' and 'workflow'")],
  ])('is %s, of which the synthesis warns once', (_, changed, expected) => {
    expect([synthesize(), synthesize(changed), synthesize(changed)]).toEqual([[], [expected], []]);
  });

  test('with a name that stays, is told that the name is taken', () => {
    const table = { idMappingTableName: 'crm_to_members' };

    expect([synthesize({ table }), synthesize({ table, membershipId: other })]).toEqual([[], [
      warning("'membership'", "; the old table has the name until it is deleted: change 'idMappingTableName', too, or leave it out"),
    ]]);
  });

  test('is none of the other properties, nor what the workflow maps', () => {
    const kmsKey = kms.Key.fromKeyArn(givenStack(), 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/1');
    synthesize();

    expect(synthesize({ table: { kmsKey, description: 'Other', tags: [{ key: 'team', value: 'crm' }] }, sourceName: 'shop' }))
      .toEqual([expect.stringMatching("^'kmsKey' is not a Key")]);
  });

  test('is not looked for in half a template, nor in another resource', () => {
    synthesize();
    const whole = template();
    writeFileSync(join(outdir, 'Stack.template.json'), whole.slice(0, 100));
    expect(synthesize({ membershipId: other })).toEqual([]);
    writeFileSync(join(outdir, 'Stack.template.json'), whole.replace(TYPE, 'AWS::CleanRooms::AnalysisTemplate'));
    expect(synthesize({ membershipId: other })).toEqual([]);
  });

  test('is not in the template, which is the same with a template before and without', () => {
    synthesize();
    synthesize({ membershipId: other });
    const after = template();
    rmSync(join(outdir, 'Stack.template.json'));
    synthesize({ membershipId: other });

    expect(template()).toBe(after);
  });

  test('is not what only refers to another stack: that is compared as the template has it', () => {
    const build = (membershipId: string) => {
      const app = new App({ outdir });
      const [parent, workflows] = [givenStack(app), givenStack(app, 'Workflows')];
      const membership = mapping.Membership.fromMembershipId(parent, 'Membership', membershipId);
      givenIdMappingTable({ membership, workflow: givenWorkflow(workflows) }, new NestedStack(parent, 'Nested') as Stack);
      const messages = app.synth().getStackByName('Stack').messages.map(({ entry }) => String(entry.data));
      return messages.filter((message) => message.includes('cdk-id-mapping'));
    };

    expect([build(MEMBERSHIP_ID), build(MEMBERSHIP_ID), build(other)]).toEqual([[], [], [expect.stringContaining(warning("'membership'"))]]);
  });
});

describe('imported', () => {
  test('by its ARN, has its identifiers', () => {
    const imported = mapping.IdMappingTable.fromIdMappingTableArn(givenStack(), 'Imported', TABLE_ARN);

    expect(imported.idMappingTableRef).toEqual({
      idMappingTableIdentifier: TABLE_ID, membershipIdentifier: MEMBERSHIP_ID, idMappingTableArn: TABLE_ARN,
    });
    expect([imported.collaborationArn, imported.workflow]).toEqual([undefined, undefined]);
    expect([imported, givenIdMappingTable()].map(mapping.IdMappingTable.isIdMappingTable)).toEqual([false, true]);
  });

  test('by its attributes, has what is known of it', () => {
    const stack = givenStack();
    const workflow = mapping.IdMappingWorkflow.fromIdMappingWorkflowName(stack, 'Mapping', 'crm-to-members');
    const collaboration = mapping.Collaboration.fromCollaborationId(stack, 'Campaign', COLLABORATION_ID);
    const imported = mapping.IdMappingTable.fromIdMappingTableAttributes(stack, 'Imported', {
      idMappingTableId: TABLE_ID, membership: mapping.Membership.fromMembershipArn(stack, 'Membership', MEMBERSHIP_ARN), collaboration, workflow,
    });

    expect(imported.idMappingTableArn).toBe(TABLE_ARN);
    expect([imported.membershipId, imported.collaborationArn, imported.workflow]).toEqual([MEMBERSHIP_ID, collaboration.collaborationArn, workflow]);
  });

  test('by an ARN that is known at deployment, takes the identifiers out of it then', () => {
    const stack = givenStack();
    const imported = mapping.IdMappingTable.fromIdMappingTableArn(stack, 'Imported', Fn.importValue('Arn'));

    expect(stack.resolve(imported.idMappingTableId)).toEqual({ 'Fn::Select': [3, { 'Fn::Split': ['/', { 'Fn::ImportValue': 'Arn' }] }] });
  });

  test.each([MEMBERSHIP_ARN, TABLE_ARN.replace('idmappingtable', 'idnamespaceassociation'), `${TABLE_ARN}/x`])('fails with the ARN %s', (arn) => {
    expect(() => mapping.IdMappingTable.fromIdMappingTableArn(givenStack(), 'Imported', arn)).toThrow(new Error(
      `[Stack] the ARN must end with ":membership/<id>/idmappingtable/<id>", got: "${arn}"`));
  });

  test('fails with an identifier that is none', () => {
    const stack = givenStack();
    const message = 'must be a UUID in lower case, such as "1a2b3c4d-0000-1111-2222-333344445555", got: "mine"';

    expect(() => mapping.IdMappingTable.fromIdMappingTableArn(stack, 'Imported', TABLE_ARN.replace(TABLE_ID, 'mine'))).toThrow(
      new Error(`[Stack] 'idmappingtable' ${message}`));
    expect(() => mapping.IdMappingTable.fromIdMappingTableAttributes(stack, 'Imported', { idMappingTableId: 'mine', membership: givenMembership(stack) }))
      .toThrow(new Error(`[Stack] 'idMappingTableId' ${message}`));
  });
});

describe('fails with', () => {
  test.each(['', '-a', 'a-b', 'ab--c', 'ab-', ' a', 'ä', 'a/b', 'n'.repeat(129)])('the name %j', (idMappingTableName) => {
    expect(() => givenIdMappingTable({ idMappingTableName })).toThrow(new Error("[Stack/Table] 'idMappingTableName' must be 1 to 128 letters, digits, "
      + 'underscores, spaces or hyphens; it begins with neither a space nor a hyphen, its second and its last character are no hyphen, and no two hyphens '
      + `follow each other; got: "${idMappingTableName}"`));
  });

  test.each(['a', '_', 'ab-c', 'crm to members', 'aa-b-c d', 'n'.repeat(128)])('nothing with the name %j', (idMappingTableName) => {
    expect(() => givenIdMappingTable({ idMappingTableName })).not.toThrow();
  });

  test('a description of 256 characters', () => {
    expect(() => givenIdMappingTable({ description: 'd'.repeat(256) })).toThrow(new Error(
      "[Stack/Table] 'description' must be at most 255 characters long, got 256 characters"));
  });

  const inputs: [string, (stack: Stack) => Partial<mapping.IdMappingWorkflowProps>][] = [
    ['a Glue table as its source', (stack) => ({ sources: [givenInput(stack, 'crm')] })],
    ['two sources', (stack) => ({
      sources: ['crm', 'shop'].map((name) => InputSource.idNamespace(mapping.IdNamespace.fromIdNamespaceName(stack, name, name))),
    })],
    ['a matching workflow as its target', (stack) => ({ target: InputSource.matchingWorkflow(givenMatchingWorkflow(stack)) })],
    ['no target', () => ({ target: undefined, technique: mapping.IdMappingTechnique.provider(mapping.ProviderService.of('LiveRamp', 'Transcoding')) })],
  ];
  test.each(inputs)('a workflow with %s', (_, props) => {
    const stack = givenStack();
    const workflow = new mapping.IdMappingWorkflow(stack, 'Mapping', {
      sources: [InputSource.idNamespace(mapping.IdNamespace.fromIdNamespaceName(stack, 'Source', 'source'))],
      target: InputSource.idNamespace(givenPartner(stack)),
      technique: mapping.IdMappingTechnique.ruleBased(),
      ...props(stack),
    });

    expect(() => givenIdMappingTable({ workflow }, stack)).toThrow(new Error("[Stack/Table] 'workflow' must map one ID namespace to another, "
      + "Stack/Mapping has other inputs: give it 'InputSource.idNamespace(...)' as its only source and as its target"));
  });
});

test('takes what is known at deployment only', () => {
  const stack = givenStack();
  const text = (id: string) => new CfnParameter(stack, id).valueAsString;
  givenIdMappingTable({
    idMappingTableName: text('Name'),
    description: text('Description'),
    membership: mapping.Membership.fromMembershipId(stack, 'Imported', text('Membership')),
    workflow: mapping.IdMappingWorkflow.fromIdMappingWorkflowName(stack, 'Mapping', text('Workflow')),
  }, stack);

  Template.fromStack(stack).hasResourceProperties(TYPE, {
    Name: { Ref: 'Name' }, Description: { Ref: 'Description' }, MembershipIdentifier: { Ref: 'Membership' },
  });
});
