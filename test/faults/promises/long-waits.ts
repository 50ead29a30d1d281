import { about, Case, Change } from '../case';
import { askedAgo, Event, Wanted } from '../events';
import { refused, START, World } from '../world';

/** The first resource of a chain. */
const CHAINED: Wanted = { waitFor: 'SUCCEEDED', timeout: '2 hours', handsOver: 'true' };

/** A run that takes longer than the first resource may: it has handed over, and its job runs on. */
async function handedOver(world: World, job: { failure?: string } = {}): Promise<{ first: Event; running: string }> {
  const running = world.gate('running');
  await world.faults({ operation: START, job: { holdRunning: running, ...job } });
  const [first] = await world.answered(askedAgo(56, world.create(CHAINED)));
  await world.starts(1);
  return { first, running };
}

/** The next resource follows the run, and its end comes. */
async function thenEnds(world: World, first: Event, running: string, wait: Event): Promise<Event[]> {
  await world.send(wait);
  await world.stepped(wait, 2);
  expect(world.runner.answersTo(wait)).toEqual([]);
  await world.release(running);
  await world.answerTo(wait);
  return [first, wait];
}

/** So many turns make an execution here. */
const FEW_TURNS: Change = { file: 'src/runs/private/run-protocol.ts', text: 'TURNS_OF_AN_EXECUTION = 1_000', replacement: 'TURNS_OF_AN_EXECUTION = 6' };

