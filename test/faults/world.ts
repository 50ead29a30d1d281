import { Change } from './case';
import { createEvent, deleteEvent, Event, ROLE_ARN, runProperties, Subject, updateEvent, waitEvent, Wanted } from './events';
import { Deployed, eventually, LocalRunner } from './local-runner';
import { WaitProperties } from '../../src/runs/private/run-protocol';
import { Answered } from '../lambda/cloudformation';
import { Fault, WhenBusy } from '../lambda/faults';

/** What a service does where AWS's documentation leaves room. */
type Behaviour = Omit<Parameters<LocalRunner['control']['planFaults']>[0], 'faults'>;

/** The call that starts a job. A `PopulationWorld` takes what is said of it for what is said of its own. */
export const START = 'StartIdMappingJob';
export const LOOK = 'GetIdMappingJob';
export const LIST = 'ListIdMappingJobs';

/** A runner, and a workflow that no other case knows. */
export class World {
  private static worlds = 0;

  /** What the logical ids of its resources end with, and the names of its executions have in them. */
  public readonly id = `Case${World.worlds++}x`;

  /** The call that starts a job. */
  public readonly startOperation: string = START;

  /** How often jobs are listed before a start. */
  public readonly listsBeforeAStart: number = 1;

  /** A run of what is not there. */
  public readonly nobodys: Wanted = { request: { workflowName: 'nobodys' } };

  /** Jobs of the workflow that are none of ours. */
  public foreignJobs = 0;

  /** What the service does in this case, whatever goes wrong. */
  public behaviour: Behaviour = {};

  private startsBefore = 0;
  private readonly gates: string[] = [];
  private readonly allDeployed: Deployed[];

  constructor(public readonly runner: LocalRunner, public deployed: Deployed, public readonly workflowName: string) {
    this.allDeployed = [deployed];
  }

  public get cloudFormation() {
    return this.runner.cloudFormation;
  }

  /** Everything behaves. Starts are counted from now on. */
  public async begin(): Promise<void> {
    this.cloudFormation.reset();
    this.runner.sts.refusals = [];
    await this.runner.forgetFaults();
    await this.countStarts();
  }

  /** Waits until nothing goes on any more. */
  public async end(): Promise<void> {
    await this.letGo();
    for (const deployed of this.allDeployed) await this.runner.allEnded(deployed, this.id);
    await this.runner.idle();
  }

  /** Stops what goes on, where it did not end. */
  public async leave(): Promise<void> {
    this.cloudFormation.hold = {};
    this.runner.sts.refusals = [];
    for (const deployed of this.allDeployed) await this.runner.stopAll(deployed, this.id);
    await this.letGo();
    await this.runner.idle();
  }

  private async letGo(): Promise<void> {
    await this.runner.forgetFaults();
    for (const gate of this.gates) await this.release(gate);
  }

  private async countStarts(): Promise<void> {
    this.startsBefore = await this.runner.calls(this.startOperation);
  }

  public create(wanted: Wanted = {}, resource?: string): Event {
    return createEvent(this.cloudFormation.url, this.subject(resource), wanted);
  }

  public update(wanted: Wanted = {}, old: Wanted = {}, resource?: string): Event {
    return updateEvent(this.cloudFormation.url, this.subject(resource), wanted, old);
  }

  public delete(wanted: Wanted = {}): Event {
    return deleteEvent(this.cloudFormation.url, this.subject(), wanted);
  }

  /** A request for a resource that goes on waiting for a run, whose attributes say which. */
  public wait(attributes: Answered['body']['Data'], settings: Partial<WaitProperties['Settings']> = {}, old?: WaitProperties | 'deleted'): Event {
    return waitEvent(this.cloudFormation.url, `Wait${this.id}`, this.waitProperties(attributes, settings), old);
  }

  public waitProperties({ Execution, IsNew }: Answered['body']['Data'], settings: Partial<WaitProperties['Settings']> = {}): WaitProperties {
    return {
      Run: runProperties(this.subject(), {}).Run,
      Execution,
      IsNew,
      Settings: { onFailure: 'FAIL', timeout: '2 hours', pollInterval: '1 second', roleArn: ROLE_ARN, ...settings },
    };
  }

  public async send(...events: Event[]): Promise<void> {
    await Promise.all(events.map((event) => this.runner.send(this.deployed, event)));
  }

  /** Goes on with a runner that was changed further. */
  public async change(...changes: Change[]): Promise<void> {
    this.deployed = await this.runner.deploy(`Changed-${this.workflowName}`, [...this.deployed.changes, ...changes]);
    this.allDeployed.push(this.deployed);
  }

  /** Another stack's runner. */
  public async otherStack(): Promise<Deployed> {
    const other = await this.runner.deploy(`Other-${this.workflowName}`);
    this.allDeployed.push(other);
    return other;
  }

  /** Sends it, and waits until the entry function is done with it and all executions have ended. */
  public async handled(event: Event): Promise<void> {
    await this.runner.send(this.deployed, event, 'RequestResponse');
    await this.runner.allEnded(this.deployed, this.id);
  }

  /** Sends them at once and waits for the answers to all. */
  public async answered(...events: Event[]): Promise<Event[]> {
    await this.send(...events);
    await Promise.all(events.map((event) => this.answerTo(event)));
    return events;
  }

  /** The attributes that a request was answered with. */
  public async attributesOf(event: Event): Promise<Answered['body']['Data']> {
    return (await this.answerTo(event)).Data;
  }

