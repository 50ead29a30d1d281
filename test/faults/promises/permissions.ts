import { about, ONE_STARTED, ONE_SUCCEEDED } from '../case';
import { eventually } from '../local-runner';
import { LOOK, refused } from '../world';

export const PERMISSIONS = about('permissions come late', [
  {
    name: 'the permission to start comes late',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(refused('AccessDeniedException', 4));
      return world.answered(world.create());
    },
  },
  {
    name: 'the role of the job can be assumed only later',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults({ ...refused('ValidationException', 3), message: 'Entity Resolution can not assume the role of the job' });
      return world.answered(world.create());
    },
  },
  {
    name: 'the permission to see the stack comes late',
    expected: ONE_STARTED,
    run: async (world) => {
      world.cloudFormation.stackStatus = 'AccessDenied';
      const event = world.create();
      await world.send(event);
      await eventually('some questions for the status', () => world.cloudFormation.questions > 2);
      world.cloudFormation.stackStatus = 'CREATE_IN_PROGRESS';
      await world.answerTo(event);
      return [event];
    },
  },
  {
    name: 'the permission to look at the job comes late',
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await world.faults({ operation: LOOK, before: 'AccessDeniedException', count: 3 });
      return world.answered(world.create({ waitFor: 'SUCCEEDED' }));
    },
  },
]);
