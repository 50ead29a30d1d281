import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { getLanguageService } from 'amazon-states-language-service/out/service';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { afterCrash, definition, evaluate, State } from './state-machine';
import { RunState } from '../../lambda/worker/run-state';
import { CRASHES, FINAL_OUTCOMES, LONGEST_RUN_SECONDS, NextStep, STATES, StepName, TURNS_OF_AN_EXECUTION } from '../../src/runs/private/run-protocol';

const DEFINITION = definition();
const STEPS: StepName[] = ['START', 'POLL', 'ANSWER', 'CONTINUE'];

/** An execution ends when it has had so many. @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const EVENTS_OF_AN_EXECUTION = 25_000;

/** Choice, wait and task: entered and left; the task scheduled, started, and done. */
const EVENTS_OF_A_TURN = 9;

const RUN = { run: { jobKind: 'ID_MAPPING', request: { workflowName: 'crm' } }, settings: {}, askedAt: '2026-11-24T12:00:00Z', next: 'START', waitSeconds: 5 } as RunState;

/** The state that an execution goes to from the beginning of a turn. */
async function following(input: unknown): Promise<string> {
  const { Choices, Default } = DEFINITION.States[DEFINITION.StartAt];
  for (const { Condition, Next } of Choices!) {
    const isSo = await evaluate(Condition, { input });
    // Anything else fails the execution.
    expect(typeof isSo).toBe('boolean');
    if (isSo) return Next;
  }
  return Default!;
}

async function secondsOf(wait: State, input: unknown): Promise<number> {
  const seconds = await evaluate(wait.Seconds as string, { input }) as number;
  expect(Number.isInteger(seconds) && seconds >= 0).toBe(true);
  return seconds;
}

test("AWS's language service finds nothing in the definition", async () => {
  const service = getLanguageService({});
  const document = TextDocument.create('file:///runner.asl.json', 'json', 1, JSON.stringify(DEFINITION, undefined, 2));
  const find = async (text: TextDocument) => (await service.doValidation(text, service.parseJSONDocument(text))).map(({ message }) => message);

  expect(await find(document)).toEqual([]);
  // It does look.
  expect(await find(TextDocument.create('file:///a.asl.json', 'json', 1, document.getText().replace('"Wait to start"', '"Wait to strat"')))).not.toEqual([]);
});

