import { createHash } from 'node:crypto';
import {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ExecutionListItem,
  GetExecutionHistoryCommand,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { Callback, RunInput, STATES } from '../../src/runs/private/run-protocol';
import { hasEnded, RunState } from '../worker/run-state';

/** How long executions are looked through for one that was long ago. */
const LOOK_BACK_MS = 20_000;

/** A run and the name of its newest execution. */
export interface FoundRun {
  readonly name: string;
  readonly state: RunState;

  /** Whether its execution was ended before the run was. */
  readonly isStopped: boolean;
}

/** The state that an execution is in, or was in at its end; no name as long as it has entered none. */
interface LastState extends Omit<FoundRun, 'name'> {
  readonly stateName?: string;
}

/** The resource that a run belongs to. */
type Owner = Pick<Callback, 'logicalResourceId'>;

/** The execution on whose behalf others are cancelled. */
export interface Asker {
  readonly executionName: string;

  /** ISO time at which its run has started. */
  readonly startedAt: string;
}

/** The state machine whose executions are the runs of a stack. */
export class Executions {
  constructor(private readonly client: SFNClient, private readonly stateMachineArn: string) {}

  /** Starts an execution. Its name makes it one, however often it is asked for. */
  public async start(name: string, input: RunInput | RunState): Promise<void> {
    try {
      await this.client.send(new StartExecutionCommand({ stateMachineArn: this.stateMachineArn, name, input: JSON.stringify(input) }));
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  }

  /**
   * Ends the older runs of a resource that have not started a job, and what follows a run: they belong to a deployment that is taken back, or a newer
   * run replaces them. A run that is asking for its job is left to get it, because that can't be taken back.
   *
   * @param asker the execution that asks for it
   * @returns whether none is left that may still go either way
   */
  public async cancelWaiting(owner: Owner, asker: Asker, cause: string): Promise<boolean> {
    // Not one after the other: each that is stopped is missing from the next page.
    const running: ExecutionListItem[] = [];
    for await (const execution of this.list('RUNNING')) running.push(execution);
    let settled = true;
    for (const { name, executionArn, startDate } of running) {
      if (!name!.startsWith(prefixOf(owner)) || isPartOf(asker.executionName, name!)) continue;
      const last = await this.lastState(executionArn!);
      const { state } = last ?? {};
      if (state && (hasEnded(state) || state.callback?.requestType === 'Delete' || state.callback?.logicalResourceId !== owner.logicalResourceId)) continue;
      if (Date.parse(state?.startedAt ?? startDate!.toISOString()) > Date.parse(asker.startedAt)) continue;
      if (last?.stateName === STATES.START && !state!.jobId) {
        settled = false;
      } else if (!state || state.follow || !state.jobId) {
        settled = await this.stop(executionArn!, cause) && settled;
      }
    }
    return settled;
  }

  /** @returns whether it has ended by that, or was known to have ended */
  private async stop(executionArn: string, cause: string): Promise<boolean> {
    try {
      await this.client.send(new StopExecutionCommand({ executionArn, error: 'CANCELLED', cause }));
      return true;
    } catch (error) {
      // AWS does not say what it makes of an execution that has ended in this moment.
      if (error instanceof ExecutionDoesNotExist) return true;
      if ((error as Error).name === 'ValidationException') return false;
      throw error;
    }
  }

  /**
   * The newest run of a resource, if it is known: executions are kept for 90 days.
   *
   * @param digest of what was run; without it, whatever it was
   * @param except the name of the execution that asks for it
   */
  public async lastRun(owner: Owner, digest?: string, except?: string): Promise<FoundRun | undefined> {
    const giveUpAt = Date.now() + LOOK_BACK_MS;
    for await (const { name, executionArn } of this.list()) {
      if (Date.now() > giveUpAt) return undefined;
      if (!name!.startsWith(prefixOf(owner) + (digest ?? '')) || (except && isPartOf(except, name!))) continue;
      const last = await this.lastState(executionArn!);
      if (last && hasRun(last) && last.state.callback?.logicalResourceId === owner.logicalResourceId) return { name: name!, ...last };
    }
    return undefined;
  }

  /** The digest of what a resource runs now, as the name of its newest execution tells; nothing when the resource is new. */
  public async currentDigest(owner: Owner): Promise<string | undefined> {
    for await (const { name } of this.list()) {
      if (name!.startsWith(prefixOf(owner))) return digestIn(name!);
    }
    return undefined;
  }

  /** How far a run has come; nothing when Step Functions does not know it any more. */
  public async look(name: string): Promise<FoundRun | undefined> {
    const last = await this.lastState(`${this.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`);
    if (!last) return undefined;
    const { continuedAs } = last.state;
    // What was started a moment ago may not be found yet.
    return (continuedAs && await this.look(continuedAs)) || { name, ...last };
  }

  /** What the execution has entered its latest state with: a run that ends carries all that it has come to. */
  private async lastState(executionArn: string): Promise<LastState | undefined> {
    try {
      const { events = [] } = await this.client.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 50 }));
      const entered = events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails)?.stateEnteredEventDetails;
      const began = events.find(({ executionStartedEventDetails }) => executionStartedEventDetails)?.executionStartedEventDetails;
      const input = entered?.input ?? began?.input;
      if (input === undefined) return undefined;
      const state = JSON.parse(input) as RunState;
      const isStopped = events.some(({ type }) => /^Execution(?:Aborted|TimedOut|Failed)$/.test(type!)) && !hasEnded(state);
      return { stateName: entered?.name, state, isStopped };
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return undefined;
      throw error;
    }
  }

  /** Newest first, as Step Functions lists them. */
  private async *list(statusFilter?: 'RUNNING'): AsyncGenerator<ExecutionListItem> {
    const pages = paginateListExecutions({ client: this.client, pageSize: 1000 }, { stateMachineArn: this.stateMachineArn, statusFilter });
    for await (const { executions = [] } of pages) yield* executions;
  }
}

/** Whether something runs, or has run; not what was cancelled before, or only takes back. */
function hasRun({ state: { run, callback, outcome, jobId }, isStopped }: LastState): boolean {
  return run !== undefined && callback?.requestType !== 'Delete' && outcome !== 'NOT_RUN' && (jobId !== undefined || !isStopped);
}

/** Eight characters that stay the same as long as what is run does. */
export function digestOf(whatIsRun: unknown): string {
  return createHash('sha256').update(JSON.stringify(whatIsRun, sortKeys)).digest('hex').slice(0, 8);
}

/** The name of the execution of a request: 34 + 1 + 8 + 1 + 32 characters of the 80 that there may be, which leaves some for its parts. */
export function executionName(callback: Pick<Callback, 'logicalResourceId' | 'requestId'>, digest: string): string {
  return `${prefixOf(callback)}${digest}-${callback.requestId.replaceAll('-', '').slice(-32)}`;
}

/** The digest that the name of a request's execution tells. */
export function digestIn(name: string): string {
  return name.split('-')[1];
}

/** The name of the execution that goes on with a run, whose first execution has the name given. */
export function partName(name: string, part: number): string {
  return `${name.slice(0, 76)}-${part}`;
}

/** Whether an execution is a part of the run whose execution has the other name. */
function isPartOf(name: string, other: string): boolean {
  return withoutPart(name) === withoutPart(other);
}

function withoutPart(name: string): string {
  return name.replace(/-\d{1,3}$/, '');
}

/** The end of a logical id is what makes it unique, as long as it is the CDK that makes logical ids. */
function prefixOf({ logicalResourceId }: Owner): string {
  return `${logicalResourceId.slice(-34)}-`;
}

function sortKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
