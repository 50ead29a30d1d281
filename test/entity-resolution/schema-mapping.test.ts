import { CfnOutput, CfnParameter, Fn, PhysicalName } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { givenApp, givenFields, givenSchema, givenStack, numbered, warningsAt } from './given';
import * as mapping from '../../src';

const TYPE = 'AWS::EntityResolution::SchemaMapping';
const { SchemaInputAttribute } = mapping;

/** As few fields as may be, and then more up to the count. */
function fields(count: number): mapping.SchemaInputAttribute[] {
  return numbered(count, (number) => number === 1 ? SchemaInputAttribute.uniqueId('id') : SchemaInputAttribute.string(`field ${number}`));
}

function schema(props: Partial<mapping.SchemaMappingProps>): mapping.SchemaMapping {
  return new mapping.SchemaMapping(givenStack(), 'Schema', { mappedInputFields: givenFields(), ...props });
}

function generatedName(mappedInputFields: mapping.SchemaInputAttribute[]): string {
  const [resource] = Object.values(Template.fromStack(schema({ mappedInputFields }).stack).findResources(TYPE));
  return resource.Properties.SchemaName;
}

describe('with minimal properties', () => {
  test('has its fields and a generated name', () => {
    const { stack } = schema({});

    Template.fromStack(stack).templateMatches({
      Resources: {
        Schema42171392: {
          Type: TYPE,
          Properties: {
            SchemaName: 'StackSchema919FB323-bbc10072',
            MappedInputFields: [{ FieldName: 'id', Type: 'UNIQUE_ID' }, { FieldName: 'email', Type: 'EMAIL_ADDRESS', MatchKey: 'email' }],
          },
        },
      },
    });
  });

  test('its name changes when a field changes, so that the deployment makes a new one', () => {
    const [uniqueId, email] = givenFields();
    const renamed = generatedName([uniqueId, SchemaInputAttribute.emailAddress('email', { matchKey: 'mail' })]);

    expect(renamed).not.toBe(generatedName([uniqueId, email]));
    expect(renamed).toMatch(/^StackSchema919FB323-[0-9a-f]{8}$/);
  });

  test('its name stays when nothing changes', () => {
    expect(generatedName(givenFields())).toBe(generatedName(givenFields()));
  });

  test('gives its name and ARN as attributes', () => {
    const { stack, schemaName, schemaArn } = schema({});

    expect(stack.resolve(schemaName)).toEqual({ Ref: 'Schema42171392' });
    expect(stack.resolve(schemaArn)).toEqual({ 'Fn::GetAtt': ['Schema42171392', 'SchemaArn'] });
  });
});

test('with every property, has them all', () => {
  const { stack } = schema({
    schemaName: 'crm_customers-1',
    description: 'The customers of the CRM',
    tags: [{ key: 'team', value: 'crm' }],
    mappedInputFields: [
      SchemaInputAttribute.uniqueId('id'),
      SchemaInputAttribute.emailAddress('work_email', { matchKey: 'email', groupName: 'e-mails', subType: 'work', hashed: true }),
    ],
  });

  Template.fromStack(stack).hasResource(TYPE, {
    Properties: {
      SchemaName: 'crm_customers-1',
      Description: 'The customers of the CRM',
      Tags: [{ Key: 'team', Value: 'crm' }],
      MappedInputFields: [
        { FieldName: 'id', Type: 'UNIQUE_ID' },
        { FieldName: 'work_email', Type: 'EMAIL_ADDRESS', MatchKey: 'email', GroupName: 'e-mails', SubType: 'work', Hashed: true },
      ],
    },
  });
});

test('knows each match key once', () => {
  const { matchKeys } = schema({
    mappedInputFields: [
      ...givenFields(),
      SchemaInputAttribute.emailAddress('private_email', { matchKey: 'email' }),
      SchemaInputAttribute.phoneFull('phone', { matchKey: 'phone' }),
      SchemaInputAttribute.string('remark'),
    ],
  });

  expect(matchKeys).toEqual(['email', 'phone']);
});

test('does not hand out its own list of fields', () => {
  const mappedInputFields = givenFields();
  const { mappedInputFields: kept } = schema({ mappedInputFields });
  mappedInputFields.pop();

  expect(kept).toHaveLength(2);
});

