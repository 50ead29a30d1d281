import { RawAnswer } from '../../../local/src/rest-json/fault-plan';
import { about, Case, ONE_STARTED, ONE_SUCCEEDED } from '../case';
import { LIST, LOOK, lost, refused, START, World } from '../world';

/** Answers that are none of the service's, and which its documentation does not know: of proxies and gateways, or cut short. */
const UNREADABLE: [string, RawAnswer][] = [
  ['200 without a job id', { status: 200, body: '{}' }],
  ['200 with nothing', { status: 200, body: '' }],
  ['200 with a page of HTML', { status: 200, body: '<html>Sign in</html>', headers: { 'content-type': 'text/html' } }],
  ['200 with half an answer', { status: 200, body: '{"jobId":"0123' }],
  ['302 to another page', { status: 302, body: '<html>Moved</html>', headers: { location: '/elsewhere' } }],
  ['307 to the same', { status: 307, body: '', headers: { location: '/elsewhere' } }],
  ['408 with a page of HTML', { status: 408, body: '<html>Request Timeout</html>', headers: { 'content-type': 'text/html' } }],
  ['413 with a page of HTML', { status: 413, body: '<html>Too large</html>', headers: { 'content-type': 'text/html' } }],
  ['429 of a proxy', { status: 429, body: 'slow down', headers: { 'content-type': 'text/plain' } }],
  ['502 of a proxy', { status: 502, body: '<html>Bad Gateway</html>', headers: { 'content-type': 'text/html' } }],
];

const OUTPUT = [{ roleArn: 'arn:aws:iam::000000000000:role/output', outputS3Path: 's3://output/case' }];

async function startIsLost(world: World, job: Parameters<typeof lost>[1] = {}) {
  await world.faults(lost('DROP', job));
  return world.answered(world.create());
}

