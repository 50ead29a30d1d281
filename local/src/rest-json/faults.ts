/** How a second job is met while another one of the account and Region is queued or running. */
export type WhenBusy = 'ConflictException' | 'ExceedsLimitException' | 'QUEUED';

/** The job at Entity Resolution, whose id has no hyphens, or nothing that anybody can look up. */
export type IdMappingJobIdNames = 'JOB' | 'NOTHING';

/** Something that goes wrong with the next calls of one operation. Give one of `before`, `after` and `job`, or several. */
export interface Fault {
  /** The operation, such as `StartIdMappingJob`. */
  readonly operation: string;
  /** How many calls meet the fault. @default 1 */
  readonly count?: number;
  /** The error (a name of the API model) that the call is refused with: nothing is done. */
  readonly before?: string;
  /** What that error says. @default - that it was asked for */
  readonly message?: string;
  /** What happens in place of the answer once the call is done: an error of the API model, a dropped connection, no answer at all. */
  readonly after?: string | 'DROP' | 'NO_ANSWER';
  /** What becomes of the job that the call starts. */
  readonly job?: JobFault;
}

/** What becomes of a job. */
export interface JobFault {
  /** Seconds the job stays QUEUED. @default 0 */
  readonly queuedSeconds?: number;
  /** Seconds the job is RUNNING at least. @default 0 */
  readonly runningSeconds?: number;
  /** The message the job fails with after that time. @default - the job does its work */
  readonly failure?: string;
  /** How many lists of the workflow's jobs it is missing from. @default 0 */
  readonly missingFromLists?: number;
}

/** Everything that can be asked to go wrong. */
export interface FaultPlan {
  /** @default - none */
  readonly faults?: readonly Fault[];
  /** Of Entity Resolution. @default 'ConflictException' */
  readonly whenBusy?: WhenBusy;
  /** Of Clean Rooms: what the `idMappingJobId` of PopulateIdMappingTable names. @default 'JOB' */
  readonly idMappingJobId?: IdMappingJobIdNames;
}

/** The faults that are still to happen. */
export class Faults {
  private pending: { fault: Fault; left: number }[] = [];
  private current: FaultPlan = {};

  get whenBusy(): WhenBusy {
    return this.current.whenBusy ?? 'ConflictException';
  }

  get idMappingJobId(): IdMappingJobIdNames {
    return this.current.idMappingJobId ?? 'JOB';
  }

  /** Replaces all that was asked for before. */
  plan(plan: FaultPlan): void {
    this.pending = (plan.faults ?? []).map(fault => ({ fault, left: fault.count ?? 1 }));
    this.current = plan;
  }

  /** The fault that this call of the operation meets, if any; faults of one operation are used up in order. */
  take(operation: string): Fault | undefined {
    const next = this.pending.find(({ fault, left }) => fault.operation === operation && left > 0);
    if (next) {
      next.left--;
    }
    return next?.fault;
  }
}
