import { setTimeout as wait } from 'node:timers/promises';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { Deployed, Event, eventually, LocalRunner } from './local-runner';
import { Removal } from './runner-template';
import { JobProperties } from '../../lambda/custom-resource-request';
import { createEvent, deleteEvent, updateEvent } from '../lambda/events';
import { Fault, WhenBusy } from '../lambda/faults';

export type Properties = Partial<JobProperties>;

/** What a case comes to. */
export interface Result {
  /** Jobs that the requests have started, all told. */
  readonly jobs: number;

  /** What each request was answered, in the order in which they were made: `SUCCESS STARTED`. */
  readonly answers: string[];
}

/** Something that goes wrong, and what comes of it. */
export interface Case {
  /** The promise that it is about. */
  readonly promise: string;
  readonly name: string;
  readonly expected: Result;

  /** Whether the runs are populations of an ID mapping table: the case needs a `PopulationWorld`. */
  readonly populates?: true;
  readonly run: (world: World) => Promise<Event[]>;
}

const START = 'StartIdMappingJob';
const SUCCEEDED: Properties = { WaitFor: 'SUCCEEDED' };
const CHANGED: Properties = { Definition: 'abcdef01' };

/** Longer than a function takes for a step. */
const STEP_MS = 500;

type Untitled = Omit<Case, 'promise'>;

function about(promise: string, cases: Untitled[]): Case[] {
  return cases.map((each) => ({ promise, ...each }));
}

/** A runner, and a workflow that no other case knows. */
export class World {
  /** The call that starts a job. */
  readonly startOperation: string = START;

  /** Calls of the start before the case. */
  startsBefore = 0;

  /** Jobs of the workflow that somebody else has started. */
  foreignJobs = 0;

  constructor(readonly runner: LocalRunner, public deployed: Deployed, readonly workflowName: string) {}

  get cloudFormation() {
    return this.runner.cloudFormation;
  }

  create(properties: Properties = {}): Event {
    return createEvent(this.cloudFormation.url, this.properties(properties));
  }

  update(properties: Properties = {}, oldProperties: Properties = {}): Event {
    return updateEvent(this.cloudFormation.url, this.properties(properties), this.properties(oldProperties));
  }

  delete(properties: Properties = {}): Event {
    return deleteEvent(this.cloudFormation.url, this.properties(properties));
  }

  async send(...events: Event[]): Promise<void> {
    await Promise.all(events.map((event) => this.runner.send(this.deployed, event)));
  }

  /** Goes on with a runner that fails where no fault from outside can make it fail. */
  async sabotage(removal: Removal): Promise<void> {
    this.deployed = await this.runner.deploy(`Sabotaged-${this.workflowName}`, removal);
  }

  /** Sends it, and waits until the entry function is done with it and all executions have ended. */
  async handled(event: Event): Promise<void> {
    await this.runner.send(this.deployed, event, 'RequestResponse');
    await this.runner.allEnded(this.deployed);
  }

  /** Sends them at once and waits for the answers to all. */
  async answered(...events: Event[]): Promise<Event[]> {
    await this.send(...events);
    await Promise.all(events.map((event) => this.runner.answerTo(event)));
    return events;
  }

  async faults(...faults: Fault[]): Promise<void> {
    await this.runner.control.planFaults({ faults });
  }

  /** Starts a job of another workflow, or of this one, as somebody else would. It is over when the case asks for it. */
  async somebodysJob(seconds: number, workflowName = 'somebodys', whenBusy: WhenBusy = 'ConflictException'): Promise<void> {
    await this.runner.control.planFaults({ faults: [{ operation: START, job: { runningSeconds: seconds } }], whenBusy });
    await this.runner.account.startJob(workflowName);
    if (workflowName === this.workflowName) this.foreignJobs += 1;
  }

  /** Waits until a job is asked for that often, somebody's included. */
  async starts(times: number): Promise<void> {
    await this.runner.called(this.startOperation, this.startsBefore + times);
  }

