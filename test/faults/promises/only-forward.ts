import { about, Case, NOT_RUN, ONE_STARTED } from '../case';
import { Event } from '../events';
import { World } from '../world';

const CHANGED = { definition: { version: '1', IdMappingWorkflow: 'changed' } };

type Status = World['cloudFormation']['stackStatus'];

/** All in which a stack is not on its way to what the request asks for. */
const NOT_FORWARD = [
  'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_FAILED',
  'ROLLBACK_COMPLETE', 'IMPORT_ROLLBACK_IN_PROGRESS', 'IMPORT_ROLLBACK_COMPLETE', 'CREATE_FAILED', 'UPDATE_FAILED', 'CREATE_COMPLETE', 'UPDATE_COMPLETE',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'IMPORT_COMPLETE', 'DELETE_IN_PROGRESS', 'DELETE_FAILED', 'DELETE_COMPLETE', 'REVIEW_IN_PROGRESS', 'OF_NEXT_YEAR',
] as Status[];

/** A run that nobody waits for waits to start while the stack is in a status; then it is another one. */
async function waitsWhile(world: World, [status, ...ancestors]: Status[], then: Status): Promise<Event[]> {
  const event = world.create({ waitFor: 'ACCEPTED' });
  const gate = await world.somebodysJob();
  await world.answered(event);
  await world.starts(1);
  world.cloudFormation.stackStatus = status;
  world.cloudFormation.ancestors = ancestors as World['cloudFormation']['ancestors'];
  await world.goneOn(event);
  const starts = await world.startCalls();
  await world.release(gate);
  await world.goneOn(event);
  expect(await world.startCalls()).toBe(starts);
  world.cloudFormation.stackStatus = then;
  world.cloudFormation.ancestors = [];
  return [event];
}

export const ONLY_FORWARD = about('a run starts only on the way forward', [
  ...NOT_FORWARD.map((status): Case => ({
    name: `an update that changes what is run comes in ${status}`,
    expected: NOT_RUN,
    run: (world) => {
      world.cloudFormation.stackStatus = status;
      return world.answered(world.update(CHANGED));
    },
  })),
  ...(['UPDATE_COMPLETE', 'CREATE_FAILED', 'DELETE_IN_PROGRESS'] as const).map((status): Case => ({
    name: `a create comes in ${status}`,
    expected: { jobs: 0, answers: ['FAILED NOT_RUN'] },
    run: (world) => {
      world.cloudFormation.stackStatus = status;
      return world.answered(world.create());
    },
  })),
  ...(['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'IMPORT_IN_PROGRESS'] as const).map((status): Case => ({
    name: `a create comes in ${status}`,
    expected: ONE_STARTED,
    run: (world) => {
      world.cloudFormation.stackStatus = status;
      return world.answered(world.create());
    },
  })),
  ...([
    ['UPDATE_ROLLBACK_IN_PROGRESS'], ['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS'], ['ROLLBACK_IN_PROGRESS'], ['UPDATE_FAILED'], ['DELETE_IN_PROGRESS'],
  ] as const).map((ancestors): Case => ({
    // AWS does not document in which order a nested stack and its parents take these.
    name: `an update of a nested stack comes when its parents are in ${ancestors.join(', ')}`,
    expected: NOT_RUN,
    run: (world) => {
      world.cloudFormation.stackStatus = 'UPDATE_IN_PROGRESS';
      world.cloudFormation.ancestors = [...ancestors];
      return world.answered(world.update(CHANGED));
    },
  })),
  {
    name: 'an update of a nested stack comes when its parents are updated',
    expected: ONE_STARTED,
    run: (world) => {
      world.cloudFormation.stackStatus = 'UPDATE_IN_PROGRESS';
      world.cloudFormation.ancestors = ['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE'];
      return world.answered(world.update(CHANGED));
    },
  },
  ...([
    ['CREATE_FAILED'], ['UPDATE_FAILED'], ['UPDATE_ROLLBACK_IN_PROGRESS'], ['UPDATE_COMPLETE', 'UPDATE_ROLLBACK_IN_PROGRESS'], ['ROLLBACK_COMPLETE'], ['REVIEW_IN_PROGRESS'],
  ] as Status[][]).map((statuses): Case => ({
    name: `a run that nobody waits for waits to start while its stack is in ${statuses.join(', nested in one in ')}: it is held`,
    expected: { jobs: 1, answers: ['SUCCESS ACCEPTED'] },
    run: (world) => waitsWhile(world, statuses, 'UPDATE_COMPLETE'),
  })),
  {
    name: 'a run that nobody waits for waits to start when its stack is deleted: it ends',
    expected: { jobs: 0, answers: ['SUCCESS ACCEPTED'] },
    run: async (world) => {
      const gate = await world.somebodysJob();
      const events = await world.answered(world.create({ waitFor: 'ACCEPTED' }));
      await world.starts(1);
      world.cloudFormation.stackStatus = 'DELETE_IN_PROGRESS';
      await world.runner.allEnded(world.deployed, world.id);
      await world.release(gate);
      world.cloudFormation.stackStatus = 'CREATE_COMPLETE';
      return events;
    },
  },
]);
