import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import { createEvent, deleteEvent, Event, physicalIdOf, updateEvent, Wanted } from './events';
import { afterCrash } from './state-machine';
import { IdNames, Subject, Tables, Workflow } from './subjects';
import { handleRequest } from '../../lambda/entry/handle-request';
import { answerCloudFormation } from '../../lambda/worker/answer-cloudformation';
import { continueRun } from '../../lambda/worker/continue-run';
import { nextStep } from '../../lambda/worker/next-step';
import { pollJob } from '../../lambda/worker/poll-job';
import { firstState } from '../../lambda/worker/run-input';
import { Progress, RunState } from '../../lambda/worker/run-state';
import { JobRun, startJob } from '../../lambda/worker/start-job';
import { awaitJob, takeBackRuns } from '../../lambda/worker/take-back';
import { ControlClient } from '../../local/src';
import { CleanRoomsServer } from '../../local/src/clean-rooms/server';
import { EntityResolutionServer } from '../../local/src/entity-resolution/server';
import { JobKindName, ResourceSettings } from '../../src/runs/private/run-protocol';
import { Account, startServer } from '../lambda/account';
import { CloudFormation } from '../lambda/cloudformation';
import { Fault } from '../lambda/faults';
import { IdMappingTables, startCleanRooms } from '../lambda/id-mapping-tables';
import { Execution, FIRST_START, StepFunctions } from '../lambda/step-functions';

const CRASHED = 'CRASHED';
const LOGICAL_ID = 'FirstRun1A2B3C4D';

/** What goes wrong with the start of a request's job, or the looks at it. */
const TROUBLES = [
  'none', 'ThrottlingException', 'ConflictException', 'ExceedsLimitException', 'AccessDeniedException', 'InternalServerException',
  'DROP after', 'DROP after, not listed yet', 'InternalServerException after', 'crash before', 'crash after',
  'look AccessDeniedException', 'look ResourceNotFoundException', 'look ValidationException',
] as const;

/** What CloudFormation asks for next, and what happens to it. */
interface Ask {
  /** Whether what is run changes: otherwise an update has nothing to run. */
  readonly changes: boolean;
  readonly waitFor: ResourceSettings['waitFor'];
  readonly onFailure: ResourceSettings['onFailure'];
  readonly onBusy: ResourceSettings['onBusy'];
  readonly troubles: (typeof TROUBLES)[number][];
  readonly deliveredTwice: boolean;

  /** Whether Lambda delivers the event once more when the deployment is over, however it has ended. */
  readonly deliveredLate: boolean;

  /** Whether the runner may not see the jobs of the workflow. */
  readonly jobsHidden: boolean;

  /** What the id that a populate gives back names. */
  readonly idNames: IdNames;

  /** Whether the update then fails elsewhere, so that all is rolled back. */
  readonly failsElsewhere: boolean;

  /** Whether the user cancels the deployment before the run has done anything. */
  readonly cancelled: boolean;

  /** How many steps the run does after its answer, before CloudFormation asks again. */
  readonly steps: number;
}

const ASK: fc.Arbitrary<Ask> = fc.record({
  changes: fc.boolean(),
  waitFor: fc.constantFrom('ACCEPTED', 'STARTED', 'SUCCEEDED'),
  onFailure: fc.constantFrom('FAIL', 'WARN'),
  onBusy: fc.constantFrom('QUEUE', 'JOIN', 'FAIL'),
  troubles: fc.array(fc.constantFrom(...TROUBLES), { maxLength: 3 }),
  deliveredTwice: fc.boolean(),
  deliveredLate: fc.boolean(),
  // Seldom: the life of a table whose jobs are hidden takes a thousand looks.
  jobsHidden: fc.nat({ max: 39 }).map((n) => n === 39),
  idNames: fc.constantFrom('JOB', 'NOTHING'),
  failsElsewhere: fc.boolean(),
  cancelled: fc.boolean(),
  steps: fc.nat({ max: 4 }),
});

/** What happens in the life of one resource: the first request creates it, the others update it, and at last it is deleted. */
interface Plot {
  /** The kind of the jobs that it asks for. */
  readonly kind: Extract<JobKindName, 'ID_MAPPING' | 'ID_MAPPING_TABLE_POPULATION'>;
  readonly asks: Ask[];
}

export const LIFE: fc.Arbitrary<Plot> = fc.record({
  kind: fc.constantFrom('ID_MAPPING', 'ID_MAPPING_TABLE_POPULATION'),
  asks: fc.array(ASK, { minLength: 1, maxLength: 4 }),
});