  /** What goes wrong from now on, in place of what went wrong before. */
  public async faults(...faults: Fault[]): Promise<void> {
    await this.runner.control.planFaults({ ...this.behaviour, faults });
  }

  /** A gate that nobody passes before it is released. */
  public gate(what: string): string {
    const gate = `${this.id}-${what}`;
    this.gates.push(gate);
    return gate;
  }

  /** Waits until as many wait at the gate. */
  public async held(gate: string, count?: number): Promise<void> {
    await this.runner.control.held(gate, count);
  }

  public async release(gate: string): Promise<void> {
    await this.runner.control.release(gate);
  }

  /** Starts a job of another workflow, or of this one, as somebody else would. It goes on until its gate is released. */
  public async somebodysJob(workflowName = 'somebodys', whenBusy: WhenBusy = 'ConflictException'): Promise<string> {
    const gate = this.gate('somebodys');
    this.behaviour = { ...this.behaviour, whenBusy };
    await this.runner.control.planFaults({ ...this.behaviour, faults: [{ operation: START, job: { holdRunning: gate } }] });
    await this.runner.account.startJob(workflowName);
    if (workflowName === this.workflowName) this.foreignJobs += 1;
    await this.countStarts();
    return gate;
  }

  /** Waits until our jobs were asked for that often. */
  public async starts(times: number): Promise<void> {
    await this.runner.called(this.startOperation, this.startsBefore + times);
  }

  /** How often jobs were listed before our job was last asked for. */
  public async listsBeforeStart(): Promise<number> {
    const start = (await this.runner.callTimes(this.startOperation)).at(-1)!;
    return (await this.runner.callTimes(LIST)).filter((time) => time <= start).length;
  }

  /** How often our jobs were asked for. */
  public async startCalls(): Promise<number> {
    return await this.runner.calls(this.startOperation) - this.startsBefore;
  }

  /** Waits until a run that waits to start has gone on: answered, or looked again and again without doing anything. */
  public async goneOn(event: Event): Promise<void> {
    const [answers, questions, starts] = [this.runner.answersTo(event).length, this.cloudFormation.questions, await this.startCalls()];
    await eventually('a look at the stack', async () => this.runner.answersTo(event).length > answers
      || this.cloudFormation.questions > questions + 2 || await this.startCalls() > starts);
  }

  /** The answer to an event, as soon as it is there. */
  public async answerTo(event: Event): Promise<Answered['body']> {
    await this.whileItRuns(event, `an answer to ${event.RequestType}`, () => this.runner.answersTo(event).length > 0);
    return this.runner.answersTo(event)[0];
  }

  /** Waits until a step of the request's run was done so often. */
  public async stepped(event: Event, done: number): Promise<void> {
    await this.whileItRuns(event, `${done} steps`, async () => (await this.runner.steps(this.deployed, event)).done >= done);
  }

  /** Waits until a step of the request's run has crashed, or was not invoked, so often. */
  public async crashed(event: Event, crashed: number): Promise<void> {
    await this.whileItRuns(event, `${crashed} crashes`, async () => (await this.runner.steps(this.deployed, event)).crashed >= crashed);
  }

  /** Waits until the request's run has made the service get the operation so often. */
  public async called(event: Event, operation: string, times: number): Promise<void> {
    await this.whileItRuns(event, `${times} calls of ${operation}`, async () => await this.runner.calls(operation) >= times);
  }

  /** Kills what runs at the moment when a call has come to the service. */
  public async killAt(event: Event): Promise<Event[]> {
    await this.send(event);
    await this.starts(1);
    this.runner.killFunctions();
    await this.answerTo(event);
    return [event];
  }

  /** Whether the request's run has ended, or was ended. */
  public async hasEnded({ RequestId }: Event): Promise<boolean> {
    const executions = (await Promise.all(this.allDeployed.map((deployed) => this.runner.executions(deployed, RequestId)))).flat();
    return executions.length > 0 && executions.every(({ status }) => status !== 'RUNNING');
  }

  /** Waits until it is so. When the request's run has ended, it does not come any more. */
  private async whileItRuns(event: Event, what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    let looks = 0;
    await eventually(what, async () => {
      // A look at the executions takes longer than one at the answers.
      const hasEnded = ++looks % 20 === 0 && await this.hasEnded(event);
      if (await isSo()) return true;
      if (hasEnded) throw new Error(`${what} did not come, and the run has ended`);
      return false;
    });
  }

  /** What is run. */
  protected subject(resource = 'Run'): Subject {
    return { logicalResourceId: `${resource}${this.id}`, jobKind: 'ID_MAPPING', request: { workflowName: this.workflowName } };
  }
}

/** A run that finds the slot taken, and what happens to it before the slot is free. */
export async function whileWaiting(world: World, first: Event, then: () => Promise<Event[]>): Promise<Event[]> {
  await world.faults(refused('ConflictException', 10_000));
  await world.send(first);
  await world.starts(1);
  const events = await then();
  // What is over, or waits, starts nothing any more: the slot may be free.
  await world.faults();
  return events;
}

/** The start is accepted, its answer is lost. The job runs for a moment. */
export function lost(after: Fault['after'], job: Fault['job'] = {}): Fault {
  return { operation: START, after, job: { runningSeconds: 0.3, ...job } };
}

export function refused(before: Fault['before'], count = 1): Fault {
  return { operation: START, before, count };
}
