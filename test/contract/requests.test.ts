import { CleanRoomsClient } from '@aws-sdk/client-cleanrooms';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EntityResolutionClient } from '@aws-sdk/client-entityresolution';
import { SFNClient } from '@aws-sdk/client-sfn';
import { STSClient } from '@aws-sdk/client-sts';
import { Template } from 'aws-cdk-lib/assertions';
import { BotocoreModel } from './botocore-model';
import { completeRuns } from './complete-runs';
import { lambdaOperations } from './lambda-operations';
import { publishedData } from './python-packages';
import { Executions } from '../../lambda/aws/executions';
import { runClients } from '../../lambda/aws/run-clients';
import { stackStatuses } from '../../lambda/aws/stack-status';
import { ID_MAPPING } from '../../lambda/kinds/id-mapping-jobs';
import { ID_MAPPING_TABLE_POPULATION } from '../../lambda/kinds/id-mapping-table-populations';
import { MATCHING } from '../../lambda/kinds/matching-jobs';
import { REQUESTS, RunRequests } from '../../src/runs/private/run-protocol';

const ACCOUNT = '111122223333';
const MACHINE = `arn:aws:states:eu-west-1:${ACCOUNT}:stateMachine:IdMappingRunnerStateMachine-abc`;
const STACK_ID = `arn:aws:cloudformation:eu-west-1:${ACCOUNT}:stack/Stack/5f2b1f30-0000-4000-8000-000000000001`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/cdk-id-mapping/Stack/Stack-FirstRunRole-1A2B3C4D`;

/** botocore's name of a client's service. */
const CLIENTS = { CleanRoomsClient, CloudFormationClient, EntityResolutionClient, SFNClient, STSClient };
const SERVICES: Record<string, string> = {
  CleanRoomsClient: 'cleanrooms', CloudFormationClient: 'cloudformation', EntityResolutionClient: 'entityresolution', SFNClient: 'stepfunctions', STSClient: 'sts',
};

/** A request of each kind with all that it can have. */
const EVERYTHING: RunRequests = {
  ID_MAPPING: {
    workflowName: 'crm-to-loyalty',
    jobType: 'BATCH',
    outputSourceConfig: [{ roleArn: ROLE, outputS3Path: 's3://results/runs/', KMSArn: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab` }],
  },
  MATCHING: { workflowName: 'loyalty' },
  ID_MAPPING_TABLE_POPULATION: {
    membershipIdentifier: '22222222-2222-2222-2222-222222222222', idMappingTableIdentifier: '33333333-3333-3333-3333-333333333333', jobType: 'INCREMENTAL',
  },
};

interface Sent {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
}

describe('the requests of the runner', () => {
  const sent: Sent[] = [];
  let packages: string;

  beforeAll(async () => {
    packages = await publishedData();
    for (const [name, client] of Object.entries(CLIENTS)) {
      jest.spyOn(client.prototype as { send(command: { input: unknown }): Promise<unknown> }, 'send').mockImplementation(async (command) => {
        const operation = command.constructor.name.replace(/Command$/, '');
        sent.push({ service: SERVICES[name], operation, input: command.input });
        return ANSWERS[operation] ?? {};
      });
    }
    await sendEverything();
  });

  afterAll(() => {
    jest.restoreAllMocks();
  });

  test('are all there are in lambda/', () => {
    const operations = lambdaOperations();

    expect(operations.length).toBeGreaterThan(15);
    expect([...new Set(sent.map(({ operation }) => operation))].sort()).toEqual(operations);
  });

  test('have at least once all that a run can send', () => {
    for (const [kind, schema] of Object.entries(REQUESTS)) {
      expect(Object.keys(EVERYTHING[kind as keyof RunRequests]).sort()).toEqual(Object.keys(schema.properties).sort());
    }
  });

  test('are as botocore knows the services', () => {
    const models = Object.fromEntries(Object.values(SERVICES).map((service) => [service, new BotocoreModel(packages, service)]));

    expect(sent.flatMap(({ service, operation, input }) => models[service].complaints(operation, input))).toEqual([]);
  });

  test('of the state machine itself are, too', () => {
    const tasks = statesOf(completeRuns()).filter(({ Type }) => Type === 'Task');
    const complaints = tasks.flatMap(({ Resource, Arguments }) => {
      const [, service, action] = /:states:::(\w+):(\w+)$/.exec(Resource!)!;
      return new BotocoreModel(packages, service).complaints(action[0].toUpperCase() + action.slice(1), withTexts(Arguments));
    });

    expect(tasks.length).toBeGreaterThan(4);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['StartIdMappingJob', { workflowName: 'crm to loyalty' }, expect.stringContaining('StartIdMappingJob.workflowName: crm to loyalty is not like ')],
    ['StartIdMappingJob', { name: 'crm' }, 'StartIdMappingJob: there is no name'],
    ['StartIdMappingJob', { workflowName: 'crm', jobType: 'ALL' }, 'StartIdMappingJob.jobType: ALL is none of BATCH, INCREMENTAL, DELETE_ONLY'],
    ['StartMatchingJob', {}, 'StartMatchingJob: workflowName is missing'],
  ])('would not be with %s %j', (operation, input, complaint) => {
    expect(new BotocoreModel(packages, 'entityresolution').complaints(operation, input)).toContainEqual(complaint);
  });
});