/** Plays lives of a resource against the handlers of the runner, the states of whose runs are gone through here. */
export class Lives {
  public static async start(): Promise<Lives> {
    const [server, cloudFormation, stepFunctions] = await Promise.all([startServer(), CloudFormation.start(), StepFunctions.start()]);
    const cleanRooms = await startCleanRooms(server);
    const account = new Account(server.url, undefined, undefined, cleanRooms.url);
    return new Lives(server, cleanRooms, cloudFormation, stepFunctions, account, await IdMappingTables.create(account));
  }

  private lives = 0;

  private constructor(
    private readonly server: EntityResolutionServer, private readonly cleanRooms: CleanRoomsServer, private readonly cloudFormation: CloudFormation,
    private readonly stepFunctions: StepFunctions, private readonly account: Account, private readonly tables: IdMappingTables,
  ) {}

  public async close(): Promise<void> {
    await Promise.all([this.cleanRooms.close(), this.server.close(), this.cloudFormation.close(), this.stepFunctions.close()]);
  }

  /** @throws when an invariant does not hold */
  public async play({ kind, asks }: Plot): Promise<void> {
    this.cloudFormation.reset();
    this.stepFunctions.reset();
    const name = `life-${this.lives++}`;
    const control = new ControlClient(this.server.url);
    const subject = kind === 'ID_MAPPING'
      ? await Workflow.create(name, this.account, control)
      : new Tables(name, this.account, this.tables, control, new ControlClient(this.cleanRooms.url));
    try {
      await new Life(subject, this.account, this.cloudFormation, this.stepFunctions).play(asks);
    } finally {
      await subject.delete();
    }
  }
}

class Life {
  private readonly events: Event[] = [];

  /** Requests that may start a job. */
  private mayRun = 0;

  /** Whether looks at jobs were refused at some time. */
  private looksRefused = false;
  private readonly crashes = new Map<string, ('crash before' | 'crash after')[]>();
  private readonly seconds = new Map<string, number>();

  constructor(
    private readonly subject: Subject, private readonly account: Account,
    private readonly cloudFormation: CloudFormation, private readonly stepFunctions: StepFunctions,
  ) {}

  public async play(asks: Ask[]): Promise<void> {
    let current: Wanted | undefined;
    for (const ask of asks) {
      const wanted = await this.wanted(ask, current);
      const event = current
        ? updateEvent(this.cloudFormation.url, this.resource, wanted, current)
        : createEvent(this.cloudFormation.url, this.resource, wanted);
      this.cloudFormation.stackStatus = current ? 'UPDATE_IN_PROGRESS' : 'CREATE_IN_PROGRESS';
      if (!current || ask.changes) this.mayRun += 1;
      const goingBack = current ? 'UPDATE_ROLLBACK_IN_PROGRESS' : 'ROLLBACK_IN_PROGRESS';
      const answer = await this.request(event, ask, ask.cancelled ? goingBack : this.cloudFormation.stackStatus);
      if (ask.cancelled) equal('the job of a request that was cancelled', this.runOf(event)?.jobId, undefined);

      if (answer.Status === 'FAILED' || ask.failsElsewhere || ask.cancelled) {
        this.cloudFormation.stackStatus = goingBack;
        if (!current) {
          await this.delete(wanted, ask);
          return;
        }
        const back = updateEvent(this.cloudFormation.url, this.resource, current, wanted);
        equal('the status of a rollback', (await this.request(back, ask)).Status, 'SUCCESS');
        this.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_COMPLETE';
        if (ask.deliveredLate) await this.deliver(back);
      } else {
        current = wanted;
        this.cloudFormation.stackStatus = 'UPDATE_COMPLETE';
      }
      if (ask.deliveredLate) await this.deliver(event);
    }
    await this.finish();
    this.cloudFormation.stackStatus = 'DELETE_IN_PROGRESS';
    await this.delete(current!, asks[0]);
  }

  private get resource() {
    // What is run comes with what is wanted.
    return { logicalResourceId: LOGICAL_ID, jobKind: this.subject.jobKind, request: {} as never };
  }

  private async delete(current: Wanted, ask: Ask): Promise<void> {
    const event = deleteEvent(this.cloudFormation.url, this.resource, { ...current, awaitsJobOnDelete: 'true' });
    const deleted = await this.request(event, { ...ask, jobsHidden: false });
    equal('the status of a deletion', deleted.Status, 'SUCCESS');
    await this.finish();
    await this.check();
  }