export const LONG_WAITS = about('a chain of resources waits for hours', [
  {
    name: 'the job succeeds while the second resource waits: its attributes are those of the run',
    expected: { jobs: 1, answers: ['SUCCESS ACCEPTED', 'SUCCESS SUCCEEDED'] },
    run: async (world) => {
      const { first, running } = await handedOver(world);
      const events = await thenEnds(world, first, running, world.wait(await world.attributesOf(first)));
      const { JobId, Execution, InputRecords } = await world.attributesOf(events[1]);
      const [{ jobId }] = await world.runner.jobs(world.workflowName);
      expect([JobId, Execution]).toEqual([jobId, (await world.attributesOf(first)).Execution]);
      expect(InputRecords).toMatch(/^\d+$/);
      return events;
    },
  },
  ...([['FAIL', 'FAILED FAILED'], ['WARN', 'SUCCESS FAILED']] as const).map(([onFailure, answer]): Case => ({
    name: `the job fails while the second resource waits (${onFailure})`,
    expected: { jobs: 1, answers: ['SUCCESS ACCEPTED', answer] },
    run: async (world) => {
      const { first, running } = await handedOver(world, { failure: 'no data' });
      return thenEnds(world, first, running, world.wait(await world.attributesOf(first), { onFailure }));
    },
  })),
  {
    name: 'the run has ended before the first resource hands over: the second one answers at once',
    expected: { jobs: 1, answers: ['SUCCESS SUCCEEDED', 'SUCCESS SUCCEEDED'] },
    run: async (world) => {
      const [first] = await world.answered(world.create(CHAINED));
      return [first, ...await world.answered(world.wait(await world.attributesOf(first)))];
    },
  },
  {
    name: 'the job takes longer than the second resource, which hands over to a third',
    expected: { jobs: 1, answers: ['SUCCESS ACCEPTED', 'SUCCESS STARTED', 'SUCCESS SUCCEEDED'] },
    run: async (world) => {
      const { first, running } = await handedOver(world);
      const attributes = await world.attributesOf(first);
      const [second] = await world.answered(askedAgo(56, world.wait(attributes, { handsOver: 'true' })));
      await world.runner.executions(world.deployed, second.RequestId);
      const [, third] = await thenEnds(world, first, running, { ...world.wait(attributes), LogicalResourceId: `ThirdWait${world.id}` });
      return [first, second, third];
    },
  },
  {
    name: 'the job takes longer than the whole chain',
    expected: { jobs: 1, answers: ['SUCCESS ACCEPTED', 'FAILED TIMED_OUT'] },
    run: async (world) => {
      const { first } = await handedOver(world);
      return [first, ...await world.answered(askedAgo(56, world.wait(await world.attributesOf(first))))];
    },
  },
  {
    name: 'the run could not start as long as the chain waits',
    expected: { jobs: 0, answers: ['SUCCESS ACCEPTED', 'FAILED TIMED_OUT', 'SUCCESS'] },
    run: async (world) => {
      await world.faults(refused('ConflictException', 10_000));
      const [first] = await world.answered(askedAgo(56, world.create(CHAINED)));
      const events = [first, ...await world.answered(world.wait(await world.attributesOf(first), { timeout: '56 minutes' }))];
      world.cloudFormation.stackStatus = 'ROLLBACK_IN_PROGRESS';
      events.push(...await world.answered(world.delete(CHAINED)));
      await world.faults();
      return events;
    },
  },
  {
    name: 'the run goes on in a new execution while the second resource waits',
    expected: { jobs: 1, answers: ['SUCCESS ACCEPTED', 'SUCCESS SUCCEEDED'] },
    run: async (world) => {
      await world.change(FEW_TURNS);
      const { first, running } = await handedOver(world);
      const wait = world.wait(await world.attributesOf(first));
      await world.send(wait);
      await world.stepped(wait, 20);
      const parts = (await world.runner.executions(world.deployed, first.RequestId)).length;
      expect(parts).toBeGreaterThan(1);
      await world.release(running);
      await world.answerTo(wait);
      return [first, wait];
    },
  },
  {
    name: 'an update runs nothing: the second resource tells of the last run, which had failed, and does not fail',
    expected: { jobs: 1, answers: ['SUCCESS FAILED', 'SUCCESS FAILED', 'SUCCESS FAILED', 'SUCCESS FAILED'] },
    run: async (world) => {
      const warned = { ...CHAINED, onFailure: 'WARN' } as const;
      await world.faults({ operation: START, job: { failure: 'no data' } });
      const [create] = await world.answered(world.create(warned));
      const before = world.waitProperties(await world.attributesOf(create), { onFailure: 'WARN' });
      const [wait] = await world.answered(world.wait(await world.attributesOf(create), { onFailure: 'WARN' }));
      const [update] = await world.answered(world.update(CHAINED, warned));
      const [waitAgain] = await world.answered(world.wait(await world.attributesOf(update), {}, before));
      expect(await world.attributesOf(waitAgain)).toEqual({ ...await world.attributesOf(wait), IsNew: 'false' });
      return [create, wait, update, waitAgain];
    },
  },
  {
    name: 'a rollback, whose properties are those of the run that was new once: the second resource does not wait',
    expected: { jobs: 1, answers: ['SUCCESS ACCEPTED', 'SUCCESS NOT_RUN'] },
    run: async (world) => {
      const { first } = await handedOver(world);
      world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
      const attributes = await world.attributesOf(first);
      const back = world.wait(attributes, {}, world.waitProperties({ ...attributes, Execution: 'of-another-run' }));
      return [first, ...await world.answered(back)];
    },
  },
  {
    name: 'the deployment is cancelled while the second resource waits: it waits no longer',
    expected: { jobs: 1, answers: ['SUCCESS ACCEPTED', '', 'SUCCESS'] },
    run: async (world) => {
      const { first } = await handedOver(world);
      const attributes = await world.attributesOf(first);
      const wait = world.wait(attributes);
      await world.send(wait);
      await world.stepped(wait, 3);
      world.cloudFormation.stackStatus = 'ROLLBACK_IN_PROGRESS';
      const [deletion] = await world.answered(world.wait(attributes, {}, 'deleted'));
      const [{ status }] = await world.runner.executions(world.deployed, wait.RequestId);
      expect(status).toBe('ABORTED');
      return [first, wait, deletion];
    },
  },
  {
    name: 'a resource that has handed over does not go on following',
    expected: { jobs: 1, answers: ['SUCCESS ACCEPTED', 'SUCCESS STARTED'] },
    run: async (world) => {
      const { first } = await handedOver(world);
      const wait = askedAgo(56, world.wait(await world.attributesOf(first), { handsOver: 'true' }));
      await world.answered(wait);
      // The job still runs.
      await world.runner.allEnded(world.deployed, wait.RequestId);
      return [first, wait];
    },
  },
]);
