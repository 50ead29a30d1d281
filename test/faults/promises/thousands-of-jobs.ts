import { ListIdMappingJobsCommand } from '@aws-sdk/client-entityresolution';
import { about, Case, Change, ONE_STARTED, ONE_SUCCEEDED } from '../case';
import { LIST, lost, World } from '../world';

/** One page is as much as a step reads: a list of thousands of jobs goes on over many steps. */
export const IMPATIENT: Change = {
  file: 'lambda/kinds/survey.ts', text: 'while (progress.nextToken && Date.now() < deadline)', replacement: 'while (progress.nextToken && Date.now() > deadline)',
};

/** When all pages are read the function crashes, once: the reason tells that it has. */
const CRASHES_ONCE: Change = {
  file: 'lambda/worker/start-job.ts',
  text: 'const jobId = await findJobSince(',
  replacement: `if (!state.reason.includes("crashed")) { setTimeout(() => { throw new Error("crash"); }); await new Promise(() => {}); }
    const jobId = await findJobSince(`,
};

/** The local service's token for a page that begins where the list does. */
function fromTheStart(nextToken: string): string {
  const [list] = JSON.parse(Buffer.from(nextToken, 'base64url').toString()) as string[];
  return Buffer.from(JSON.stringify([list, ''])).toString('base64url');
}

/** Jobs that have ended long ago. */
async function withJobs(world: World, count: number): Promise<void> {
  await world.runner.control.plantJobs({ workflowName: world.workflowName, count });
  world.foreignJobs += count;
}

export const THOUSANDS_OF_JOBS = about('thousands of jobs are no hindrance', [
  ...(['nothing is lost', 'the answer to the start is lost'] as const).map((what): Case => ({
    // AWS does not document in which order it lists jobs.
    name: `8,760 jobs are listed newest first, 200 ms a page, and ${what}: no more than two pages are read at a time`,
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await withJobs(world, 8_760);
      const lists = await world.runner.calls(LIST);
      const late = { operation: LIST, count: 99, delayMs: 200 };
      await world.faults(...what === 'nothing is lost' ? [late] : [lost('DROP'), late]);
      const events = await world.answered(world.create({ waitFor: 'SUCCEEDED' }));
      expect(await world.runner.calls(LIST) - lists).toBeLessThanOrEqual(what === 'nothing is lost' ? 2 : 4);
      return events;
    },
  })),
  {
    name: '600 jobs are listed in any order, over many steps, and the answer to the start is lost',
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await world.change(IMPATIENT);
      await withJobs(world, 600);
      world.behaviour = { listOrder: 'ARBITRARY' };
      await world.faults(lost('DROP'));
      return world.answered(world.create({ waitFor: 'SUCCEEDED' }));
    },
  },
  {
    name: '600 jobs are listed in any order, over many steps, and a step crashes in between while the job is looked for',
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await world.change(IMPATIENT, CRASHES_ONCE);
      await withJobs(world, 600);
      world.behaviour = { listOrder: 'ARBITRARY' };
      await world.faults(lost('DROP'));
      return world.answered(world.create({ waitFor: 'SUCCEEDED' }));
    },
  },
  {
    name: 'a deletion finds the job that runs among 600 jobs in any order',
    expected: { jobs: 0, answers: ['SUCCESS'] },
    run: async (world) => {
      await world.change(IMPATIENT);
      const running = await world.somebodysJob(world.workflowName);
      await withJobs(world, 600);
      world.behaviour = { listOrder: 'ARBITRARY' };
      await world.faults();
      const event = world.delete({ awaitsJobOnDelete: 'true' });
      await world.send(event);
      await world.stepped(event, 15);
      expect(world.runner.answersTo(event)).toEqual([]);
      await world.release(running);
      await world.answerTo(event);
      return [event];
    },
  },
  {
    // AWS documents of no list that its pages are full.
    name: 'the first pages of the list are empty, and the answer to the start is lost: an older job is not ours',
    expected: ONE_STARTED,
    run: async (world) => {
      await withJobs(world, 60);
      const { nextToken } = await world.runner.account.client.send(new ListIdMappingJobsCommand({ workflowName: world.workflowName, maxResults: 1 }));
      const empty = { status: 200, body: JSON.stringify({ jobs: [], nextToken: fromTheStart(nextToken!) }) };
      await world.faults(lost('DROP'), { operation: LIST, before: empty, count: 2 });
      const [event] = await world.answered(world.create());
      const [{ jobId }] = await world.runner.jobs(world.workflowName);
      expect((await world.attributesOf(event)).JobId).toBe(jobId);
      return [event];
    },
  },
]);
