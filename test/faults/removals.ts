import { Result } from './cases';
import { Removal } from './runner-template';

/** A protection, and what a case of `CASES` comes to without it. */
export interface ProtectionRemoved {
  readonly protection: string;
  readonly removal: Removal;
  readonly caseName: string;

  /** Whether it is the case of a population. */
  readonly populates?: true;
  readonly without: Partial<Result>;
}

const TIMED_OUT_START = 'the start is accepted, its answer is lost: DROP';

export const REMOVALS: ProtectionRemoved[] = [
  {
    protection: 'an execution has the name of its request',
    removal: { file: 'executions.ts', text: 'name: nameOf(callback),', replacement: 'name: `${nameOf(callback).slice(-70)}${Date.now() % 1e6}`,' },
    caseName: 'the event is delivered again when the run has ended',
    without: { jobs: 2 },
  },
  {
    protection: 'an execution that is there already is as good as a new one',
    removal: { file: 'executions.ts', text: 'if (!(error instanceof ExecutionAlreadyExists)) throw error;', replacement: 'throw error;' },
    caseName: 'the event is delivered twice at once, and it is enough that the run is accepted',
    without: {},
  },
  {
    protection: 'a start whose answer was lost looks for its job',
    removal: { file: 'start-job.ts', text: 'if (jobId) return started(run, jobId);', replacement: '' },
    caseName: TIMED_OUT_START,
    without: { jobs: 2 },
  },
  {
    protection: 'a start whose answer was lost is remembered',
    removal: { file: 'start-job.ts', text: 'lostStartAt: lostStartAt ?? sentAt.toISOString(), ', replacement: '' },
    caseName: TIMED_OUT_START,
    without: { jobs: 2 },
  },
  {
    protection: 'a start that crashed is remembered by the state machine',
    removal: { text: "'lostStartAt': $states.context.State.EnteredTime", replacement: "'none': 1" },
    caseName: 'the worker is killed while it starts the job, which the service has accepted',
    without: { jobs: 2 },
  },
  {
    protection: 'a start that crashed is not repeated blindly by the state machine',
    removal: {
      text: String.raw`\"Start\":{`, replacement: String.raw`\"Start\":{\"Retry\":[{\"ErrorEquals\":[\"States.ALL\"],\"IntervalSeconds\":1}],`,
    },
    caseName: 'the worker is killed while it starts the job, which the service has accepted',
    without: { jobs: 2 },
  },
  {
    protection: 'there is a second look for a job that no list had yet',
    removal: { file: 'start-job.ts', text: 'if (!run.lookedInVain) {', replacement: 'if (false) {' },
    caseName: 'the start is accepted, its answer is lost, and no list has its job yet; the service says: QUEUED',
    without: { jobs: 2 },
  },
  {
    protection: 'a lost start is not forgotten when the service says that it is busy',
    removal: { file: 'start-job.ts', text: '...lost };', replacement: '...lost, ...(outcome === "BUSY" ? { lostStartAt: undefined } : {}) };' },
    caseName: 'the start is accepted, its answer is lost, no list has its job yet, and a second start meets it: Conflict because it is ours',
    without: { jobs: 2 },
  },
  {
    protection: 'the SDK does not repeat a start',
    removal: { file: 'index.ts', text: 'requestHandler, maxAttempts: 1', replacement: 'requestHandler' },
    caseName: 'the start is accepted, its answer is lost, and the job has ended when it is looked for',
    without: { jobs: 2 },
  },
  {
    protection: 'a busy service is waited for',
    removal: { file: 'service-error.ts', text: "return 'BUSY';", replacement: "return 'FAILED';" },
    caseName: "somebody else's job runs, the service says: ConflictException",
    without: { jobs: 0 },
  },
  {
    protection: 'the other way to say that the service is busy is understood',
    removal: { file: 'service-error.ts', text: "    case 'ExceedsLimitException':\n", replacement: '' },
    caseName: "somebody else's job runs, the service says: ExceedsLimitException",
    without: { jobs: 0 },
  },
  {
    protection: 'a run that may join looks for a job before it starts one',
    removal: { file: 'start-job.ts', text: "request.onBusy === 'JOIN'", replacement: 'false' },
    caseName: 'a job of the same workflow runs, the service would queue another one, and the run may join it',
    without: { jobs: 1 },
  },
  {
    protection: 'the status of the stack tells an update from a rollback',
    removal: { file: 'stack-status.ts', text: "return isGoingBackStatus(Stacks?.[0].StackStatus ?? '');", replacement: 'return Stacks === null;' },
    caseName: 'our run has succeeded, then the update fails elsewhere',
    without: { jobs: 2 },
  },
  {
    protection: 'a failed rollback is a rollback, too',
    removal: { file: 'stack-status.ts', text: '/^DELETE_|ROLLBACK/', replacement: '/^DELETE_|ROLLBACK_IN_PROGRESS/' },
    caseName: 'an update that changes what is run comes in UPDATE_ROLLBACK_FAILED',
    without: { jobs: 1 },
  },
  {
    protection: 'a rollback takes back what waits to start',
    removal: { file: 'handle-request.ts', text: 'await tryTo(event, () => services.executions.cancelWaiting(callbackOf(event), constructOf(event)));\n  }', replacement: '}' },
    caseName: 'the update is rolled back while our run waits to start',
    without: { jobs: 1 },
  },
  {
    protection: 'a deletion takes back what waits to start',
    removal: { file: 'handle-request.ts', text: 'await tryTo(event, () => services.executions.cancelWaiting(callbackOf(event), constructOf(event)));\n  const waits', replacement: 'const waits' },
    caseName: 'the IdMappingJob is removed from its stack while our run waits to start',
    without: { jobs: 1 },
  },
  {
    protection: 'a run whose deployment goes back is answered',
    removal: { file: 'start-job.ts', text: 'return run.answered ?', replacement: 'return true ?' },
    caseName: 'the user cancels the update while our run waits to start: it is answered, so that nothing is waited for',
    without: { answers: ['', 'SUCCESS NOT_RUN'] },
  },
  {
    protection: 'nothing starts while the stack is rolled back',
    removal: { file: 'start-job.ts', text: 'if (await isGoingBack(request.callback.stackId, cloudFormation)) {', replacement: 'if (false) {' },
    caseName: 'the stack is rolled back while our run waits to start, and its slot gets free before we are told',
    without: { jobs: 1 },
  },
  {
    protection: 'a look that is refused is looked past, and one that crashes again and again says nothing of the job',
    removal: { file: 'poll-job.ts', text: 'const reason = messageOf(error);', replacement: 'throw error; const reason = messageOf(error);' },
    caseName: 'the job runs, but can not be looked at for a while: InternalServerException',
    without: { jobs: 1, answers: ['FAILED UNWATCHED'] },
  },
  {
    protection: 'the way in which Clean Rooms says that the service is busy is understood',
    removal: { file: 'service-error.ts', text: "    case 'ServiceQuotaExceededException':\n", replacement: '' },
    caseName: 'the start is not accepted: 402',
    populates: true,
    without: { jobs: 0 },
  },
  {
    protection: 'a job that the id of its population does not name is looked for among those of the workflow',
    removal: { file: 'id-mapping-table-populations.ts', text: 'if (!watch?.since || !namesNothing(error)) throw error;', replacement: 'throw error;' },
    caseName: 'its id names nothing',
    populates: true,
    without: { answers: ['FAILED FAILED'] },
  },
  {
    protection: 'a table that was populated before tells nothing of a new population',
    removal: { file: 'id-mapping-table-populations.ts', text: "if (!schema.wasEmpty) return { status: 'UNWATCHED' };", replacement: '' },
    caseName: 'the jobs can not be read: the schema tells of the first population, and nothing of the second',
    populates: true,
    without: { answers: ['SUCCESS SUCCEEDED', 'SUCCESS SUCCEEDED'] },
  },
  {
    protection: 'a permission to read the jobs that may be late is waited for',
    removal: { file: 'id-mapping-table-populations.ts', text: 'mayBeLate ? look() : unlessDenied(look)', replacement: 'unlessDenied(look)' },
    caseName: 'the jobs can be read only after a while: both populations are watched',
    populates: true,
    without: { answers: ['SUCCESS SUCCEEDED', 'FAILED UNWATCHED'] },
  },
];
