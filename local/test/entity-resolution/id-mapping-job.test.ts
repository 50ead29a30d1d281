import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  CreateMatchingWorkflowCommand, CreateSchemaMappingCommand, DeleteIdMappingWorkflowCommand, DeleteMatchingWorkflowCommand, EntityResolutionClient,
  ListSchemaMappingsCommand,
} from '@aws-sdk/client-entityresolution';
import { DeleteTableCommand, StorageDescriptor, TableInput, UpdateTableCommand } from '@aws-sdk/client-glue';
import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { DuckDBInstance } from '@duckdb/node-api';
import { TestAws } from './test-aws';
import { ENTITY_RESOLUTION_ARN, idMappingWorkflow, matchingWorkflow, ROLE, schema, tableArn } from './test-server';

let aws: TestAws;

beforeAll(async () => {
  aws = await TestAws.start();
  await aws.createTable('loyalty');
  await aws.putObject('loyalty/1.csv', 'id,email,name\nl1,ann@example.com,Ann Lee\nl2,,Bob Ox\nl3,cy@example.com,\n');
  await aws.createTable('crm');
  await aws.putObject('crm/', '');
  await aws.putObject('crm/1.csv', 'id,email,name\nc1,ANN@example.com,\nc2,,"Ox, Bob"\n');
  await aws.putObject('crm/sub/2.csv', 'name,id,email\nbob ox,c3,cy@example.com\n,c4,\n,c 5,\n');
  await aws.putObject('crm/_SUCCESS', '');
  await aws.createWorkflows();
  await aws.index('loyalty');
});

afterAll(async () => {
  await aws.stop();
});

/** A Parquet file with the rows of a query. */
async function parquet(query: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'parquet-'));
  const file = join(folder, 'rows.parquet');
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`COPY (${query}) TO '${file}' (FORMAT parquet)`);
  connection.closeSync();
  const content = await readFile(file);
  await rm(folder, { recursive: true });
  return content;
}

const WORKFLOW = 'crm-to-loyalty';
const RULES = [{ ruleName: 'by email', matchingKeys: ['email'] }];

test('a job writes what it has mapped and what it has rejected, and counts both', async () => {
  const job = await aws.run({ workflowName: WORKFLOW });

  expect(job).toMatchObject({ status: 'SUCCEEDED', jobType: 'BATCH' });
  expect(job.errorDetails).toBeUndefined();
  expect(job.metrics).toEqual({
    inputRecords: 8,
    totalRecordsProcessed: 7,
    recordsNotProcessed: 1,
    deleteRecordsProcessed: 0,
    totalMappedRecords: 2,
    totalMappedSourceRecords: 2,
    totalMappedTargetRecords: 2,
    uniqueRecordsLoaded: 7,
    newMappedRecords: 2,
    newMappedSourceRecords: 2,
    newMappedTargetRecords: 2,
    newUniqueRecordsLoaded: 7,
    mappedRecordsRemoved: 0,
    mappedSourceRecordsRemoved: 0,
    mappedTargetRecordsRemoved: 0,
  });
  expect(await aws.pairs('crm-to-loyalty', job.jobId)).toEqual(['c1,l1,by email', 'c3,l3,by email']);
  expect(await aws.output(`mapping/crm-to-loyalty/${job.jobId}/error/part-00000.csv`))
    .toBe(`inputSource,uniqueId,cause\n${tableArn('crm')},c 5,"the unique id has characters other than a-z, A-Z, 0-9, _ and -"\n`);
});

