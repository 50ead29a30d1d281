import { about, Case, Change, ONE_STARTED, ONE_SUCCEEDED } from '../case';
import { askedAgo, Wanted } from '../events';
import { LOOK, refused, START } from '../world';

const SUCCEEDED: Wanted = { waitFor: 'SUCCEEDED' };

/** As soon as there is a job, an hour has gone by. */
const TIME_FLIES: Change = {
  file: 'lambda/worker/index.ts',
  text: 'const secondsSinceAsked = () => (Date.now() - Date.parse(state.askedAt)) / 1000;',
  replacement: 'const secondsSinceAsked = () => (Date.now() - Date.parse(state.askedAt)) / 1000 + (state.jobId ? 3_600 : 0);',
};

/** As soon as a run was told that another job runs, an hour has gone by. */
const TIME_FLIES_WHILE_BUSY: Change = { ...TIME_FLIES, replacement: TIME_FLIES.replacement.replace('state.jobId', 'state.outcome === "BUSY"') };

export const WAITING = about('waiting', [
  {
    name: 'the job fails',
    expected: { jobs: 1, answers: ['FAILED FAILED'] },
    run: async (world) => {
      await world.faults({ operation: START, job: { failure: 'no data' } });
      return world.answered(world.create(SUCCEEDED));
    },
  },
  {
    name: 'the job fails, which is no more than a warning',
    expected: { jobs: 1, answers: ['SUCCESS FAILED'] },
    run: async (world) => {
      await world.faults({ operation: START, job: { failure: 'no data' } });
      return world.answered(world.create({ ...SUCCEEDED, onFailure: 'WARN' }));
    },
  },
  {
    name: 'the job fails when it is not waited for any longer',
    expected: ONE_STARTED,
    run: async (world) => {
      const running = world.gate('running');
      await world.faults({ operation: START, job: { failure: 'no data', holdRunning: running } });
      const events = await world.answered(world.create());
      await world.release(running);
      return events;
    },
  },
  ...([['InternalServerException', 42], ['ResourceNotFoundException', 4], ['ThrottlingException', 4]] as const).map(([before, count]): Case => ({
    name: `the job runs, but can not be looked at for a while: ${before}`,
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await world.faults({ operation: LOOK, before, count });
      return world.answered(world.create(SUCCEEDED));
    },
  })),
  ...([[7, 1, 1], [1, 4, 1], [1, 4, 3], [2, 3, 4]] as const).map(([seen, missing, times]): Case => ({
    // AWS does not document whether a job can be found at every time.
    name: `${times} times, ${seen} looks find the job and ${missing} do not`,
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      const running = world.gate('running');
      const looks = Array.from({ length: times }, () => [
        { operation: LOOK, count: seen }, { operation: LOOK, before: 'ResourceNotFoundException', count: missing },
      ]).flat();
      const before = await world.runner.calls(LOOK);
      await world.faults({ operation: START, job: { holdRunning: running } }, ...looks);
      const event = world.create(SUCCEEDED);
      await world.send(event);
      await world.called(event, LOOK, before + times * (seen + missing) + 1);
      await world.release(running);
      await world.answerTo(event);
      return [event];
    },
  })),
  {
    name: 'no look finds the job any more: it is gone',
    expected: { jobs: 1, answers: ['FAILED FAILED'] },
    run: async (world) => {
      await world.faults({ operation: LOOK, count: 2 }, { operation: LOOK, before: 'ResourceNotFoundException', count: 6 }, { operation: START, job: { holdRunning: world.gate('running') } });
      return world.answered(world.create(SUCCEEDED));
    },
  },
  ...(['AccessDeniedException', 'ValidationException'] as const).map((before): Case => ({
    name: `one look at the job is refused (${before}) when permissions have long settled`,
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await world.faults({ operation: LOOK, before });
      return world.answered(askedAgo(3, world.create(SUCCEEDED)));
    },
  })),
  {
    name: 'the job runs, but the service finds a look at it invalid: nobody says that it has failed',
    expected: { jobs: 1, answers: ['FAILED UNWATCHED'] },
    run: async (world) => {
      await world.faults({ operation: LOOK, before: 'ValidationException', count: 9 });
      return world.answered(world.create(SUCCEEDED));
    },
  },
  ...(['FAIL', 'WARN'] as const).map((onFailure): Case => ({
    name: `the job takes too long (${onFailure})`,
    expected: { jobs: 1, answers: [onFailure === 'FAIL' ? 'FAILED TIMED_OUT' : 'SUCCESS TIMED_OUT'] },
    run: async (world) => {
      const running = world.gate('running');
      await world.change(TIME_FLIES);
      await world.faults({ operation: START, job: { holdRunning: running } });
      return world.answered(world.create({ ...SUCCEEDED, onFailure }));
    },
  })),
  {
    name: 'the slot is taken for too long: the job starts in the background',
    expected: { jobs: 1, answers: ['SUCCESS WAITING'] },
    run: async (world) => {
      await world.change(TIME_FLIES_WHILE_BUSY);
      await world.faults(refused('ConflictException', 10_000));
      const events = await world.answered(world.create());
      await world.faults();
      return events;
    },
  },
  {
    name: 'the slot is taken for too long, and the end is waited for: nothing starts',
    expected: { jobs: 0, answers: ['FAILED TIMED_OUT'] },
    run: async (world) => {
      await world.change(TIME_FLIES_WHILE_BUSY);
      await world.faults(refused('ConflictException', 10_000));
      const events = await world.answered(world.create(SUCCEEDED));
      await world.faults();
      return events;
    },
  },
  ...([
    ['2.5 minutes', '2.5 seconds', 150, 3], ['-1 minutes', '-1 seconds', 60, 1], ['90 minutes', '1 hour', 3_300, 60], ['0 minutes', '0 seconds', 60, 1],
    ['0.9 hours', '0.4 seconds', 3_240, 1], ['NaN minutes', 'soon', 3_300, 5],
  ] as const).map(([timeout, pollInterval, timeoutSeconds, pollIntervalSeconds]): Case => ({
    name: `the timeout is ${timeout}, and a look comes after ${pollInterval}`,
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      const events = await world.answered(world.create({ ...SUCCEEDED, timeout, pollInterval }));
      const [execution] = await world.runner.executions(world.deployed, events[0].RequestId);
      const [{ executionStartedEventDetails, stateEnteredEventDetails }] = (await world.runner.history(execution))
        .filter(({ executionStartedEventDetails: started, stateEnteredEventDetails: entered }) => started ?? entered);
      const { input } = (executionStartedEventDetails ?? stateEnteredEventDetails)!;
      expect(JSON.parse(input!).settings).toMatchObject({ timeoutSeconds, pollIntervalSeconds });
      return events;
    },
  })),
]);
