import { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { handleRequest } from '../../../lambda/entry/handle-request';
import { RunState } from '../../../lambda/worker/run-state';
import { DecidedRun, METRICS, attributeOfMetric, JobKindName } from '../../../src/runs/private/run-protocol';
import { CloudFormation } from '../cloudformation';
import { createEvent, deleteEvent, PHYSICAL_RESOURCE_ID, Properties, responseUrlOf, updateEvent, waitEvent } from '../events';
import { JOB_ID } from '../runs';
import { Execution, StepFunctions } from '../step-functions';

const DELETED = { Status: 'SUCCESS', Data: {} };
const NOT_RUN = { Status: 'SUCCESS', Data: expect.objectContaining({ JobId: '', Status: 'NOT_RUN', Execution: '', IsNew: 'false', TotalMappedRecords: '' }) };
const SUCCEEDED: Partial<RunState> = { outcome: 'SUCCEEDED', jobId: JOB_ID, metrics: { totalMappedRecords: 3 } };
const LAST_RUN = { JobId: JOB_ID, Status: 'SUCCEEDED', IsNew: 'false', TotalMappedRecords: '3' };
const CHANGED: Properties = { Run: { runTrigger: 'v2' } };

describe('a request of CloudFormation', () => {
  let cloudFormation: CloudFormation;
  let stepFunctions: StepFunctions;
  let url: string;

  beforeAll(async () => {
    [cloudFormation, stepFunctions] = await Promise.all([CloudFormation.start(), StepFunctions.start()]);
    url = cloudFormation.url;
  });

  afterAll(() => Promise.all([cloudFormation.close(), stepFunctions.close()]));

  let logged: string[];

  beforeEach(() => {
    cloudFormation.reset();
    stepFunctions.reset();
    logged = [];
    jest.spyOn(console, 'log').mockImplementation((text: string) => { logged.push(text); });
  });

  afterEach(() => jest.restoreAllMocks());

  const handle = (event: CloudFormationCustomResourceEvent) => handleRequest(
    event, { cloudFormation: cloudFormation.client, executions: stepFunctions.client() });

  /** Lets the newest execution come so far. */
  function goTo(progress: Partial<RunState>, status: Execution['status'] = 'SUCCEEDED'): Execution {
    const execution = stepFunctions.all().at(-1)!;
    Object.assign(execution, { status, state: 'Succeeded', run: { ...execution.run, ...progress } });
    return execution;
  }

  describe('to create', () => {
    test('asks for a run with the settings parsed, and leaves the answer to the runner', async () => {
      const event = createEvent(url, {
        Run: { request: { workflowName: 'crm', jobType: 'BATCH' }, runTrigger: 'v1' },
        Settings: { onBusy: 'JOIN', onFailure: 'WARN', timeout: '1 minutes', pollInterval: '7 seconds' },
      });

      expect(await handle(event)).toBeUndefined();

      expect(stepFunctions.all()).toEqual([expect.objectContaining({
        name: expect.stringMatching(new RegExp(`^FirstRun1A2B3C4D-[0-9a-f]{8}-${event.RequestId.replaceAll('-', '')}$`)),
        run: {
          run: { jobKind: 'ID_MAPPING', request: { workflowName: 'crm', jobType: 'BATCH' }, account: '111122223333', region: 'eu-west-1' },
          settings: { onBusy: 'JOIN', roleArn: event.ResourceProperties.Settings.roleArn, timeoutSeconds: 60, pollIntervalSeconds: 7 },
          callback: {
            requestType: 'Create',
            responseUrl: event.ResponseURL,
            stackId: event.StackId,
            requestId: event.RequestId,
            logicalResourceId: 'FirstRun1A2B3C4D',
            physicalResourceId: PHYSICAL_RESOURCE_ID,
            waitFor: 'STARTED',
            onFailure: 'WARN',
          },
          askedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
        },
      })]);
    });

    test.each<[JobKindName, object]>([
      ['MATCHING', { workflowName: 'loyalty' }],
      ['ID_MAPPING_TABLE_POPULATION', { membershipIdentifier: 'm', idMappingTableIdentifier: 't', jobType: 'BATCH' }],
    ])('asks for a run by its kind (%s)', async (jobKind, request) => {
      await handle(createEvent(url, { Run: { jobKind, request }, Settings: { readsJobs: 'true' } }));

      expect(stepFunctions.all()[0].run).toMatchObject({ run: { jobKind, request }, settings: { readsJobs: true } });
    });

    test.each(['STARTED', 'ACCEPTED', 'SUCCEEDED'] as const)('that is delivered twice asks for one run (%s)', async (waitFor) => {
      const event = createEvent(url, { Settings: { waitFor } });

      expect([await handle(event), await handle(event)]).toEqual([undefined, undefined]);
      expect(stepFunctions.executions.size).toBe(1);
    });

    test('that is delivered again when the run has ended asks for none', async () => {
      const event = createEvent(url);
      await handle(event);
      goTo(SUCCEEDED);

      await handle(event);

      expect(stepFunctions.all()).toMatchObject([{ run: SUCCEEDED }]);
    });

    test('runs nothing that is not to run when it is created', async () => {
      expect(await handle(createEvent(url, { Settings: { runWhen: 'NEVER_ON_CREATE' } }))).toEqual(NOT_RUN);
      expect(stepFunctions.all()).toEqual([]);
    });

    test('runs what is never to run on an update', async () => {
      expect(await handle(createEvent(url, { Settings: { runWhen: 'NEVER_ON_UPDATE' } }))).toBeUndefined();
    });

    test.each([['55 minutes', 3_541], ['1 minutes', 301]])('that comes after CloudFormation has given up is not answered (%s, after %i seconds)', async (timeout, late) => {
      const event = createEvent(url, { Settings: { timeout } });
      const ResponseURL = responseUrlOf(url, event.RequestId, new Date(Date.now() - late * 1000));

      expect(await handle({ ...event, ResponseURL })).toBeUndefined();
      expect(stepFunctions.all()).toEqual([]);
      expect(logged.join()).toContain('it came after CloudFormation has given up');
      expect(logged.join()).not.toContain('secret');
    });

    test.each<[string, object, string]>([
      ['a type of job that there is not', { workflowName: 'crm', jobType: 'FULL' },
        'input.run.request.jobType must be one of BATCH, INCREMENTAL, DELETE_ONLY, got: "FULL"'],
      ['a workflow without a name', { workflowName: '' }, 'input.run.request.workflowName must be a text, got: ""'],
    ])('fails when a parameter has given it %s', async (_what, request, problem) => {
      await expect(handle(createEvent(url, { Run: { request } }))).rejects.toThrow(problem);
      expect(stepFunctions.all()).toEqual([]);
    });

    test('fails when no run can be asked for', async () => {
      stepFunctions.refusals = [{ status: 400, error: 'StateMachineDoesNotExist' }];

      await expect(handle(createEvent(url))).rejects.toThrow(expect.objectContaining({ name: 'StateMachineDoesNotExist' }));
    });
  });

  describe('to update', () => {
    beforeEach(() => {
      cloudFormation.stackStatus = 'UPDATE_IN_PROGRESS';
    });

    test.each<[string, Properties]>([
      ['the workflow', { Run: { request: { workflowName: 'crm2' } } }],
      ['the definition of the workflow', { Run: { definition: { version: '1', Workflow: { rules: [] } } } }],
      ['the type of the job', { Run: { request: { workflowName: 'crm', jobType: 'BATCH' } } }],
      ['the output', { Run: { request: { workflowName: 'crm', outputSourceConfig: [{ roleArn: 'arn:aws:iam::111122223333:role/output', outputS3Path: 's3://elsewhere/' }] } } }],
      ['the trigger', { Run: { runTrigger: 'v2' } }],
      ['the time of synthesis', { Run: { synthesizedAt: '2026-01-01T00:00:00Z' }, Settings: { runWhen: 'EVERY_DEPLOY' } }],
      ['the trigger, of what was not to run when it was created', { Run: { runTrigger: 'v2' }, Settings: { runWhen: 'NEVER_ON_CREATE' } }],
    ])('runs when %s has changed', async (_what, changes) => {
      expect(await handle(updateEvent(url, changes))).toBeUndefined();

      expect(stepFunctions.all()).toMatchObject([{ run: { callback: { requestType: 'Update', physicalResourceId: PHYSICAL_RESOURCE_ID } } }]);
      expect(stepFunctions.all()[0].run.callback!.takesBackOnly).toBeUndefined();
    });

    test.each<[string, Properties, Properties]>([
      ['how far it is waited for', { Settings: { waitFor: 'SUCCEEDED' } }, {}],
      ['how long it is waited for', { Settings: { timeout: '1 minutes' } }, {}],
      ['how often it is looked at', { Settings: { pollInterval: '60 seconds' } }, {}],
      ['what a failure does', { Settings: { onFailure: 'WARN' } }, {}],
      ['what a busy service does', { Settings: { onBusy: 'FAIL' } }, {}],
      ['when it runs', { Settings: { runWhen: 'NEVER_ON_UPDATE' } }, {}],
      ['the role, and what it may read', { Settings: { roleArn: 'arn:aws:iam::111122223333:role/other', readsJobs: 'true' } }, {}],
      ['everything, but it is never to run on an update', { ...CHANGED, Settings: { runWhen: 'NEVER_ON_UPDATE' } }, { Settings: { runWhen: 'NEVER_ON_UPDATE' } }],
      ['nothing', {}, {}],
    ])('does not run when %s has changed', async (_what, changes, oldChanges) => {
      expect(await handle(updateEvent(url, changes, oldChanges))).toEqual(NOT_RUN);
      expect(stepFunctions.all()).toEqual([]);
    });

    test('runs only what is not to run while the stack goes back: that is for the runner to see, once for each request', async () => {
      cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
      const event = updateEvent(url, CHANGED);

      await handle(event);
      cloudFormation.stackStatus = 'UPDATE_ROLLBACK_COMPLETE';
      await handle(event);

      expect(stepFunctions.executions.size).toBe(1);
      expect(cloudFormation.questions).toBe(0);
    });

    test('lets the runner take back, but run nothing, when the way back of what was to run is not to run', async () => {
      const isOnce: Properties = { Settings: { runWhen: 'NEVER_ON_UPDATE' } };

      expect(await handle(updateEvent(url, isOnce, CHANGED))).toBeUndefined();

      expect(stepFunctions.all()).toMatchObject([{ run: { callback: { takesBackOnly: true } } }]);
    });

    test('that runs nothing tells of the last run', async () => {
      await handle(createEvent(url));
      const { name } = goTo(SUCCEEDED);

      const answer = await handle(updateEvent(url, { Settings: { waitFor: 'SUCCEEDED' } }));

      expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { ...LAST_RUN, Execution: name } });
    });

    test('that runs nothing tells of the run of what is run, not of one that was taken back', async () => {
      await handle(createEvent(url));
      const { name } = goTo(SUCCEEDED);
      await handle(updateEvent(url, CHANGED));
      goTo({ ...SUCCEEDED, jobId: 'f'.repeat(32) });
      await handle(updateEvent(url, {}, CHANGED));
      goTo({ outcome: 'NOT_RUN' });

      expect(await handle(updateEvent(url))).toMatchObject({ Data: { ...LAST_RUN, Execution: name } });
    });

    test('that runs nothing tells of the last run that another version of the library has told of', async () => {
      const old: Properties = { Run: { definition: { version: '0', Workflow: { rules: [{ ruleName: 'email', matchingKeys: ['email'] }] } } } };
      await handle(createEvent(url, old));
      goTo(SUCCEEDED);

      expect(await handle(updateEvent(url, {}, old))).toMatchObject({ Data: LAST_RUN });
    });

    test('that never runs tells of whatever has run last', async () => {
      await handle(createEvent(url, CHANGED));
      goTo(SUCCEEDED);

      expect(await handle(updateEvent(url, { Settings: { runWhen: 'NEVER_ON_UPDATE' } }))).toMatchObject({ Data: LAST_RUN });
    });

    test('tells nothing of a run that was cancelled while it waited', async () => {
      await handle(createEvent(url));
      goTo({ outcome: 'BUSY' }, 'ABORTED');

      expect(await handle(updateEvent(url))).toEqual(NOT_RUN);
    });

    test('tells of a run that waits', async () => {
      await handle(createEvent(url));
      goTo({ outcome: 'BUSY' }, 'RUNNING');

      expect(await handle(updateEvent(url))).toMatchObject({ Status: 'SUCCESS', Data: { Status: 'WAITING', JobId: '' } });
    });

    test('succeeds although the last run can not be looked up', async () => {
      stepFunctions.refusals = [{ status: 400, error: 'AccessDeniedException' }];

      expect(await handle(updateEvent(url))).toEqual(NOT_RUN);
    });

    test.each([
      ['UPDATE_ROLLBACK_IN_PROGRESS', [], [], true],
      ['UPDATE_IN_PROGRESS', ['UPDATE_ROLLBACK_IN_PROGRESS'], [], true],
      ['UPDATE_IN_PROGRESS', [], [400, 400, 400], true],
      ['UPDATE_IN_PROGRESS', [], [], false],
    ] as const)('while the stack is in %s (%j, %j) succeeds although no run can be asked for: %s', async (status, ancestors, refusals, succeeds) => {
      cloudFormation.stackStatus = status;
      cloudFormation.ancestors = [...ancestors];
      cloudFormation.statusRefusals = [...refusals];
      stepFunctions.refusals = [{ status: 400, error: 'StateMachineDoesNotExist' }];

      const handled = handle(updateEvent(url, CHANGED));

      await (succeeds ? expect(handled).resolves.toEqual(NOT_RUN) : expect(handled).rejects.toThrow(expect.objectContaining({ name: 'StateMachineDoesNotExist' })));
    });

    test('back to what no parameter should have given succeeds', async () => {
      cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';

      expect(await handle(updateEvent(url, { Run: { request: { workflowName: 'crm', jobType: 'FULL' } } }))).toEqual(NOT_RUN);
    });
  });

  test.each<JobKindName>(['ID_MAPPING', 'MATCHING', 'ID_MAPPING_TABLE_POPULATION'])('of a resource for which nothing runs has all attributes of its kind (%s)', async (jobKind) => {
    const Run: Partial<DecidedRun> = { jobKind };

    const { Data } = (await handle(createEvent(url, { Run, Settings: { runWhen: 'NEVER_ON_CREATE' } })))!;

    expect(Object.keys(Data)).toEqual(['JobId', 'Status', 'Execution', 'IsNew', ...METRICS[jobKind].map(attributeOfMetric)]);
  });

  describe('to delete', () => {
    test('is handed to the runner, which may have to wait for a job', async () => {
      const event = deleteEvent(url, { Settings: { awaitsJobOnDelete: 'true' } });

      expect(await handle(event)).toBeUndefined();

      expect(stepFunctions.all()).toMatchObject([{
        name: `FirstRun1A2B3C4D-takeback-${event.RequestId.replaceAll('-', '')}`,
        run: { run: { request: { workflowName: 'crm' } }, callback: { requestType: 'Delete', awaitsJob: true } },
      }]);
    });

    test('that is delivered twice is handed over once', async () => {
      const event = deleteEvent(url);

      await handle(event);
      await handle(event);

      expect(stepFunctions.executions.size).toBe(1);
    });

    test('is handed over however late it comes', async () => {
      const event = deleteEvent(url);
      const ResponseURL = responseUrlOf(url, event.RequestId, new Date(Date.now() - 7_200_000));

      expect(await handle({ ...event, ResponseURL })).toBeUndefined();
      expect(stepFunctions.executions.size).toBe(1);
    });

    test('of what goes on waiting looks for the job that it has waited for', async () => {
      expect(await handle(waitEvent(deleteEvent(url)))).toBeUndefined();

      expect(stepFunctions.all()).toMatchObject([{
        name: expect.stringMatching(/^FirstRunWait1-takeback-/),
        run: { run: { jobKind: 'ID_MAPPING', request: { workflowName: 'crm-to-loyalty' } }, callback: { requestType: 'Delete' } },
      }]);
    });

    test('of what could not be run, because a parameter has given it no such value, looks for no job', async () => {
      expect(await handle(deleteEvent(url, { Run: { request: { workflowName: 'crm', jobType: 'FULL' } } }))).toBeUndefined();

      expect(stepFunctions.all()[0].run.run).toBeUndefined();
    });

    test.each<[string, (event: CloudFormationCustomResourceEvent) => CloudFormationCustomResourceEvent]>([
      ['the state machine is gone', (event) => event],
      ['the properties are none of ours', (event) => ({ ...event, ResourceProperties: { ServiceToken: event.ServiceToken } })],
    ])('succeeds when %s', async (_what, change) => {
      stepFunctions.refusals = [{ status: 400, error: 'StateMachineDoesNotExist' }];

      expect(await handle(change(deleteEvent(url)))).toEqual(DELETED);
    });
  });

  describe('to go on waiting', () => {
    const EXECUTION = 'FirstRun1A2B3C4D-01234567-1';

    test('follows the run of this deployment for as long as a chain may', async () => {
      const event = waitEvent(createEvent(url), { Settings: { onFailure: 'WARN', timeout: '3 hours', pollInterval: '7 seconds', roleArn: 'arn:aws:iam::111122223333:role/run', handsOver: 'true' } });

      expect(await handle(event)).toBeUndefined();

      expect(stepFunctions.all()).toMatchObject([{
        name: expect.stringMatching(/^FirstRunWait1-[0-9a-f]{8}-[0-9a-f]{32}$/),
        run: {
          follow: { execution: EXECUTION, jobKind: 'ID_MAPPING' },
          settings: { timeoutSeconds: 10_800, pollIntervalSeconds: 7 },
          callback: { requestType: 'Create', waitFor: 'SUCCEEDED', onFailure: 'WARN', handsOver: true },
        },
      }]);
    });

    test('follows the run for as long as a chain may, also at the end of the chain', async () => {
      await handle(waitEvent(createEvent(url)));

      expect(stepFunctions.all()).toMatchObject([{ run: { settings: { timeoutSeconds: 10_800 } } }]);
      expect(stepFunctions.all()[0].run.callback!.handsOver).toBeUndefined();
    });

    test('follows another run than before', async () => {
      expect(await handle(waitEvent(updateEvent(url), {}, { Execution: 'before' }))).toBeUndefined();
      expect(stepFunctions.executions.size).toBe(1);
    });

    test.each<[string, CloudFormationCustomResourceEvent]>([
      ['when it is not of this deployment', waitEvent(createEvent('http://127.0.0.1:9'), { IsNew: 'false' })],
      ['when the same one was followed before', waitEvent(updateEvent('http://127.0.0.1:9'), { Settings: { onFailure: 'WARN', timeout: '4 hours', pollInterval: '5 seconds', roleArn: 'arn:aws:iam::111122223333:role/run' } }, {})],
    ])('only tells of a run %s', async (_what, event) => {
      await stepFunctions.client().start(EXECUTION, { run: { jobKind: 'ID_MAPPING', request: { workflowName: 'crm' } } });
      goTo(SUCCEEDED);

      expect(await handle(event)).toMatchObject({ Status: 'SUCCESS', Data: { ...LAST_RUN, Execution: EXECUTION } });
      expect(stepFunctions.executions.size).toBe(1);
    });

    test.each([['', 'true'], ['gone', 'false']])('tells of no run when there is none (%j)', async (execution, IsNew) => {
      expect(await handle(waitEvent(createEvent(url), { Execution: execution, IsNew }))).toEqual(NOT_RUN);
      expect(stepFunctions.all()).toEqual([]);
    });

    test('that is delivered twice follows once', async () => {
      const event = waitEvent(createEvent(url));

      await handle(event);
      await handle(event);

      expect(stepFunctions.executions.size).toBe(1);
    });
  });
});