  private async check(): Promise<void> {
    await this.subject.planFaults([], 'JOB');
    const jobs = await this.subject.jobIds();
    const runs = this.stepFunctions.all().filter(({ run }) => run.callback?.requestType !== 'Delete' && !run.continuedAs);
    const jobsOfRuns = runs.flatMap(({ run }) => jobOf(run) ?? []);

    if (jobs.length > this.mayRun) throw new Error(`${jobs.length} jobs were started for ${this.mayRun} requests`);
    equal('the jobs of the runs, each its own', new Set(jobsOfRuns).size, jobsOfRuns.length);
    const unknown = runs.filter((execution) => this.mayNotKnowItsJob(execution, jobs)).length;
    const orphans = jobs.filter((jobId) => !jobsOfRuns.includes(jobId));
    if (orphans.length > unknown) throw new Error(`${orphans.length} jobs belong to no run`);
    for (const { status, run: { jobId, outcome } } of runs) {
      if (status === 'SUCCEEDED' && !jobId && outcome !== 'FAILED' && outcome !== 'NOT_RUN') throw new Error(`a run has ended without a job: ${outcome}`);
    }
    for (const event of this.events) {
      // What is answered without a run tells of the last one, which may have come further until it is answered again.
      const answers = this.answersTo(event).map((answer) => JSON.stringify(this.runOf(event) ? answer : answer.Status));
      equal(`the answers to ${event.RequestType}, all alike`, new Set(answers).size, 1);
    }
    const physicalIds = new Set(this.cloudFormation.answers.map(({ body }) => body.PhysicalResourceId));
    equal('the physical id', [...physicalIds], [physicalIdOf(LOGICAL_ID)]);
  }

  /** A run that is taken back while the answer to its start is lost never gets to know its job, nor does one that could not look for it. */
  private mayNotKnowItsJob({ status, run }: Execution, jobs: string[]): boolean {
    const job = jobOf(run);
    if (job !== undefined) return this.looksRefused && !jobs.includes(job);
    return run.lostStartAt !== undefined && (status === 'ABORTED' || this.looksRefused);
  }

  /** Delivers an event, and does the steps of its run until it is answered. */
  private async request(event: Event, ask: Ask, statusAfterDelivery = this.cloudFormation.stackStatus) {
    const { troubles, deliveredTwice, jobsHidden, idNames, steps } = ask;
    this.events.push(event);
    this.crashes.set(event.RequestId, troubles.filter((trouble) => trouble === 'crash before' || trouble === 'crash after'));
    this.looksRefused ||= jobsHidden || troubles.some(isOfLooks);
    await this.subject.planFaults([...jobsHidden ? HIDDEN : [], ...troubles.flatMap(faultOf), { operation: 'StartIdMappingJob', count: 99, job: { failure: 'no data' } }], idNames);
    for (let delivery = 0; delivery < (deliveredTwice ? 2 : 1); delivery++) await this.deliver(event);
    this.cloudFormation.stackStatus = statusAfterDelivery;
    for (let step = 0; this.answersTo(event).length === 0; step++) {
      if (step > 500) throw new Error(`the request ${event.RequestType} is not answered`);
      await this.stepAll();
    }
    for (let step = 0; step < steps; step++) await this.stepAll();
    return this.answersTo(event)[0];
  }

