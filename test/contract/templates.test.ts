import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Template } from 'aws-cdk-lib/assertions';
import { pythonEnvironment } from 'id-mapping-local';
import { completeRuns } from './complete-runs';
import { CONTEXT, EXAMPLES, NEW_PROJECT, synthesize } from './examples';
import { cfnLint } from './python-packages';
import { ServiceSpec, TemplateResource } from './service-spec';
import { completeStack as completeCleanRooms } from '../clean-rooms/complete';
import { completeStack as completeEntityResolution } from '../entity-resolution/complete';

const run = promisify(execFile);
const spec = new ServiceSpec();

/** What CloudFormation replaces when it changes. Where a resource has a name, a generated one has to change with it. */
const CREATE_ONLY: Record<string, string[]> = {
  'AWS::EntityResolution::SchemaMapping': ['Description', 'MappedInputFields', 'SchemaName'],
  'AWS::EntityResolution::MatchingWorkflow': ['ResolutionTechniques.EnableRealTimeMatching', 'WorkflowName'],
  'AWS::EntityResolution::IdMappingWorkflow': ['WorkflowName'],
  'AWS::EntityResolution::IdNamespace': ['IdNamespaceName'],
  'AWS::EntityResolution::PolicyStatement': ['Arn', 'StatementId'],
  'AWS::CleanRooms::Collaboration': [
    'AllowedResultRegions', 'AutoApprovedChangeTypes', 'CreatorDisplayName', 'CreatorMLMemberAbilities', 'CreatorMemberAbilities',
    'CreatorPaymentConfiguration', 'DataEncryptionMetadata', 'JobLogStatus', 'Members', 'QueryLogStatus',
  ],
  'AWS::CleanRooms::Membership': ['CollaborationIdentifier'],
  'AWS::CleanRooms::IdNamespaceAssociation': ['InputReferenceConfig', 'MembershipIdentifier'],
  'AWS::CleanRooms::IdMappingTable': ['InputReferenceConfig', 'MembershipIdentifier', 'Name'],
};

interface TableInput {
  readonly TableType: string;
  readonly StorageDescriptor: { readonly Location: string; readonly SerdeInfo: { readonly SerializationLibrary: string } };
}

interface Techniques {
  readonly RuleBasedProperties?: { readonly RuleDefinitionType?: string };
}

describe('the templates of the constructs and of the examples', () => {
  let folder: string;
  let files: string[];
  let resources: [string, TemplateResource][];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'templates-'));
    for (const [name, complete] of Object.entries({ completeCleanRooms, completeEntityResolution, completeRuns })) {
      await writeFile(join(folder, `${name}.template.json`), JSON.stringify(Template.fromStack(complete()).toJSON()));
    }
    // Two at a time, as the machine has processors.
    for (const example of Object.keys(CONTEXT)) {
      await Promise.all([synthesize(example, join(folder, example)), synthesize(example, join(folder, 'new-project', example), NEW_PROJECT)]);
    }
    files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.template.json')).sort();
    resources = files.flatMap((file) => {
      const { Resources } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { Resources: Record<string, TemplateResource> };
      return Object.entries(Resources).map(([id, resource]): [string, TemplateResource] => [`${file}: ${id}`, resource]);
    });
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test('are those of all examples', () => {
    const apps = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).filter((name) => /(^|\/)cdk\.json$/.test(name)).map((name) => dirname(name)).sort();

    expect(Object.keys(CONTEXT)).toEqual(apps);
    // Two of the examples have two stacks each.
    expect(files).toHaveLength(3 + 2 * (apps.length + 2));
  });

  test('are as the schemas want them that AWS publishes, by cfn-lint', async () => {
    expect(await lint(folder, files)).toBe('');
  });

  test('have all that is required and nothing that is not known, by aws-service-spec', () => {
    expect(resources.length).toBeGreaterThan(200);
    expect(resources.flatMap(([path, resource]) => spec.complaints(path, resource))).toEqual([]);
  });

  describe('of the examples', () => {
    const ofType = (type: string) => resources.filter(([path, { Type }]) => Type === type && !path.startsWith('complete')).map(([, { Properties }]) => Properties!);

    test('define tables as those of AWS do', () => {
      const tables = ofType('AWS::Glue::Table').map(({ TableInput }) => TableInput as TableInput);

      expect(tables.length).toBeGreaterThan(10);
      for (const { TableType, StorageDescriptor: { SerdeInfo } } of tables) {
        expect([TableType, SerdeInfo.SerializationLibrary]).toEqual(['EXTERNAL_TABLE', expect.stringMatching(/LazySimpleSerDe|ParquetHiveSerDe/)]);
      }
    });

    test('name nothing that may be taken: buckets not at all, databases after their stack', () => {
      expect(ofType('AWS::S3::Bucket').filter((properties) => 'BucketName' in properties)).toEqual([]);
      const databases = ofType('AWS::Glue::Database').map(({ DatabaseInput }) => (DatabaseInput as { Name: string }).Name);
      expect(databases.length).toBeGreaterThan(14);
      // Each example is there twice.
      expect(new Set(databases).size).toBe(databases.length / 2);
    });

    test('map by the rules of the target, as the console does', () => {
      const techniques = ofType('AWS::EntityResolution::IdMappingWorkflow').map(({ IdMappingTechniques }) => IdMappingTechniques as Techniques);
      const types = techniques.map(({ RuleBasedProperties }) => RuleBasedProperties?.RuleDefinitionType);

      expect(types.length).toBeGreaterThan(5);
      expect(types.filter((type) => type === 'SOURCE')).toEqual([]);
    });

    test('wait for hours, as AWS says that jobs take', () => {
      const runs = ['Custom::IdMappingJob', 'Custom::MatchingJob', 'Custom::IdMappingTablePopulation'].flatMap(ofType);

      expect(runs.length).toBeGreaterThan(10);
      expect(runs.filter(({ Settings }) => (Settings as { handsOver?: unknown }).handsOver !== true)).toEqual([]);
    });

    test('run what indexes their targets, and warn of nothing', () => {
      const manifests = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('manifest.json'));
      const texts = manifests.map((name) => readFileSync(join(folder, name), 'utf8'));

      expect(manifests).toHaveLength(2 * Object.keys(CONTEXT).length);
      expect(texts.flatMap((text) => text.match(/\[ack: [^\]]+\]/g) ?? [])).toEqual([]);
    });
  });

  describe('of the examples, deployed by the page', () => {
    test('have all their data in the bucket', async () => {
      const data = join(folder, 'data');
      await run(join(EXAMPLES, '..', 'node_modules', '.bin', 'tsx'), [join(EXAMPLES, 'write-data.ts'), data]);
      const folders = resources.flatMap(([path, { Type, Properties }]) => {
        if (path.startsWith('complete') || (Type !== 'AWS::Glue::Table' && Type !== 'AWS::Glue::Partition')) return [];
        const input = (Properties!.TableInput ?? Properties!.PartitionInput) as TableInput;
        return [/^s3:\/\/our-data\/(.*)$/.exec(input.StorageDescriptor.Location)![1]];
      });

      expect([...new Set(folders)].sort()).toEqual(['archive/', 'archive/state=nsw/', 'archive/state=vic/', 'audience/', 'crm/', 'customers/', 'loyalty/']);
      for (const name of folders) expect([name, readdirSync(join(data, name))]).toEqual([name, expect.arrayContaining([expect.anything()])]);
    });

    test('are told all that they have to be told', () => {
      const page = readFileSync(join(EXAMPLES, '..', 'docs', 'deploy-an-example.md'), 'utf8');

      for (const [example, context] of Object.entries(CONTEXT)) {
        expect(page).toContain(`\`${example.split('/')[0]}\``);
        for (const name of Object.keys(context)) expect(page).toContain(`-c ${name}=`);
      }
    });

    test('are not synthesized without a bucket', async () => {
      await expect(synthesize('quickstart', join(folder, 'without'), {}, {})).rejects.toThrow('No context value present for dataBucket key');
    });
  });

  test('have no type whose replacements nobody has thought of', async () => {
    const published = await schemas(Object.keys(CREATE_ONLY));
    const types = new Set(resources.map(([, { Type }]) => Type).filter((type) => /^AWS::(EntityResolution|CleanRooms)::/.test(type)));

    expect(Object.keys(CREATE_ONLY).sort()).toEqual([...types].sort());
    for (const [type, expected] of Object.entries(CREATE_ONLY)) {
      const { createOnlyProperties } = published[type];
      const paths = new Set([...createOnlyProperties.map((pointer) => pointer.slice('/properties/'.length).replaceAll('/', '.')), ...spec.createOnly(type)]);
      expect([type, [...paths].sort()]).toEqual([type, expected]);
    }
  });
});

