import { about, Case, NOT_RUN, ONE_STARTED, ONE_SUCCEEDED } from '../case';
import { askedAgo } from '../events';
import { eventually } from '../local-runner';
import { LOOK, lost, START } from '../world';

const WORKER = 'lambda/worker/index.ts';
const NEXT = 'const next = nextStep(done';
const JUST_STARTED = 'step.step === "START" && done.jobId && !state.lostStartAt';
const CHANGED = { definition: { version: '1', IdMappingWorkflow: 'changed' } };

export const ONE_REQUEST_ONE_JOB = about('one request, one job', [
  {
    name: 'nothing goes wrong', expected: ONE_SUCCEEDED, run: (world) => world.answered(world.create({ waitFor: 'SUCCEEDED' })),
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
      const event = world.create({ waitFor: 'ACCEPTED' });
      await world.answered(event, event);
      return [event];
    },
  },
  {
    name: 'the event is delivered again when the run has ended',
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      const event = world.create({ waitFor: 'SUCCEEDED' });
      await world.answered(event);
      await world.runner.allEnded(world.deployed, world.id);
      await world.handled(event);
      return [event];
    },
  },
  {
    name: 'the execution is started again under the same name',
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      const event = world.create({ waitFor: 'SUCCEEDED' });
      await world.answered(event);
      const [{ name }] = await world.runner.executions(world.deployed, event.RequestId);
      await expect(world.runner.startExecution(world.deployed, name!, {})).rejects.toThrow(expect.objectContaining({ name: 'ExecutionAlreadyExists' }));
      return [event];
    },
  },
  {
    name: 'two requests are two requests',
    expected: { jobs: 2, answers: ['SUCCESS STARTED', 'SUCCESS STARTED'] },
    run: (world) => world.answered(world.create(), world.create({}, 'SecondRun')),
  },
  ...(['UPDATE_ROLLBACK_COMPLETE', 'UPDATE_IN_PROGRESS', 'CREATE_IN_PROGRESS'] as const).map((status): Case => ({
    name: `the event of a rollback, which has run nothing, is delivered again in ${status}`,
    expected: NOT_RUN,
    run: async (world) => {
      world.cloudFormation.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
      const event = world.update({}, CHANGED);
      await world.answered(event);
      world.cloudFormation.stackStatus = status;
      await world.handled(event);
      return [event];
    },
  })),
  ...([[61, {}], [60, {}], [7, { timeout: '2 minutes' }], [300, { timeout: '12 hours', handsOver: 'true', waitFor: 'SUCCEEDED' }]] as const).map(([minutes, settings]): Case => ({
    name: `the event comes ${minutes} minutes late, when CloudFormation has given up (${JSON.stringify(settings)}): nobody is told anything`,
    expected: { jobs: 0, answers: ['', ''] },
    run: async (world) => {
      const events = [askedAgo(minutes, world.create(settings)), askedAgo(minutes, world.update({ ...settings, ...CHANGED }))];
      for (const event of events) await world.handled(event);
      return events;
    },
  })),
  {
    name: 'the event comes 40 minutes late, when CloudFormation still waits',
    expected: ONE_STARTED,
    run: (world) => world.answered(askedAgo(40, world.create())),
  },
  {
    // AWS does not document that the URL tells when it was signed.
    name: 'the URL for the answer does not tell when CloudFormation has asked',
    expected: ONE_STARTED,
    run: async (world) => {
      const event = world.create();
      return world.answered({ ...event, ResponseURL: `${event.ResponseURL.split('?')[0]}?X-Amz-Signature=secret` });
    },
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
      await world.answerTo(event);
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
      return world.killAt(world.create({ waitFor: 'SUCCEEDED' }));
    },
  },
  {
    name: 'the worker is killed after it has started the job',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.change({ file: WORKER, text: NEXT, replacement: `if (${JUST_STARTED}) await new Promise(() => setTimeout(() => {}, 30_000));\n  ${NEXT}` });
      await world.faults({ operation: START, job: { runningSeconds: 0.3 } });
      return world.killAt(world.create());
    },
  },
  {
    name: 'the step that starts the job is done, but Step Functions is not told and does it again',
    expected: ONE_STARTED,
    run: async (world) => {
      await world.change({ file: WORKER, text: NEXT, replacement: `if (${JUST_STARTED}) throw new Error("lost on the way");\n  ${NEXT}` });
      return world.answered(world.create());
    },
  },
  {
    name: 'the worker is killed while it answers',
    expected: ONE_STARTED,
    run: async (world) => {
      let release = () => {};
      world.cloudFormation.hold = { answer: new Promise<void>((resolve) => { release = resolve; }) };
      await world.faults({ operation: START, job: { runningSeconds: 0.3 } });
      const event = world.create();
      await world.send(event);
      await eventually('the answer', () => world.cloudFormation.attempts > 0);
      world.runner.killFunctions();
      world.cloudFormation.hold = {};
      release();
      await world.answerTo(event);
      return [event];
    },
  },
  {
    name: 'the worker is killed while it looks at the job',
    expected: ONE_SUCCEEDED,
    run: async (world) => {
      await world.faults({ operation: LOOK, after: 'NO_ANSWER' }, { operation: START, job: { runningSeconds: 0.3 } });
      const event = world.create({ waitFor: 'SUCCEEDED' });
      const looks = await world.runner.calls(LOOK);
      await world.send(event);
      await world.runner.called(LOOK, looks + 1);
      world.runner.killFunctions();
      await world.answerTo(event);
      return [event];
    },
  },
  {
    name: 'the service finds the request invalid',
    expected: { jobs: 0, answers: ['FAILED FAILED'] },
    run: (world) => world.answered(world.create({ request: { jobType: 'INCREMENTAL' } })),
  },
  {
    name: 'there is no such workflow',
    expected: { jobs: 0, answers: ['FAILED FAILED'] },
    run: (world) => world.answered(world.create(world.nobodys)),
  },
]);