  /** Waits until a run that waits to start has gone on: answered, or looked again and again without doing anything. */
  async goneOn(event: Event): Promise<void> {
    const [answers, questions, starts] = [this.runner.answersTo(event).length, this.cloudFormation.questions, await this.runner.calls(START)];
    await eventually('a look at the stack', async () => this.runner.answersTo(event).length > answers
      || this.cloudFormation.questions > questions + 2 || await this.runner.calls(START) > starts);
  }

  /** Kills what runs at the moment when a call has come to the service. */
  async killAt(event: Event): Promise<Event[]> {
    await this.send(event);
    await this.starts(1);
    this.runner.killFunctions();
    await this.runner.answerTo(event);
    return [event];
  }

  protected properties(properties: Properties): Properties {
    return { WorkflowName: this.workflowName, PollIntervalSeconds: '1', ...properties };
  }
}

function lost(after: string, job: Fault['job'] = {}): Fault {
  return { operation: START, after, job: { runningSeconds: 0.5, ...job } };
}

function refused(before: string, count = 1): Fault {
  return { operation: START, before, count };
}

const ONE_STARTED: Result = { jobs: 1, answers: ['SUCCESS STARTED'] };
const ONE_SUCCEEDED: Result = { jobs: 1, answers: ['SUCCESS SUCCEEDED'] };
const NOT_RUN: Result = { jobs: 0, answers: ['SUCCESS NOT_RUN'] };
const DELETED: Result = { jobs: 0, answers: ['SUCCESS'] };

