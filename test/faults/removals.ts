import { Change, Result } from './case';

/** A protection, and what a case of `CASES` comes to without it. */
export interface ProtectionRemoved {
  readonly protection: string;
  readonly changes: Change[];
  readonly caseName: string;

  /** Whether it is the case of a population. */
  readonly populates?: true;

  /** What comes of it in place of what is expected; what the case says when it fails on its way. */
  readonly without: Partial<Result> | { readonly failed: unknown };
}

const START_JOB = 'lambda/worker/start-job.ts';
const ANSWER_LOST = 'the start is accepted, its answer is lost: DROP';
const KILLED = 'the worker is killed while it starts the job, which the service has accepted';

export const REMOVALS: ProtectionRemoved[] = [
  {
    protection: 'an execution has the name of its request',
    changes: [{
      file: 'lambda/aws/executions.ts',
      text: "${callback.requestId.replaceAll('-', '').slice(-32)}",
      replacement: "${String(Date.now()).slice(-5)}${callback.requestId.replaceAll('-', '').slice(-25)}",
    }],
    caseName: 'the event is delivered again when the run has ended',
    without: { jobs: 2 },
  },
  {
    protection: 'an execution that is there already is as good as a new one',
    changes: [
      { file: 'lambda/aws/executions.ts', text: 'if (!(error instanceof ExecutionAlreadyExists)) throw error;', replacement: 'throw error;' },
      // Nobody waits for what comes again and again.
      { file: 'lambda/entry/until-answered.ts', text: 'patienceMs = 110_000', replacement: 'patienceMs = 0' },
    ],
    caseName: 'the event is delivered again when the run has ended',
    without: { jobs: 1, answers: ['SUCCESS SUCCEEDED, then FAILED'] },
  },
  {
    protection: 'a request for which nothing is run becomes an execution, too',
    changes: [{
      file: 'lambda/entry/handle-request.ts',
      text: 'const asked = askedAt(event);',
      replacement: 'const asked = askedAt(event); if (!goesForward(await stackStatuses(event.StackId, cloudFormation))) return { Status: "SUCCESS", Data: nothing() };',
    }],
    caseName: 'the event of a rollback, which has run nothing, is delivered again in UPDATE_IN_PROGRESS',
    without: { jobs: 1 },
  },
  {
    protection: 'a request that comes too late is dropped',
    changes: [{ file: 'lambda/entry/custom-resource-request.ts', text: 'if (!asked) return false;', replacement: 'if (asked) return false;' }],
    caseName: 'the event comes 61 minutes late, when CloudFormation has given up ({}): nobody is told anything',
    without: { jobs: 2 },
  },
  {
    protection: 'a start whose answer was lost looks for its job',
    changes: [{ file: START_JOB, text: 'const jobId = await findJobSince(run, mark, surveyed, jobs);\n      if (jobId) return started(state, jobId);', replacement: '' }],
    caseName: ANSWER_LOST,
    without: { jobs: 2 },
  },
  {
    protection: 'a start whose answer was lost is remembered',
    changes: [{ file: START_JOB, text: 'lostStartAt: state.lostStartAt ?? new Date().toISOString()', replacement: '' }],
    caseName: ANSWER_LOST,
    without: { jobs: 2 },
  },
  {
    protection: 'an answer without a job id is a lost one',
    changes: [{ file: START_JOB, text: "lost(state, 'the service has answered without the id of a job')", replacement: "notStarted(state, 'UNKNOWN', 'no id')" }],
    caseName: 'the start is accepted, its answer is unreadable: 200 without a job id',
    without: { jobs: 2 },
  },
  {
    protection: 'what is no refusal by a known name is a lost answer',
    changes: [{
      file: 'lambda/aws/service-error.ts', text: ": 'UNKNOWN';", replacement: ": (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode! < 500 ? 'FAILED' : 'UNKNOWN';",
    }],
    caseName: 'the start is accepted, its answer is unreadable: 302 to another page',
    without: { jobs: 1, answers: ['FAILED FAILED'] },
  },
  {
    protection: 'a look whose answer is unreadable is looked past',
    changes: [{
      file: 'lambda/aws/service-error.ts', text: ": 'UNKNOWN';", replacement: ": (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode! < 500 ? 'FAILED' : 'UNKNOWN';",
    }],
    caseName: 'the job runs, and looks at it are answered with 302 to another page',
    without: { answers: ['FAILED UNWATCHED'] },
  },
  {
    protection: 'credentials are got before a start is sent',
    changes: [
      { file: START_JOB, text: 'await ready();', replacement: '' },
      // What the SDK asks for by itself.
      { file: START_JOB, text: 'if (!mark) return await prepared(state, jobs, secondsSinceAsked);', replacement: 'if (!mark) return { ...state, mark: { jobIds: [] }, waitSeconds: 0 };' },
    ],
    caseName: 'the role of the run can not be assumed at first (503): that is no lost start',
    without: { failed: expect.stringContaining('toEqual') },
  },
  {
    protection: 'the jobs that were there are known by id',
    changes: [{ file: 'lambda/kinds/survey.ts', text: '!jobIds.includes(jobId) && ', replacement: '' }],
    caseName: "the start is accepted, its answer is lost, and the service's clock is -600 seconds ahead: an older job is not ours",
    without: { failed: expect.stringContaining('not.toBe') },
  },
  {
    protection: 'a type that the service leaves out is no difference',
    changes: [{ file: 'lambda/kinds/find-job.ts', text: 'job.jobType === undefined || ', replacement: '' }],
    caseName: "the start is accepted, its answer is lost, and answers about its job have the type LEFT_OUT and the path's last slash AS_GIVEN",
    without: { jobs: 2 },
  },
  {
    protection: 'a slash at the end of a path is no difference',
    changes: [{ file: 'lambda/kinds/find-job.ts', text: "return path.replace(/\\/+$/, '');", replacement: 'return path;' }],
    caseName: "the start is accepted, its answer is lost, and answers about its job have the type SAID and the path's last slash ADDED",
    without: { jobs: 2 },
  },
  {
    protection: 'a start that crashed is remembered by the state machine',
    changes: [{ text: "'lostStartAt': ", replacement: "'none': " }],
    caseName: KILLED,
    without: { jobs: 2 },
  },
  {
    protection: 'a start that crashed is not repeated blindly by the state machine',
    changes: [{ text: String.raw`\"Start\":{`, replacement: String.raw`\"Start\":{\"Retry\":[{\"ErrorEquals\":[\"States.ALL\"],\"IntervalSeconds\":1}],` }],
    caseName: KILLED,
    without: { jobs: 2 },
  },
  {
    protection: 'after a start that crashed its job is looked for twice, whatever was looked for before',
    changes: [{ text: "'lookedInVain': false, 'survey': null", replacement: "'none': false" }],
    caseName: 'the start is accepted, its answer is lost, no list has its job yet, and the worker crashes at a second start: the job is looked for twice again',
    without: { jobs: 2 },
  },
  {
    protection: 'there is a second look for a job that no list had yet',
    changes: [{ file: START_JOB, text: 'if (!state.lookedInVain) ', replacement: 'if (false) ' }],
    caseName: 'the start is accepted, its answer is lost, and no list has its job yet; the service says: QUEUED',
    without: { jobs: 2 },
  },
  {
    protection: 'a lost start is not forgotten when the service says that it is busy',
    changes: [{
      file: START_JOB, text: 'mark: lostStartAt ? state.mark : undefined };', replacement: 'mark: lostStartAt ? state.mark : undefined, ...(outcome === "BUSY" ? { lostStartAt: undefined, mark: undefined } : {}) };',
    }],
    caseName: 'the start is accepted, its answer is lost, no list has its job yet, and a second start meets it: Conflict because it is ours',
    without: { jobs: 2 },
  },
  {
    protection: 'the SDK does not repeat a start',
    changes: [{ file: 'lambda/aws/run-clients.ts', text: 'credentials, maxAttempts: 1', replacement: 'credentials' }],
    caseName: 'the start is accepted, its answer is lost, and the job has ended when it is looked for',
    without: { jobs: 2 },
  },
  {
    protection: 'a busy service is waited for',
    changes: [{ file: 'lambda/aws/service-error.ts', text: "  ConflictException: 'BUSY',", replacement: "  ConflictException: 'FAILED'," }],
    caseName: 'the start is not accepted: Conflict',
    without: { jobs: 0 },
  },
  {
    protection: 'the other way to say that the service is busy is understood',
    changes: [{ file: 'lambda/aws/service-error.ts', text: "  ExceedsLimitException: 'BUSY',", replacement: "  ExceedsLimitException: 'FAILED'," }],
    caseName: 'the start is not accepted: 402',
    without: { jobs: 0 },
  },
  {
    protection: 'a run that may join looks for a job before it starts one',
    changes: [{ file: START_JOB, text: "settings.onBusy === 'JOIN'", replacement: 'false' }],
    caseName: 'a job of the same workflow runs, the service would queue another one, and the run may join it',
    without: { jobs: 1 },
  },
  {
    protection: 'the status of the stack tells an update from a rollback',
    changes: [{ file: 'lambda/worker/guard.ts', text: 'if (!answer && goesForward(statuses)) return undefined;', replacement: 'return undefined;' }],
    caseName: 'our run has succeeded, then the update fails elsewhere',
    without: { jobs: 2 },
  },
  ...(['UPDATE_ROLLBACK_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_FAILED', 'OF_NEXT_YEAR']).map((status): ProtectionRemoved => ({
    protection: `only what is known to go forward starts a run: not ${status}, as a list of what goes back may have it`,
    changes: [{ file: 'lambda/aws/stack-status.ts', text: 'return FORWARD.includes(own) &&', replacement: 'return !/^DELETE_|ROLLBACK_(IN_PROGRESS|FAILED)/.test(own) &&' }],
    caseName: `an update that changes what is run comes in ${status}`,
    without: { jobs: 1 },
  })),
  {
    protection: 'a stack goes back with those that it is nested in',
    changes: [{ file: 'lambda/aws/stack-status.ts', text: '&& ancestors.every(isForwardOrAtRest)', replacement: '' }],
    caseName: 'an update of a nested stack comes when its parents are in UPDATE_IN_PROGRESS, UPDATE_ROLLBACK_IN_PROGRESS',
    without: { jobs: 1 },
  },
  {
    protection: 'a run that nobody waits for is held while its stack has failed',
    changes: [{ file: 'lambda/aws/stack-status.ts', text: 'return FORWARD.includes(status) || AT_REST.includes(status);', replacement: 'return !/ROLLBACK/.test(status) || /COMPLETE$/.test(status);' }],
    caseName: 'a run that nobody waits for waits to start while its stack is in CREATE_FAILED: it is held',
    without: { failed: expect.stringContaining('toBe') },
  },
  {
    protection: 'a rollback takes back what waits to start',
    changes: [{ file: START_JOB, text: 'if (held) return await takeBack(held, services);', replacement: 'if (held) return held;' }],
    caseName: 'the newer run is rolled back: neither runs',
    without: { jobs: 1 },
  },
  {
    protection: 'a newer run takes the place of one that waits',
    changes: [{ file: START_JOB, text: 'const settled = !callback || await services.executions.cancelWaiting(', replacement: 'const settled = true || await services.executions.cancelWaiting(' }],
    caseName: 'the next deployment comes while the run of the one before waits to start',
    without: { jobs: 2 },
  },
  {
    protection: 'a deletion takes back what waits to start',
    changes: [{ file: 'lambda/worker/take-back.ts', text: 'await executions.cancelWaiting(', replacement: 'true || await executions.cancelWaiting(' }],
    caseName: 'the IdMappingJob is removed from its stack while our run waits to start',
    without: { jobs: 1 },
  },
  {
    protection: 'a deletion takes back the following of a run, too',
    changes: [{ file: 'lambda/aws/executions.ts', text: 'state.follow || ', replacement: '' }],
    caseName: 'the deployment is cancelled while the second resource waits: it waits no longer',
    without: { failed: expect.stringContaining('toBe') },
  },
  {
    protection: 'a run whose deployment goes back is answered',
    changes: [{ file: 'lambda/worker/guard.ts', text: 'if (!answer && goesForward(statuses)) return undefined;', replacement: 'if (!answer && goesForward(statuses)) return undefined; if (run.goesForward) return held(run, statuses);' }],
    caseName: 'the create fails elsewhere while our run waits to start: it is answered, so that nothing is waited for',
    without: { answers: ['', 'SUCCESS'] },
  },
  {
    protection: 'nothing starts while the stack is rolled back',
    changes: [{ file: START_JOB, text: 'const held = await guard(state, services.cloudFormation);', replacement: 'const held = undefined as Progress | undefined;' }],
    caseName: 'the stack is rolled back while our run waits to start, and its slot gets free before we are told',
    without: { jobs: 1 },
  },
  {
    protection: 'an update that was answered without having been seen to go forward runs nothing later',
    changes: [{ file: 'lambda/worker/guard.ts', text: "run.goesForward || callback.requestType === 'Create'", replacement: 'true' }],
    caseName: 'the status of the stack is not told as long as CloudFormation waits, and then that the rollback is over',
    without: { jobs: 1 },
  },
  {
    protection: 'nothing starts when CloudFormation could not be answered',
    changes: [{ file: 'lambda/worker/guard.ts', text: "answer === 'GIVEN_UP'", replacement: 'false' }],
    caseName: 'the worker crashes at every answer: nothing starts for a deployment that must fail',
    without: { jobs: 1 },
  },
  {
    protection: 'a look that is refused is looked past, and one that crashes again and again says nothing of the job',
    changes: [{ file: 'lambda/worker/poll-job.ts', text: 'const reason = messageOf(error);', replacement: 'throw error; const reason = messageOf(error);' }],
    caseName: 'the job runs, but can not be looked at for a while: InternalServerException',
    without: { answers: ['FAILED UNWATCHED'] },
  },
  {
    protection: 'only looks in a row that find nothing count',
    changes: [{ file: 'lambda/worker/poll-job.ts', text: ', inVain: 0 };', replacement: ' };' }],
    caseName: '3 times, 1 looks find the job and 4 do not',
    without: { failed: expect.anything() },
  },
  {
    protection: 'Lambda that is throttled is no crash',
    changes: [{ text: '$isOfLambda ? 0 : 1', replacement: '$isOfLambda ? 1 : 1' }],
    caseName: 'Lambda is throttled when the run is asked for',
    without: { failed: expect.anything() },
  },
  {
    protection: 'a crash is followed by the same step',
    changes: [{ text: "'next': 'POLL' }, $crashes >= 12", replacement: "'next': 'POLL' }, $crashes >= 1" }],
    caseName: 'the worker is killed while it looks at the job',
    without: { answers: ['FAILED UNWATCHED'] },
  },
  {
    protection: 'an answer that could not be delivered is tried again in another step',
    changes: [{ file: 'lambda/worker/answer-cloudformation.ts', text: 'canBeAnswered(secondsSinceAsked)', replacement: 'false' }],
    caseName: 'the receiver is down for longer than one step tries',
    without: { failed: expect.anything() },
  },
  {
    protection: 'a redirect is no receipt',
    changes: [{ file: 'lambda/aws/deliver.ts', text: "redirect: 'manual', ", replacement: '' }],
    caseName: 'the receiver redirects with 303',
    without: { failed: expect.anything() },
  },
  {
    protection: 'a run goes on in a new execution before there is no room for more events',
    changes: [{ file: 'lambda/worker/next-step.ts', text: "return 'CONTINUE';", replacement: "return run.jobId ? 'POLL' : 'START';" }],
    caseName: 'the worker crashes twice at each look while the job runs for long: the run goes on in new executions, of which none has too many events',
    without: { failed: expect.stringContaining('toBeGreaterThan') },
  },
  {
    protection: 'an input is looked at before anything else',
    changes: [{ file: 'lambda/worker/index.ts', text: 'return problem === undefined ?', replacement: 'return problem !== "" ?' }],
    caseName: 'an execution is started with a type of job that there is not',
    without: { failed: expect.stringContaining('toEqual') },
  },
  {
    protection: 'what belongs to another account is not run here',
    changes: [{ file: START_JOB, text: 'const elsewhere = whereElse(run, services.place);', replacement: 'const elsewhere = undefined as string | undefined;' }],
    caseName: 'what is run is of another account: it is not run here, where something may have the same name',
    without: { failed: expect.anything() },
  },
  {
    protection: 'a long reason is cut before it is carried',
    changes: [{ file: 'lambda/worker/index.ts', text: 'reason: progress.reason && cut(progress.reason)', replacement: 'reason: progress.reason' }],
    caseName: 'the service refuses the start with 300 KB in one byte a character',
    without: { failed: expect.stringContaining('toBeLessThan') },
  },
  {
    protection: 'a list that has shown too little goes on',
    changes: [{ file: 'lambda/kinds/survey.ts', text: 'all.length >= NEWEST && ', replacement: '' }],
    caseName: 'the first pages of the list are empty, and the answer to the start is lost: an older job is not ours',
    without: { failed: expect.stringContaining('toBe') },
  },
  {
    protection: 'two pages suffice when they are newest first',
    changes: [{ file: 'lambda/kinds/survey.ts', text: 'descendsTo !== undefined)', replacement: 'descendsTo === 0)' }],
    caseName: '8,760 jobs are listed newest first, 200 ms a page, and nothing is lost: no more than two pages are read at a time',
    without: { failed: expect.stringContaining('toBeLessThanOrEqual') },
  },
  {
    protection: 'a resource of a chain follows only a run of its own deployment',
    changes: [{ file: 'lambda/entry/handle-request.ts', text: 'if (isOld || !Execution)', replacement: 'if (!Execution)' }],
    caseName: 'an update runs nothing: the second resource tells of the last run, which had failed, and does not fail',
    without: { failed: expect.stringContaining('IsNew') },
  },
  {
    protection: 'a run that was continued is followed to where it goes on',
    changes: [{ file: 'lambda/aws/executions.ts', text: '(continuedAs && await this.look(continuedAs)) || ', replacement: 'continuedAs ? undefined : ' }],
    caseName: 'the run goes on in a new execution while the second resource waits',
    without: { failed: expect.anything() },
  },
  {
    protection: 'the way in which Clean Rooms says that the service is busy is understood',
    changes: [{ file: 'lambda/aws/service-error.ts', text: "  ServiceQuotaExceededException: 'BUSY',", replacement: "  ServiceQuotaExceededException: 'FAILED'," }],
    caseName: 'the start is not accepted: 402',
    populates: true,
    without: { jobs: 0 },
  },
  {
    protection: 'a job that the id of its population does not name is looked for among those of the workflow',
    changes: [{ file: 'lambda/kinds/id-mapping-table-populations.ts', text: 'if (!watch?.mark || !namesNothing(error)) throw error;', replacement: 'throw error;' }],
    caseName: 'its id names nothing',
    populates: true,
    without: { answers: ['FAILED FAILED'] },
  },
  {
    protection: 'a table that was populated before tells nothing of a new population',
    changes: [{ file: 'lambda/kinds/id-mapping-table-populations.ts', text: "if (!schema.wasEmpty) return { status: 'UNWATCHED' };", replacement: '' }],
    caseName: 'the jobs can not be read: the schema tells of the first population, and nothing of the second',
    populates: true,
    without: { answers: ['SUCCESS SUCCEEDED', 'SUCCESS SUCCEEDED'] },
  },
  {
    protection: 'a permission to read the jobs that may be late is waited for',
    changes: [{ file: 'lambda/kinds/id-mapping-table-populations.ts', text: 'mayBeLate ? look() : unlessDenied(look)', replacement: 'unlessDenied(look)' }],
    caseName: 'the jobs can be read only after a while: both populations are watched',
    populates: true,
    without: { answers: ['SUCCESS SUCCEEDED', 'FAILED UNWATCHED'] },
  },
];
