import { Account, startServer } from './account';
import { CloudFormation } from './cloudformation';
import { createEvent, deleteEvent, PHYSICAL_RESOURCE_ID, updateEvent } from './events';
import { Execution, StepFunctions } from './step-functions';
import { handleRequest } from '../../lambda/handle-request';
import { Run } from '../../lambda/run';
import { ControlClient } from '../../local/src';
import { EntityResolutionServer } from '../../local/src/entity-resolution/server';

const NOT_RUN = { Status: 'SUCCESS', Data: expect.objectContaining({ JobId: '', Status: 'NOT_RUN', TotalMappedRecords: '' }) };
const DELETED = { Status: 'SUCCESS', Data: {} };
const STARTED: Partial<Run> = { outcome: 'STARTED', jobId: '0123456789abcdef0123456789abcdef' };

describe('a request of CloudFormation', () => {
  let server: EntityResolutionServer;
  let cloudFormation: CloudFormation;
  let stepFunctions: StepFunctions;
  let account: Account;
  let url: string;

  beforeAll(async () => {
    [server, cloudFormation, stepFunctions] = await Promise.all([startServer(), CloudFormation.start(), StepFunctions.start()]);
    url = cloudFormation.url;
  });

  afterAll(() => Promise.all([server.close(), cloudFormation.close(), stepFunctions.close()]));

  beforeEach(async () => {
    cloudFormation.reset();
    stepFunctions.reset();
    account = new Account(server.url);
    await account.createWorkflow('crm');
    await new ControlClient(server.url).planFaults({ faults: [{ operation: 'StartIdMappingJob', job: { runningSeconds: 600 } }] });
    jest.spyOn(console, 'log').mockImplementation();
  });

  afterEach(() => jest.restoreAllMocks());

  const handle = (event: Parameters<typeof handleRequest>[0], milliseconds?: number) => handleRequest(
    event, { cloudFormation: cloudFormation.client, clients: account.clients, executions: stepFunctions.client(milliseconds) });
  const executions = (): Execution[] => [...stepFunctions.executions.values()];

  /** Lets an execution enter a state. */
  function goTo(execution: Execution, state: string, progress: Partial<Run> = {}): void {
    execution.state = state;
    execution.run = { ...execution.run, ...progress };
  }

  test('to create asks for a run with the properties parsed, and leaves the answer to the runner', async () => {
    const event = createEvent(url, { JobType: 'BATCH', OnBusy: 'JOIN', OnFailure: 'WARN', TimeoutSeconds: '60', PollIntervalSeconds: '7' });

    expect(await handle(event)).toBeUndefined();

    expect(executions()).toEqual([expect.objectContaining({
      name: `FirstRun1A2B3C4D-${event.RequestId}`,
      run: {
        next: 'START',
        waitSeconds: 0,
        answered: false,
        request: {
          requestType: 'Create',
          jobKind: 'ID_MAPPING',
          workflowName: 'crm',
          jobType: 'BATCH',
          waitFor: 'STARTED',
          onBusy: 'JOIN',
          onFailure: 'WARN',
          timeoutSeconds: 60,
          pollIntervalSeconds: 7,
          callback: {
            responseUrl: event.ResponseURL,
            stackId: event.StackId,
            requestId: event.RequestId,
            logicalResourceId: 'FirstRun1A2B3C4D',
            physicalResourceId: PHYSICAL_RESOURCE_ID,
          },
        },
      },
    })]);
  });

  test('to create is answered at once when it only waits for the run to be accepted', async () => {
    const answer = await handle(createEvent(url, { WaitFor: 'ACCEPTED' }));

    expect(answer).toEqual({ Status: 'SUCCESS', Data: expect.objectContaining({ JobId: '', Status: 'ACCEPTED', InputRecords: '' }) });
    expect(executions()[0].run.answered).toBe(true);
  });

  test.each(['STARTED', 'ACCEPTED'] as const)('that is delivered twice asks for one run (%s)', async (WaitFor) => {
    const event = createEvent(url, { WaitFor });

    const answers = [await handle(event), await handle(event)];

    expect(answers[1]).toEqual(answers[0]);
    expect(executions()).toHaveLength(1);
  });

  test.each([
    ['the workflow', { WorkflowName: 'crm2' }],
    ['the definition of the workflow', { Definition: 'abcdef01' }],
    ['the type of the job', { JobType: 'BATCH' }],
    ['the output', { OutputSourceConfig: [{ roleArn: 'arn:aws:iam::111122223333:role/output', outputS3Path: 's3://elsewhere/' }] }],
    ['the trigger', { RunTrigger: 'v2' }],
    ['the time of synthesis', { SynthesizedAt: '2026-01-01T00:00:00Z' }],
  ] as const)('to update runs when %s has changed', async (_what, changes) => {
    cloudFormation.stackStatus = 'UPDATE_IN_PROGRESS';

    expect(await handle(updateEvent(url, changes as object))).toBeUndefined();
    expect(executions()[0].run.request.callback.physicalResourceId).toBe(PHYSICAL_RESOURCE_ID);
  });

  test.each([
    ['how far it is waited for', { WaitFor: 'SUCCEEDED' }],
    ['how long it is waited for', { TimeoutSeconds: '60' }],
    ['how often it is looked at', { PollIntervalSeconds: '60' }],
    ['what a failure does', { OnFailure: 'WARN' }],
    ['what a busy service does', { OnBusy: 'FAIL' }],
    ['when it runs', { RunWhen: 'NEVER_ON_UPDATE' }],
    ['everything, but it is to run once only', { RunWhen: 'NEVER_ON_UPDATE', Definition: 'abcdef01', JobType: 'BATCH', RunTrigger: 'v2' }],
    ['nothing', {}],
  ] as const)('to update does not run when %s has changed', async (_what, changes) => {
    cloudFormation.stackStatus = 'UPDATE_IN_PROGRESS';

    expect(await handle(updateEvent(url, changes))).toEqual(NOT_RUN);
    expect(executions()).toEqual([]);
  });

  test.each(['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED', 'ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'] as const)(
    'to update does not run while the stack is in %s', async (status) => {
      cloudFormation.stackStatus = status;

      expect(await handle(updateEvent(url, { Definition: 'abcdef01' }))).toEqual(NOT_RUN);
      expect(executions()).toEqual([]);
    });

  test.each(['UPDATE_ROLLBACK_COMPLETE', 'IMPORT_ROLLBACK_COMPLETE'] as const)('to update runs when the stack was rolled back before: %s', async (status) => {
    cloudFormation.stackStatus = status;

    expect(await handle(updateEvent(url, { Definition: 'abcdef01' }))).toBeUndefined();
  });

  test('that rolls back takes back the runs of the resource that have no job yet, and only these', async () => {
    await handle(createEvent(url));
    await handle(createEvent(url));
    await handle({ ...createEvent(url), LogicalResourceId: 'SecondRun' });
    goTo(executions()[1], 'Wait for the job', STARTED);
    cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';

    expect(await handle(updateEvent(url, { Definition: 'abcdef01' }))).toEqual(NOT_RUN);

    expect(executions().map(({ status }) => status)).toEqual(['ABORTED', 'RUNNING', 'RUNNING']);
    expect(executions()[0].cause).toBe('the deployment that asked for the run was rolled back, or its IdMappingJob deleted');
  });

  test.each<[string, string, Partial<Run>, Execution['status']]>([
    ['and gets none, takes it back', 'Wait to start', { outcome: 'BUSY' }, 'ABORTED'],
    ['and gets it, leaves it alone', 'What next?', STARTED, 'RUNNING'],
    ['and fails, leaves it alone', 'Answer', { outcome: 'FAILED' }, 'RUNNING'],
  ])('to delete waits for a run that is asking for its job, %s', async (_what, state, progress, status) => {
    await handle(createEvent(url));
    const [execution] = executions();
    goTo(execution, 'Start');
    stepFunctions.onLook = () => goTo(execution, state, progress);

    expect(await handle(deleteEvent(url))).toEqual(DELETED);

    expect(executions().map((each) => each.status)).toEqual([status]);
  });

  test('to delete takes back a run that is asking for its job for longer than there is time', async () => {
    await handle(createEvent(url));
    goTo(executions()[0], 'Start');
    const looked = jest.fn();
    stepFunctions.onLook = looked;

    expect(await handle(deleteEvent(url), 0)).toEqual(DELETED);

    expect(executions().map(({ status }) => status)).toEqual(['ABORTED']);
    expect(looked).toHaveBeenCalledTimes(1);
  });

  test('that rolls back succeeds although nothing can be taken back', async () => {
    cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
    stepFunctions.refusals = [{ status: 400, error: 'AccessDeniedException' }];

    expect(await handle(updateEvent(url, { Definition: 'abcdef01' }))).toEqual(NOT_RUN);
  });

  test('to delete takes back the runs that have no job yet', async () => {
    await handle(createEvent(url));

    expect(await handle(deleteEvent(url))).toEqual(DELETED);
    expect(executions().map(({ status }) => status)).toEqual(['ABORTED']);
  });

  test('to delete waits for a job that runs when the workflow is deleted too', async () => {
    const jobId = await account.startJob('crm');

    expect(await handle(deleteEvent(url, { WorkflowInStack: 'true' }))).toBeUndefined();
    expect(executions()).toEqual([expect.objectContaining({ run: expect.objectContaining({ jobId, next: 'POLL', waitSeconds: 5 }) })]);
  });

  test('to delete that is delivered twice waits once', async () => {
    await account.startJob('crm');
    const event = deleteEvent(url, { WorkflowInStack: 'true' });

    await handle(event);
    await handle(event);

    expect(executions().map(({ status }) => status)).toEqual(['RUNNING']);
  });

  test('to delete does not wait for a job of a workflow that stays', async () => {
    await account.startJob('crm');

    expect(await handle(deleteEvent(url))).toEqual(DELETED);
  });

  test.each([
    ['the workflow is gone', { WorkflowName: 'nobody', WorkflowInStack: 'true' }, []],
    ['permissions are gone', { WorkflowInStack: 'true' }, Array(3).fill({ status: 400, error: 'AccessDeniedException' })],
    ['the state machine is gone', { WorkflowInStack: 'true' }, Array(3).fill({ status: 400, error: 'StateMachineDoesNotExist' })],
  ])('to delete succeeds when %s', async (_what, properties, refusals) => {
    await account.startJob('crm');
    stepFunctions.refusals = refusals;

    expect(await handle(deleteEvent(url, properties))).toEqual(DELETED);
  });

  describe('with a WaitCondition', () => {
    const LONG = { WaitFor: 'SUCCEEDED', TimeoutSeconds: '43200' } as const;

    test('waits longer than CloudFormation waits for an answer', async () => {
      await handle(createEvent(url, { ...LONG, WaitHandleUrl: `${url}/signal` }));

      expect(executions()[0].run.request).toMatchObject({ waitHandleUrl: `${url}/signal`, timeoutSeconds: 43_200 });
    });

    test('of an earlier run waits for its answer only, because the condition is used up', async () => {
      cloudFormation.stackStatus = 'UPDATE_IN_PROGRESS';
      await handle(updateEvent(url, { ...LONG, WaitHandleUrl: `${url}/signal`, RunTrigger: 'v2' }, { ...LONG, WaitHandleUrl: `${url}/signal` }));

      expect(executions()[0].run.request).toMatchObject({ timeoutSeconds: 3_300 });
      expect(executions()[0].run.request.waitHandleUrl).toBeUndefined();
    });

    test('signals it at once when there is nothing to run', async () => {
      expect(await handle(updateEvent(url, { ...LONG, WaitHandleUrl: `${url}/signal` }))).toEqual(NOT_RUN);

      expect(cloudFormation.answers).toEqual([expect.objectContaining({
        path: '/signal', body: { Status: 'SUCCESS', UniqueId: 'run', Reason: 'NOT_RUN', Data: '||NOT_RUN||||||||||||||||' },
      })]);
    });
  });
});