export const LOST_ANSWERS = about('an answer that is lost is no refusal', [
  ...['NO_ANSWER', 'DROP', 'InternalServerException'].map((after): Case => ({
    name: `the start is accepted, its answer is lost: ${after}`,
    expected: ONE_STARTED,
    run: async (world) => {
      // Ten seconds as they are.
      if (after === 'NO_ANSWER') await world.change({ file: 'lambda/aws/run-clients.ts', text: 'requestTimeout: 10_000', replacement: 'requestTimeout: 1_000' });
      await world.faults(lost(after));
      return world.answered(world.create());
    },
  })),
  ...UNREADABLE.map(([what, after]): Case => ({
    name: `the start is accepted, its answer is unreadable: ${what}`,
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await world.faults(lost(after));
      return world.answered(world.create({ waitFor: 'SUCCEEDED' }));
    },
  })),
  ...UNREADABLE.slice(0, 3).map(([what, before]): Case => ({
    name: `the start is not accepted, and answered three times with ${what}: the job is looked for twice after each`,
    expected: ONE_STARTED,
    run: async (world) => {
      const lists = await world.runner.calls(LIST);
      await world.faults(refused(before, 3));
      const events = await world.answered(world.create());
      expect(await world.startCalls()).toBe(4);
      expect(await world.listsBeforeStart() - lists).toBe(1 + 3 * 2);
      return events;
    },
  })),
  ...UNREADABLE.map(([what, before]): Case => ({
    name: `the job runs, and looks at it are answered with ${what}`,
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await world.faults({ operation: LOOK, before, count: 6 });
      return world.answered(world.create({ waitFor: 'SUCCEEDED' }));
    },
  })),
  {
    name: 'the start is accepted, its answer is lost, and so are those of the lists in which its job is looked for',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(lost('DROP'), { operation: LIST, count: 1 }, ...UNREADABLE.map(([, before]) => ({ operation: LIST, before })));
      return world.answered(world.create());
    },
  },
  {
    name: 'the start is accepted, its answer is lost, and the job has ended when it is looked for',
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await world.faults({ operation: START, after: 'DROP' });
      return world.answered(world.create({ waitFor: 'SUCCEEDED' }));
    },
  },
  {
    name: 'the start is accepted, its answer is lost, and the job can not be looked for at once',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(lost('DROP'), { operation: LIST, count: 1 }, { operation: LIST, before: 'ThrottlingException', count: 6 });
      return world.answered(world.create());
    },
  },
  ...(['ConflictException', 'ExceedsLimitException', 'QUEUED'] as const).map((whenBusy): Case => ({
    // AWS does not document whether a job is in the lists at once, nor how a second one is met.
    name: `the start is accepted, its answer is lost, and no list has its job yet; the service says: ${whenBusy}`,
    expected: ONE_STARTED,
    run: (world) => {
      world.behaviour = { whenBusy };
      return startIsLost(world, { missingFromLists: 1, runningSeconds: 1 });
    },
  })),
  {
    name: 'the start is accepted, its answer is lost, no list has its job yet, and a second start meets it: Conflict because it is ours',
    expected: ONE_STARTED,
    run: async (world) => {
      const running = world.gate('running');
      await world.faults(lost('DROP', { missingFromLists: 2, holdRunning: running }));
      const event = world.create();
      await world.send(event);
      await world.starts(2);
      await world.release(running);
      await world.answerTo(event);
      return [event];
    },
  },
  {
    name: 'the start is accepted, its answer is lost, no list has its job yet, and the worker crashes at a second start: the job is looked for twice again',
    expected: ONE_STARTED,
    run: async (world) => {
      const running = world.gate('running');
      world.behaviour = { whenBusy: 'QUEUED' };
      // The second start fails before it gets to the service: what is left is what the step began with.
      await world.change({
        file: 'lambda/worker/start-job.ts',
        text: 'isSent = true;',
        replacement: 'isSent = true; if (lostStartAt && !state.crashes) { setTimeout(() => { throw new Error("crash"); }); await new Promise(() => {}); }',
      });
      await world.faults(lost('DROP', { missingFromLists: 3, holdRunning: running }));
      return world.answered(world.create());
    },
  },
  {
    name: 'the start is accepted, its answer is lost, and the run was to fail when the service is busy',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(lost('DROP'));
      return world.answered(world.create({ onBusy: 'FAIL' }));
    },
  },
  {
    name: 'the start is accepted, its answer is lost, and a job of another type runs',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(lost('DROP'));
      return world.answered(world.create({ request: { jobType: 'BATCH' } }));
    },
  },
  ...(['SAID', 'LEFT_OUT'] as const).flatMap((jobType) => (['AS_GIVEN', 'ADDED', 'REMOVED'] as const).map((trailingSlash): Case => ({
    // AWS does not document which of a job's members an answer leaves out, nor how it spells a path.
    name: `the start is accepted, its answer is lost, and answers about its job have the type ${jobType} and the path's last slash ${trailingSlash}`,
    expected: ONE_STARTED,
    run: async (world) => {
      const outputs = OUTPUT.map((output) => ({ ...output, outputS3Path: `${output.outputS3Path}${trailingSlash === 'REMOVED' ? '/' : ''}` }));
      world.behaviour = { jobType, trailingSlash };
      await world.faults(lost('DROP'));
      return world.answered(world.create({ request: { jobType: 'BATCH', outputSourceConfig: outputs } }));
    },
  }))),
  ...[-600, -3, 3, 600].map((clockAheadSeconds): Case => ({
    name: `the start is accepted, its answer is lost, and the service's clock is ${clockAheadSeconds} seconds ahead: an older job is not ours`,
    expected: ONE_STARTED,
    run: async (world) => {
      world.behaviour = { clockAheadSeconds };
      await world.faults();
      const older = await world.runner.account.startJob(world.workflowName);
      world.foreignJobs += 1;
      await world.runner.idle();
      const [event] = await startIsLost(world);
      expect((await world.attributesOf(event)).JobId).not.toBe(older);
      return [event];
    },
  })),
  ...([
    ['500', refused('InternalServerException')], ['500, three times', refused('InternalServerException', 3)], ['429, three times', refused('ThrottlingException', 3)],
    ['402', refused('ExceedsLimitException')], ['Conflict', refused('ConflictException')],
  ] as const).map(([what, fault]): Case => ({
    name: `the start is not accepted: ${what}`,
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(fault);
      return world.answered(world.create());
    },
  })),
  {
    name: 'all that can happen happens in a row',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(
        refused('InternalServerException'), refused('ConflictException'), refused('ExceedsLimitException'), refused('ThrottlingException'), lost('DROP'));
      return world.answered(world.create());
    },
  },
  ...(['DROP', 503, 'AccessDenied'] as const).map((refusal): Case => ({
    name: `the role of the run can not be assumed at first (${refusal}): that is no lost start`,
    expected: ONE_STARTED,
    run: async (world) => {
      world.runner.sts.refusals = Array(7).fill(refusal);
      const lists = await world.runner.calls(LIST);
      const events = await world.answered(world.create({ roleArn: `arn:aws:iam::000000000000:role/cdk-id-mapping/Stack/${world.id}` }));
      expect(world.runner.sts.refusals).toEqual([]);
      // A lost start would be looked for in a list before the next one.
      expect([await world.startCalls(), await world.listsBeforeStart() - lists]).toEqual([1, world.listsBeforeAStart]);
      return events;
    },
  })),
]);
