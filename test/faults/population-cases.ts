import { CASES, Case, Properties, Result, World } from './cases';
import { Deployed, Event, LocalRunner } from './local-runner';
import { Fault, WhenBusy } from '../lambda/faults';
import { TableIds } from '../lambda/id-mapping-tables';

const POPULATE = 'PopulateIdMappingTable';
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** A runner, and an ID mapping table whose workflow no other case knows: what goes wrong with the start of a job goes wrong with its population. */
export class PopulationWorld extends World {
  readonly startOperation = POPULATE;

  private somebodysStarts = 0;

  constructor(runner: LocalRunner, deployed: Deployed, workflowName: string, private readonly table: TableIds) {
    super(runner, deployed, workflowName);
  }

  create(properties: Properties = {}): Event {
    return asPopulation(super.create(properties));
  }

  update(properties: Properties = {}, oldProperties: Properties = {}): Event {
    return asPopulation(super.update(properties, oldProperties));
  }

  delete(properties: Properties = {}): Event {
    return asPopulation(super.delete(properties));
  }

  async faults(...faults: Fault[]): Promise<void> {
    const { looks, populates } = faultsOfPopulation(faults);
    await super.faults(...looks);
    await this.runner.cleanRoomsControl.planFaults({ faults: populates });
  }

  async somebodysJob(seconds: number, workflowName?: string, whenBusy?: WhenBusy): Promise<void> {
    this.somebodysStarts += 1;
    await super.somebodysJob(seconds, workflowName, whenBusy);
  }

  async starts(times: number): Promise<void> {
    await super.starts(times - this.somebodysStarts);
  }

  /** What the id of a population's job names from now on. */
  async idNames(idMappingJobId: 'JOB' | 'NOTHING'): Promise<void> {
    await this.runner.cleanRoomsControl.planFaults({ idMappingJobId });
  }

  /** Says that the jobs of the table's workflow are nothing that the runner may see. */
  async hideJobs(): Promise<void> {
    await super.faults(...['ListIdMappingJobs', 'GetIdMappingJob'].map((operation) => ({ operation, before: 'AccessDeniedException', count: 99 })));
  }

  protected properties({ WorkflowName, ...properties }: Properties): Properties {
    const { membershipIdentifier, idMappingTableIdentifier } = this.table;
    return {
      MembershipIdentifier: membershipIdentifier,
      IdMappingTableIdentifier: WorkflowName ? NO_ID : idMappingTableIdentifier,
      WorkflowKnown: 'true',
      ...super.properties(properties),
      WorkflowName: undefined,
    };
  }
}

function asPopulation(event: Event): Event {
  return { ...event, ResourceType: 'Custom::IdMappingTablePopulation' };
}

/** What goes wrong at Entity Resolution, and what at Clean Rooms, when a populate takes the place of a start. */
export function faultsOfPopulation(faults: Fault[]): { readonly looks: Fault[]; readonly populates: Fault[] } {
  const isOfStart = ({ operation }: Fault) => operation === 'StartIdMappingJob';
  return { looks: faults.filter((fault) => !isOfStart(fault)), populates: faults.filter(isOfStart).map(asFaultOfPopulate) };
}

/** The same fault of a populate. Clean Rooms has a name of its own for a quota. */
function asFaultOfPopulate({ before, ...fault }: Fault): Fault {
  return { ...fault, operation: POPULATE, before: before === 'ExceedsLimitException' ? 'ServiceQuotaExceededException' : before };
}

/** What holds for a population as it does for a job. */
const SAME = [
  'the event is delivered twice at once',
  'the worker is killed while it starts the job, which the service has accepted',
  'the start is accepted, its answer is lost: DROP',
  'the start is accepted, its answer is lost, and the job has ended when it is looked for',
  'the start is not accepted: 402',
  'all that can happen happens in a row',
  'the service finds the request invalid',
  'there is no such workflow',
  "somebody else's job runs, the service says: QUEUED",
  'a job of the same workflow runs, and the run may join it',
  'a job runs, and the run is to fail then',
  'nothing that is run has changed',
  'an update that changes what is run comes in UPDATE_ROLLBACK_IN_PROGRESS',
  'our run fails, which rolls the update back',
  'the update is rolled back while our run waits to start',
  'the workflow is gone',
  'permissions are gone',
  'a job of the workflow runs: the deletion waits for its end',
  'a WaitCondition waits for a job that succeeds',
  'the permission to start comes late',
];

type Untitled = Omit<Case, 'promise' | 'run'> & { readonly run: (world: PopulationWorld) => Promise<Event[]> };

const SUCCEEDED: Properties = { WaitFor: 'SUCCEEDED' };
const ONE_SUCCEEDED: Result = { jobs: 1, answers: ['SUCCESS SUCCEEDED'] };

const OWN: Untitled[] = [
  {
    name: 'its id names its job',
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await world.idNames('JOB');
      return world.answered(world.create(SUCCEEDED));
    },
  },
  {
    name: 'its id names nothing',
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await world.idNames('NOTHING');
      return world.answered(world.create(SUCCEEDED));
    },
  },
  {
    name: 'the jobs can not be read: the schema tells of the first population, and nothing of the second',
    expected: { jobs: 2, answers: ['SUCCESS SUCCEEDED', 'FAILED UNWATCHED'] },
    run: async (world) => {
      await world.hideJobs();
      const first = await world.answered(world.create({ ...SUCCEEDED, WorkflowKnown: 'false' }));
      return [...first, ...await world.answered(world.create({ ...SUCCEEDED, WorkflowKnown: 'false' }))];
    },
  },
  {
    name: 'the jobs can be read only after a while: both populations are watched',
    expected: { jobs: 2, answers: ['SUCCESS SUCCEEDED', 'SUCCESS SUCCEEDED'] },
    run: async (world) => {
      const first = await world.answered(world.create(SUCCEEDED));
      await world.runner.control.planFaults({ faults: [{ operation: 'ListIdMappingJobs', before: 'AccessDeniedException', count: 2 }] });
      return [...first, ...await world.answered(world.create(SUCCEEDED))];
    },
  },
  {
    name: 'the table is another one',
    expected: { jobs: 1, answers: ['SUCCESS STARTED'] },
    run: (world) => world.answered(world.update({}, { IdMappingTableIdentifier: NO_ID })),
  },
];

export const POPULATION_CASES: Case[] = [
  ...SAME.map((name): Case => {
    const { promise, ...same } = CASES.find((each) => each.name === name)!;
    return { ...same, promise: `a population: ${promise}`, populates: true };
  }),
  ...OWN.map(({ run, ...own }): Case => ({ ...own, promise: 'a population: how it is watched', populates: true, run: (world) => run(world as PopulationWorld) })),
];