describe('a workflow', () => {
  afterEach(async () => {
    await aws.client.send(new DeleteIdMappingWorkflowCommand({ workflowName: 'w' }));
  });

  const [SOURCE, TARGET] = idMappingWorkflow().inputSourceConfig!;

  async function pairs(): Promise<string[]> {
    const { jobId, errorDetails } = await aws.run({ workflowName: 'w' });
    expect(errorDetails).toBeUndefined();
    return aws.pairs('w', jobId);
  }

  test('takes the rules of the matching workflow that is its target', async () => {
    await aws.createWorkflow({
      workflowName: 'w',
      idMappingTechniques: {
        idMappingType: 'RULE_BASED',
        ruleBasedProperties: { ruleDefinitionType: 'TARGET', attributeMatchingModel: 'MANY_TO_MANY', recordMatchingModel: 'MANY_SOURCE_TO_ONE_TARGET' },
      },
    });

    expect(await pairs()).toEqual(['c3,l2,by name']);
  });

  test('maps several sources, of which one is a matching workflow, to a table', async () => {
    await aws.createWorkflow({
      workflowName: 'w', inputSourceConfig: [SOURCE, { ...TARGET, type: 'SOURCE' }, { ...SOURCE, inputSourceARN: tableArn('loyalty'), type: 'TARGET' }],
    });

    expect(await pairs()).toEqual(['c1,l1,by email', 'c3,l3,by email']);
  });

  test('without an output counts only', async () => {
    await aws.createWorkflow({ workflowName: 'w', outputSourceConfig: undefined });
    const { status, metrics, jobId } = await aws.run({ workflowName: 'w' });

    expect({ status, mapped: metrics?.totalMappedRecords }).toEqual({ status: 'SUCCEEDED', mapped: 2 });
    const { Contents } = await aws.s3.send(new ListObjectsV2Command({ Bucket: 'output' }));
    expect(Contents?.filter(({ Key }) => Key?.includes(jobId!))).toEqual([]);
  });
});

describe('behind a matching workflow of which no job has succeeded', () => {
  const TARGET = `${ENTITY_RESOLUTION_ARN}:matchingworkflow/unindexed`;

  beforeAll(async () => {
    await aws.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow({ workflowName: 'unindexed' })));
    const [source] = idMappingWorkflow().inputSourceConfig!;
    await aws.createWorkflow({ workflowName: 'to-unindexed', inputSourceConfig: [source, { inputSourceARN: TARGET, type: 'TARGET' }] });
  });

  afterAll(() => aws.control.planFaults({}));

  test.each([
    ['a job finds no records', undefined, { status: 'SUCCEEDED', metrics: { inputRecords: 5, totalMappedRecords: 0 } }],
    ['where the service reads the data all the same, a job finds all records', 'ALL_RECORDS', { status: 'SUCCEEDED', metrics: { totalMappedRecords: 2 } }],
    ['where the service refuses that, a job fails', 'FAILURE', {
      status: 'FAILED', errorDetails: { errorMessage: 'the matching workflow "unindexed" has indexed no records yet: run a job of it, then this job again' },
    }],
  ] as const)('%s', async (_, unindexedWorkflow, outcome) => {
    await aws.control.planFaults({ unindexedWorkflow });

    expect(await aws.run({ workflowName: 'to-unindexed' })).toMatchObject(outcome);
  });
});

test("an output of the job's own goes to its path, encrypted with its key", async () => {
  const { keyArn } = await aws.createStack({
    Resources: { Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Version: '2012-10-17', Statement: [] } } } },
    Outputs: { keyArn: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
  });
  const { jobId, status } = await aws.run({
    workflowName: WORKFLOW, outputSourceConfig: [{ roleArn: ROLE, outputS3Path: 's3://output/own/', KMSArn: keyArn }],
  });

  expect(status).toBe('SUCCEEDED');
  expect(await aws.s3.send(new HeadObjectCommand({ Bucket: 'output', Key: `own/crm-to-loyalty/${jobId}/success/part-00000.csv` })))
    .toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn, ContentType: 'text/csv' });
});

test('a caller with the credentials of a role is of the account of that role', async () => {
  const { Credentials } = await new STSClient(aws.config).send(
    new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::222222222222:role/caller', RoleSessionName: 'caller' }));
  const client = new EntityResolutionClient({
    endpoint: aws.local.entityResolutionUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey! },
  });
  await client.send(new CreateSchemaMappingCommand(schema()));

  const { schemaList } = await client.send(new ListSchemaMappingsCommand());
  expect(schemaList?.map(({ schemaArn }) => schemaArn)).toEqual(['arn:aws:entityresolution:us-east-1:222222222222:schemamapping/people']);
});

test('a table of Parquet objects is read', async () => {
  await aws.createTable('parquet', {}, { Parameters: { classification: 'parquet' } });
  await aws.putObject('parquet/1.parquet', await parquet("SELECT 'cy@example.com' AS email, 'p1' AS id, NULL AS name"));
  const [source, target] = idMappingWorkflow().inputSourceConfig!;
  await aws.createWorkflow({ workflowName: 'parquet', inputSourceConfig: [{ ...source, inputSourceARN: tableArn('parquet') }, target] });
  const { jobId, errorDetails } = await aws.run({ workflowName: 'parquet' });

  expect(errorDetails).toBeUndefined();
  expect(await aws.pairs('parquet', jobId)).toEqual(['p1,l3,by email']);
});

