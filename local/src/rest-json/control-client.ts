import { FaultPlan } from './faults';

/** A call that the server has received. Values are never recorded: they may be personal data. */
export interface Call {
  readonly operation: string;
  /** ISO 8601. */
  readonly time: string;
  /** Names of the members that the request had. */
  readonly members: readonly string[];
}

/** Speaks to the control end point of the Entity Resolution server: for tests. */
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

  private async send(method: string, path: string, body?: string): Promise<string> {
    const response = await fetch(`${this.url}/_control/${path}`, { method, body });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} /_control/${path} was answered with ${response.status}: ${text}`);
    }
    return text;
  }
}
