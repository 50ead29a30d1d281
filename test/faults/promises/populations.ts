import { ANSWERS } from './answers';
import { DELETION } from './deletion';
import { INPUT } from './input';
import { LONG_WAITS } from './long-waits';
import { LOST_ANSWERS } from './lost-answers';
import { NEWER_REPLACES } from './newer-replaces';
import { ONE_REQUEST_ONE_JOB } from './one-request-one-job';
import { ONE_SLOT } from './one-slot';
import { ONLY_FORWARD } from './only-forward';
import { PERMISSIONS } from './permissions';
import { ROLLBACK } from './rollback';
import { IMPATIENT } from './thousands-of-jobs';
import { WHEN_IT_RUNS } from './when-it-runs';
import { about, Case, ONE_STARTED, ONE_SUCCEEDED, PromiseCase } from '../case';
import { askedAgo, Wanted } from '../events';
import { NO_ID, PopulationWorld } from '../population-world';
import { LIST, lost } from '../world';

const OF_JOBS = [
  ...ONE_REQUEST_ONE_JOB, ...LOST_ANSWERS, ...ONE_SLOT, ...WHEN_IT_RUNS, ...ONLY_FORWARD, ...ROLLBACK,
  ...NEWER_REPLACES, ...DELETION, ...LONG_WAITS, ...ANSWERS,
  ...INPUT, ...PERMISSIONS,
];

/** What holds for a population as it does for a job. */
const SAME = [
  'the event is delivered twice at once',
  'the worker is killed while it starts the job, which the service has accepted',
  'the start is accepted, its answer is lost: DROP',
  'the start is accepted, its answer is unreadable: 200 without a job id',
  'the start is accepted, its answer is unreadable: 302 to another page',
  'the start is accepted, its answer is lost, and the job has ended when it is looked for',
  'the start is not accepted: 402',
  'all that can happen happens in a row',
  'the role of the run can not be assumed at first (DROP): that is no lost start',
  'the service finds the request invalid',
  'there is no such workflow',
  "somebody else's job runs, the service says: QUEUED",
  'a job of the same workflow runs, and the run may join it',
  'a job runs, and the run is to fail then',
  'nothing that is run has changed',
  'an update that changes what is run comes in UPDATE_ROLLBACK_IN_PROGRESS',
  'our run fails, which rolls the update back',
  'the update is rolled back while our run waits to start',
  'the next deployment comes while the run of the one before waits to start',
  'the workflow is gone',
  'permissions are gone',
  'a job of the workflow runs: the deletion waits for its end',
  'the run has ended before the first resource hands over: the second one answers at once',
  'what is run is of another account: it is not run here, where something may have the same name',
  'the permission to start comes late',
];

const SUCCEEDED: Wanted = { waitFor: 'SUCCEEDED' };
const READS_JOBS: Wanted = { ...SUCCEEDED, readsJobs: 'true' };

const OWN: Case<PopulationWorld>[] = [
  ...(['JOB', 'NOTHING'] as const).map((idMappingJobId): Case<PopulationWorld> => ({
    // AWS does not document whether the id, which has hyphens, is that of a job.
    name: `its id names ${idMappingJobId === 'JOB' ? 'its job' : 'nothing'}`,
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      world.behaviour = { idMappingJobId };
      await world.faults();
      return world.answered(world.create(READS_JOBS));
    },
  })),
  ...[-600, 600].map((clockAheadSeconds): Case<PopulationWorld> => ({
    name: `its id names nothing, and the service's clock is ${clockAheadSeconds} seconds ahead: an older job is not ours`,
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      world.behaviour = { idMappingJobId: 'NOTHING', clockAheadSeconds };
      await world.faults();
      const older = await world.runner.account.startJob(world.workflowName);
      world.foreignJobs += 1;
      await world.runner.idle();
      const [event] = await world.answered(world.create(READS_JOBS));
      expect((await world.attributesOf(event)).JobId).not.toBe(older);
      return [event];
    },
  })),
  {
    name: 'its id names nothing, and its job is one of 600 in any order, over many looks',
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await world.change(IMPATIENT);
      await world.runner.control.plantJobs({ workflowName: world.workflowName, count: 600 });
      world.foreignJobs += 600;
      world.behaviour = { idMappingJobId: 'NOTHING', listOrder: 'ARBITRARY' };
      await world.faults();
      return world.answered(world.create(READS_JOBS));
    },
  },
  {
    name: 'the jobs can not be read: the schema tells of the first population, and nothing of the second',
    expected: { jobs: 2, answers: ['SUCCESS SUCCEEDED', 'FAILED UNWATCHED'] },
    run: async (world) => {
      await world.hideJobs();
      const first = await world.answered(world.create(SUCCEEDED));
      return [...first, ...await world.answered(world.create(SUCCEEDED))];
    },
  },
  {
    name: 'the jobs can be read only after a while: both populations are watched',
    expected: { jobs: 2, answers: ['SUCCESS SUCCEEDED', 'SUCCESS SUCCEEDED'] },
    run: async (world) => {
      const first = await world.answered(world.create(READS_JOBS));
      await world.faults({ operation: LIST, before: 'AccessDeniedException', count: 2 });
      return [...first, ...await world.answered(world.create(READS_JOBS))];
    },
  },
  {
    name: 'the jobs can not be read, and the answer to the populate is lost: nothing is populated again, and the run says so',
    expected: { jobs: 1, answers: ['FAILED FAILED'] },
    run: async (world) => {
      await world.hideJobs();
      await world.runner.cleanRoomsControl.planFaults({ faults: [{ ...lost('DROP'), operation: world.startOperation }] });
      const [event] = await world.answered(askedAgo(3, world.create(SUCCEEDED)));
      expect((await world.answerTo(event)).Reason).toContain('may have been started');
      return [event];
    },
  },
  {
    name: 'the table is another one',
    expected: ONE_STARTED,
    run: (world) => world.answered(world.update({}, { request: { idMappingTableIdentifier: NO_ID } })),
  },
];

export const POPULATIONS: PromiseCase[] = [
  ...SAME.map((name): PromiseCase => {
    const { promise, ...same } = OF_JOBS.find((each) => each.name === name)!;
    return { ...same, promise: `a population: ${promise}`, populates: true };
  }),
  ...about('a population: how it is watched', OWN.map(({ run, ...own }) => ({ ...own, run: (world) => run(world as PopulationWorld) })))
    .map((each) => ({ ...each, populates: true as const })),
];