const EXACTLY_ONE = about('one request, one job', [
  {
    name: 'nothing goes wrong', expected: ONE_SUCCEEDED, run: (world) => world.answered(world.create(SUCCEEDED)),
  },
  {
    name: 'the event is delivered twice at once',
    expected: ONE_STARTED,
    run: async (world) => {
      const event = world.create();
      await world.answered(event, event);
      return [event];
    },
  },
  {
    name: 'the event is delivered twice at once, and it is enough that the run is accepted',
    expected: { jobs: 1, answers: ['SUCCESS ACCEPTED'] },
    run: async (world) => {
      const event = world.create({ WaitFor: 'ACCEPTED' });
      await world.answered(event, event);
      return [event];
    },
  },
  {
    name: 'the event is delivered again when the run has ended',
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      const event = world.create(SUCCEEDED);
      await world.answered(event);
      await world.runner.allEnded(world.deployed);
      await world.handled(event);
      return [event];
    },
  },
  {
    name: 'the execution is started again under the same name',
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      const event = world.create(SUCCEEDED);
      await world.answered(event);
      await world.runner.stepFunctions.send(new StartExecutionCommand({
        stateMachineArn: world.deployed.stateMachineArn, name: `${event.LogicalResourceId}-${event.RequestId}`, input: '{}',
      })).catch((error: Error) => expect(error.name).toBe('ExecutionAlreadyExists'));
      return [event];
    },
  },
  {
    name: 'two requests are two requests',
    expected: { jobs: 2, answers: ['SUCCESS STARTED', 'SUCCESS STARTED'] },
    run: (world) => world.answered(world.create(), world.create()),
  },
  {
    name: 'the worker is killed before the start',
    expected: ONE_STARTED,
    run: async (world) => {
      const event = world.create();
      let release = () => {};
      world.cloudFormation.hold = { status: new Promise<void>((resolve) => { release = resolve; }) };
      await world.send(event);
      await eventually('a question for the status of the stack', () => world.cloudFormation.questions > 0);
      world.runner.killFunctions();
      release();
      await world.runner.answerTo(event);
      return [event];
    },
  },
  {
    name: 'the worker is killed while it starts the job, which the service has accepted',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(lost('NO_ANSWER'));
      return world.killAt(world.create());
    },
  },
  {
    name: 'the worker is killed while it starts the job, and the end is waited for',
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await world.faults(lost('NO_ANSWER'));
      return world.killAt(world.create(SUCCEEDED));
    },
  },
  {
    name: 'the worker is killed after it has started the job',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.sabotage({
        file: 'index.ts', text: 'const next = nextStep(', replacement: 'if (step === "start" && !run.lostStartAt) await new Promise(() => setTimeout(() => {}, 30_000));\n  const next = nextStep(',
      });
      await world.faults({ operation: START, job: { runningSeconds: 0.5 } });
      return world.killAt(world.create());
    },
  },
  {
    name: 'the step that starts the job is done, but Step Functions is not told and does it again',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.sabotage({
        file: 'index.ts', text: 'const next = nextStep(', replacement: 'if (step === "start" && !run.lostStartAt) throw new Error("lost on the way");\n  const next = nextStep(',
      });
      return world.answered(world.create());
    },
  },
  {
    name: 'the worker is killed while it answers',
    expected: ONE_STARTED,
    run: async (world) => {
      let release = () => {};
      world.cloudFormation.hold = { answer: new Promise<void>((resolve) => { release = resolve; }) };
      await world.faults({ operation: START, job: { runningSeconds: 0.5 } });
      const event = world.create();
      await world.send(event);
      await eventually('the answer', () => world.cloudFormation.attempts > 0);
      world.runner.killFunctions();
      world.cloudFormation.hold = {};
      release();
      await world.runner.answerTo(event);
      return [event];
    },
  },
  {
    name: 'the worker is killed while it looks at the job',
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await world.faults({ operation: 'GetIdMappingJob', after: 'NO_ANSWER' }, { operation: START, job: { runningSeconds: 0.5 } });
      const event = world.create(SUCCEEDED);
      const looks = await world.runner.calls('GetIdMappingJob');
      await world.send(event);
      await world.runner.called('GetIdMappingJob', looks + 1);
      world.runner.killFunctions();
      await world.runner.answerTo(event);
      return [event];
    },
  },
  ...['NO_ANSWER', 'DROP', 'InternalServerException'].map((after): Untitled => ({
    name: `the start is accepted, its answer is lost: ${after}`,
    expected: ONE_STARTED,
    run: async (world) => {
      // Ten seconds as they are.
      if (after === 'NO_ANSWER') await world.sabotage({ file: 'index.ts', text: 'requestTimeout: 10_000', replacement: 'requestTimeout: 1_000' });
      await world.faults(lost(after));
      return world.answered(world.create());
    },
  })),
  {
    name: 'the start is accepted, its answer is lost, and the job has ended when it is looked for',
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await world.faults({ operation: START, after: 'DROP' });
      return world.answered(world.create(SUCCEEDED));
    },
  },
  {
    name: 'the start is accepted, its answer is lost, and the job can not be looked for at once',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(lost('DROP'), { operation: 'ListIdMappingJobs', before: 'ThrottlingException', count: 6 });
      return world.answered(world.create());
    },
  },
  ...(['ConflictException', 'ExceedsLimitException', 'QUEUED'] as const).map((whenBusy): Untitled => ({
    name: `the start is accepted, its answer is lost, and no list has its job yet; the service says: ${whenBusy}`,
    expected: ONE_STARTED,
    run: async (world) => {
      await world.runner.control.planFaults({ whenBusy, faults: [lost('DROP', { missingFromLists: 1, runningSeconds: 1.5 })] });
      return world.answered(world.create());
    },
  })),
  {
    name: 'the start is accepted, its answer is lost, no list has its job yet, and a second start meets it: Conflict because it is ours',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(lost('DROP', { missingFromLists: 2, runningSeconds: 2 }));
      const events = await world.answered(world.create());
      await world.starts(2);
      return events;
    },
  },
  {
    name: 'the start is accepted, its answer is lost, and the run was to fail when the service is busy',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(lost('DROP'));
      return world.answered(world.create({ OnBusy: 'FAIL' }));
    },
  },
  {
    name: 'the start is accepted, its answer is lost, and a job of another type runs',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(lost('DROP'));
      return world.answered(world.create({ JobType: 'BATCH' }));
    },
  },
  {
    name: 'the start is not accepted: 500',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(refused('InternalServerException'));
      return world.answered(world.create());
    },
  },
  {
    name: 'the start is not accepted: 500, three times',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(refused('InternalServerException', 3));
      return world.answered(world.create());
    },
  },
  {
    name: 'the start is not accepted: 429, three times',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(refused('ThrottlingException', 3));
      return world.answered(world.create());
    },
  },
  {
    name: 'the start is not accepted: 402',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(refused('ExceedsLimitException'));
      return world.answered(world.create());
    },
  },
  {
    name: 'the start is not accepted: Conflict',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(refused('ConflictException'));
      return world.answered(world.create());
    },
  },
  {
    name: 'all that can happen happens in a row',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(
        refused('InternalServerException'), refused('ConflictException'), refused('ExceedsLimitException'), refused('ThrottlingException'), lost('DROP'));
      return world.answered(world.create());
    },
  },
  {
    name: 'the service finds the request invalid',
    expected: { jobs: 0, answers: ['FAILED FAILED'] },
    run: (world) => world.answered(world.create({ JobType: 'INCREMENTAL' })),
  },
  {
    name: 'there is no such workflow',
    expected: { jobs: 0, answers: ['FAILED FAILED'] },
    run: (world) => world.answered(world.create({ WorkflowName: 'nobodys' })),
  },
]);

