import { about } from '../case';
import { Wanted } from '../events';
import { eventually } from '../local-runner';
import { START, whileWaiting } from '../world';

const CHANGED: Wanted = { definition: { version: '1', IdMappingWorkflow: 'changed' } };
const ACCEPTED: Wanted = { waitFor: 'ACCEPTED' };

export const NEWER_REPLACES = about('a newer run takes the place of one that has not started', [
  {
    name: 'the next deployment comes while the run of the one before waits to start',
    expected: { jobs: 1, answers: ['SUCCESS ACCEPTED', 'SUCCESS STARTED'] },
    run: async (world) => {
      const create = world.create(ACCEPTED);
      const update = world.update(CHANGED);
      await whileWaiting(world, create, async () => {
        world.cloudFormation.stackStatus = 'UPDATE_IN_PROGRESS';
        await world.send(update);
        // It is left alone in each moment in which it asks for its job; without being taken back it would go on for as long.
        await eventually('the end of the first run', async () => await world.hasEnded(create)
          || (await world.runner.steps(world.deployed, update)).done >= 60);
        return [];
      });
      await world.answerTo(update);
      return [create, update];
    },
  },
  {
    name: 'three deployments come while the run of the first waits to start',
    expected: { jobs: 1, answers: ['SUCCESS ACCEPTED', 'SUCCESS ACCEPTED', 'SUCCESS ACCEPTED'] },
    run: async (world) => {
      const create = world.create(ACCEPTED);
      return whileWaiting(world, create, async () => {
        world.cloudFormation.stackStatus = 'UPDATE_IN_PROGRESS';
        const second = await world.answered(world.update({ ...ACCEPTED, runTrigger: '2' }));
        const third = await world.answered(world.update({ ...ACCEPTED, runTrigger: '3' }, { ...ACCEPTED, runTrigger: '2' }));
        return [create, ...second, ...third];
      });
    },
  },
  {
    name: 'the next deployment comes while the run of the one before asks for its job, which can not be taken back',
    expected: { jobs: 2, answers: ['SUCCESS ACCEPTED', 'SUCCESS STARTED'] },
    run: async (world) => {
      const call = world.gate('call');
      const [create, update] = [world.create(ACCEPTED), world.update(CHANGED)];
      await world.faults({ operation: START, holdCall: call });
      await world.answered(create);
      await world.held(call);
      await world.send(update);
      await world.stepped(update, 2);
      await world.release(call);
      await world.answerTo(update);
      return [create, update];
    },
  },
  {
    name: 'the next deployment comes while the job of the one before runs',
    expected: { jobs: 2, answers: ['SUCCESS STARTED', 'SUCCESS STARTED'] },
    run: async (world) => {
      const running = world.gate('running');
      await world.faults({ operation: START, job: { holdRunning: running } });
      const create = await world.answered(world.create());
      const update = world.update(CHANGED);
      await world.send(update);
      await world.starts(2);
      await world.release(running);
      await world.answerTo(update);
      return [...create, update];
    },
  },
  {
    name: 'a run of another resource, with a longer name that ends alike, waits to start: it still runs',
    expected: { jobs: 2, answers: ['SUCCESS ACCEPTED', 'SUCCESS STARTED'] },
    run: async (world) => {
      const ending = 'CustomersToLoyaltyMappingNightlyRun';
      const north = world.create(ACCEPTED, `North${ending}`);
      const south = world.create({}, `South${ending}`);
      await whileWaiting(world, north, async () => {
        await world.send(south);
        await world.stepped(south, 2);
        return [];
      });
      await world.answerTo(south);
      return [north, south];
    },
  },
  {
    name: 'the newer run is rolled back: neither runs',
    expected: { jobs: 0, answers: ['SUCCESS ACCEPTED', 'SUCCESS ACCEPTED', 'SUCCESS NOT_RUN'] },
    run: async (world) => {
      const create = world.create(ACCEPTED);
      return whileWaiting(world, create, async () => {
        world.cloudFormation.stackStatus = 'UPDATE_IN_PROGRESS';
        const update = await world.answered(world.update({ ...ACCEPTED, ...CHANGED }));
        world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
        const back = await world.answered(world.update(ACCEPTED, CHANGED));
        world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_COMPLETE';
        return [create, ...update, ...back];
      });
    },
  },
]);
