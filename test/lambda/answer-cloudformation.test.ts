import * as fc from 'fast-check';
import { CloudFormation } from './cloudformation';
import { givenRequest, givenRun } from './runs';
import { answerCloudFormation } from '../../lambda/answer-cloudformation';
import { nextStep } from '../../lambda/next-step';
import { Run, RunRequest } from '../../lambda/run';

const JOB_ID = '0123456789abcdef0123456789abcdef';
const LOG = 'Log group: /runner.';
const ATTRIBUTES = [
  'JobId', 'Status', 'InputRecords', 'TotalRecordsProcessed', 'RecordsNotProcessed', 'DeleteRecordsProcessed',
  'TotalMappedRecords', 'TotalMappedSourceRecords', 'TotalMappedTargetRecords', 'UniqueRecordsLoaded',
  'NewMappedRecords', 'NewMappedSourceRecords', 'NewMappedTargetRecords', 'NewUniqueRecordsLoaded',
  'MappedRecordsRemoved', 'MappedSourceRecordsRemoved', 'MappedTargetRecordsRemoved',
];

describe('the answer to CloudFormation', () => {
  let cloudFormation: CloudFormation;

  beforeAll(async () => {
    cloudFormation = await CloudFormation.start();
  });

  afterAll(() => cloudFormation.close());

  beforeEach(() => cloudFormation.reset());

  const given = (run: Partial<Run>, request: Partial<RunRequest> = {}) => givenRun(givenRequest(cloudFormation.url, request), run);
  const answer = (run: Run, secondsSinceAsked = 0) => answerCloudFormation(run, secondsSinceAsked, '/runner');

  async function answered(run: Run, secondsSinceAsked = 0) {
    expect(nextStep(run, secondsSinceAsked)).toBe('ANSWER');
    const after = await answer(run, secondsSinceAsked);
    expect(after).toEqual({ ...run, answered: true, signalled: false });
    expect(cloudFormation.answers).toHaveLength(1);
    expect(Buffer.byteLength(cloudFormation.answers[0].text)).toBeLessThan(4_096);
    expect(Object.keys(cloudFormation.answers[0].body.Data)).toEqual(ATTRIBUTES);
    return cloudFormation.answers[0].body;
  }

  test('is put to the response URL without a content type, which its signature does not have', async () => {
    const run = given({ outcome: 'STARTED', jobId: JOB_ID });

    const body = await answered(run);

    const { stackId, requestId, logicalResourceId, physicalResourceId } = run.request.callback;
    expect(cloudFormation.answers[0]).toMatchObject({ path: '/answer?X-Amz-Signature=secret', contentType: '' });
    expect(body).toMatchObject({
      StackId: stackId, RequestId: requestId, LogicalResourceId: logicalResourceId, PhysicalResourceId: physicalResourceId,
    });
  });

  test.each<[string, Partial<Run>, Partial<RunRequest>, number, string]>([
    ['the job has started', { outcome: 'STARTED', jobId: JOB_ID }, {}, 0, 'STARTED'],
    ['the job could not be started yet', { outcome: 'BUSY', reason: 'busy' }, {}, 3_300, 'WAITING'],
    ['the job has succeeded', { outcome: 'SUCCEEDED', jobId: JOB_ID, metrics: { inputRecords: 7 } }, { waitFor: 'SUCCEEDED' }, 9, 'SUCCEEDED'],
    ['the job has failed, which is no more than a warning', { outcome: 'FAILED', jobId: JOB_ID }, { waitFor: 'SUCCEEDED', onFailure: 'WARN' }, 9, 'FAILED'],
    ['the job takes too long, which is no more than a warning',
      { outcome: 'RUNNING', jobId: JOB_ID }, { waitFor: 'SUCCEEDED', onFailure: 'WARN', timeoutSeconds: 60 }, 60, 'TIMED_OUT'],
  ])('says that %s', async (_what, run, request, seconds, status) => {
    const { Status, Reason, Data } = await answered(given(run, request), seconds);

    expect({ Status, Reason }).toEqual({ Status: 'SUCCESS', Reason: undefined });
    expect(Data).toMatchObject({ Status: status, JobId: run.jobId ?? '', InputRecords: run.metrics ? '7' : '' });
  });

  test.each<[string, Partial<Run>, number, string]>([
    ['the job has failed', { outcome: 'FAILED', jobId: JOB_ID, reason: 'no object at s3://data/' }, 9,
      `Job ${JOB_ID} of ID mapping workflow crm failed: no object at s3://data/. Correct the input or the workflow and deploy again. ${LOG}`],
    ['no job was started', { outcome: 'FAILED', reason: 'ResourceNotFoundException: no such workflow' }, 9,
      `No job of ID mapping workflow crm was started: ResourceNotFoundException: no such workflow. ${LOG}`],
    ['the job takes too long', { outcome: 'RUNNING', jobId: JOB_ID, reason: 'the job is RUNNING' }, 600,
      `Job ${JOB_ID} of ID mapping workflow crm did not end within 10 minutes. It goes on and is billed; `
      + `look at it with: aws entityresolution get-id-mapping-job --workflow-name crm --job-id ${JOB_ID}. ${LOG}`],
    ['no job could be started in time', { outcome: 'BUSY', reason: 'ConflictException: busy' }, 600,
      'No job of ID mapping workflow crm could be started within 10 minutes, the last answer was: ConflictException: busy. '
      + `Deploy again when no other job runs in this Region. ${LOG}`],
  ])('fails the resource when %s, and says what to do next', async (_what, run, seconds, reason) => {
    const { Status, Reason } = await answered(given(run, { waitFor: 'SUCCEEDED', timeoutSeconds: 600 }), seconds);

    expect({ Status, Reason }).toEqual({ Status: 'FAILED', Reason: reason });
  });

  test.each([
    ['ASCII', 'x'.repeat(10_000)],
    ['two bytes each', 'é'.repeat(5_000)],
    ['four bytes each', '🦆'.repeat(5_000)],
    ['one character of many code points', `👩${'\u200d👩'.repeat(3_000)}`],
    ['control characters', '\u0001'.repeat(5_000)],
    ['halves of surrogate pairs', '\ud83e'.repeat(5_000)],
    ['quotes and backslashes', '"\\'.repeat(5_000)],
  ])('is cut in its middle when the message of the service is too long (%s)', async (_what, reason) => {
    const { Reason } = await answered(given({ outcome: 'FAILED', jobId: JOB_ID, reason }, { waitFor: 'SUCCEEDED' }));

    expect(Reason).toMatch(new RegExp(`^Job ${JOB_ID} of ID mapping workflow crm failed: .+…+.+ Correct the input or the workflow and deploy again\\. ${LOG}$`, 'su'));
  });

  test('is JSON of less than 4,096 bytes with every attribute, whatever the service says, and with the longest names there are', async () => {
    const request = givenRequest(cloudFormation.url, { waitFor: 'SUCCEEDED', workflowName: 'w'.repeat(255) });
    const callback = { ...request.callback, stackId: 's'.repeat(255), logicalResourceId: 'l'.repeat(255), physicalResourceId: 'p'.repeat(300) };
    const messages = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5_000, size: 'max' }),
      // Halves of surrogate pairs, too.
      fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 5_000, size: 'max' }).map((units) => String.fromCharCode(...units)),
      // What is longer in JSON.
      fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\0'), maxLength: 5_000, size: 'max' }),
    );

    await fc.assert(fc.asyncProperty(messages, fc.constantFrom('FAILED' as const, 'TIMED_OUT' as const), fc.constantFrom(JOB_ID, undefined), async (reason, outcome, jobId) => {
      cloudFormation.reset();
      const { Status, Reason } = await answered(givenRun({ ...request, callback }, { outcome, jobId, reason }));
      expect(Status).toBe('FAILED');
      expect(Reason).toContain(LOG);
      expect(Reason).toBe(Buffer.from(Reason).toString());
    }), { numRuns: 60, seed: 20_261_124, endOnFailure: true });
  });

  test('is delivered although the connection drops and the receiver is down', async () => {
    cloudFormation.refusals = ['DROP', 503, 500];

    await answered(given({ outcome: 'STARTED', jobId: JOB_ID }));
  });

  test('that can not be delivered is an error that does not tell the URL', async () => {
    cloudFormation.refusals = Array(5).fill(403);

    await expect(answer(given({ outcome: 'STARTED', jobId: JOB_ID }))).rejects
      .toThrow(new Error('the answer could not be delivered to CloudFormation: HTTP status 403'));
  });

  test.each([
    ['nobody', async () => `${await closedServer()}/?secret`, 'ECONNREFUSED'],
    ['no URL', async () => 'secret', 'ERR_INVALID_URL'],
  ])('to %s is an error that does not tell the URL', async (_what, urlOf, failure) => {
    const responseUrl = await urlOf();
    const request = givenRequest(cloudFormation.url);
    const run = givenRun({ ...request, callback: { ...request.callback, responseUrl } }, { outcome: 'STARTED', jobId: JOB_ID });

    const error = await answer(run).catch((thrown: Error) => thrown) as Error;

    expect(error.message).toBe(`the answer could not be delivered to CloudFormation: ${failure}`);
    expect(String(error.stack)).not.toContain('secret');
  });

  test('to a deletion is that it succeeded, whatever became of the job', async () => {
    const run = given({ outcome: 'FAILED', jobId: JOB_ID, reason: 'gone' }, { requestType: 'Delete' });

    await answer(run);

    expect(cloudFormation.answers[0].body).toMatchObject({ Status: 'SUCCESS', Data: {} });
  });

  describe('and the signal to its WaitCondition', () => {
    const signalTo = (run: Partial<Run>, request: Partial<RunRequest> = {}) => given(run, {
      waitFor: 'SUCCEEDED', timeoutSeconds: 7_200, waitHandleUrl: `${cloudFormation.url}/signal`, ...request,
    });
    const received = () => cloudFormation.answers.map(({ path, body }) => [path.split('?')[0], body.Status, (body.Data as { Status?: string }).Status ?? body.Data]);

    test('come one after the other: the answer at the start, the signal at the end', async () => {
      const run = signalTo({ outcome: 'STARTED', jobId: JOB_ID });
      const started = { ...await answer(run), next: 'POLL' } as const;
      expect(nextStep(started, 3_600)).toBe('POLL');

      await answer({ ...started, outcome: 'SUCCEEDED', metrics: { inputRecords: 7 } });

      expect(received()).toEqual([['/answer', 'SUCCESS', 'STARTED'], ['/signal', 'SUCCESS', `|${JOB_ID}|SUCCEEDED|7|||||||||||||||`]]);
    });

    test('say that the run waits, after an hour, and that it took too long, at the end of the time', async () => {
      const run = signalTo({ outcome: 'BUSY', reason: 'busy' });
      const waiting = { ...await answer(run, 3_300), next: 'START' } as const;
      expect(nextStep(waiting, 7_199)).toBe('START');
      expect(nextStep(waiting, 7_200)).toBe('ANSWER');

      await answer(waiting, 7_200);

      expect(received()).toEqual([['/answer', 'SUCCESS', 'WAITING'], ['/signal', 'FAILURE', expect.stringContaining('||TIMED_OUT|')]]);
      expect(cloudFormation.answers[1].body.Reason).toMatch(/^No job of ID mapping workflow crm could be started within 120 minutes, the last answer was: busy\./);
    });

    test('tells of a failure that is no more than a warning by its status', async () => {
      await answer(signalTo({ answered: true, outcome: 'FAILED', jobId: JOB_ID }, { onFailure: 'WARN' }));

      expect(received()).toEqual([['/signal', 'SUCCESS', expect.stringContaining(`|${JOB_ID}|FAILED|`)]]);
    });

    test('comes before CloudFormation gives up on a WaitCondition of 12 hours', () => {
      const run = signalTo({ answered: true, outcome: 'RUNNING', jobId: JOB_ID }, { timeoutSeconds: 43_200 });

      expect([nextStep(run, 43_079), nextStep(run, 43_080)]).toEqual(['POLL', 'ANSWER']);
    });
  });
});