const ONE_SLOT = about('the one slot of the Region', [
  ...(['ConflictException', 'ExceedsLimitException', 'QUEUED'] as const).flatMap((whenBusy): Untitled[] => [
    {
      name: `five runs are asked for at once, the service says: ${whenBusy}`,
      expected: { jobs: 5, answers: Array(5).fill('SUCCESS SUCCEEDED') },
      run: async (world) => {
        await world.runner.control.planFaults({ whenBusy, faults: [{ operation: START, count: 5, job: { runningSeconds: 0.2 } }] });
        return world.answered(...Array.from({ length: 5 }, () => world.create(SUCCEEDED)));
      },
    },
    {
      name: `somebody else's job runs, the service says: ${whenBusy}`,
      expected: ONE_SUCCEEDED,
      run: async (world) => {
        await world.somebodysJob(2, 'somebodys', whenBusy);
        return world.answered(world.create(SUCCEEDED));
      },
    },
  ]),
  {
    name: 'runs of two stacks are asked for at once while a job that a person has started runs',
    expected: { jobs: 4, answers: Array(4).fill('SUCCESS SUCCEEDED') },
    run: async (world) => {
      await world.somebodysJob(0.5, world.workflowName);
      const other = await world.runner.deploy(`Other-${world.workflowName}`);
      const events = Array.from({ length: 4 }, () => world.create(SUCCEEDED));
      await Promise.all(events.map((event, index) => world.runner.send(index < 2 ? world.deployed : other, event)));
      for (const event of events) await world.runner.answerTo(event);
      return events;
    },
  },
  {
    name: 'an older job of the same workflow runs: it is not ours',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.somebodysJob(1, world.workflowName);
      return world.answered(world.create());
    },
  },
  {
    name: 'a job of the same workflow runs, and the run may join it',
    expected: { jobs: 0, answers: ['SUCCESS SUCCEEDED'] },
    run: async (world) => {
      await world.somebodysJob(1, world.workflowName);
      return world.answered(world.create({ ...SUCCEEDED, OnBusy: 'JOIN' }));
    },
  },
  {
    name: 'a job of the same workflow runs, the service would queue another one, and the run may join it',
    expected: { jobs: 0, answers: ['SUCCESS STARTED'] },
    run: async (world) => {
      await world.somebodysJob(1, world.workflowName, 'QUEUED');
      return world.answered(world.create({ OnBusy: 'JOIN' }));
    },
  },
  {
    name: 'a job of another workflow runs: it can not be joined',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.somebodysJob(1);
      return world.answered(world.create({ OnBusy: 'JOIN' }));
    },
  },
  {
    name: 'a job runs, and the run is to fail then',
    expected: { jobs: 0, answers: ['FAILED FAILED'] },
    run: async (world) => {
      await world.somebodysJob(1);
      return world.answered(world.create({ OnBusy: 'FAIL' }));
    },
  },
]);

const WHEN = about('when it runs', [
  { name: 'nothing that is run has changed', expected: NOT_RUN, run: (world) => world.answered(world.update({ WaitFor: 'SUCCEEDED' })) },
  { name: 'the workflow does something else', expected: ONE_STARTED, run: (world) => world.answered(world.update(CHANGED)) },
  { name: 'the trigger has changed', expected: ONE_STARTED, run: (world) => world.answered(world.update({ RunTrigger: 'v2' }, { RunTrigger: 'v1' })) },
  { name: 'every deployment runs it', expected: ONE_STARTED, run: (world) => world.answered(world.update({ SynthesizedAt: 'now' }, { SynthesizedAt: 'then' })) },
  { name: 'everything has changed, but it runs only once', expected: NOT_RUN, run: (world) => world.answered(world.update({ ...CHANGED, RunWhen: 'NEVER_ON_UPDATE', RunTrigger: 'v2' })) },
]);

