import { about, Case, Change, ONE_STARTED, ONE_SUCCEEDED } from '../case';
import { Event } from '../events';
import { LOOK, refused, START, World } from '../world';

/** So that few crashes are as many as can be. */
const FEW_CRASHES: Change = { text: '$crashes >= 12', replacement: '$crashes >= 3' };

/** Lambda refuses to invoke the worker, more often than it may crash, and then no more. */
async function isThrottledFor(world: World, event: Event): Promise<void> {
  await world.runner.throttle(world.deployed, true);
  const { crashed } = await world.runner.steps(world.deployed, event);
  await world.crashed(event, crashed + 4);
  await world.runner.throttle(world.deployed, false);
}

/** Choice, wait and task: entered and left; the task scheduled, started, and done. */
const EVENTS_OF_A_TURN = 9;

/** Each look crashes as often as the text says, before it is done. */
const looksCrash = (until: string): Change => ({
  file: 'lambda/worker/index.ts',
  text: 'const state = stateOf(step);',
  replacement: `const state = stateOf(step); if (step.step === "POLL" && ${until}) throw new Error("crash");`,
});

export const LAMBDA_COMES_AND_GOES = about('the run goes on when Lambda does', [
  {
    name: 'Lambda is throttled when the run is asked for',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.change(FEW_CRASHES);
      const event = world.create();
      await world.runner.throttle(world.deployed, true);
      await world.send(event);
      await isThrottledFor(world, event);
      await world.answerTo(event);
      return [event];
    },
  },
  {
    name: 'Lambda is throttled while the run waits to start',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.change(FEW_CRASHES);
      const event = world.create();
      await world.faults(refused('ConflictException', 10_000));
      await world.send(event);
      await world.starts(1);
      await isThrottledFor(world, event);
      await world.faults();
      await world.answerTo(event);
      return [event];
    },
  },
  {
    name: 'Lambda is throttled while the job runs, and the job ends meanwhile',
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await world.change(FEW_CRASHES);
      const running = world.gate('running');
      await world.faults({ operation: START, job: { holdRunning: running } });
      const event = world.create({ waitFor: 'SUCCEEDED' });
      const looks = await world.runner.calls(LOOK);
      await world.send(event);
      await world.runner.called(LOOK, looks + 2);
      await world.runner.throttle(world.deployed, true);
      await world.release(running);
      await isThrottledFor(world, event);
      await world.answerTo(event);
      return [event];
    },
  },
  {
    name: 'Lambda is throttled while CloudFormation is to be answered',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.change(FEW_CRASHES);
      world.cloudFormation.refusals = Array(5).fill(503);
      let release = () => {};
      world.cloudFormation.hold = { answer: new Promise<void>((resolve) => { release = resolve; }) };
      const event = world.create();
      await world.send(event);
      await world.starts(1);
      await world.runner.throttle(world.deployed, true);
      world.cloudFormation.hold = {};
      release();
      await isThrottledFor(world, event);
      await world.answerTo(event);
      return [event];
    },
  },
  {
    name: 'the worker crashes at a look, and is throttled in between: crashes in a row are counted',
    expected: { jobs: 1, answers: ['FAILED UNWATCHED'] },
    run: async (world) => {
      await world.change(FEW_CRASHES, looksCrash('true'));
      return world.answered(world.create({ waitFor: 'SUCCEEDED' }));
    },
  },
  {
    name: 'the worker crashes at every step',
    expected: { jobs: 0, answers: [''] },
    run: async (world) => {
      await world.change(FEW_CRASHES, { file: 'lambda/worker/index.ts', text: 'const state = stateOf(step);', replacement: 'throw new Error("crash"); const state = stateOf(step);' });
      const event = world.create({ waitFor: 'ACCEPTED' });
      await world.handled(event);
      return [event];
    },
  },
  {
    name: 'the worker crashes at every answer: nothing starts for a deployment that must fail',
    expected: { jobs: 0, answers: [''] },
    run: async (world) => {
      await world.change(FEW_CRASHES, {
        file: 'lambda/worker/index.ts', text: 'const state = stateOf(step);', replacement: 'const state = stateOf(step); if (step.step === "ANSWER") throw new Error("crash");',
      });
      const event = world.create({ waitFor: 'ACCEPTED' });
      await world.handled(event);
      return [event];
    },
  },
  {
    name: 'the worker crashes twice at each look while the job runs for long: the run goes on in new executions, of which none has too many events',
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      const turns = 9;
      await world.change(looksCrash('(step.state.crashes ?? 0) < 2'), {
        file: 'src/runs/private/run-protocol.ts', text: 'TURNS_OF_AN_EXECUTION = 1_000', replacement: `TURNS_OF_AN_EXECUTION = ${turns}`,
      });
      const running = world.gate('running');
      await world.faults({ operation: START, job: { holdRunning: running } });
      const event = world.create({ waitFor: 'SUCCEEDED' });
      const looks = await world.runner.calls(LOOK);
      await world.send(event);
      await world.runner.called(LOOK, looks + 9);
      await world.release(running);
      await world.answerTo(event);
      await world.runner.allEnded(world.deployed, world.id);
      const executions = await world.runner.executions(world.deployed, event.RequestId);
      expect(executions.length).toBeGreaterThan(2);
      const most = Math.max(...(await Promise.all(executions.map((execution) => world.runner.history(execution)))).map(({ length }) => length));
      // A look that has crashed twice is three turns, which are not broken off; then the run is answered and its end told.
      expect(most).toBeLessThan((turns + 5) * EVENTS_OF_A_TURN);
      return [event];
    },
  },
] satisfies Case[]);
