import * as fc from 'fast-check';
import { answerCloudFormation } from '../../../lambda/worker/answer-cloudformation';
import { nextStep } from '../../../lambda/worker/next-step';
import { RunState } from '../../../lambda/worker/run-state';
import { attributeOfMetric, JobKindName, METRICS, Run } from '../../../src/runs/private/run-protocol';
import { CloudFormation } from '../cloudformation';
import { Given, givenRun, JOB_ID } from '../runs';
import { EXECUTION } from '../starts';
import { StepFunctions } from '../step-functions';

// It is not waited from one attempt to deliver to the next.
jest.mock('node:timers/promises', () => ({ setTimeout: async () => {} }));

const LOG = 'Log group: /runner.';
const FIRST = ['JobId', 'Status', 'Execution', 'IsNew'];
const UNTIL_END: Given = { settings: { timeoutSeconds: 600 }, callback: { waitFor: 'SUCCEEDED' } };
const ANOTHER_JOB_ID = 'f'.repeat(32);

describe('the answer to CloudFormation', () => {
  let cloudFormation: CloudFormation;
  let stepFunctions: StepFunctions;

  beforeAll(async () => {
    [cloudFormation, stepFunctions] = await Promise.all([CloudFormation.start(), StepFunctions.start()]);
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

  const given = (state: Partial<RunState>, what: Given = {}) => givenRun(cloudFormation.url, what, { goesForward: true, ...state });
  const answer = (run: RunState, secondsSinceAsked = 0) => answerCloudFormation(run, stepFunctions.client(), EXECUTION, secondsSinceAsked, '/runner');

  async function answered(run: RunState, secondsSinceAsked = 0) {
    expect(nextStep(run, secondsSinceAsked)).toBe('ANSWER');
    const after = await answer(run, secondsSinceAsked);
    expect(after).toEqual({ ...run, answer: 'GIVEN', repeats: 0 });
    expect(cloudFormation.answers).toHaveLength(1);
    expect(Buffer.byteLength(cloudFormation.answers[0].text)).toBeLessThan(4_096);
    const { body } = cloudFormation.answers[0];
    if (run.callback!.requestType !== 'Delete') {
      expect(Object.keys(body.Data)).toEqual([...FIRST, ...METRICS[(run.follow ?? run.run!).jobKind].map(attributeOfMetric)]);
    }
    return body;
  }

  test('is put to the response URL without a content type, which its signature does not have', async () => {
    const run = given({ outcome: 'STARTED', jobId: JOB_ID });

    const body = await answered(run);

    const { stackId, requestId, logicalResourceId, physicalResourceId } = run.callback!;
    expect(cloudFormation.answers[0]).toMatchObject({ path: '/answer?X-Amz-Signature=secret', contentType: '' });
    expect(body).toMatchObject({
      StackId: stackId, RequestId: requestId, LogicalResourceId: logicalResourceId, PhysicalResourceId: physicalResourceId,
    });
  });

  test.each<[string, Partial<RunState>, Given, number, string]>([
    ['the run is accepted', { outcome: 'ACCEPTED' }, { callback: { waitFor: 'ACCEPTED' } }, 0, 'ACCEPTED'],
    ['the job has started', { outcome: 'STARTED', jobId: JOB_ID }, {}, 0, 'STARTED'],
    ['the job could not be started yet', { outcome: 'BUSY', reason: 'busy' }, {}, 3_300, 'WAITING'],
    ['it could not be accepted yet', { outcome: 'NOT_YET_ALLOWED', goesForward: undefined }, { callback: { waitFor: 'ACCEPTED' } }, 3_300, 'WAITING'],
    ['the job has succeeded', { outcome: 'SUCCEEDED', jobId: JOB_ID, metrics: { inputRecords: 7 } }, UNTIL_END, 9, 'SUCCEEDED'],
    ['the job has failed, which is no more than a warning', { outcome: 'FAILED', jobId: JOB_ID }, { callback: { waitFor: 'SUCCEEDED', onFailure: 'WARN' } }, 9, 'FAILED'],
    ['the job is not watched, which is no more than a warning', { outcome: 'UNWATCHED', jobId: JOB_ID }, { callback: { waitFor: 'SUCCEEDED', onFailure: 'WARN' } }, 9, 'UNWATCHED'],
    ['the job takes too long, which is no more than a warning',
      { outcome: 'RUNNING', jobId: JOB_ID }, { settings: { timeoutSeconds: 60 }, callback: { waitFor: 'SUCCEEDED', onFailure: 'WARN' } }, 60, 'TIMED_OUT'],
    ['the job runs, and another resource goes on waiting', { outcome: 'RUNNING', jobId: JOB_ID },
      { settings: { timeoutSeconds: 43_200 }, callback: { waitFor: 'SUCCEEDED', handsOver: true } }, 3_300, 'STARTED'],
    ['the run waits, and another resource goes on waiting', { outcome: 'BUSY' },
      { settings: { timeoutSeconds: 43_200 }, callback: { waitFor: 'SUCCEEDED', handsOver: true } }, 3_300, 'WAITING'],
  ])('says that %s', async (_what, state, what, seconds, status) => {
    const { Status, Reason, Data } = await answered(given(state, what), seconds);

    expect({ Status, Reason }).toEqual({ Status: 'SUCCESS', Reason: undefined });
    expect(Data).toMatchObject({ Status: status, JobId: state.jobId ?? '', InputRecords: state.metrics ? '7' : '', Execution: EXECUTION, IsNew: 'true' });
  });

  test.each<[string, Partial<RunState>, number, string]>([
    ['the job has failed', { outcome: 'FAILED', jobId: JOB_ID, reason: 'no object at s3://data/' }, 9,
      `Job ${JOB_ID} of ID mapping workflow crm failed: no object at s3://data/. Correct the input or the workflow and deploy again. ${LOG}`],
    ['no job was started', { outcome: 'FAILED', reason: 'ResourceNotFoundException: no such workflow' }, 9,
      `No job of ID mapping workflow crm was started: ResourceNotFoundException: no such workflow. ${LOG}`],
    ['the deployment goes back', { outcome: 'NOT_RUN', goesForward: undefined, reason: 'the stack is in ROLLBACK_IN_PROGRESS' }, 9,
      `No job of ID mapping workflow crm was started: the stack is in ROLLBACK_IN_PROGRESS. ${LOG}`],
    ['the job is not watched', { outcome: 'UNWATCHED', jobId: JOB_ID, reason: 'AccessDeniedException: no' }, 9,
      `Job ${JOB_ID} of ID mapping workflow crm was started, but how it ends can not be seen: AccessDeniedException: no. Do not wait for it, or let the runner read the jobs of the `
      + `workflow; before you deploy again, look at it with: aws entityresolution get-id-mapping-job --workflow-name crm --job-id ${JOB_ID}. ${LOG}`],
    ['the job takes too long', { outcome: 'RUNNING', jobId: JOB_ID, reason: 'the job is RUNNING' }, 600,
      `Job ${JOB_ID} of ID mapping workflow crm did not end within 10 minutes. It goes on and is billed; `
      + `look at it with: aws entityresolution get-id-mapping-job --workflow-name crm --job-id ${JOB_ID}. ${LOG}`],
    ['no job could be started in time', { outcome: 'BUSY', reason: 'ConflictException: busy' }, 600,
      'No job of ID mapping workflow crm could be started within 10 minutes, the last answer was: ConflictException: busy. '
      + `Deploy again when no other job runs in this Region. ${LOG}`],
    ['a job may have been started', { outcome: 'UNKNOWN', reason: 'TimeoutError: late', lostStartAt: '2026-11-24T12:00:00Z' }, 600,
      'A job of ID mapping workflow crm may have been started at 2026-11-24T12:00:00Z, but the answer was lost and no job was found since: TimeoutError: late. '
      + `Before you deploy again, look for it with: aws entityresolution list-id-mapping-jobs --workflow-name crm. ${LOG}`],
  ])('fails the resource when %s, and says what to do next', async (_what, state, seconds, reason) => {
    const { Status, Reason } = await answered(given(state, UNTIL_END), seconds);

    expect({ Status, Reason }).toEqual({ Status: 'FAILED', Reason: reason });
  });

  test('fails a resource that is made while its deployment goes back, although a failure is no more than a warning: it is deleted anyway', async () => {
    expect(await answered(given({ outcome: 'NOT_RUN', goesForward: undefined }, { callback: { onFailure: 'WARN' } }))).toMatchObject({ Status: 'FAILED' });
  });

  test.each([[60, '60 seconds'], [119, '119 seconds'], [120, '2 minutes'], [3_300, '55 minutes'], [43_200, '720 minutes']])('says %i seconds as %s', async (timeoutSeconds, said) => {
    const { Reason } = await answered(given({ outcome: 'TIMED_OUT', reason: 'busy' }, { settings: { timeoutSeconds }, callback: { waitFor: 'SUCCEEDED' } }));

    expect(Reason).toContain(`could be started within ${said}, the last`);
  });

  test.each<[JobKindName, Run['request']]>([
    ['ID_MAPPING', { workflowName: 'crm' }], ['MATCHING', { workflowName: 'crm' }], ['ID_MAPPING_TABLE_POPULATION', { membershipIdentifier: 'm', idMappingTableIdentifier: 't' }],
  ])('has each metric in its own attribute (%s)', async (jobKind, request) => {
    const metrics = Object.fromEntries(METRICS[jobKind].map((name, index) => [name, 100 + index]));

    const { Data } = await answered(given({ outcome: 'SUCCEEDED', jobId: JOB_ID, metrics }, { ...UNTIL_END, run: { jobKind, request } as Run }));

    const attributes = Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`${name[0].toUpperCase()}${name.slice(1)}`, String(value)]));
    expect(Data).toEqual({ JobId: JOB_ID, Status: 'SUCCEEDED', Execution: EXECUTION, IsNew: 'true', ...attributes });
  });

  describe('of an update that was never seen to go forward', () => {
    const given_ = (state: Partial<RunState>, callback = {}) => given({ goesForward: undefined, ...state }, { ...UNTIL_END, callback: { waitFor: 'SUCCEEDED', requestType: 'Update', ...callback } });

    async function last(name: string, progress: Partial<RunState>): Promise<void> {
      await stepFunctions.client().start(name, given(progress));
      stepFunctions.all().at(-1)!.status = 'SUCCEEDED';
    }

    test.each<[string, Partial<RunState>, number]>([
      ['it goes back', { outcome: 'NOT_RUN', reason: 'the stack is in UPDATE_ROLLBACK_IN_PROGRESS' }, 0],
      ['nothing was known in time', { outcome: 'UNKNOWN' }, 600],
      ['the runner crashed', { outcome: 'FAILED', reason: 'the runner crashed at the step START' }, 9],
    ])('is that it succeeded: %s', async (_what, state, seconds) => {
      expect(await answered(given_(state), seconds)).toMatchObject({ Status: 'SUCCESS', Data: { Status: 'NOT_RUN', JobId: '', Execution: '', IsNew: 'false' } });
    });

    test('tells of the run that the stack is back to', async () => {
      const back = EXECUTION.replace(/.$/, '0');
      await last(back, { outcome: 'SUCCEEDED', jobId: JOB_ID, metrics: { inputRecords: 7 } });
      await last('FirstRun1A2B3C4D-76543210-1', { outcome: 'SUCCEEDED', jobId: ANOTHER_JOB_ID });

      expect(await answered(given_({ outcome: 'NOT_RUN' }))).toMatchObject({
        Status: 'SUCCESS', Data: { Status: 'SUCCEEDED', JobId: JOB_ID, InputRecords: '7', Execution: back, IsNew: 'false' },
      });
    });

    test('tells of the newest run when it was to run nothing', async () => {
      await last('FirstRun1A2B3C4D-76543210-1', { outcome: 'SUCCEEDED', jobId: ANOTHER_JOB_ID });

      expect(await answered(given_({ outcome: 'NOT_RUN' }, { takesBackOnly: true }))).toMatchObject({ Data: { JobId: ANOTHER_JOB_ID } });
    });

    test('is that it succeeded although that run can not be looked up', async () => {
      stepFunctions.refusals = [{ status: 400, error: 'AccessDeniedException' }];

      expect(await answered(given_({ outcome: 'NOT_RUN' }))).toMatchObject({ Status: 'SUCCESS', Data: { Status: 'NOT_RUN' } });
    });
  });

  describe('of what follows a run', () => {
    const FOLLOW = { follow: { execution: 'FirstRun-1', jobKind: 'ID_MAPPING' } } as const;

    test('tells of that run', async () => {
      const { Data } = await answered(given({ ...FOLLOW, outcome: 'SUCCEEDED', jobId: JOB_ID, metrics: { inputRecords: 7 } }, UNTIL_END));

      expect(Data).toMatchObject({ Status: 'SUCCEEDED', JobId: JOB_ID, InputRecords: '7', Execution: 'FirstRun-1', IsNew: 'true' });
    });

    test('says that its end can not be seen', async () => {
      const { Status, Reason } = await answered({ ...given({ ...FOLLOW, outcome: 'UNWATCHED', reason: 'the run is not known any more' }, UNTIL_END), run: undefined });

      expect({ Status, Reason }).toEqual({ Status: 'FAILED', Reason: `How the run ended can not be seen: the run is not known any more. ${LOG}` });
    });

    test('says that it takes too long', async () => {
      const { Status, Data } = await answered(given({ ...FOLLOW, outcome: 'RUNNING', jobId: JOB_ID }, UNTIL_END), 600);

      expect([Status, Data.Status]).toEqual(['FAILED', 'TIMED_OUT']);
    });
  });

  test.each([
    ['ASCII', 'x'.repeat(10_000)],
    ['two bytes each', 'é'.repeat(5_000)],
    ['four bytes each', '🦆'.repeat(5_000)],
    ['one character of many code points', `👩${'\u200d👩'.repeat(3_000)}`],
    ['control characters', '\u0001'.repeat(5_000)],
    ['halves of surrogate pairs', '\ud83e'.repeat(5_000)],
    ['quotes and backslashes', '"\\'.repeat(5_000)],
    ['300 KB', 'x'.repeat(300_000)],
  ])('is cut in its middle when the message of the service is too long (%s)', async (_what, reason) => {
    const { Reason } = await answered(given({ outcome: 'FAILED', jobId: JOB_ID, reason }, UNTIL_END));

    expect(Reason).toMatch(new RegExp(`^Job ${JOB_ID} of ID mapping workflow crm failed: .+…+.+ Correct the input or the workflow and deploy again\\. ${LOG}$`, 'su'));
  });

  test('is JSON of less than 4,096 bytes with every attribute, whatever the service says, and with the longest names there are', async () => {
    const longest: Given = {
      run: { jobKind: 'ID_MAPPING', request: { workflowName: 'w'.repeat(255) } },
      callback: { waitFor: 'SUCCEEDED', stackId: 's'.repeat(255), logicalResourceId: 'l'.repeat(255), physicalResourceId: 'p'.repeat(300) },
    };
    const messages = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5_000, size: 'max' }),
      // Halves of surrogate pairs, too.
      fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 5_000, size: 'max' }).map((units) => String.fromCharCode(...units)),
      // What is longer in JSON.
      fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\0'), maxLength: 5_000, size: 'max' }),
    );

    await fc.assert(fc.asyncProperty(messages, fc.constantFrom('FAILED' as const, 'TIMED_OUT' as const), fc.constantFrom(JOB_ID, undefined), async (reason, outcome, jobId) => {
      cloudFormation.reset();
      const { Status, Reason } = await answered(given({ outcome, jobId, reason }, longest));
      expect(Status).toBe('FAILED');
      expect(Reason).toContain(LOG);
      expect(Reason).toBe(Buffer.from(Reason).toString());
    }), { numRuns: 60, seed: 20_261_124, endOnFailure: true });
  });

  test('is delivered although the connection drops and the receiver is down', async () => {
    cloudFormation.refusals = ['DROP', 503, 500];

    await answered(given({ outcome: 'STARTED', jobId: JOB_ID }));
  });

  test('is tried again when it is redirected, which is no receipt', async () => {
    cloudFormation.refusals = [303];

    await answered(given({ outcome: 'STARTED', jobId: JOB_ID }));
    expect(cloudFormation.attempts).toBe(2);
  });

  test.each([403, 303])('that can not be delivered (%i) is tried again later, and is not logged with its URL', async (refusal) => {
    cloudFormation.refusals = Array(10).fill(refusal);
    const run = given({ outcome: 'STARTED', jobId: JOB_ID });

    const once = await answer(run, 3_000);
    expect(once).toMatchObject({ ...run, repeats: 1 });
    expect(once.answer).toBeUndefined();
    expect(once.retrySeconds).toBeGreaterThanOrEqual(1);
    expect(nextStep(once, 3_000)).toBe('ANSWER');
    expect(logged).toEqual([JSON.stringify({ resource: 'FirstRun1A2B3C4D', notDelivered: `HTTP status ${refusal}` })]);

    expect(await answer({ ...once, next: 'ANSWER' }, 3_599)).toMatchObject({ repeats: 2 });
    expect(await answer({ ...once, next: 'ANSWER' }, 3_599)).toMatchObject({ answer: 'GIVEN' });
  });

  test('that can not be delivered is given up when CloudFormation has given up', async () => {
    cloudFormation.refusals = Array(5).fill(403);

    expect(await answer(given({ outcome: 'STARTED', jobId: JOB_ID }), 3_600)).toMatchObject({ answer: 'GIVEN_UP' });
  });

  test.each([
    ['nobody', async () => `${await closedServer()}/?secret`, 'ECONNREFUSED'],
    ['no URL', async () => 'secret', 'ERR_INVALID_URL'],
  ])('to %s is not delivered, and is not logged with its URL', async (_what, urlOf, failure) => {
    const run = given({ outcome: 'STARTED', jobId: JOB_ID }, { callback: { responseUrl: await urlOf() } });

    expect((await answer(run)).answer).toBeUndefined();

    expect(logged).toEqual([JSON.stringify({ resource: 'FirstRun1A2B3C4D', notDelivered: failure })]);
  });

  test.each<[string, Partial<RunState>]>([['was given', { answer: 'GIVEN' }], ['was given up', { answer: 'GIVEN_UP' }], ['nobody waits for', { callback: undefined }]])(
    'that %s is not given', async (_what, state) => {
      const run = given({ outcome: 'SUCCEEDED', jobId: JOB_ID, ...state });

      expect(await answer(run)).toEqual(run);
      expect(cloudFormation.attempts).toBe(0);
    });

  test('to a deletion is that it succeeded, whatever became of the job', async () => {
    const run = given({ outcome: 'FAILED', jobId: JOB_ID, reason: 'gone' }, { callback: { requestType: 'Delete' } });

    expect(await answered(run)).toMatchObject({ Status: 'SUCCESS', Reason: 'gone', Data: {} });
  });
});

async function closedServer(): Promise<string> {
  const server = await CloudFormation.start();
  const { url } = server;
  await server.close();
  return url;
}
