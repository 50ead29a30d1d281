import { setTimeout } from 'node:timers/promises';
import { FaultPlan, PlantedJobs } from './fault-plan';

export type { Behaviour, Fault, FaultPlan, IdMappingJobIdNames, JobFault, PlantedJobs, RawAnswer, Refusal, WhenBusy } from './fault-plan';

const POLL_MS = 10;

/** A call that the server has received. Values are never recorded: they may be personal data. */
export interface Call {
  readonly operation: string;
  /** ISO 8601. */
  readonly time: string;
  /** Names of the members that the request had. */
  readonly members: readonly string[];
}

/** A row of an ID mapping table. */
export interface IdMappingTableRow {
  readonly sourceId: string;
  readonly targetId: string;
}

/** Speaks to the control end point of a server: for tests. */
export class ControlClient {
  /** @param url the server's URL */
  constructor(private readonly url: string) {}

  /** Asks for faults, in place of all that were asked for before; `{}` asks for none. */
  public async planFaults(plan: FaultPlan): Promise<void> {
    await this.send('PUT', 'faults', JSON.stringify(plan));
  }

  /** Lets all go on that wait at a gate, or will come to it: a fault's `holdCall` or `holdAnswer`, a job's `holdQueued` or `holdRunning`. */
  public async release(gate: string): Promise<void> {
    await this.send('POST', `gates/${gate}/release`);
  }

  /** Returns once as many calls or jobs wait at a gate. @param count @default 1 */
  public async held(gate: string, count = 1): Promise<void> {
    while ((JSON.parse(await this.send('GET', `gates/${gate}`)) as { waiting: number }).waiting < count) {
      await setTimeout(POLL_MS);
    }
  }

  /** The calls received so far, oldest first; those that wait are among them. */
  public async calls(): Promise<Call[]> {
    return JSON.parse(await this.send('GET', 'calls')) as Call[];
  }

  /** How many calls of an operation were received so far. */
  public async callCount(operation: string): Promise<number> {
    return (await this.calls()).filter((call) => call.operation === operation).length;
  }

  /** Returns once as many calls of an operation were received, all of them counted. @param count @default 1 */
  public async called(operation: string, count = 1): Promise<void> {
    while (await this.callCount(operation) < count) {
      await setTimeout(POLL_MS);
    }
  }

  /** Gives an ID mapping workflow jobs that have ended. Of Entity Resolution. */
  public async plantJobs(jobs: PlantedJobs): Promise<void> {
    await this.send('POST', 'jobs', JSON.stringify(jobs));
  }

  /** The pairs of a populated ID mapping table, in the order of the sources. Of Clean Rooms. */
  public async idMappingTable(idMappingTableIdentifier: string): Promise<IdMappingTableRow[]> {
    return JSON.parse(await this.send('GET', `id-mapping-tables/${idMappingTableIdentifier}`)) as IdMappingTableRow[];
  }

  private async send(method: string, path: string, body?: string): Promise<string> {
    const response = await fetch(`${this.url}/_control/${path}`, { method, body });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} /_control/${path} was answered with ${response.status}: ${text}`);
    }
    return text;
  }
}
