import { about, Case, ONE_STARTED, ONE_SUCCEEDED } from '../case';
import { START } from '../world';

const FIVE = ['First', 'Second', 'Third', 'Fourth', 'Fifth'];

export const ONE_SLOT = about('the one slot of the Region', [
  ...(['ConflictException', 'ExceedsLimitException', 'QUEUED'] as const).flatMap((whenBusy): Case[] => [
    {
      name: `five runs are asked for at once, the service says: ${whenBusy}`,
      expected: { jobs: 5, answers: Array(5).fill('SUCCESS SUCCEEDED') },
      run: async (world) => {
        world.behaviour = { whenBusy };
        await world.faults({ operation: START, count: 5, job: { runningSeconds: 0.1 } });
        return world.answered(...FIVE.map((resource) => world.create({ waitFor: 'SUCCEEDED' }, resource)));
      },
    },
    {
      name: `somebody else's job runs, the service says: ${whenBusy}`,
      expected: ONE_SUCCEEDED,
      run: async (world) => {
        const somebodys = await world.somebodysJob('somebodys', whenBusy);
        const event = world.create({ waitFor: 'SUCCEEDED' });
        await world.send(event);
        await world.starts(1);
        await world.release(somebodys);
        await world.answerTo(event);
        return [event];
      },
    },
  ]),
  {
    name: 'runs of two stacks are asked for at once while a job that a person has started runs',
    expected: { jobs: 4, answers: Array(4).fill('SUCCESS SUCCEEDED') },
    run: async (world) => {
      const somebodys = await world.somebodysJob(world.workflowName);
      const other = await world.otherStack();
      const events = FIVE.slice(1).map((resource) => world.create({ waitFor: 'SUCCEEDED' }, resource));
      await Promise.all(events.map((event, index) => world.runner.send(index < 2 ? world.deployed : other, event)));
      await world.starts(4);
      await world.release(somebodys);
      for (const event of events) await world.answerTo(event);
      return events;
    },
  },
  {
    name: 'an older job of the same workflow runs: it is not ours',
    expected: ONE_STARTED,
    run: async (world) => {
      const somebodys = await world.somebodysJob(world.workflowName);
      const event = world.create();
      await world.send(event);
      await world.starts(2);
      await world.release(somebodys);
      await world.answerTo(event);
      return [event];
    },
  },
  {
    name: 'a job of the same workflow runs, and the run may join it',
    expected: { jobs: 0, answers: ['SUCCESS SUCCEEDED'] },
    run: async (world) => {
      const somebodys = await world.somebodysJob(world.workflowName);
      const event = world.create({ waitFor: 'SUCCEEDED', onBusy: 'JOIN' });
      await world.send(event);
      await world.stepped(event, 2);
      await world.release(somebodys);
      await world.answerTo(event);
      return [event];
    },
  },
  {
    name: 'a job of the same workflow runs, the service would queue another one, and the run may join it',
    expected: { jobs: 0, answers: ['SUCCESS STARTED'] },
    run: async (world) => {
      await world.somebodysJob(world.workflowName, 'QUEUED');
      return world.answered(world.create({ onBusy: 'JOIN' }));
    },
  },
  {
    name: 'a job of another workflow runs: it can not be joined',
    expected: ONE_STARTED,
    run: async (world) => {
      const somebodys = await world.somebodysJob();
      const event = world.create({ onBusy: 'JOIN' });
      await world.send(event);
      await world.starts(1);
      await world.release(somebodys);
      await world.answerTo(event);
      return [event];
    },
  },
  {
    name: 'a job runs, and the run is to fail then',
    expected: { jobs: 0, answers: ['FAILED FAILED'] },
    run: async (world) => {
      await world.somebodysJob();
      return world.answered(world.create({ onBusy: 'FAIL' }));
    },
  },
]);
