import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  EntityResolutionClient, JobSummary, ListIdMappingJobsCommand, ListIdMappingWorkflowsCommand, ListMatchingJobsCommand, ListMatchingWorkflowsCommand,
  StartIdMappingJobCommand,
} from '@aws-sdk/client-entityresolution';
import { DuckDBInstance } from '@duckdb/node-api';
import { LocalAws } from 'id-mapping-local';
import { deleteStack } from './delete-stack';
import { checkLogs, personalValues } from './logs';
import { BY_NAME_AND_BIRTH, BY_SSN, mapped, people, Person } from './people';
import { cdk } from '../../examples/cdk';
import { enter } from '../../examples/enter';
import { Febrl, febrl } from '../../examples/febrl';
import { inAccount } from '../../examples/in-account';
import { stackOutputs } from '../../examples/stack-outputs';
import { upload } from '../../examples/upload';

const EXAMPLES = resolve(__dirname, '..', '..', 'examples');
const DATA_BUCKET = ['--context', 'dataBucket=febrl-data'];
const CRM_ACCOUNT = '111111111111';
const LOYALTY_ACCOUNT = '222222222222';

describe('the example', () => {
  let aws: LocalAws;
  let data: Febrl;
  let crm: Person[];
  let loyalty: Person[];
  let deployed: string | undefined;

  beforeAll(async () => {
    data = await febrl();
    crm = people(data.duplicates);
    loyalty = people(data.originals);
    aws = await LocalAws.start({ enforceIam: true });
    enter(aws);
    await upload('febrl-data', { 'crm/people.csv': data.duplicates, 'loyalty/people.csv': data.originals });
    await run('quickstart', ['bootstrap']);
  });

  afterAll(async () => {
    await aws?.stop();
  });

  // The examples name their Glue database alike.
  afterEach(async () => {
    if (deployed) await deleteStack(deployed);
    deployed = undefined;
  });

  /** Deploys the only stack of an example. @returns its outputs */
  async function deploy(example: string, stackName: string): Promise<Record<string, string>> {
    deployed = stackName;
    await run(example, ['deploy']);
    return stackOutputs(stackName);
  }

  test('matching-workflows maps by the rules of its target, after it has run both sides', async () => {
    expect(await deploy('matching-workflows', 'MatchingWorkflows')).toEqual({
      MatchIds: String(matched(loyalty, [BY_SSN, BY_NAME_AND_BIRTH])),
      MappedRecords: String(mapped(crm, loyalty, [BY_SSN, BY_NAME_AND_BIRTH])),
    });
    const [matching, mappings] = [await matchingJobs(), await idMappingJobs()];
    expect([...matching, ...mappings].map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    const [mapping] = mappings;
    for (const { endTime } of matching) expect(mapping.startTime!.getTime()).toBeGreaterThanOrEqual(endTime!.getTime());
  });

  test('id-namespaces maps one source to one target', async () => {
    const { MappedRecords } = await deploy('id-namespaces', 'IdNamespaces');
    // Two sources of one target count once: at most as many pairs as without the limit, and nearly as many.
    const atMost = mapped(crm, loyalty, [BY_SSN, BY_NAME_AND_BIRTH]);
    expect(Number(MappedRecords)).toBeLessThanOrEqual(atMost);
    expect(Number(MappedRecords)).toBeGreaterThan(0.99 * atMost);
  });

  test('partitioned-table maps the partition that the table names, from Parquet', async () => {
    const partition = (state: string) => crm.filter((person) => person.state === state);
    await upload('febrl-data', {
      'archive/state=nsw/people.parquet': await parquet(partition('nsw')),
      'archive/state=vic/people.parquet': await parquet(partition('vic')),
    });
    expect(await deploy('partitioned-table', 'PartitionedTable')).toEqual({ MappedRecords: String(mapped(partition('vic'), loyalty, [BY_SSN])) });
  });

  test('provider defines a workflow, whose job says that the provider is not to be had here', async () => {
    const { WorkflowName } = await deploy('provider', 'Provider');
    const entityResolution = new EntityResolutionClient({});
    await entityResolution.send(new StartIdMappingJobCommand({ workflowName: WorkflowName }));
    let status: string | undefined;
    while (status !== 'FAILED') {
      const { jobs } = await entityResolution.send(new ListIdMappingJobsCommand({ workflowName: WorkflowName }));
      status = jobs![0].status;
      expect(status).not.toBe('SUCCEEDED');
    }
  });

  test('two-accounts maps to a namespace of another account', async () => {
    await inAccount(LOYALTY_ACCOUNT, async () => {
      await upload('loyalty-data', { 'loyalty/people.csv': data.originals });
      await run('two-accounts', ['bootstrap', `aws://${LOYALTY_ACCOUNT}/us-east-1`]);
      await run('two-accounts', ['deploy', 'Loyalty', '--context', 'dataBucket=loyalty-data']);
    });
    await inAccount(CRM_ACCOUNT, async () => {
      await upload('crm-data', { 'crm/people.csv': data.duplicates });
      await run('two-accounts', ['bootstrap', `aws://${CRM_ACCOUNT}/us-east-1`]);
      await run('two-accounts', ['deploy', 'Crm', '--exclusively', '--context', 'dataBucket=crm-data']);
      expect(await stackOutputs('Crm')).toEqual({ MappedRecords: String(mapped(crm, loyalty, [BY_SSN, BY_NAME_AND_BIRTH])) });
    });
  });
});

/** How many people there are, when those who agree in a key are one; who agrees in a key with somebody is not looked at by the next. */
function matched(persons: Person[], keys: ((person: Person) => string)[]): number {
  let left = persons;
  let count = 0;
  for (const key of keys) {
    const alike = new Map<string, number>();
    left.map(key).filter(Boolean).forEach((value) => alike.set(value, (alike.get(value) ?? 0) + 1));
    count += [...alike.values()].filter((size) => size > 1).length;
    left = left.filter((person) => (alike.get(key(person)) ?? 0) < 2);
  }
  return count + left.length;
}

async function matchingJobs(): Promise<JobSummary[]> {
  const client = new EntityResolutionClient({});
  const { workflowSummaries } = await client.send(new ListMatchingWorkflowsCommand({}));
  const lists = await Promise.all(workflowSummaries!.map(({ workflowName }) => client.send(new ListMatchingJobsCommand({ workflowName }))));
  return lists.flatMap(({ jobs }) => jobs!);
}

async function idMappingJobs(): Promise<JobSummary[]> {
  const client = new EntityResolutionClient({});
  const { workflowSummaries } = await client.send(new ListIdMappingWorkflowsCommand({}));
  const lists = await Promise.all(workflowSummaries!.map(({ workflowName }) => client.send(new ListIdMappingJobsCommand({ workflowName }))));
  return lists.flatMap(({ jobs }) => jobs!);
}

async function run(example: string, args: string[]): Promise<void> {
  const output = await mkdtemp(join(tmpdir(), 'cdk.out-'));
  try {
    const approval = args[0] === 'deploy' ? ['--require-approval', 'never', '--output', output] : ['--output', output];
    // The one that comes last counts.
    const { exitCode, output: printed } = await cdk(join(EXAMPLES, example), [...DATA_BUCKET, ...args, ...approval]);
    if (exitCode !== 0) throw new Error(printed);
    if (args[0] === 'deploy') await checkLogs(personalValues(await febrl()));
  } finally {
    await rm(output, { recursive: true });
  }
}

async function parquet(persons: Person[]): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'parquet-'));
  try {
    const [json, file] = [join(folder, 'people.json'), join(folder, 'people.parquet')];
    await writeFile(json, JSON.stringify(persons.map(({ rec_id, soc_sec_id }) => ({ rec_id, soc_sec_id }))));
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(`COPY (SELECT * FROM read_json('${json}', columns = {rec_id: 'VARCHAR', soc_sec_id: 'VARCHAR'})) TO '${file}' (FORMAT parquet)`);
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}
