import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import {
  IdMappingTechnique, IdMappingWorkflow, IdNamespace, IdNamespaceType, InputSource, MatchingWorkflow, ResolutionTechnique,
  SchemaInputAttribute, SchemaMapping,
} from '../../src';
import { readTemplate } from '../src/template';

const arn = (service: string, type: string, ...name: unknown[]) => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:${service}:`, { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, `:${type}/`, ...name]],
});
const table = (name: string, parameters: object) => ({
  Type: 'AWS::Glue::Table',
  Properties: { TableInput: { Name: name, Parameters: parameters, StorageDescriptor: { Columns: [{ Name: 'id' }, { Name: 'mail' }], SerdeInfo: { Parameters: { separatorChar: ';' } } } } },
});
const rulesOf = (name: string) => [{ RuleName: name, MatchingKeys: ['email'] }];
const workflow = (path: string, rules: object) => ({
  Type: 'AWS::EntityResolution::IdMappingWorkflow',
  Metadata: { 'aws:cdk:path': `${path}/Resource` },
  Properties: {
    WorkflowName: `${path.replaceAll('/', '')}-1a2b`,
    IdMappingTechniques: {
      IdMappingType: 'RULE_BASED',
      RuleBasedProperties: { AttributeMatchingModel: 'ONE_TO_ONE', RecordMatchingModel: 'MANY_SOURCE_TO_ONE_TARGET', ...rules },
    },
    InputSourceConfig: [
      { Type: 'SOURCE', InputSourceARN: arn('glue', 'table', { Ref: 'Database' }, '/crm'), SchemaArn: { 'Fn::GetAtt': ['Schema', 'SchemaArn'] } },
      { Type: 'TARGET', InputSourceARN: arn('entityresolution', 'matchingworkflow', { Ref: 'Shop' }) },
    ],
  },
});
const RESOURCES = {
  Schema: {
    Type: 'AWS::EntityResolution::SchemaMapping',
    Properties: {
      SchemaName: 'people',
      MappedInputFields: [{ FieldName: 'id', Type: 'UNIQUE_ID' }, { FieldName: 'mail', Type: 'EMAIL_ADDRESS', MatchKey: 'email', SubType: 'home', GroupName: 'g', Hashed: true }],
    },
  },
  Crm: table('crm', { 'skip.header.line.count': '1' }),
  ShopTable: table('shop', {}),
  Shop: {
    Type: 'AWS::EntityResolution::MatchingWorkflow',
    Properties: {
      InputSourceConfig: [{ InputSourceARN: arn('glue', 'table', { Ref: 'Database' }, '/', { Ref: 'ShopTable' }), SchemaArn: arn('entityresolution', 'schemamapping', { Ref: 'Schema' }) }],
      ResolutionTechniques: { RuleBasedProperties: { Rules: rulesOf('of the shop') } },
    },
  },
  Own: workflow('App/Own', { Rules: rulesOf('own') }),
  Shops: workflow('App/Shops', { RuleDefinitionType: 'TARGET' }),
};

let app: string;

beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), 'template-test-'));
  await mkdir(join(app, 'assembly-Stage'));
  await writeFile(join(app, 'assembly-Stage', 'App.template.json'), JSON.stringify({ Resources: RESOURCES }));
  await writeFile(join(app, 'Empty.template.json'), '{}');
});

afterAll(async () => {
  await rm(app, { recursive: true });
});

const FIELDS = [{ fieldName: 'id', type: 'UNIQUE_ID' }, { fieldName: 'mail', type: 'EMAIL_ADDRESS', matchKey: 'email', subType: 'home', groupName: 'g', hashed: true }];

test.each(['Own', 'App/Own', 'AppOwn-1a2b'])('the workflow %s is found, with its rules, inputs and schemas', async (name) => {
  expect(await readTemplate(app, name)).toEqual({
    name: 'App/Own',
    rules: [{ ruleName: 'own', matchingKeys: ['email'] }],
    attributeMatchingModel: 'ONE_TO_ONE',
    recordMatchingModel: 'MANY_SOURCE_TO_ONE_TARGET',
    sources: [{ name: 'crm', files: [], separator: ';', fields: FIELDS }],
    targets: [{ name: 'shop', files: [], separator: ';', columns: ['id', 'mail'], fields: FIELDS }],
  });
});

test('a workflow without rules takes those of the matching workflow on the side that defines them', async () => {
  expect((await readTemplate(app, 'Shops')).rules).toEqual([{ ruleName: 'of the shop', matchingKeys: ['email'] }]);
});

test('a workflow that is not in the app is refused with those that are', async () => {
  await expect(readTemplate(app, 'Nope')).rejects.toThrow(`--workflow Nope: ${app} has no such ID mapping workflow; it has: App/Own, App/Shops; ` +
    'one that is only imported is not in it');
});

test('a folder without templates is refused', async () => {
  await expect(readTemplate(join(app, 'nope'), 'Own')).rejects.toThrow('there is no template; give the folder that `cdk synth` writes, such as cdk.out');
});

describe('names that are not written out', () => {
  async function readWith(name: unknown) {
    const { Schema, Shop } = RESOURCES;
    const [id, mail] = Schema.Properties.MappedInputFields;
    const made = await mkdtemp(join(app, 'made-'));
    await writeFile(join(made, 'App.template.json'), JSON.stringify({
      Parameters: { Given: { Default: 'e-mail' }, Open: {} },
      Resources: {
        ...RESOURCES,
        Schema: { ...Schema, Properties: { SchemaName: { Ref: 'Given' }, MappedInputFields: [id, { ...mail, MatchKey: name }] } },
        Shop: { ...Shop, Properties: { ...Shop.Properties, InputSourceConfig: [{ InputSourceARN: arn('glue', 'table', 'people/shop'), SchemaName: 'e-mail' }] } },
        Own: workflow('App/Own', { Rules: [{ RuleName: name, MatchingKeys: [name] }] }),
      },
    }));
    return readTemplate(made, 'Own');
  }

  test.each([
    [{ Ref: 'Given' }, 'e-mail'],
    [{ 'Fn::Join': ['-', ['by', { Ref: 'Given' }]] }, 'by-e-mail'],
    [{ 'Fn::Sub': 'by ${Given}' }, 'by e-mail'],
    [{ 'Fn::Sub': ['${how} ${Given}', { how: { 'Fn::Sub': 'by the' } }] }, 'by the e-mail'],
  ])('are found out for %j', async (name, expected) => {
    const { rules, sources, targets } = await readWith(name);

    expect(rules).toEqual([{ ruleName: expected, matchingKeys: [expected] }]);
    expect([...sources, ...targets].map(({ fields: [, mail] }) => mail.matchKey)).toEqual([expected, expected]);
  });

  test.each([
    { Ref: 'Open' }, { 'Fn::GetAtt': ['Crm', 'Arn'] }, { 'Fn::Sub': 'by ${AWS::Region}' }, { 'Fn::Sub': 'by ${Crm.Arn}' }, { 'Fn::Select': [0, ['a', 'b']] },
  ])('are refused for %j', async (name) => {
    await expect(readWith(name)).rejects.toThrow(`the MatchKey of the field 2 of Schema is ${JSON.stringify(name)}, which the template alone does not tell: ` +
      'write it out in the app, give its parameters defaults, or rehearse the mapping from a YAML file');
  });
});

describe('an app of several stacks', () => {
  const AS_THE_CLI_SETS = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true };
  let outdir: string;

  beforeAll(async () => {
    outdir = await mkdtemp(join(tmpdir(), 'app-test-'));
    const synthesized = new App({ outdir, context: AS_THE_CLI_SETS });
    const data = new Stack(synthesized, 'Data');
    const bucket = new Bucket(data, 'Bucket');
    const schema = new SchemaMapping(data, 'Schema', {
      mappedInputFields: [SchemaInputAttribute.uniqueId('id'), SchemaInputAttribute.emailAddress('mail', { matchKey: 'email' })],
    });
    const database = new CfnDatabase(data, 'Database', { catalogId: data.account, databaseInput: { name: 'people' } });
    const input = (name: string) => InputSource.glueTable(new CfnTable(data, name, {
      catalogId: data.account, databaseName: database.ref, tableInput: { name, parameters: { 'skip.header.line.count': '1' } },
    }), { schema, bucket });
    const [crm, members] = [input('crm'), input('members')];
    const stack = new Stack(synthesized, 'Mapping');
    const nested = new NestedStack(stack, 'Nested');
    const matching = new MatchingWorkflow(stack, 'Members', {
      inputSources: [members], technique: ResolutionTechnique.ruleBased({ rules: [{ ruleName: 'of the members', matchingKeys: ['email'] }] }),
    });
    const technique = IdMappingTechnique.ruleBased();
    new IdMappingWorkflow(stack, 'Workflow', { sources: [crm], target: InputSource.matchingWorkflow(matching), technique });
    new IdMappingWorkflow(nested, 'InNested', { sources: [crm], target: InputSource.matchingWorkflow(matching), technique });
    new IdMappingWorkflow(stack, 'Namespaces', {
      sources: [InputSource.idNamespace(new IdNamespace(stack, 'Source', { type: IdNamespaceType.SOURCE, inputSources: [crm] }))],
      target: InputSource.idNamespace(new IdNamespace(stack, 'Target', { type: IdNamespaceType.TARGET, inputSources: [InputSource.matchingWorkflow(matching)] })),
      technique,
    });
    const imported = IdNamespace.fromIdNamespaceArn(stack, 'Imported', 'arn:aws:entityresolution:eu-west-1:444455556666:idnamespace/members');
    new IdMappingWorkflow(stack, 'Partner', { sources: [crm], target: InputSource.idNamespace(imported), technique });
    synthesized.synth();
  });

  afterAll(async () => {
    await rm(outdir, { recursive: true });
  });

  test.each(['Workflow', 'InNested', 'Namespaces'])('%s is found with what it refers to, in whatever stack it is', async (name) => {
    const fields = [{ fieldName: 'id', type: 'UNIQUE_ID' }, { fieldName: 'mail', type: 'EMAIL_ADDRESS', matchKey: 'email' }];

    expect(await readTemplate(outdir, name)).toEqual({
      name: expect.stringMatching(new RegExp(`^Mapping/(Nested/)?${name}$`)),
      rules: [{ ruleName: 'of the members', matchingKeys: ['email'] }],
      attributeMatchingModel: 'MANY_TO_MANY',
      recordMatchingModel: 'MANY_SOURCE_TO_ONE_TARGET',
      sources: [{ name: 'crm', files: [], separator: ',', fields }],
      targets: [{ name: 'members', files: [], separator: ',', fields }],
    });
  });

  test('what another account has can be rehearsed from YAML only', async () => {
    await expect(readTemplate(outdir, 'Partner')).rejects.toThrow('the input arn:aws:entityresolution:eu-west-1:444455556666:idnamespace/members refers to what is not in ' +
      'its app, such as what another account has or what is imported: rehearse it from a YAML file');
  });
});