test('a table of compressed CSV objects is read', async () => {
  await aws.createTable('compressed');
  await aws.putObject('compressed/1.csv.gz', gzipSync('id,email,name\nz1,cy@example.com,\n'));
  const [source, target] = idMappingWorkflow().inputSourceConfig!;
  await aws.createWorkflow({ workflowName: 'compressed', inputSourceConfig: [{ ...source, inputSourceARN: tableArn('compressed') }, target] });
  const { jobId, errorDetails } = await aws.run({ workflowName: 'compressed' });

  expect(errorDetails).toBeUndefined();
  expect(await aws.pairs('compressed', jobId)).toEqual(['z1,l3,by email']);
});

test('a header line that the table does not tell of is a record, of which the local AWS warns', async () => {
  await aws.createTable('header', {}, { Parameters: {} });
  await aws.putObject('header/1.csv', 'id,email,name\nh1,cy@example.com,\n');
  const [source, target] = idMappingWorkflow().inputSourceConfig!;
  await aws.createWorkflow({ workflowName: 'header', inputSourceConfig: [{ ...source, inputSourceARN: tableArn('header') }, target] });
  const warn = jest.spyOn(console, 'warn').mockImplementation();
  const { jobId, metrics } = await aws.run({ workflowName: 'header' });
  const warnings = warn.mock.calls.map(([message]) => String(message));
  warn.mockRestore();

  expect(metrics!.inputRecords).toBe(5);
  expect(await aws.pairs('header', jobId)).toEqual(['h1,l3,by email']);
  expect(warnings).toEqual([expect.stringMatching(/^id-mapping-local: the object s3:\/\/[^ ]*\/header\/1\.csv: line 1 has the names of the columns, and is read as a record/)]);
});

describe('of a partitioned table', () => {
  const [SOURCE, TARGET] = idMappingWorkflow().inputSourceConfig!;

  beforeAll(async () => {
    await aws.createWorkflow({ workflowName: 'partitioned', inputSourceConfig: [{ ...SOURCE, inputSourceARN: tableArn('partitioned') }, TARGET] });
  });

  beforeEach(async () => {
    await aws.createTable('partitioned', {}, { PartitionKeys: [{ Name: 'country' }, { Name: 'year' }] });
    for (const [country, year] of [['de', '2025'], ['de', '2026'], ['fr', '2026']]) {
      await aws.createPartition('partitioned', [country, year]);
      await aws.putObject(`partitioned/${country}/${year}/1.csv`, `id,email,name\n${country}-${year},ann@example.com,\n`);
    }
  });

  afterEach(async () => {
    await aws.glue.send(new DeleteTableCommand({ DatabaseName: 'crm', Name: 'partitioned' }));
  });

  async function inputRecords(predicate?: string): Promise<number | string | undefined> {
    await aws.glue.send(new UpdateTableCommand({
      DatabaseName: 'crm',
      TableInput: aws.tableInput('partitioned', {}, {
        PartitionKeys: [{ Name: 'country' }, { Name: 'year' }],
        Parameters: { 'skip.header.line.count': '1', ...predicate !== undefined && { aerPushDownPredicateString: predicate } },
      }),
    }));
    const { metrics, errorDetails } = await aws.run({ workflowName: 'partitioned' });
    return errorDetails?.errorMessage ?? metrics!.inputRecords! - 3;
  }

  test.each<[string | undefined, number]>([
    [undefined, 3],
    ["country='de'", 2],
    ["year='2026' and country='de'", 1],
    ['YEAR = 2026', 2],
  ])('with the aerPushDownPredicateString %s the job reads %i partitions', async (predicate, expected) => {
    expect(await inputRecords(predicate)).toBe(expected);
  });

  test.each<[string, string, Record<string, string>, (id: string) => string | Promise<Buffer>]>([
    ['with-header', '.csv', { 'skip.header.line.count': '1' }, (id) => `id,name\n${id},\n`],
    ['without-header', '', {}, (id) => `${id},\n`],
    ['of-parquet', '.parquet', { classification: 'parquet' }, (id) => parquet(`SELECT '${id}' AS id, '' AS name`)],
  ])('%s whose partition key is a field the job takes that from the partition', async (name, ending, Parameters, content) => {
    const Columns = [{ Name: 'id' }, { Name: 'name' }];
    await aws.createTable(name, { Columns }, { Parameters, PartitionKeys: [{ Name: 'year' }, { Name: 'Email' }] });
    for (const [id, year, email] of [['p1', '2025', 'Cy+a/b@example.com'], ['p2', '2026', 'ann@example.com'], ['p3', '2026', 'x@example.com']]) {
      await aws.createPartition(name, [year, email]);
      await aws.putObject(`${name}/${year}/${email}/1${ending}`, await content(id));
    }
    await aws.createWorkflow({ workflowName: name, inputSourceConfig: [{ ...SOURCE, inputSourceARN: tableArn(name) }, TARGET] });
    const { jobId, errorDetails } = await aws.run({ workflowName: name });
    await aws.client.send(new DeleteIdMappingWorkflowCommand({ workflowName: name }));
    await aws.glue.send(new DeleteTableCommand({ DatabaseName: 'crm', Name: name }));

    expect(errorDetails).toBeUndefined();
    expect(await aws.pairs(name, jobId)).toEqual(['p1,l3,by email', 'p2,l1,by email']);
  });

  test.each([
    ["country='es'", `the Glue table ${tableArn('partitioned')} has no partition with country='es' to read`],
    ['city=1', `the Glue table ${tableArn('partitioned')} has the aerPushDownPredicateString city=1: give equations such as ` +
      "country='value', joined by \"and\"; the partition keys are: country, year"],
    ['year>2025', `the Glue table ${tableArn('partitioned')} has the aerPushDownPredicateString year>2025: give equations such as ` +
      "country='value', joined by \"and\"; the partition keys are: country, year"],
  ])('with the aerPushDownPredicateString %s the job fails', async (predicate, message) => {
    expect(await inputRecords(predicate)).toBe(message);
  });
});

