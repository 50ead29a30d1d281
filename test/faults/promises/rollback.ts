import { about, Case, DELETED, NOT_RUN } from '../case';
import { askedAgo, Wanted } from '../events';
import { START, whileWaiting } from '../world';

const CHANGED: Wanted = { definition: { version: '1', IdMappingWorkflow: 'changed' } };
const SUCCEEDED: Wanted = { waitFor: 'SUCCEEDED' };
const ACCEPTED: Wanted = { waitFor: 'ACCEPTED' };
const IN_STACK: Wanted = { awaitsJobOnDelete: 'true' };

export const ROLLBACK = about('a rollback starts nothing, and does not fail', [
  {
    name: 'our run has succeeded, then the update fails elsewhere',
    expected: { jobs: 1, answers: ['SUCCESS SUCCEEDED', 'SUCCESS NOT_RUN'] },
    run: async (world) => {
      const forward = await world.answered(world.update({ ...SUCCEEDED, ...CHANGED }));
      world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
      return [...forward, ...await world.answered(world.update({}, CHANGED))];
    },
  },
  {
    name: 'our run has succeeded twice, then the update fails elsewhere: the attributes are those of the first run again',
    expected: { jobs: 2, answers: ['SUCCESS SUCCEEDED', 'SUCCESS SUCCEEDED', 'SUCCESS SUCCEEDED'] },
    run: async (world) => {
      const [create] = await world.answered(world.create(SUCCEEDED));
      const [update] = await world.answered(world.update({ ...SUCCEEDED, ...CHANGED }));
      world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
      const [back] = await world.answered(world.update({}, CHANGED));
      expect(await world.attributesOf(back)).toEqual({ ...await world.attributesOf(create), IsNew: 'false' });
      return [create, update, back];
    },
  },
  {
    name: 'our run fails, which rolls the update back',
    expected: { jobs: 1, answers: ['FAILED FAILED', 'SUCCESS NOT_RUN'] },
    run: async (world) => {
      await world.faults({ operation: START, job: { failure: 'no data' } });
      const forward = await world.answered(world.update({ ...SUCCEEDED, ...CHANGED }));
      world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
      return [...forward, ...await world.answered(world.update({}, CHANGED))];
    },
  },
  {
    name: 'the user cancels the update while our run waits to start: it is answered, so that nothing is waited for',
    expected: { jobs: 0, answers: ['SUCCESS NOT_RUN', 'SUCCESS NOT_RUN'] },
    run: async (world) => {
      const update = world.update(CHANGED);
      return whileWaiting(world, update, async () => {
        world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
        await world.goneOn(update);
        return [update, ...await world.answered(world.update({}, CHANGED))];
      });
    },
  },
  {
    name: 'the create fails elsewhere while our run waits to start: it is answered, so that nothing is waited for',
    expected: { jobs: 0, answers: ['FAILED NOT_RUN', 'SUCCESS'] },
    run: async (world) => {
      const create = world.create(SUCCEEDED);
      return whileWaiting(world, create, async () => {
        world.cloudFormation.stackStatus = 'ROLLBACK_IN_PROGRESS';
        await world.goneOn(create);
        return [create, ...await world.answered(world.delete(IN_STACK))];
      });
    },
  },
  {
    name: 'our run has succeeded, then the create fails elsewhere',
    expected: { jobs: 1, answers: ['SUCCESS SUCCEEDED', 'SUCCESS'] },
    run: async (world) => {
      const create = await world.answered(world.create(SUCCEEDED));
      world.cloudFormation.stackStatus = 'ROLLBACK_IN_PROGRESS';
      return [...create, ...await world.answered(world.delete(IN_STACK))];
    },
  },
  {
    name: 'our run fails in an update without rollback, then cdk rollback takes it back',
    expected: { jobs: 1, answers: ['FAILED FAILED', 'SUCCESS NOT_RUN'] },
    run: async (world) => {
      world.cloudFormation.stackStatus = 'UPDATE_IN_PROGRESS';
      await world.faults({ operation: START, job: { failure: 'no data' } });
      const forward = await world.answered(world.update({ ...SUCCEEDED, ...CHANGED }));
      // RollbackStack finds the stack in UPDATE_FAILED.
      world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
      return [...forward, ...await world.answered(world.update({}, { ...SUCCEEDED, ...CHANGED }))];
    },
  },
  {
    name: 'the update is rolled back while our run waits to start',
    expected: { jobs: 0, answers: ['SUCCESS ACCEPTED', 'SUCCESS NOT_RUN'] },
    run: (world) => {
      const update = world.update({ ...CHANGED, ...ACCEPTED });
      return whileWaiting(world, update, async () => {
        world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
        const events = await world.answered(world.update({}, CHANGED));
        await world.runner.allEnded(world.deployed, world.id);
        world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_COMPLETE';
        return [update, ...events];
      });
    },
  },
  {
    name: 'the stack is rolled back while our run waits to start, and its slot gets free before we are told',
    expected: DELETED,
    run: async (world) => {
      const create = world.create(ACCEPTED);
      return whileWaiting(world, create, async () => {
        world.cloudFormation.stackStatus = 'ROLLBACK_IN_PROGRESS';
        await world.goneOn(create);
        await world.faults();
        await world.goneOn(create);
        return world.answered(world.delete());
      });
    },
  },
  {
    name: 'the stack is deleted while our run waits to start',
    expected: DELETED,
    run: (world) => whileWaiting(world, world.create(ACCEPTED), async () => {
      world.cloudFormation.stackStatus = 'DELETE_IN_PROGRESS';
      const events = await world.answered(world.delete());
      await world.runner.allEnded(world.deployed, world.id);
      return events;
    }),
  },
  {
    name: 'the IdMappingJob is removed from its stack while our run waits to start',
    expected: DELETED,
    run: (world) => whileWaiting(world, world.create(ACCEPTED), async () => {
      world.cloudFormation.stackStatus = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
      return world.answered(world.delete());
    }),
  },
  {
    name: 'another deployment is rolled back while our run waits to start: it still runs',
    expected: { jobs: 1, answers: ['SUCCESS ACCEPTED'] },
    run: async (world) => {
      const event = world.create(ACCEPTED);
      return whileWaiting(world, event, async () => {
        world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
        await world.goneOn(event);
        const starts = await world.startCalls();
        await world.faults();
        await world.goneOn(event);
        world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_COMPLETE';
        await world.starts(starts + 1);
        return [event];
      });
    },
  },
  ...([[503, 1], [503, 9], ['<html>', 9]] as const).map(([refusal, count]): Case => ({
    name: `the status of the stack is told only after ${count} times ${refusal}`,
    expected: NOT_RUN,
    run: (world) => {
      world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
      world.cloudFormation.statusRefusals = Array(count).fill(refusal);
      return world.answered(world.update({}, CHANGED));
    },
  })),
  {
    name: 'the status of the stack is not told as long as CloudFormation waits, and then that the rollback is over',
    expected: NOT_RUN,
    run: async (world) => {
      world.cloudFormation.statusRefusals = Array(99).fill(503);
      const events = await world.answered(askedAgo(56, world.update({}, CHANGED)));
      world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_COMPLETE';
      world.cloudFormation.statusRefusals = [];
      return events;
    },
  },
  {
    name: 'whether the status of the stack may be seen is not settled',
    expected: NOT_RUN,
    run: (world) => {
      world.cloudFormation.stackStatus = 'AccessDenied';
      return world.answered(askedAgo(3, world.update({}, CHANGED)));
    },
  },
  {
    name: 'no execution can be started for the rollback',
    expected: NOT_RUN,
    run: async (world) => {
      await world.change({
        file: 'lambda/aws/executions.ts', text: 'await this.client.send(new StartExecutionCommand(', replacement: 'throw Object.assign(new Error("no"), { name: "ValidationException" }); await this.client.send(new StartExecutionCommand(',
      });
      world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
      return world.answered(world.update({}, CHANGED));
    },
  },
]);
