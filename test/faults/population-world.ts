import { Subject, Wanted } from './events';
import { Deployed, LocalRunner } from './local-runner';
import { LIST, LOOK, START, World } from './world';
import { Fault } from '../lambda/faults';
import { TableIds } from '../lambda/id-mapping-tables';

const POPULATE = 'PopulateIdMappingTable';
export const NO_ID = '00000000-0000-0000-0000-000000000000';

/** A runner, and an ID mapping table whose workflow no other case knows: what goes wrong with the start of a job goes wrong with its population. */
export class PopulationWorld extends World {
  public readonly startOperation = POPULATE;
  // The first list tells whether jobs can be read.
  public readonly listsBeforeAStart = 2;
  public readonly nobodys: Wanted = { request: { idMappingTableIdentifier: NO_ID } };

  constructor(runner: LocalRunner, deployed: Deployed, workflowName: string, private readonly table: TableIds) {
    super(runner, deployed, workflowName);
  }

  public async faults(...faults: Fault[]): Promise<void> {
    const { looks, populates } = faultsOfPopulation(faults);
    await super.faults(...looks);
    await this.runner.cleanRoomsControl.planFaults({ ...this.behaviour, faults: populates });
  }

  /** Its jobs wait where they are populated from. */
  public async held(gate: string, count?: number): Promise<void> {
    await this.runner.cleanRoomsControl.held(gate, count);
  }

  public async release(gate: string): Promise<void> {
    await this.runner.control.release(gate);
    await this.runner.cleanRoomsControl.release(gate);
  }

  /** Says that the jobs of the table's workflow are nothing that the runner may see. */
  public async hideJobs(): Promise<void> {
    await super.faults(...[LIST, LOOK].map((operation) => ({ operation, before: 'AccessDeniedException', count: 99 })));
  }

  protected subject(resource?: string): Subject {
    return { logicalResourceId: super.subject(resource).logicalResourceId, jobKind: 'ID_MAPPING_TABLE_POPULATION', request: this.table };
  }
}

/** What goes wrong at Entity Resolution, and what at Clean Rooms, when a populate takes the place of a start. */
export function faultsOfPopulation(faults: Fault[]): { readonly looks: Fault[]; readonly populates: Fault[] } {
  const isOfStart = ({ operation }: Fault) => operation === START;
  return { looks: faults.filter((fault) => !isOfStart(fault)), populates: faults.filter(isOfStart).map(asFaultOfPopulate) };
}

/** The same fault of a populate. Clean Rooms has a name of its own for a quota. */
function asFaultOfPopulate({ before, ...fault }: Fault): Fault {
  return { ...fault, operation: POPULATE, before: before === 'ExceedsLimitException' ? 'ServiceQuotaExceededException' : before };
}