/** A run that finds the slot taken, and what happens to it before the slot is free. */
async function whileWaiting(world: World, first: Event, then: () => Promise<Event[]>): Promise<Event[]> {
  await world.faults(refused('ConflictException', 1_000));
  await world.send(first);
  await world.starts(1);
  const events = await then();
  // An execution that is stopped does not take the step with it that it is in.
  await wait(STEP_MS);
  await world.faults();
  return events;
}

const ROLLBACK = about('a rollback starts nothing', [
  ...(['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED', 'ROLLBACK_IN_PROGRESS'] as const).map((status): Untitled => ({
    name: `an update that changes what is run comes in ${status}`,
    expected: NOT_RUN,
    run: (world) => {
      world.cloudFormation.stackStatus = status;
      return world.answered(world.update(CHANGED));
    },
  })),
  {
    name: 'an update that changes what is run comes after an earlier one was rolled back',
    expected: ONE_STARTED,
    run: (world) => {
      world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_COMPLETE';
      return world.answered(world.update(CHANGED));
    },
  },
  {
    name: 'our run has succeeded, then the update fails elsewhere',
    expected: { jobs: 1, answers: ['SUCCESS SUCCEEDED', 'SUCCESS NOT_RUN'] },
    run: async (world) => {
      const forward = await world.answered(world.update({ ...SUCCEEDED, ...CHANGED }));
      world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
      return [...forward, ...await world.answered(world.update({}, CHANGED))];
    },
  },
  {
    name: 'our run fails, which rolls the update back',
    expected: { jobs: 1, answers: ['FAILED FAILED', 'SUCCESS NOT_RUN'] },
    run: async (world) => {
      await world.faults({ operation: START, job: { failure: 'no data' } });
      const forward = await world.answered(world.update({ ...SUCCEEDED, ...CHANGED }));
      world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
      return [...forward, ...await world.answered(world.update({}, CHANGED))];
    },
  },
  {
    name: 'the user cancels the update while our run waits to start: it is answered, so that nothing is waited for',
    expected: { jobs: 0, answers: ['FAILED FAILED', 'SUCCESS NOT_RUN'] },
    run: async (world) => {
      const update = world.update(CHANGED);
      return whileWaiting(world, update, async () => {
        world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
        await world.goneOn(update);
        return [update, ...await world.answered(world.update({}, CHANGED))];
      });
    },
  },
  {
    name: 'the create fails elsewhere while our run waits to start: it is answered, so that nothing is waited for',
    expected: { jobs: 0, answers: ['FAILED FAILED', 'SUCCESS'] },
    run: async (world) => {
      const create = world.create(SUCCEEDED);
      return whileWaiting(world, create, async () => {
        world.cloudFormation.stackStatus = 'ROLLBACK_IN_PROGRESS';
        await world.goneOn(create);
        return [create, ...await world.answered(world.delete({ WorkflowInStack: 'true' }))];
      });
    },
  },
  {
    name: 'our run has succeeded, then the create fails elsewhere',
    expected: { jobs: 1, answers: ['SUCCESS SUCCEEDED', 'SUCCESS'] },
    run: async (world) => {
      const create = await world.answered(world.create(SUCCEEDED));
      world.cloudFormation.stackStatus = 'ROLLBACK_IN_PROGRESS';
      return [...create, ...await world.answered(world.delete({ WorkflowInStack: 'true' }))];
    },
  },
  {
    name: 'our run fails in an update without rollback, then cdk rollback takes it back',
    expected: { jobs: 1, answers: ['FAILED FAILED', 'SUCCESS NOT_RUN'] },
    run: async (world) => {
      world.cloudFormation.stackStatus = 'UPDATE_IN_PROGRESS';
      await world.faults({ operation: START, job: { failure: 'no data' } });
      const forward = await world.answered(world.update({ ...SUCCEEDED, ...CHANGED }));
      // RollbackStack finds the stack in UPDATE_FAILED.
      world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
      return [...forward, ...await world.answered(world.update({}, { ...SUCCEEDED, ...CHANGED }))];
    },
  },
  {
    name: 'the update is rolled back while our run waits to start',
    expected: NOT_RUN,
    run: (world) => whileWaiting(world, world.update({ ...CHANGED, WaitFor: 'ACCEPTED' }), async () => {
      world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
      const events = await world.answered(world.update({}, CHANGED));
      world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_COMPLETE';
      return events;
    }),
  },
  {
    name: 'the stack is rolled back while our run waits to start, and its slot gets free before we are told',
    expected: DELETED,
    run: async (world) => {
      const create = world.create({ WaitFor: 'ACCEPTED' });
      return whileWaiting(world, create, async () => {
        world.cloudFormation.stackStatus = 'ROLLBACK_IN_PROGRESS';
        await world.faults();
        await world.goneOn(create);
        return world.answered(world.delete());
      });
    },
  },
  {
    name: 'the stack is deleted while our run waits to start',
    expected: DELETED,
    run: (world) => whileWaiting(world, world.create({ WaitFor: 'ACCEPTED' }), () => {
      world.cloudFormation.stackStatus = 'DELETE_IN_PROGRESS';
      return world.answered(world.delete());
    }),
  },
  {
    name: 'the IdMappingJob is removed from its stack while our run waits to start',
    expected: DELETED,
    run: (world) => whileWaiting(world, world.create({ WaitFor: 'ACCEPTED' }), () => {
      world.cloudFormation.stackStatus = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
      return world.answered(world.delete());
    }),
  },
  {
    name: 'another deployment is rolled back while our run waits to start: it still runs',
    expected: { jobs: 1, answers: ['SUCCESS ACCEPTED'] },
    run: async (world) => {
      const event = world.create({ WaitFor: 'ACCEPTED' });
      return whileWaiting(world, event, async () => {
        world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
        await world.faults();
        await world.goneOn(event);
        world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_COMPLETE';
        await world.starts(2);
        return [event];
      });
    },
  },
]);

