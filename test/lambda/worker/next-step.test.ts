import { nextStep } from '../../../lambda/worker/next-step';
import { RunState } from '../../../lambda/worker/run-state';
import { Given, givenRun, JOB_ID } from '../runs';

const next = (state: Partial<RunState>, given: Given = {}, seconds = 0) => nextStep(givenRun('http://127.0.0.1', given, state), seconds);
const UNTIL_END: Given = { callback: { waitFor: 'SUCCEEDED' } };
const DELETION: Given = { callback: { requestType: 'Delete' } };
const FOLLOW = { follow: { execution: 'other', jobKind: 'ID_MAPPING' } } as const;

test.each<[string, Partial<RunState>, Given, number, string]>([
  ['a run without a job starts one', { outcome: 'BUSY' }, {}, 0, 'START'],
  ['a started job is told of', { outcome: 'STARTED', jobId: JOB_ID }, {}, 0, 'ANSWER'],
  ['a started job is looked at when its end is waited for', { outcome: 'STARTED', jobId: JOB_ID }, UNTIL_END, 0, 'POLL'],
  ['a job that was told of is looked at', { outcome: 'STARTED', jobId: JOB_ID, answer: 'GIVEN' }, {}, 0, 'POLL'],
  ['a job that could not be told of is looked at', { outcome: 'STARTED', jobId: JOB_ID, answer: 'GIVEN_UP' }, {}, 0, 'POLL'],
  ['a job that ended is told of', { outcome: 'SUCCEEDED', jobId: JOB_ID }, UNTIL_END, 0, 'ANSWER'],
  ['a job that ended and was told of is published', { outcome: 'FAILED', jobId: JOB_ID, answer: 'GIVEN' }, {}, 0, 'PUBLISH'],
  ['a job that takes too long is told of', { outcome: 'RUNNING', jobId: JOB_ID }, UNTIL_END, 3_300, 'ANSWER'],
  ['a job that takes too long and was told of is still looked at', { outcome: 'RUNNING', jobId: JOB_ID, answer: 'GIVEN' }, UNTIL_END, 3_301, 'POLL'],
  ['a run that waits too long is told of', { outcome: 'BUSY' }, {}, 3_300, 'ANSWER'],
  ['a run that waits and was told of starts in the background', { outcome: 'BUSY', answer: 'GIVEN' }, {}, 3_301, 'START'],
  ['a run that waits for less long is told of earlier', { outcome: 'BUSY' }, { settings: { timeoutSeconds: 60 } }, 60, 'ANSWER'],
  ['a run of a chain is told of before CloudFormation gives up', { outcome: 'RUNNING', jobId: JOB_ID },
    { settings: { timeoutSeconds: 43_200 }, callback: { waitFor: 'SUCCEEDED', handsOver: true } }, 3_300, 'ANSWER'],
  ['a run of a chain is not told of earlier', { outcome: 'RUNNING', jobId: JOB_ID },
    { settings: { timeoutSeconds: 43_200 }, callback: { waitFor: 'SUCCEEDED', handsOver: true } }, 3_299, 'POLL'],
  ['a run that is accepted is told of', { outcome: 'ACCEPTED', goesForward: true }, { callback: { waitFor: 'ACCEPTED' } }, 0, 'ANSWER'],
  ['a run is not told of as accepted before the deployment was seen to go forward', { outcome: 'ACCEPTED' }, { callback: { waitFor: 'ACCEPTED' } }, 0, 'START'],
  ['a run that is accepted is not told of when its start is waited for', { outcome: 'ACCEPTED', goesForward: true }, {}, 0, 'START'],
  ['a run that came to nothing is told of', { outcome: 'NOT_RUN' }, {}, 0, 'ANSWER'],
  ['a run that came to nothing ends without an event', { outcome: 'NOT_RUN', answer: 'GIVEN' }, {}, 0, 'END'],
  ['a deletion looks at the job that it waits for', { outcome: 'RUNNING', jobId: JOB_ID }, DELETION, 0, 'POLL'],
  ['a deletion is not told of because it knows a job', { outcome: 'RUNNING', jobId: JOB_ID }, { callback: { requestType: 'Delete', waitFor: 'STARTED' } }, 0, 'POLL'],
  ['a deletion that has waited long enough is told of', { outcome: 'RUNNING', jobId: JOB_ID }, DELETION, 3_300, 'ANSWER'],
  ['a deletion ends without an event', { outcome: 'SUCCEEDED', jobId: JOB_ID, answer: 'GIVEN' }, DELETION, 0, 'END'],
  ['what follows a run looks at it', { ...FOLLOW, outcome: 'RUNNING' }, UNTIL_END, 0, 'POLL'],
  ['what follows a run ends without an event', { ...FOLLOW, outcome: 'SUCCEEDED', answer: 'GIVEN' }, UNTIL_END, 0, 'END'],
  ['a run goes on in a new execution in time', { outcome: 'RUNNING', jobId: JOB_ID, answer: 'GIVEN', turns: 1_000 }, {}, 0, 'CONTINUE'],
  ['a run goes on in its execution before', { outcome: 'RUNNING', jobId: JOB_ID, answer: 'GIVEN', turns: 999 }, {}, 0, 'POLL'],
  ['a run that waits to start goes on in a new execution, too', { outcome: 'BUSY', answer: 'GIVEN', turns: 1_000 }, {}, 0, 'CONTINUE'],
  ['a run that has ended does not go on', { outcome: 'SUCCEEDED', jobId: JOB_ID, answer: 'GIVEN', turns: 1_000 }, {}, 0, 'PUBLISH'],
  ['an execution ends whose run goes on in another', { outcome: 'RUNNING', jobId: JOB_ID, continuedAs: 'other', turns: 1_001 }, UNTIL_END, 3_300, 'END'],
])('%s', (_what, state, given, seconds, expected) => {
  expect(next(state, given, seconds)).toBe(expected);
});

test.each<[string, Partial<RunState>, string]>([
  ['starts', { outcome: 'BUSY' }, 'START'], ['is looked at', { outcome: 'STARTED', jobId: JOB_ID }, 'POLL'],
  ['is published when it has ended', { outcome: 'SUCCEEDED', jobId: JOB_ID }, 'PUBLISH'], ['is published when it failed', { outcome: 'FAILED' }, 'PUBLISH'],
])('a run that nobody waits for %s', (_what, state, expected) => {
  expect(nextStep({ ...givenRun('http://127.0.0.1', {}, state), callback: undefined }, 80_000)).toBe(expected);
});

test.each([[10_799, 'POLL'], [10_801, 'ANSWER']])('a run that is followed is told of when its own time is over: after %i seconds %s', (secondsAgo, expected) => {
  const followedSince = new Date(Date.now() - secondsAgo * 1000).toISOString();

  expect(next({ ...FOLLOW, outcome: 'RUNNING', followedSince }, { settings: { timeoutSeconds: 10_800 }, callback: { waitFor: 'SUCCEEDED' } })).toBe(expected);
});