/** What lets the code go on to its next request. */
const ANSWERS: Record<string, unknown> = {
  AssumeRole: { Credentials: { AccessKeyId: 'id', SecretAccessKey: 'secret', SessionToken: 'token', Expiration: new Date(Date.now() + 3_600_000) } },
  DescribeStacks: { Stacks: [{ StackStatus: 'CREATE_IN_PROGRESS' }] },
  GetExecutionHistory: {
    events: [{
      stateEnteredEventDetails: {
        name: 'Wait to start', input: JSON.stringify({ startedAt: '2026-11-24T12:00:00Z', callback: { requestType: 'Create', logicalResourceId: 'FirstRun' } }),
      },
    }],
  },
  GetIdMappingTable: {
    idMappingTable: {
      inputReferenceConfig: { inputReferenceArn: `arn:aws:entityresolution:eu-west-1:${ACCOUNT}:idmappingworkflow/crm-to-loyalty` },
      collaborationId: '11111111-1111-1111-1111-111111111111',
      name: 'crm_to_loyalty',
    },
  },
  GetMembership: { membership: { status: 'ACTIVE' } },
  GetSchema: { schema: { schemaStatusDetails: [] } },
  ListExecutions: { executions: [{ name: 'FirstRun-0a1b2c3d-1', executionArn: `${MACHINE.replace(':stateMachine:', ':execution:')}:FirstRun-0a1b2c3d-1` }] },
  StartIdMappingJob: { jobId: '0123456789abcdef0123456789abcdef' },
};

async function sendEverything(): Promise<void> {
  const { clients, ready } = runClients(ROLE);
  await ready();
  const job = { jobId: '0123456789abcdef0123456789abcdef' };
  for (const jobs of [
    ID_MAPPING.jobs(EVERYTHING.ID_MAPPING, clients),
    MATCHING.jobs(EVERYTHING.MATCHING, clients),
    ID_MAPPING_TABLE_POPULATION.jobs(EVERYTHING.ID_MAPPING_TABLE_POPULATION, clients),
  ]) {
    await jobs.prepare?.({}, 0);
    await jobs.start();
    await jobs.look(job);
    await jobs.list();
    await jobs.list('cGFnZQ==');
  }
  const table = { collaborationIdentifier: '11111111-1111-1111-1111-111111111111', name: 'crm_to_loyalty', wasEmpty: true };
  await ID_MAPPING_TABLE_POPULATION.jobs(EVERYTHING.ID_MAPPING_TABLE_POPULATION, clients).look({ ...job, watch: { workflowName: 'crm-to-loyalty', schema: table } });

  const executions = new Executions(new SFNClient({}), MACHINE);
  await executions.start('FirstRun-0a1b2c3d-5f2b1f3000004000800000000000000a', { run: { jobKind: 'MATCHING', request: EVERYTHING.MATCHING } });
  await executions.cancelWaiting({ logicalResourceId: 'FirstRun' }, { executionName: 'FirstRun-0a1b2c3d-newer', startedAt: new Date().toISOString() }, 'a newer run replaces it');
  await stackStatuses(STACK_ID, new CloudFormationClient({}));
}

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Arguments?: unknown;
}

function statesOf(stack: ReturnType<typeof completeRuns>): State[] {
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  const { 'Fn::Join': [, parts] } = Properties.DefinitionString as { 'Fn::Join': [string, unknown[]] };
  const definition = parts.map((part) => (typeof part === 'string' ? part : 'arn')).join('');
  return Object.values((JSON.parse(definition) as { States: Record<string, State> }).States);
}

/** What Step Functions makes texts of: the payload of a function and the detail of an event. */
function withTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, key === 'Payload' || key === 'Detail' ? '{}' : withTexts(member)]));
}
