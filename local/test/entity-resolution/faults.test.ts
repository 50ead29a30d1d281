import {
  CreateIdMappingWorkflowCommand, CreateMatchingWorkflowCommand, CreateSchemaMappingCommand, GetSchemaMappingCommand, ListIdMappingJobsCommand,
  ListMatchingJobsCommand, ListSchemaMappingsCommand, StartIdMappingJobCommand, StartMatchingJobCommand,
} from '@aws-sdk/client-entityresolution';
import { errorOf, idMappingWorkflow, matchingWorkflow, schema, startServer, TestServer } from './test-server';

let local: TestServer;

beforeEach(async () => {
  local = await startServer();
  await local.client.send(new CreateSchemaMappingCommand(schema()));
  await local.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow()));
  await local.client.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow()));
});

afterEach(async () => {
  await local.server.close();
});

const START = new StartIdMappingJobCommand({ workflowName: 'crm-to-loyalty' });
const OPERATION = 'StartIdMappingJob';

async function jobCount(): Promise<number> {
  const { jobs } = await local.client.send(new ListIdMappingJobsCommand({ workflowName: 'crm-to-loyalty' }));
  return jobs!.length;
}

test.each([
  ['ThrottlingException', 429],
  ['InternalServerException', 500],
  ['ConflictException', 400],
  ['ExceedsLimitException', 402],
  ['AccessDeniedException', 403],
])('%s before the call: nothing is started', async (before, status) => {
  await local.control.planFaults({ faults: [{ operation: OPERATION, before }] });

  expect(await errorOf(local.client.send(START))).toEqual({ name: before, status, message: `${before}, as asked for through /_control/faults` });
  expect(await jobCount()).toBe(0);
});

test('an error before the call says what it is asked to say', async () => {
  await local.control.planFaults({ faults: [{ operation: OPERATION, before: 'ValidationException', message: 'the role can not be assumed' }] });

  expect(await errorOf(local.client.send(START))).toEqual({ name: 'ValidationException', status: 400, message: 'the role can not be assumed' });
});

test.each([
  ['Mapping', START, new ListIdMappingJobsCommand({ workflowName: 'crm-to-loyalty' })],
  ['Matching', new StartMatchingJobCommand({ workflowName: 'loyalty' }), new ListMatchingJobsCommand({ workflowName: 'loyalty' })],
] as const)('a job is missing from as many lists as asked for (%s)', async (_kind, start, list) => {
  const operation = start.constructor.name.replace('Command', '');
  await local.control.planFaults({ faults: [{ operation, job: { missingFromLists: 2, failure: 'as planned' } }] });
  await local.client.send(start as typeof START);

  const listed: number[] = [];
  while (listed.length < 3) listed.push((await local.client.send(list as ListIdMappingJobsCommand)).jobs!.length);
  expect(listed).toEqual([0, 0, 1]);
});

test('a fault meets as many calls of its operation as its count says, and no other operation', async () => {
  await local.control.planFaults({ faults: [{ operation: 'GetSchemaMapping', before: 'ThrottlingException', count: 2 }] });
  const get = async () => local.client.send(new GetSchemaMappingCommand({ schemaName: 'people' }));

  await local.client.send(new ListSchemaMappingsCommand());
  await expect(get()).rejects.toThrow('ThrottlingException');
  await expect(get()).rejects.toThrow('ThrottlingException');
  await expect(get()).resolves.toMatchObject({ schemaName: 'people' });
});

test('the faults of an operation come one after the other', async () => {
  await local.control.planFaults({ faults: ['ThrottlingException', 'InternalServerException'].map((before) => ({ operation: 'ListSchemaMappings', before })) });
  const list = async () => local.client.send(new ListSchemaMappingsCommand());

  await expect(list()).rejects.toThrow('ThrottlingException');
  await expect(list()).rejects.toThrow('InternalServerException');
  await expect(list()).resolves.toBeDefined();
});

test('a plan replaces the one before', async () => {
  await local.control.planFaults({ faults: [{ operation: OPERATION, before: 'ThrottlingException' }] });
  await local.control.planFaults({});

  await expect(local.client.send(START)).resolves.toBeDefined();
});

test('an error after the call: the job is started all the same', async () => {
  await local.control.planFaults({ faults: [{ operation: OPERATION, after: 'InternalServerException', job: { failure: 'as planned' } }] });

  expect(await errorOf(local.client.send(START))).toEqual({
    name: 'InternalServerException', status: 500, message: 'InternalServerException, as asked for through /_control/faults',
  });
  expect(await jobCount()).toBe(1);
});

test('a dropped connection after the call: the job is started all the same', async () => {
  await local.control.planFaults({ faults: [{ operation: OPERATION, after: 'DROP', job: { failure: 'as planned' } }] });

  await expect(local.client.send(START)).rejects.toThrow('socket hang up');
  expect(await jobCount()).toBe(1);
});

test('no answer after the call: the job is started all the same', async () => {
  await local.control.planFaults({ faults: [{ operation: OPERATION, after: 'NO_ANSWER', holdAnswer: 'done', job: { failure: 'as planned' } }] });
  const controller = new AbortController();
  const call = local.client.send(START, { abortSignal: controller.signal });
  const refused = expect(call).rejects.toMatchObject({ name: 'AbortError' });
  await local.control.held('done');
  await local.control.release('done');
  controller.abort();

  await refused;
  expect(await jobCount()).toBe(1);
});

test.each([
  [{ operation: 'Nothing' }, /^PUT \/_control\/faults was answered with 400: .*a fault names the operation \\"Nothing\\"; there are: CreateSchemaMapping, /],
  [{ operation: OPERATION, before: 'Nothing' }, /a fault names the error \\"Nothing\\", which the API model does not know/],
  [{ operation: OPERATION, after: 'Nothing' }, /a fault names the error \\"Nothing\\", which the API model does not know/],
])('the fault %j is refused', async (fault, message) => {
  await expect(local.control.planFaults({ faults: [fault] })).rejects.toThrow(message);
});

test('the calls are told with the names of their members, not the values, refused ones too', async () => {
  await local.control.planFaults({ faults: [{ operation: OPERATION, before: 'ThrottlingException' }] });
  await local.client.send(new StartIdMappingJobCommand({ workflowName: 'crm-to-loyalty', jobType: 'BATCH' })).catch(() => undefined);

  const calls = await local.control.calls();
  expect(calls.map(({ operation, members }) => ({ operation, members }))).toEqual([
    { operation: 'CreateSchemaMapping', members: ['schemaName', 'mappedInputFields'] },
    { operation: 'CreateMatchingWorkflow', members: ['workflowName', 'inputSourceConfig', 'outputSourceConfig', 'resolutionTechniques', 'roleArn'] },
    { operation: 'CreateIdMappingWorkflow', members: ['workflowName', 'inputSourceConfig', 'outputSourceConfig', 'idMappingTechniques', 'roleArn'] },
    { operation: 'StartIdMappingJob', members: ['workflowName', 'jobType'] },
  ]);
  expect(calls.map(({ time }) => Math.abs(Date.parse(time) - Date.now()) < 60_000)).toEqual([true, true, true, true]);
});
