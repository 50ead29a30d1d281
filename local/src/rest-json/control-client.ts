import { FaultPlan } from './faults';

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
  async planFaults(plan: FaultPlan): Promise<void> {
    await this.send('PUT', 'faults', JSON.stringify(plan));
  }

  /** The calls received so far, oldest first. */
  async calls(): Promise<Call[]> {
    return JSON.parse(await this.send('GET', 'calls')) as Call[];
  }

  /** The pairs of a populated ID mapping table, in the order of the sources. Of Clean Rooms. */
  async idMappingTable(idMappingTableIdentifier: string): Promise<IdMappingTableRow[]> {
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