describe('what is wrong', () => {
  const resource = (properties: object) => ({ Type: 'AWS::EntityResolution::IdNamespace', Properties: { IdNamespaceName: 'crm', Type: 'SOURCE', ...properties } });

  test('is found by cfn-lint', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'templates-'));
    await writeFile(join(folder, 'wrong.json'), JSON.stringify({ Resources: { Crm: resource({ Type: 'SAUCE' }) } }));

    expect(await lint(folder, ['wrong.json'])).toContain("'SAUCE' is not one of ['SOURCE', 'TARGET']");
    await rm(folder, { recursive: true });
  });

  test.each([
    [{ Type: 'SAUCE' }, 'Crm.Type: SAUCE is none of SOURCE, TARGET'],
    [{ IdNamespaceName: undefined, Kind: 'x' }, 'Crm: there is no property Kind'],
    [{ InputSourceConfig: [{}] }, 'Crm.InputSourceConfig[0]: InputSourceARN is missing'],
    [{ InputSourceConfig: 'crm' }, 'Crm.InputSourceConfig: is no list'],
  ])('is found by aws-service-spec: %j', (properties, complaint) => {
    expect(spec.complaints('Crm', JSON.parse(JSON.stringify(resource(properties))) as TemplateResource)).toContain(complaint);
  });
});

/** What cfn-lint prints: nothing when all is well. */
async function lint(folder: string, files: string[]): Promise<string> {
  const { python } = await pythonEnvironment();
  const packages = await cfnLint();
  // W3005: the L2s of aws-cdk-lib name dependencies that a reference implies already.
  const args = [join(packages, 'bin', 'cfn-lint'), '--regions', 'eu-west-1', '--ignore-checks', 'W3005', '--', ...files];
  const { stdout } = await run(python, args, { cwd: folder, env: { ...process.env, PYTHONPATH: packages } })
    .catch((error: { stdout: string; stderr: string }) => ({ stdout: error.stdout + error.stderr }));
  return stdout;
}

interface Schema {
  readonly createOnlyProperties: string[];
}

/** The schemas of types, as cfn-lint has them. */
async function schemas(types: readonly string[]): Promise<Record<string, Schema>> {
  const data = join(await cfnLint(), 'cfnlint', 'data', 'schemas');
  const names = JSON.parse(readFileSync(join(data, 'providers', 'us-east-1.json'), 'utf8')) as Record<string, string>;
  return Object.fromEntries(types.map((type) => [type, JSON.parse(readFileSync(join(data, 'resources', `${names[type]}.json`), 'utf8')) as Schema]));
}