  private async deliver(event: Event): Promise<void> {
    const answer = await handleRequest(event, { cloudFormation: this.cloudFormation.client, executions: this.stepFunctions.client() });
    if (answer) await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify({ ...answer, PhysicalResourceId: physicalIdOf(LOGICAL_ID) }) });
  }

  private async finish(): Promise<void> {
    for (let step = 0; this.running().length > 0; step++) {
      if (step > 5_000) throw new Error('a run does not end');
      await this.stepAll();
    }
  }

  /** The run of a request, in its last execution. */
  private runOf({ RequestId }: Event): RunState | undefined {
    return this.stepFunctions.all().filter(({ name }) => name.includes(RequestId.replaceAll('-', ''))).at(-1)?.run;
  }

  private running(): [string, Execution][] {
    return [...this.stepFunctions.executions].filter(([, { status }]) => status === 'RUNNING');
  }

  private async stepAll(): Promise<void> {
    for (const [arn] of this.running()) {
      // One that runs no more was stopped by a step of another.
      const execution = this.stepFunctions.executions.get(arn)!;
      if (execution.status === 'RUNNING') await this.step(arn, execution);
    }
    // The service works on its jobs in between.
    await setImmediate();
  }

  /** One step of an execution, as the state machine's definition has it. */
  private async step(arn: string, execution: Execution): Promise<void> {
    const { name } = execution;
    const run: RunState = { ...firstState(execution.run, this.startOf(arn)), ...execution.run };
    if (run.next === 'PUBLISH' || run.next === 'END') {
      this.stepFunctions.executions.set(arn, { ...execution, status: 'SUCCEEDED' });
      return;
    }
    const waited = run.retrySeconds ?? (run.next === 'START' || run.next === 'POLL' ? run.waitSeconds : 0);
    const seconds = (this.seconds.get(run.callback!.requestId) ?? 0) + waited;
    this.seconds.set(run.callback!.requestId, seconds);
    const progress = await this.doStep({ ...run, retrySeconds: undefined }, name, seconds);
    const after = progress === CRASHED
      ? await afterCrash(run)
      : afterStep({ ...progress, turns: (run.turns ?? 0) + 1, crashes: 0, failures: 0 }, seconds);
    // As it is carried: what is undefined is nothing.
    this.stepFunctions.executions.set(arn, { ...execution, run: JSON.parse(JSON.stringify(after)), state: 'Wait to go on' });
  }

  private async doStep(state: RunState, executionName: string, seconds: number): Promise<Progress | typeof CRASHED> {
    const { account: { clients }, stepFunctions } = this;
    const isDeletion = state.callback!.requestType === 'Delete';
    const run = state as JobRun;
    switch (state.next) {
      case 'START':
        return isDeletion
          ? takeBackRuns(state, { clients, executions: stepFunctions.client(), executionName })
          : this.startOrCrash(run, executionName, seconds);
      case 'POLL':
        return isDeletion ? awaitJob(run, clients, seconds) : pollJob(run, clients, seconds);
      case 'CONTINUE':
        return continueRun(state, stepFunctions.client(), executionName);
      default:
        return answerCloudFormation(state, stepFunctions.client(), executionName, seconds, '/runner');
    }
  }

  private async startOrCrash(run: JobRun, executionName: string, seconds: number): Promise<Progress | typeof CRASHED> {
    // A crash is one of a step that sends a start.
    const crash = run.mark && this.crashes.get(run.callback!.requestId)?.shift();
    if (crash === 'crash before') return CRASHED;
    const progress = await startJob(run, {
      run: this.account.runClients,
      cloudFormation: this.cloudFormation.client,
      executions: this.stepFunctions.client(),
      executionName,
      place: { account: this.account.accountId, region: this.account.region },
    }, seconds);
    return crash === 'crash after' ? CRASHED : progress;
  }

  /** Each execution starts a second after the one before. */
  private startOf(arn: string): string {
    return new Date((FIRST_START + [...this.stepFunctions.executions.keys()].indexOf(arn)) * 1000).toISOString();
  }

  private answersTo({ RequestId }: Event) {
    // The runner puts its answers to the URL of the event, too.
    return this.cloudFormation.answers.filter(({ path }) => path.startsWith(`/${RequestId}`)).map(({ body }) => body);
  }

  private async wanted({ changes, waitFor, onFailure, onBusy }: Ask, current: Wanted | undefined): Promise<Wanted> {
    const whatIsRun = current && !changes ? current : await this.subject.somethingNew();
    return { ...whatIsRun, waitFor, onFailure, onBusy };
  }
}

function afterStep(progress: Progress, seconds: number): RunState {
  return { ...progress, next: nextStep(progress, seconds) };
}

/** The job that a run knows: the id of a populate has hyphens, if it is one of a job at all. */
function jobOf({ watch, jobId }: RunState): string | undefined {
  return watch?.jobId ?? jobId?.replaceAll('-', '');
}

const HIDDEN: Fault[] = ['ListIdMappingJobs', 'GetIdMappingJob'].map((operation) => ({ operation, before: 'AccessDeniedException', count: 999 }));

function faultOf(trouble: (typeof TROUBLES)[number]): Fault[] {
  if (trouble === 'none' || trouble.startsWith('crash')) return [];
  if (isOfLooks(trouble)) return [{ operation: 'GetIdMappingJob', before: trouble.split(' ')[1], count: 2 }];
  const [error, when] = trouble.split(' ');
  return when
    ? [{ operation: 'StartIdMappingJob', after: error, job: { failure: 'no data', missingFromLists: trouble.endsWith('not listed yet') ? 1 : 0 } }]
    : [{ operation: 'StartIdMappingJob', before: error }];
}

function isOfLooks(trouble: (typeof TROUBLES)[number]): boolean {
  return trouble.startsWith('look');
}

function equal(what: string, received: unknown, expected: unknown): void {
  const [actual, wanted] = [received, expected].map((value) => JSON.stringify(value));
  if (actual !== wanted) throw new Error(`${what}: ${actual} instead of ${wanted}`);
}