describe('a name of your own', () => {
  test('comes with a warning of what a change of the fields will do', () => {
    expect(warningsAt(schema({ schemaName: 'crm' }).stack, 'Stack/Schema')).toEqual([
      "'schemaName' is given: once a workflow uses the schema mapping, Entity Resolution refuses to change its fields and the deployment fails; "
        + 'leave the name out, or change it together with the fields',
    ]);
  });

  test('may be generated when another account needs it', () => {
    const app = givenApp();
    const other = givenStack(app, 'Other', '444455556666');
    const { schemaName, schemaArn } = new mapping.SchemaMapping(other, 'Schema', {
      schemaName: PhysicalName.GENERATE_IF_NEEDED, mappedInputFields: givenFields(),
    });
    const stack = givenStack(app);
    new CfnOutput(stack, 'Name', { value: schemaName });
    new CfnOutput(stack, 'Arn', { value: schemaArn });
    givenSchema(stack);
    const { Name, Arn } = Template.fromStack(stack).toJSON().Outputs;

    expect(Name.Value).toMatch(/^otherotherschema[0-9a-f]+$/);
    expect(Arn.Value).toBe(`arn:aws:entityresolution:eu-west-1:444455556666:schemamapping/${Name.Value}`);
    Template.fromStack(other).hasResourceProperties(TYPE, { SchemaName: Name.Value });
  });

  test('that is generated has no warning', () => {
    expect(warningsAt(schema({}).stack, 'Stack/Schema')).toEqual([]);
  });
});

test('may have a column for deletions', () => {
  const { stack } = schema({ mappedInputFields: [...givenFields(), SchemaInputAttribute.deleteColumn()] });

  Template.fromStack(stack).hasResourceProperties(TYPE, {
    MappedInputFields: Match.arrayWith([{ FieldName: 'DELETE', Type: 'STRING' }]),
  });
});

describe('imported', () => {
  test('by name, is one of this account and Region', () => {
    const stack = givenStack();
    const imported = mapping.SchemaMapping.fromSchemaMappingName(stack, 'Imported', 'crm');

    expect(imported.schemaName).toBe('crm');
    expect(imported.schemaArn).toBe('arn:aws:entityresolution:eu-west-1:111122223333:schemamapping/crm');
    expect(imported.schemaMappingRef).toMatchObject({ schemaName: 'crm' });
  });

  test('by ARN, is one of the account and Region of the ARN', () => {
    const arn = 'arn:aws:entityresolution:us-east-1:444455556666:schemamapping/crm';
    const imported = mapping.SchemaMapping.fromSchemaMappingArn(givenStack(), 'Imported', arn);

    expect(imported.schemaName).toBe('crm');
    expect(imported.schemaArn).toBe(arn);
    expect(imported.env).toEqual({ account: '444455556666', region: 'us-east-1' });
  });

  test('by an ARN that is known at deployment, takes the name out of it then', () => {
    const stack = givenStack();
    const imported = mapping.SchemaMapping.fromSchemaMappingArn(stack, 'Imported', Fn.importValue('CrmSchemaArn'));

    expect(stack.resolve(imported.schemaName)).toEqual({
      'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::Select': [5, { 'Fn::Split': [':', { 'Fn::ImportValue': 'CrmSchemaArn' }] }] }] }],
    });
  });

  test('is not taken for one that is defined in this app', () => {
    const stack = givenStack();

    expect(mapping.SchemaMapping.isSchemaMapping(mapping.SchemaMapping.fromSchemaMappingName(stack, 'Imported', 'crm'))).toBe(false);
    expect(mapping.SchemaMapping.isSchemaMapping(new mapping.SchemaMapping(stack, 'Own', { mappedInputFields: givenFields() }))).toBe(true);
  });
});