const DELETE = about('a deletion succeeds', [
  { name: 'nothing runs', expected: DELETED, run: (world) => world.answered(world.delete({ WorkflowInStack: 'true' })) },
  {
    name: 'the event is delivered twice',
    expected: DELETED,
    run: async (world) => {
      const event = world.delete({ WorkflowInStack: 'true' });
      await Promise.all([world.handled(event), world.handled(event)]);
      return [event];
    },
  },
  { name: 'the workflow is gone', expected: DELETED, run: (world) => world.answered(world.delete({ WorkflowInStack: 'true', WorkflowName: 'nobodys' })) },
  {
    name: 'permissions are gone',
    expected: DELETED,
    run: async (world) => {
      await world.faults({ operation: 'ListIdMappingJobs', before: 'AccessDeniedException', count: 9 });
      return world.answered(world.delete({ WorkflowInStack: 'true' }));
    },
  },
  {
    name: 'the create has failed',
    expected: { jobs: 0, answers: ['FAILED FAILED', 'SUCCESS'] },
    run: async (world) => {
      const create = await world.answered(world.create({ JobType: 'INCREMENTAL' }));
      return [...create, ...await world.answered(world.delete({ WorkflowInStack: 'true' }))];
    },
  },
  ...['true', 'false'].map((WorkflowInStack): Untitled => ({
    name: WorkflowInStack === 'true' ? 'a job of the workflow runs: the deletion waits for its end' : 'a job of a workflow that stays runs: the deletion does not wait',
    expected: DELETED,
    run: async (world) => {
      await world.somebodysJob(1, world.workflowName);
      const event = world.delete({ WorkflowInStack });
      await world.answered(event);
      const { jobs } = await world.runner.jobs(world.workflowName);
      expect(jobs[0].status).toBe(WorkflowInStack === 'true' ? 'SUCCEEDED' : 'RUNNING');
      return [event];
    },
  })),
  {
    name: 'the IdMappingJob and its workflow are removed in the moment in which the job is asked for: the deletion waits for its end',
    expected: { jobs: 1, answers: ['SUCCESS ACCEPTED', 'SUCCESS'] },
    run: async (world) => {
      let release = () => {};
      world.cloudFormation.hold = { status: new Promise<void>((resolve) => { release = resolve; }) };
      await world.faults({ operation: START, job: { runningSeconds: 1 } });
      const events = [world.create({ WaitFor: 'ACCEPTED' }), world.delete({ WorkflowInStack: 'true' })];
      await world.answered(events[0]);
      await eventually('a question for the status of the stack', () => world.cloudFormation.questions > 0);
      await world.send(events[1]);
      await wait(STEP_MS);
      release();
      await world.runner.answerTo(events[1]);
      const { jobs } = await world.runner.jobs(world.workflowName);
      expect(jobs.map(({ status }) => status)).toEqual(['SUCCEEDED']);
      return events;
    },
  },
  {
    name: 'a job of the workflow runs, but can not be looked at',
    expected: DELETED,
    run: async (world) => {
      await world.somebodysJob(1, world.workflowName);
      await world.faults({ operation: 'GetIdMappingJob', before: 'AccessDeniedException', count: 99 });
      return world.answered(world.delete({ WorkflowInStack: 'true', TimeoutSeconds: '2' }));
    },
  },
  {
    name: 'a job of the workflow runs longer than there is time',
    expected: DELETED,
    run: async (world) => {
      await world.somebodysJob(3, world.workflowName);
      return world.answered(world.delete({ WorkflowInStack: 'true', TimeoutSeconds: '1' }));
    },
  },
]);

