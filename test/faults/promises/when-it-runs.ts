import { about, NOT_RUN, ONE_STARTED } from '../case';
import { Event } from '../events';
import { World } from '../world';

const CHANGED = { definition: { version: '1', IdMappingWorkflow: 'changed' } };

export const WHEN_IT_RUNS = about('when it runs', [
  { name: 'nothing that is run has changed', expected: NOT_RUN, run: (world) => world.answered(world.update({ waitFor: 'SUCCEEDED' })) },
  { name: 'the workflow does something else', expected: ONE_STARTED, run: (world) => runs(world, world.update(CHANGED)) },
  { name: 'the trigger has changed', expected: ONE_STARTED, run: (world) => runs(world, world.update({ runTrigger: 'v2' }, { runTrigger: 'v1' })) },
  { name: 'every deployment runs it', expected: ONE_STARTED, run: (world) => runs(world, world.update({ synthesizedAt: 'now' }, { synthesizedAt: 'then' })) },
  {
    name: 'everything has changed, but it runs only once',
    expected: NOT_RUN,
    run: (world) => runs(world, world.update({ ...CHANGED, runWhen: 'NEVER_ON_UPDATE', runTrigger: 'v2' })),
  },
  { name: 'it is created, but does not run when it is', expected: NOT_RUN, run: (world) => world.answered(world.create({ runWhen: 'NEVER_ON_CREATE' })) },
  {
    name: 'an update that runs nothing tells of the last run',
    expected: { jobs: 1, answers: ['SUCCESS SUCCEEDED', 'SUCCESS SUCCEEDED'] },
    run: async (world) => {
      const [create] = await world.answered(world.create({ waitFor: 'SUCCEEDED' }));
      const [update] = await runs(world, world.update({ waitFor: 'STARTED' }, { waitFor: 'SUCCEEDED' }));
      const [first, later] = [await world.attributesOf(create), await world.attributesOf(update)];
      expect(later).toEqual({ ...first, IsNew: 'false' });
      expect(first).toMatchObject({ InputRecords: expect.stringMatching(/^\d+$/), IsNew: 'true' });
      return [create, update];
    },
  },
]);

async function runs(world: World, update: Event): Promise<Event[]> {
  world.cloudFormation.stackStatus = 'UPDATE_IN_PROGRESS';
  return world.answered(update);
}