describe('fails with', () => {
  test.each([
    ['an empty name', '', '""'],
    ['a name with a space', 'crm customers', '"crm customers"'],
    ['a name of 256 characters', 'n'.repeat(256), `"${'n'.repeat(256)}"`],
  ])('%s', (_, schemaName, got) => {
    expect(() => schema({ schemaName })).toThrow(
      new Error(`[Stack/Schema] 'schemaName' must be 1 to 255 letters, digits, hyphens or underscores, got: ${got}`));
  });

  test('a description of 256 characters', () => {
    expect(() => schema({ description: 'd'.repeat(256) })).toThrow(
      new Error("[Stack/Schema] 'description' must be at most 255 characters long, got 256 characters"));
  });

  test.each([1, 36])('%d fields', (count) => {
    expect(() => schema({ mappedInputFields: fields(count) })).toThrow(
      new Error(`[Stack/Schema] 'mappedInputFields' must have 2 to 35 items, got ${count}`));
  });

  test('no unique ID', () => {
    expect(() => schema({ mappedInputFields: [SchemaInputAttribute.string('a'), SchemaInputAttribute.string('b')] })).toThrow(
      new Error("[Stack/Schema] 'mappedInputFields' must have exactly one 'SchemaInputAttribute.uniqueId(...)', got: []"));
  });

  test('two unique IDs', () => {
    expect(() => schema({ mappedInputFields: [SchemaInputAttribute.uniqueId('id'), SchemaInputAttribute.uniqueId('key')] })).toThrow(
      new Error("[Stack/Schema] 'mappedInputFields' must have exactly one 'SchemaInputAttribute.uniqueId(...)', got: [\"id\",\"key\"]"));
  });

  test('a column that is named twice', () => {
    expect(() => schema({ mappedInputFields: [...givenFields(), SchemaInputAttribute.string('email')] })).toThrow(
      new Error("[Stack/Schema] 'mappedInputFields' must name each column once, got twice: \"email\""));
  });

  test.each([
    ['fieldName', SchemaInputAttribute.string('e.mail'), '"e.mail"'],
    ['fieldName', SchemaInputAttribute.string(''), '""'],
    ['matchKey', SchemaInputAttribute.string('x', { matchKey: 'é' }), '"é"'],
    ['groupName', SchemaInputAttribute.string('x', { groupName: 'a/b' }), '"a/b"'],
    ['subType', SchemaInputAttribute.string('x', { subType: 's'.repeat(256) }), `"${'s'.repeat(256)}"`],
  ])('a bad %s', (property, field, got) => {
    expect(() => schema({ mappedInputFields: [...givenFields(), field] })).toThrow(
      new Error(`[Stack/Schema] '${property}' must be 1 to 255 letters, digits, hyphens, underscores or spaces, got: ${got}`));
  });
});

describe('passes', () => {
  test.each(['n', 'n'.repeat(255), 'A-z_0-9'])('the name %s', (schemaName) => {
    expect(() => schema({ schemaName })).not.toThrow();
  });

  test.each([2, 35])('%d fields', (count) => {
    expect(() => schema({ mappedInputFields: fields(count) })).not.toThrow();
  });

  test('a description of 255 characters', () => {
    expect(() => schema({ description: 'd'.repeat(255) })).not.toThrow();
  });

  test('a sub-type of 255 characters', () => {
    expect(() => schema({ mappedInputFields: [...givenFields(), SchemaInputAttribute.string('x', { subType: 's'.repeat(255) })] })).not.toThrow();
  });

  test('what is known at deployment only', () => {
    const stack = givenStack();
    const text = (id: string) => new CfnParameter(stack, id).valueAsString;
    new mapping.SchemaMapping(stack, 'Schema', {
      schemaName: text('Name'),
      description: text('Description'),
      mappedInputFields: [
        SchemaInputAttribute.uniqueId(text('IdColumn')),
        SchemaInputAttribute.string(text('Column'), { matchKey: text('MatchKey'), groupName: text('GroupName'), subType: text('SubType') }),
        SchemaInputAttribute.string(text('Column2')),
      ],
    });

    Template.fromStack(stack).hasResourceProperties(TYPE, {
      SchemaName: { Ref: 'Name' },
      Description: { Ref: 'Description' },
      MappedInputFields: [
        { FieldName: { Ref: 'IdColumn' } },
        { FieldName: { Ref: 'Column' }, MatchKey: { Ref: 'MatchKey' }, GroupName: { Ref: 'GroupName' }, SubType: { Ref: 'SubType' } },
        { FieldName: { Ref: 'Column2' } },
      ],
    });
  });
});
