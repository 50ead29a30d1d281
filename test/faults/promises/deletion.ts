import { about, Case, DELETED } from '../case';
import { askedAgo, Wanted } from '../events';
import { eventually } from '../local-runner';
import { LIST, LOOK, START } from '../world';

const IN_STACK: Wanted = { awaitsJobOnDelete: 'true' };

export const DELETION = about('a deletion succeeds', [
  { name: 'nothing runs', expected: DELETED, run: (world) => world.answered(world.delete(IN_STACK)) },
  {
    name: 'the event is delivered twice',
    expected: DELETED,
    run: async (world) => {
      const event = world.delete(IN_STACK);
      await Promise.all([world.handled(event), world.handled(event)]);
      return [event];
    },
  },
  { name: 'the workflow is gone', expected: DELETED, run: (world) => world.answered(world.delete({ ...IN_STACK, ...world.nobodys })) },
  {
    name: 'permissions are gone',
    expected: DELETED,
    run: async (world) => {
      await world.faults({ operation: LIST, before: 'AccessDeniedException', count: 99 });
      return world.answered(world.delete(IN_STACK));
    },
  },
  {
    name: 'the role of the run is gone',
    expected: DELETED,
    run: async (world) => {
      world.runner.sts.refusals = Array(99).fill('AccessDenied');
      return world.answered(world.delete({ ...IN_STACK, roleArn: `arn:aws:iam::000000000000:role/cdk-id-mapping/Stack/${world.id}` }));
    },
  },
  {
    name: 'the create has failed',
    expected: { jobs: 0, answers: ['FAILED FAILED', 'SUCCESS'] },
    run: async (world) => {
      const create = await world.answered(world.create({ request: { jobType: 'INCREMENTAL' } }));
      return [...create, ...await world.answered(world.delete(IN_STACK))];
    },
  },
  {
    name: 'a job of the workflow runs: the deletion waits for its end',
    expected: DELETED,
    run: async (world) => {
      const gate = await world.somebodysJob(world.workflowName);
      const event = world.delete(IN_STACK);
      await world.send(event);
      await world.stepped(event, 3);
      expect(world.runner.answersTo(event)).toEqual([]);
      await world.release(gate);
      await world.answerTo(event);
      expect((await world.runner.jobs(world.workflowName)).map(({ status }) => status)).toEqual(['SUCCEEDED']);
      return [event];
    },
  },
  {
    // AWS does not document whether a second job is queued.
    name: 'a job of the workflow runs, and another one is queued: the deletion waits for both',
    expected: DELETED,
    run: async (world) => {
      const first = await world.somebodysJob(world.workflowName, 'QUEUED');
      const second = world.gate('second');
      await world.faults({ operation: START, job: { holdRunning: second } });
      await world.runner.account.startJob(world.workflowName);
      world.foreignJobs += 1;
      const event = world.delete(IN_STACK);
      await world.send(event);
      await world.stepped(event, 3);
      await world.release(first);
      await world.held(second);
      const looks = await world.runner.calls(LOOK);
      await eventually('a look at the second job', async () => world.runner.answersTo(event).length > 0 || await world.runner.calls(LOOK) > looks + 2);
      expect(world.runner.answersTo(event)).toEqual([]);
      await world.release(second);
      await world.answerTo(event);
      return [event];
    },
  },
  {
    name: 'a job of a workflow that stays runs: the deletion does not wait, and says what to do before the workflow can be deleted',
    expected: DELETED,
    run: async (world) => {
      await world.somebodysJob(world.workflowName);
      const event = world.delete();
      const { Reason } = await world.answered(event).then(() => world.answerTo(event));
      const [{ jobId, status }] = await world.runner.jobs(world.workflowName);
      expect(status).toBe('RUNNING');
      expect(Reason).toContain(`Job ${jobId}`);
      expect(Reason).toContain('can be deleted when the job has ended');
      return [event];
    },
  },
  {
    name: 'the IdMappingJob and its workflow are removed in the moment in which the job is asked for: the deletion waits for its end',
    expected: { jobs: 1, answers: ['SUCCESS ACCEPTED', 'SUCCESS'] },
    run: async (world) => {
      const [call, running] = [world.gate('call'), world.gate('running')];
      const events = [world.create({ waitFor: 'ACCEPTED' }), world.delete(IN_STACK)];
      await world.faults({ operation: START, holdCall: call, job: { holdRunning: running } });
      await world.answered(events[0]);
      await world.held(call);
      await world.send(events[1]);
      await world.stepped(events[1], 2);
      await world.release(call);
      await world.held(running);
      const looks = await world.runner.calls(LOOK);
      await world.runner.called(LOOK, looks + 4);
      expect(world.runner.answersTo(events[1])).toEqual([]);
      await world.release(running);
      await world.answerTo(events[1]);
      expect((await world.runner.jobs(world.workflowName)).map(({ status }) => status)).toEqual(['SUCCEEDED']);
      return events;
    },
  },
  {
    name: 'a job of the workflow runs, but can not be looked at',
    expected: DELETED,
    run: async (world) => {
      await world.somebodysJob(world.workflowName);
      await world.faults({ operation: LOOK, before: 'AccessDeniedException', count: 99 });
      return world.answered(askedAgo(3, world.delete(IN_STACK)));
    },
  },
  {
    name: 'a job of the workflow runs longer than there is time',
    expected: DELETED,
    run: async (world) => {
      await world.somebodysJob(world.workflowName);
      return world.answered(askedAgo(2, world.delete({ ...IN_STACK, timeout: '1 minute' })));
    },
  },
] satisfies Case[]);
