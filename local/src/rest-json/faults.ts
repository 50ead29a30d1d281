import { Behaviour, Fault, FaultPlan, JobFault } from './fault-plan';
import { Gates } from './gates';

/** What becomes of a job, with the gates that it may wait at. */
export interface PlannedJob {
  readonly fault: JobFault;
  readonly gates: Gates;
}

/** The faults that are still to happen. */
export class Faults {
  public readonly gates = new Gates();
  private pending: { fault: Fault; left: number }[] = [];
  private current: FaultPlan = {};

  public get behaviour(): Required<Behaviour> {
    return {
      whenBusy: 'ConflictException',
      idMappingJobId: 'JOB',
      jobType: 'SAID',
      trailingSlash: 'AS_GIVEN',
      clockAheadSeconds: 0,
      listOrder: 'NEWEST_FIRST',
      unindexedWorkflow: 'NO_RECORDS',
      outputKeyOfCaller: 'NEEDED',
      rulesOverTables: 'TAKEN',
      firstPopulation: 'REFUSED',
      inputsAtCreate: 'LOOKED_AT',
      folderMarkers: 'READ',
      outputUpload: 'IN_PARTS',
      schemaOfAssociation: 'NEEDED',
      ...this.current,
    };
  }

  /** Replaces all that was asked for before. Whoever waits at a gate goes on waiting. */
  public plan(plan: FaultPlan): void {
    this.pending = (plan.faults ?? []).map((fault) => ({ fault, left: fault.count ?? 1 }));
    this.current = plan;
    for (const { holdCall, holdAnswer, job } of plan.faults ?? []) {
      [holdCall, holdAnswer, job?.holdQueued, job?.holdRunning].filter((gate) => gate !== undefined).forEach((gate) => this.gates.close(gate));
    }
  }

  /** The fault that this call of the operation meets, if any; faults of one operation are used up in order. */
  public take(operation: string): Fault | undefined {
    const next = this.pending.find(({ fault, left }) => fault.operation === operation && left > 0);
    if (next) {
      next.left--;
    }
    return next?.fault;
  }

  /** What becomes of the job that a call with the fault starts. */
  public job(fault: Fault | undefined): PlannedJob | undefined {
    return fault?.job && { fault: fault.job, gates: this.gates };
  }
}