async function closedServer(): Promise<string> {
  const server = await CloudFormation.start();
  const { url } = server;
  await server.close();
  return url;
}

describe('after a step', () => {
  const next = (run: Partial<Run>, request: Partial<RunRequest> = {}, seconds = 0) => nextStep(givenRun(givenRequest('http://127.0.0.1', request), run), seconds);

  test.each<[string, Partial<Run>, Partial<RunRequest>, number, string]>([
    ['a run without a job starts one', { outcome: 'BUSY' }, {}, 0, 'START'],
    ['a started job is told of', { outcome: 'STARTED', jobId: JOB_ID }, {}, 0, 'ANSWER'],
    ['a started job is looked at when its end is waited for', { outcome: 'STARTED', jobId: JOB_ID }, { waitFor: 'SUCCEEDED' }, 0, 'POLL'],
    ['a job that was told of is looked at', { outcome: 'STARTED', jobId: JOB_ID, answered: true }, {}, 0, 'POLL'],
    ['a job that ended is told of', { outcome: 'SUCCEEDED', jobId: JOB_ID }, { waitFor: 'SUCCEEDED' }, 0, 'ANSWER'],
    ['a job that ended and was told of is published', { outcome: 'FAILED', jobId: JOB_ID, answered: true }, {}, 0, 'PUBLISH'],
    ['a job that takes too long is told of', { outcome: 'RUNNING', jobId: JOB_ID }, { waitFor: 'SUCCEEDED' }, 3_300, 'ANSWER'],
    ['a job that takes too long and was told of is still looked at', { outcome: 'RUNNING', jobId: JOB_ID, answered: true }, { waitFor: 'SUCCEEDED' }, 3_301, 'POLL'],
    ['a run that waits too long is told of', { outcome: 'BUSY' }, {}, 3_300, 'ANSWER'],
    ['a run that waits and was told of starts in the background', { outcome: 'BUSY', answered: true }, {}, 3_301, 'START'],
    ['a deletion looks at the job that it waits for', { outcome: 'RUNNING', jobId: JOB_ID }, { requestType: 'Delete' }, 0, 'POLL'],
    ['a deletion that has waited long enough is told of', { outcome: 'RUNNING', jobId: JOB_ID }, { requestType: 'Delete' }, 3_300, 'ANSWER'],
    ['a deletion ends without an event', { outcome: 'SUCCEEDED', jobId: JOB_ID, answered: true }, { requestType: 'Delete' }, 0, 'END'],
  ])('%s', (_what, run, request, seconds, expected) => {
    expect(next(run, request, seconds)).toBe(expected);
  });
});