const WAITING = about('waiting', [
  {
    name: 'the job fails',
    expected: { jobs: 1, answers: ['FAILED FAILED'] },
    run: async (world) => {
      await world.faults({ operation: START, job: { failure: 'no data' } });
      return world.answered(world.create(SUCCEEDED));
    },
  },
  {
    name: 'the job fails, which is no more than a warning',
    expected: { jobs: 1, answers: ['SUCCESS FAILED'] },
    run: async (world) => {
      await world.faults({ operation: START, job: { failure: 'no data' } });
      return world.answered(world.create({ ...SUCCEEDED, OnFailure: 'WARN' }));
    },
  },
  {
    name: 'the job fails when it is not waited for any longer',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults({ operation: START, job: { failure: 'no data', runningSeconds: 0.3 } });
      return world.answered(world.create());
    },
  },
  ...([['InternalServerException', 24], ['ResourceNotFoundException', 4]] as const).map(([before, count]): Untitled => ({
    name: `the job runs, but can not be looked at for a while: ${before}`,
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await world.faults({ operation: 'GetIdMappingJob', before, count });
      return world.answered(world.create(SUCCEEDED));
    },
  })),
  {
    name: 'the job runs, but the service finds a look at it invalid: nobody says that it has failed',
    expected: { jobs: 1, answers: ['FAILED UNWATCHED'] },
    run: async (world) => {
      await world.faults({ operation: 'GetIdMappingJob', before: 'ValidationException', count: 9 });
      return world.answered(world.create(SUCCEEDED));
    },
  },
  ...(['FAIL', 'WARN'] as const).map((OnFailure): Untitled => ({
    name: `the job takes too long (${OnFailure})`,
    expected: { jobs: 1, answers: [OnFailure === 'FAIL' ? 'FAILED TIMED_OUT' : 'SUCCESS TIMED_OUT'] },
    run: async (world) => {
      await world.faults({ operation: START, job: { runningSeconds: 2 } });
      return world.answered(world.create({ ...SUCCEEDED, OnFailure, TimeoutSeconds: '1' }));
    },
  })),
  {
    name: 'the slot is taken for too long: the job starts in the background',
    expected: { jobs: 1, answers: ['SUCCESS WAITING'] },
    run: async (world) => {
      await world.somebodysJob(2);
      return world.answered(world.create({ TimeoutSeconds: '1' }));
    },
  },
  {
    name: 'the slot is taken for too long, and the end is waited for: nothing starts',
    expected: { jobs: 0, answers: ['FAILED TIMED_OUT'] },
    run: async (world) => {
      await world.somebodysJob(2);
      return world.answered(world.create({ ...SUCCEEDED, TimeoutSeconds: '1' }));
    },
  },
  ...([['succeeds', {}, 'SUCCESS'], ['fails', { failure: 'no data' }, 'FAILURE']] as const).map(([what, job, signal]): Untitled => ({
    name: `a WaitCondition waits for a job that ${what}`,
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults({ operation: START, job: { runningSeconds: 0.3, ...job } });
      const event = world.create({ ...SUCCEEDED, TimeoutSeconds: '7200', WaitHandleUrl: `${world.cloudFormation.url}/signal` });
      await world.answered(event);
      await eventually('the signal', () => world.cloudFormation.answers.some(({ path }) => path === '/signal'));
      expect(world.cloudFormation.answers.filter(({ path }) => path === '/signal').map(({ body }) => body.Status)).toEqual([signal]);
      return [event];
    },
  })),
  {
    name: 'a WaitCondition waits for what an update does not run',
    expected: NOT_RUN,
    run: async (world) => {
      const events = await world.answered(world.update({ WaitHandleUrl: `${world.cloudFormation.url}/signal` }));
      expect(world.cloudFormation.answers.find(({ path }) => path === '/signal')?.body).toMatchObject({ Status: 'SUCCESS', Reason: 'NOT_RUN' });
      return events;
    },
  },
]);