describe('a job fails', () => {
  let count = 0;
  let table: string;

  beforeEach(() => {
    table = `bad${count++}`;
  });

  async function failure(): Promise<string | undefined> {
    const [source, target] = idMappingWorkflow().inputSourceConfig!;
    await aws.createWorkflow({ workflowName: table, inputSourceConfig: [{ ...source, inputSourceARN: tableArn(table) }, target] });
    const { status, errorDetails, metrics, jobId } = await aws.run({ workflowName: table });
    await aws.client.send(new DeleteIdMappingWorkflowCommand({ workflowName: table }));
    const { Contents } = await aws.s3.send(new ListObjectsV2Command({ Bucket: 'output', Prefix: `mapping/${table}/${jobId}` }));
    expect({ status, metrics, Contents }).toEqual({ status: 'FAILED', metrics: undefined, Contents: undefined });
    return errorDetails?.errorMessage;
  }

  test.each([
    ['without the unique id', 'email,name\nsecret,\n', 'the column "id" (the unique id) is missing; the file has the columns: email, name'],
    ['without a mapped column', 'id,name\nsecret,\n', 'the column "email" is missing; the file has the columns: id, name'],
    ['that is empty', '', 'the file is empty: it must hold at least a header line, with the column "id" (the unique id)'],
    ['with a quote that is not closed', 'id,email,name\n1,secret,"\n', 'line 2: a quoted value is not closed, or goes on after its closing quote'],
    ['with a line too short', 'id,email,name\n1,secret\n', 'line 2: the line has fewer values than there are columns'],
  ])('over an object %s, and names it', async (_, content, message) => {
    await aws.createTable(table);
    await aws.putObject(`${table}/part 1.csv`, content);

    expect(await failure()).toBe(`the object s3://data/${table}/part 1.csv: ${message}`);
  });

  test('over a table that does not exist', async () => {
    expect(await failure()).toBe(`can't read the Glue table crm.${table}: EntityNotFoundException: Table ${table} not found in crm`);
  });

  test('over a location without objects', async () => {
    await aws.createTable(table);

    expect(await failure()).toBe(`there is no object under s3://data/${table}/`);
  });

  test('over a bucket that does not exist', async () => {
    await aws.createTable(table, { Location: 's3://no-such-bucket/x/' });

    expect(await failure()).toBe("can't list the objects under s3://no-such-bucket/x/: NoSuchBucket: The specified bucket does not exist");
  });

  test.each<[string, Partial<StorageDescriptor>, Partial<TableInput>, (arn: string) => string]>([
    ['without a location in S3', { Location: undefined }, {}, (arn) => `the Glue table ${arn} has no location in S3`],
    ['with two header lines', {}, { Parameters: { 'skip.header.line.count': '2' } },
      (arn) => `the Glue table ${arn} has skip.header.line.count 2: 0 or 1 header lines can be read`],
    ['without a mapped column', { Columns: [{ Name: 'id' }, { Name: 'name' }] }, {},
      (arn) => `the Glue table ${arn} has no column "email", which the schema mapping names; it has the columns: id, name`],
  ])('over a table %s', async (_, storage, overrides, message) => {
    await aws.createTable(table, storage, overrides);

    expect(await failure()).toBe(message(tableArn(table)));
  });

  test('without a role', async () => {
    await aws.createWorkflow({ workflowName: table, roleArn: undefined });
    const { errorDetails } = await aws.run({ workflowName: table });
    await aws.client.send(new DeleteIdMappingWorkflowCommand({ workflowName: table }));

    expect(errorDetails?.errorMessage).toBe('the workflow has no roleArn: the job has no permission to read its inputs and to write its output');
  });

  test('of a provider service, and says that the exchange can not be had', async () => {
    const providerServiceArn = 'arn:aws:entityresolution:us-east-1::providerservice/provider/service';
    await aws.createWorkflow({ workflowName: table, idMappingTechniques: { idMappingType: 'PROVIDER', providerProperties: { providerServiceArn } } });
    const { status, errorDetails } = await aws.run({ workflowName: table });
    await aws.client.send(new DeleteIdMappingWorkflowCommand({ workflowName: table }));

    expect({ status, errorDetails }).toEqual({
      status: 'FAILED',
      errorDetails: {
        errorMessage: `the exchange of data with the provider service ${providerServiceArn} can't be had on the local AWS: ` +
          'it runs ID mappings of type RULE_BASED only',
      },
    });
  });

  test('over an output bucket that does not exist', async () => {
    const { errorDetails, jobId } = await aws.run({ workflowName: WORKFLOW, outputSourceConfig: [{ roleArn: ROLE, outputS3Path: 's3://no-such-bucket/x' }] });

    expect(errorDetails?.errorMessage).toBe(
      `can't write the object s3://no-such-bucket/x/crm-to-loyalty/${jobId}/success/part-00000.csv: NoSuchBucket: The specified bucket does not exist`);
  });

  test('once the matching workflow that it maps to is gone', async () => {
    await aws.client.send(new DeleteMatchingWorkflowCommand({ workflowName: 'loyalty' }));
    const { errorDetails } = await aws.run({ workflowName: WORKFLOW });

    expect(errorDetails?.errorMessage).toBe(
      'the input source arn:aws:entityresolution:us-east-1:000000000000:matchingworkflow/loyalty is not a matching workflow of this account and Region');
  });
});

test('a table without a header line is read by position, with its own separator', async () => {
  await aws.createTable('positions', { SerdeInfo: { Parameters: { 'field.delim': '|' } } }, { Parameters: {} });
  await aws.putObject('positions/1', 'p1|ann@example.com|\np2|ann@example.com|\n');
  const [source] = idMappingWorkflow().inputSourceConfig!;
  await aws.createWorkflow({
    workflowName: 'positions',
    inputSourceConfig: [{ ...source, inputSourceARN: tableArn('positions') }, { ...source, inputSourceARN: tableArn('loyalty'), type: 'TARGET' }],
    idMappingTechniques: {
      idMappingType: 'RULE_BASED',
      ruleBasedProperties: {
        ruleDefinitionType: 'SOURCE', rules: RULES, attributeMatchingModel: 'ONE_TO_ONE', recordMatchingModel: 'MANY_SOURCE_TO_ONE_TARGET',
      },
    },
  });
  const { jobId } = await aws.run({ workflowName: 'positions' });

  expect(await aws.pairs('positions', jobId)).toEqual(['p1,l1,by email', 'p2,l1,by email']);
});
