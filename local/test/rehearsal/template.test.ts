import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTemplate } from '../../src/rehearsal/template';

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

test.each(['Own', 'App/Own', 'AppOwn-1a2b'])('the workflow %s is found, with its rules, inputs and schemas', async name => {
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
  await expect(readTemplate(app, 'Nope')).rejects.toThrow(`--workflow Nope: ${app} has no such ID mapping workflow; it has: App/Own, App/Shops`);
});

test('a folder without templates is refused', async () => {
  await expect(readTemplate(join(app, 'nope'), 'Own')).rejects.toThrow('there is no template; give the folder that `cdk synth` writes, such as cdk.out');
});