const ANSWERS = about('answers arrive', [
  ...([['is down', [503, 503]], ['drops the connection', ['DROP', 'DROP']], ['is down for longer than one step tries', Array(7).fill(500)]] as const)
    .map(([what, refusals]): Untitled => ({
      name: `the receiver ${what}`,
      expected: ONE_STARTED,
      run: (world) => {
        world.cloudFormation.refusals = [...refusals];
        return world.answered(world.create());
      },
    })),
  ...([['long', 'x'.repeat(2_048)], ['long and in four bytes a character', '🦆'.repeat(1_024)], ['full of quotes', '"\\'.repeat(1_024)]]).map(([what, failure]): Untitled => ({
    name: `the message of the service is ${what}`,
    expected: { jobs: 1, answers: ['FAILED FAILED'] },
    run: async (world) => {
      await world.faults({ operation: START, job: { failure } });
      const events = await world.answered(world.create(SUCCEEDED));
      expect(Buffer.byteLength(world.cloudFormation.answers[0].text)).toBeLessThan(4_096);
      return events;
    },
  })),
  {
    name: 'the physical id of an update is echoed, whatever it is',
    expected: ONE_STARTED,
    run: async (world) => {
      const event = { ...world.update(CHANGED), PhysicalResourceId: 'of-an-older-version' } as Event;
      await world.answered(event);
      expect(world.runner.answersTo(event)[0].PhysicalResourceId).toBe('of-an-older-version');
      return [event];
    },
  },
]);

const PERMISSIONS = about('permissions come late', [
  {
    name: 'the permission to start comes late',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults(refused('AccessDeniedException', 4));
      return world.answered(world.create());
    },
  },
  {
    name: 'the role of the job can be assumed only later',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.faults({ ...refused('ValidationException', 3), message: 'Entity Resolution can not assume the role of the job' });
      return world.answered(world.create());
    },
  },
  {
    name: 'the permission to see the stack comes late',
    expected: ONE_STARTED,
    run: async (world) => {
      world.cloudFormation.stackStatus = 'AccessDenied';
      const event = world.create();
      await world.send(event);
      await eventually('some questions for the status', () => world.cloudFormation.questions > 2);
      world.cloudFormation.stackStatus = 'CREATE_IN_PROGRESS';
      await world.runner.answerTo(event);
      return [event];
    },
  },
  {
    name: 'the permission to look at the job comes late',
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await world.faults({ operation: 'GetIdMappingJob', before: 'AccessDeniedException', count: 3 });
      return world.answered(world.create(SUCCEEDED));
    },
  },
]);

export const CASES: Case[] = [...EXACTLY_ONE, ...ONE_SLOT, ...WHEN, ...ROLLBACK, ...DELETE, ...WAITING, ...ANSWERS, ...PERMISSIONS];