test('asl-validator finds nothing in the definition', () => {
  const folder = mkdtempSync(join(tmpdir(), 'definition-'));
  const validate = (text: string) => {
    writeFileSync(join(folder, 'definition.json'), text);
    return execFileSync('node', [resolve(__dirname, '..', '..', 'node_modules', '.bin', 'asl-validator'), '--json-path', join(folder, 'definition.json')], { encoding: 'utf8', stdio: 'pipe' });
  };
  try {
    const text = JSON.stringify(DEFINITION);
    expect(() => validate(text)).not.toThrow();
    expect(() => validate(text.replace('"Next":"Poll"', '"Next":"Nowhere"'))).toThrow();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each<[unknown, string]>([
  [{}, 'Wait to start'], ['a text', 'Wait to start'], [[], 'Wait to start'], [null, 'Wait to start'], [{ next: 'NOWHERE' }, 'Wait to start'],
  ...Object.entries({
    START: 'Wait to start', POLL: 'Wait for the job', ANSWER: 'Wait to answer', CONTINUE: 'Wait to continue', PUBLISH: STATES.PUBLISH, END: 'Succeeded',
  } satisfies Record<NextStep, string>).map(([next, state]): [unknown, string] => [{ next }, state]),
])('an execution with %j goes to %s', async (input, state) => {
  expect(await following(input)).toBe(state);
});

test.each<[string, unknown, number]>([
  ['Wait to start', {}, 0], ['Wait to start', 'a text', 0], ['Wait to start', { waitSeconds: 7 }, 7], ['Wait to start', { waitSeconds: 7, retrySeconds: 20 }, 20],
  ['Wait for the job', { waitSeconds: 7 }, 7], ['Wait to answer', { waitSeconds: 7 }, 0], ['Wait to answer', { retrySeconds: 3 }, 3], ['Wait to continue', {}, 0],
])('the state %s waits with %j for %i seconds', async (name, input, seconds) => {
  expect(await secondsOf(DEFINITION.States[name], input)).toBe(seconds);
});

describe('after a crash', () => {
  test.each(STEPS)('%s is done again, after waits that grow', async (next) => {
    let run = { ...RUN, next } as RunState;
    const waits = [];
    for (let crash = 1; crash <= 6; crash++) {
      run = await afterCrash(run);
      expect(run).toMatchObject({ ...RUN, next, crashes: crash, turns: crash, reason: `the runner crashed at the step ${next}: Error` });
      waits.push(run.retrySeconds);
    }
    expect(waits).toEqual([10, 20, 40, 60, 60, 60]);
  });

  test.each([
    'Lambda.TooManyRequestsException', 'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException', 'Lambda.ClientExecutionTimeoutException',
  ])('%s is none: it does not count, and waits grow all the same', async (error) => {
    let run = { ...RUN, crashes: CRASHES - 1 };
    for (let time = 0; time < 20; time++) run = await afterCrash(run, error) as typeof run;
    expect(run).toMatchObject({ next: 'START', crashes: CRASHES - 1, retrySeconds: 60 });
    expect(run).not.toHaveProperty('outcome');
  });

  test.each(['Error', 'Lambda.Unknown', 'States.Timeout', 'Sandbox.Timedout', 'Runtime.ExitError', 'Runtime.OutOfMemory'])('%s counts', async (error) => {
    expect(await afterCrash(RUN, error)).toMatchObject({ crashes: 1 });
  });

  test('a start may have been accepted if the jobs before it were known', async () => {
    const mark = { jobIds: [] };
    const known = await afterCrash({ ...RUN, mark });
    expect(known).toMatchObject({ mark, lostStartAt: expect.stringMatching(/^\d{4}-.*Z$/), lookedInVain: false });
    expect(await afterCrash(RUN)).not.toHaveProperty('lostStartAt');
    const again = await afterCrash({ ...RUN, mark, lostStartAt: 'before', lookedInVain: true, survey: { newest: [], complete: true, nextToken: 'stale' } });
    expect(again).toMatchObject({ lostStartAt: 'before', lookedInVain: false, survey: null });
  });

  test.each<[StepName, Partial<RunState>, Partial<RunState>]>([
    ['START', {}, { next: 'ANSWER', outcome: 'FAILED' }],
    ['POLL', { jobId: '1' }, { next: 'ANSWER', outcome: 'UNWATCHED' }],
    ['CONTINUE', { jobId: '1' }, { next: 'ANSWER', outcome: 'UNWATCHED' }],
    ...FINAL_OUTCOMES.map((outcome): [StepName, Partial<RunState>, Partial<RunState>] => ['ANSWER', { outcome }, { next: 'PUBLISH', outcome, answer: 'GIVEN_UP' }]),
    ['ANSWER', { jobId: '1', outcome: 'STARTED' }, { next: 'POLL', answer: 'GIVEN_UP' }],
    ['ANSWER', { outcome: 'BUSY' }, { next: 'START', answer: 'GIVEN_UP' }],
    ['ANSWER', { outcome: 'RUNNING', follow: { execution: 'x', jobKind: 'MATCHING' } }, { next: 'POLL', answer: 'GIVEN_UP' }],
    ['ANSWER', { outcome: 'SUCCEEDED', follow: { execution: 'x', jobKind: 'MATCHING' } }, { next: 'END', answer: 'GIVEN_UP' }],
    ['ANSWER', { outcome: 'NOT_RUN', callback: { requestType: 'Delete' } as RunState['callback'] }, { next: 'END', answer: 'GIVEN_UP' }],
  ])('%s is given up in the end, with %j', async (next, state, then) => {
    expect(await afterCrash({ ...RUN, ...state, next, crashes: CRASHES - 1 })).toMatchObject(then);
    expect(await afterCrash({ ...RUN, ...state, next, crashes: CRASHES - 2 })).toMatchObject({ next });
    // Lambda refuses for a whole day.
    const aDayAgo = new Date(Date.now() - (LONGEST_RUN_SECONDS + 1) * 1000);
    expect(await afterCrash({ ...RUN, ...state, next }, 'Lambda.TooManyRequestsException', aDayAgo)).toMatchObject(then);
  });

  test('a day on which Lambda refuses, after as many turns as an execution may have, is not too much for one execution', async () => {
    let run: RunState = { ...RUN, next: 'POLL', jobId: '1', turns: TURNS_OF_AN_EXECUTION - 1 };
    for (let seconds = 0; run.next === 'POLL'; seconds += await secondsOf(DEFINITION.States['Wait for the job'], run)) {
      run = await afterCrash(run, 'Lambda.TooManyRequestsException', new Date(Date.now() - seconds * 1000));
    }
    expect(run).toMatchObject({ next: 'ANSWER', outcome: 'UNWATCHED' });
    expect(run.turns! * EVENTS_OF_A_TURN).toBeLessThan(EVENTS_OF_AN_EXECUTION - 1_000);
  });
});

test('the event at the end has what is known, and no URL', async () => {
  const { Arguments } = DEFINITION.States[STATES.PUBLISH] as unknown as { Arguments: { Entries: [{ Detail: string }] } };
  const detail = (input: object) => evaluate(Arguments.Entries[0].Detail, { input });
  expect(await detail({ outcome: 'FAILED', reason: 'why' })).toEqual({ status: 'FAILED', reason: 'why' });
  expect(await detail({ ...RUN, outcome: 'SUCCEEDED', jobId: '1', metrics: { inputRecords: 2 }, callback: { stackId: 's', logicalResourceId: 'l', responseUrl: 'secret' } }))
    .toEqual({ status: 'SUCCEEDED', jobKind: 'ID_MAPPING', workflowName: 'crm', jobId: '1', metrics: { inputRecords: 2 }, stackId: 's', logicalResourceId: 'l' });
});

test('an execution fails with a text for an error and a cause', async () => {
  const { Error: error, Cause } = DEFINITION.States.Failed as unknown as { Error: string; Cause: string };
  expect(await Promise.all([error, Cause].map((text) => evaluate(text, { input: { outcome: 'TIMED_OUT', reason: 'why' } })))).toEqual(['TIMED_OUT', 'why']);
});
