/**
 * What the constructs, the state machine and the functions of the runner tell each other. It imports nothing, so that all three can use it, and
 * nothing of it is written a second time.
 *
 * A *run* says what is run, in the API's own spelling; *settings* say how; a *callback*, if there is one, says who waits for an answer.
 */

/** The version of what a construct tells of the definition: another one is compared only by the values that both versions have. */
export const DEFINITION_VERSION = '1';

// Schemas -----------------------------------------------------------------------------------------------------------------------------------------

/** A JSON Schema, as much of it as is needed here. */
export interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'boolean';
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: false;

  /** The one whose `jobKind` is that of the value holds. */
  readonly oneOf?: readonly Schema[];
}

/** What a schema describes, so that it need not be said again as a type. */
type Described<S> =
  S extends { enum: readonly (infer Value)[] } ? Value
    : S extends { type: 'string' } ? string
      : S extends { items: infer Item } ? Described<Item>[]
        : S extends { properties: infer Members; required: readonly (infer Name)[] }
          ? { readonly [M in keyof Members & Name]: Described<Members[M]> } & { readonly [M in Exclude<keyof Members, Name>]?: Described<Members[M]> }
          : never;

const TEXT = { type: 'string', minLength: 1 } as const;
const JOB_TYPE = { enum: ['BATCH', 'INCREMENTAL', 'DELETE_ONLY'] } as const;

function object<const Members extends { readonly [name: string]: Schema }, const Names extends readonly (keyof Members & string)[]>(
  properties: Members, required: Names, description?: string,
) {
  return { ...(description ? { description } : {}), type: 'object', properties, required, additionalProperties: false } as const;
}

// What is run -------------------------------------------------------------------------------------------------------------------------------------

/** What the start of a job sends, by the kind of job: the requests of StartIdMappingJob, StartMatchingJob and PopulateIdMappingTable. */
export const REQUESTS = {
  ID_MAPPING: object({
    workflowName: TEXT,
    jobType: JOB_TYPE,
    outputSourceConfig: { type: 'array', minItems: 1, maxItems: 1, items: object({ roleArn: TEXT, outputS3Path: TEXT, KMSArn: TEXT }, ['roleArn', 'outputS3Path']) },
  }, ['workflowName']),
  MATCHING: object({ workflowName: TEXT }, ['workflowName']),
  ID_MAPPING_TABLE_POPULATION: object({
    membershipIdentifier: TEXT, idMappingTableIdentifier: TEXT, jobType: JOB_TYPE,
  }, ['membershipIdentifier', 'idMappingTableIdentifier']),
} as const satisfies Record<string, Schema>;

export type RunRequests = { readonly [Kind in keyof typeof REQUESTS]: Described<typeof REQUESTS[Kind]> };

export type JobKindName = keyof RunRequests;

/** What is run. */
export type Run<K extends JobKindName = JobKindName> = { readonly [Kind in K]: {
  readonly jobKind: Kind;
  readonly request: RunRequests[Kind];

  /** Where it may be run: the calls know names only, which another account or Region may have, too. */
  readonly account?: string;
  readonly region?: string;
} }[K];

/** What a custom resource's property `Run` says: what is run, and what else decides whether it is run again. */
export type DecidedRun = Run & {
  /** What decides the result: what was defined in the app of what the job reads, as CloudFormation resolves it. */
  readonly definition?: Definition;

  /** @see JobRunProps.runTrigger */
  readonly runTrigger?: string;

  /** Differs at every synthesis, for `RunWhen.EVERY_DEPLOY`. */
  readonly synthesizedAt?: string;
};

/** Values by what they belong to, beside the version of what is told. */
export interface Definition {
  readonly version: string;
  readonly [resource: string]: unknown;
}

// How it is run -----------------------------------------------------------------------------------------------------------------------------------

/** How far a run has to come before CloudFormation gets its answer. */
export type WaitForName = 'ACCEPTED' | 'STARTED' | 'SUCCEEDED';

/** How a run is run. */
export interface Settings {
  /** @default 'QUEUE' */
  readonly onBusy?: 'QUEUE' | 'JOIN' | 'FAIL';

  /** The role with which the job is started and looked at. @default - the worker's own */
  readonly roleArn?: string;

  /** Whether that role may read the jobs of an ID mapping table's workflow. */
  readonly readsJobs?: boolean;

  /** How long whoever waits does so. @default - until the run is given up */
  readonly timeoutSeconds?: number;

  /** Before the first look at the job; later waits grow. @default 5 */
  readonly pollIntervalSeconds?: number;
}

/** For which request CloudFormation waits, where, and for what. */
export interface Callback {
  readonly requestType: 'Create' | 'Update' | 'Delete';
  readonly responseUrl: string;
  readonly stackId: string;
  readonly requestId: string;
  readonly logicalResourceId: string;
  readonly physicalResourceId: string;
  readonly waitFor: WaitForName;
  readonly onFailure: 'FAIL' | 'WARN';

  /** Whether the next resource of a chain goes on waiting when this one's time is over. */
  readonly handsOver?: boolean;

  /** Whether the request is to run nothing, but may be the way back of one that was, whose run it takes back. */
  readonly takesBackOnly?: boolean;

  /** Of a deletion: whether the job has to end first, because its workflow is deleted with the stack. */
  readonly awaitsJob?: boolean;
}

/** The settings of a custom resource, as CloudFormation sends them: every number and boolean a text. */
export interface ResourceSettings {
  readonly waitFor: WaitForName;
  readonly onBusy: 'QUEUE' | 'JOIN' | 'FAIL';
  readonly onFailure: 'FAIL' | 'WARN';
  readonly runWhen: 'ON_CHANGE' | 'NEVER_ON_UPDATE' | 'NEVER_ON_CREATE' | 'EVERY_DEPLOY';

  /** With its unit: `55 minutes`. */
  readonly timeout: string;
  readonly pollInterval: string;
  readonly roleArn: string;
  readonly readsJobs?: string;
  readonly handsOver?: string;
  readonly awaitsJobOnDelete?: string;
}

/** The properties of the custom resource of a run. */
export interface RunProperties {
  readonly Run: DecidedRun;
  readonly Settings: ResourceSettings;
}

/** What an execution of the state machine takes as its input: a run, or the name of a run that is followed. */
export interface RunInput {
  readonly run?: Run;
  readonly follow?: { readonly execution: string; readonly jobKind: JobKindName };
  readonly settings?: Settings;
  readonly callback?: Callback;

  /** ISO time at which the run was asked for. @default - the start of the execution */
  readonly askedAt?: string;
}

/** The properties of a resource that goes on waiting for the run of another one, whose attributes say which. */
export interface WaitProperties {
  /** What is run, by which a deletion finds the job that has to end. */
  readonly Run: Run;
  readonly Execution: string;
  readonly IsNew: string;
  readonly Settings: Pick<ResourceSettings, 'onFailure' | 'timeout' | 'pollInterval' | 'roleArn' | 'handsOver' | 'awaitsJobOnDelete'>;
}

/** The types of the custom resources. */
export const RESOURCE_TYPES = {
  ID_MAPPING: 'Custom::IdMappingJob',
  MATCHING: 'Custom::MatchingJob',
  ID_MAPPING_TABLE_POPULATION: 'Custom::IdMappingTablePopulation',
} as const satisfies Record<JobKindName, string>;

export const WAIT_RESOURCE_TYPE = 'Custom::IdMappingRunWait';

// How it went -------------------------------------------------------------------------------------------------------------------------------------

/** What jobs count, by the kind of job: the API's `IdMappingJobMetrics` and `JobMetrics`. */
const ID_MAPPING_METRICS = [
  'inputRecords', 'totalRecordsProcessed', 'recordsNotProcessed', 'deleteRecordsProcessed',
  'totalMappedRecords', 'totalMappedSourceRecords', 'totalMappedTargetRecords', 'uniqueRecordsLoaded',
  'newMappedRecords', 'newMappedSourceRecords', 'newMappedTargetRecords', 'newUniqueRecordsLoaded',
  'mappedRecordsRemoved', 'mappedSourceRecordsRemoved', 'mappedTargetRecordsRemoved',
] as const;

export const METRICS = {
  ID_MAPPING: ID_MAPPING_METRICS,
  MATCHING: ['inputRecords', 'totalRecordsProcessed', 'recordsNotProcessed', 'deleteRecordsProcessed', 'matchIDs'],
  ID_MAPPING_TABLE_POPULATION: ID_MAPPING_METRICS,
} as const satisfies Record<JobKindName, readonly string[]>;

export type MetricName = typeof METRICS[JobKindName][number];
export type Metrics = { readonly [Name in MetricName]?: number };

/** The attributes of a custom resource beside its metrics. */
export const ATTRIBUTES = {
  jobId: 'JobId',
  status: 'Status',

  /** The name of the execution that is the run. */
  execution: 'Execution',

  /** Whether this very deployment has asked for that run. */
  isNew: 'IsNew',
} as const;

/** The attribute in which the resource tells a metric. */
export function attributeOfMetric(metric: MetricName): string {
  return metric[0].toUpperCase() + metric.slice(1);
}

/**
 * How a step of a run ended. Conditions that are to be expected are values, not exceptions: the state machine goes its way by them.
 *
 * - `ACCEPTED`: the deployment goes forward, so the run will start as soon as it can
 * - `STARTED`: the job is accepted by the service
 * - `BUSY`: another job has the Region's one slot
 * - `THROTTLED`: too many calls
 * - `NOT_YET_ALLOWED`: a permission is missing, which is normal for some time after its policy was made
 * - `HELD`: the stack is being rolled back or deleted, on behalf of another deployment
 * - `UNKNOWN`: the answer to the start was lost, the job may be running
 * - `RUNNING`, `SUCCEEDED`, `FAILED`: how the job goes
 * - `UNWATCHED`: the job was started, but how it ends can't be seen
 * - `TIMED_OUT`: nobody waits any longer; a job that was started goes on
 * - `NOT_RUN`: the deployment that asked for the run goes back, or the request was to run nothing
 */
export type Outcome =
  | 'ACCEPTED' | 'STARTED' | 'BUSY' | 'THROTTLED' | 'NOT_YET_ALLOWED' | 'HELD' | 'UNKNOWN'
  | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'UNWATCHED' | 'TIMED_OUT' | 'NOT_RUN';

/** The outcomes after which nothing more happens to a run. */
export const FINAL_OUTCOMES = ['SUCCEEDED', 'FAILED', 'UNWATCHED', 'TIMED_OUT', 'NOT_RUN'] as const satisfies readonly Outcome[];

/**
 * How far a run had come when CloudFormation was told: the attribute `Status`.
 *
 * `WAITING` is a run that will start as soon as it can.
 */
export type RunStatus = 'ACCEPTED' | 'WAITING' | 'STARTED' | typeof FINAL_OUTCOMES[number];

/** The event that tells how a run ended. */
export const ENDED_EVENT = { source: 'cdk-id-mapping', detailType: 'ID Mapping Run Ended' } as const;

// The state machine -------------------------------------------------------------------------------------------------------------------------------

/** The names of the states that do something; those of the worker's steps are in the history that the entry function reads. */
export const STATES = {
  START: 'Start',
  POLL: 'Poll',
  ANSWER: 'Answer',
  CONTINUE: 'Continue as a new execution',
  PUBLISH: 'Publish how it ended',
} as const;

/** Where a run goes next: the field `next` of what an execution carries. */
export type NextStep = keyof typeof STATES | 'END';

/** The steps of the worker. */
export type StepName = Exclude<keyof typeof STATES, 'PUBLISH'>;

/** What the state machine gives the worker for a step. */
export interface Step {
  readonly step: StepName;

  /** The input of the execution at first, later what the step before has returned. */
  readonly state: unknown;

  /** ISO time at which the execution has started. */
  readonly startedAt: string;
  readonly executionName: string;
  readonly stateMachineArn: string;
}

// Times and sizes, in seconds and bytes -----------------------------------------------------------------------------------------------------------

/** CloudFormation gives up on a custom resource after an hour at most. */
export const LONGEST_RESOURCE_SECONDS = 60 * 60;

/** What the runner needs of that to answer after the last look at the job. */
export const TIME_TO_ANSWER_SECONDS = 4 * 60;

/** How long one custom resource waits for a run at most: a minute is for what happens before. */
export const LONGEST_ANSWER_SECONDS = 55 * 60;

/** How long a chain of custom resources waits for a run at most. */
export const LONGEST_CHAIN_SECONDS = 12 * 60 * 60;

/** How long a deployment waits at least, and the bounds of the first wait before a look. */
export const SHORTEST_TIMEOUT_SECONDS = 60;
export const SHORTEST_POLL_SECONDS = 1;
export const LONGEST_POLL_SECONDS = 60;
export const DEFAULT_POLL_SECONDS = 5;

/** Nothing is waited for any longer than this. */
export const LONGEST_RUN_SECONDS = 24 * 60 * 60;

/** A step of the worker ends within this. */
export const STEP_SECONDS = 60;

/** An execution ends at 25,000 events. A turn has about a dozen, so that the run goes on in a new execution well before. */
export const TURNS_OF_AN_EXECUTION = 1_000;

/** After so many crashes in a row, which take some ten minutes, there is something wrong with the runner itself. */
export const CRASHES = 12;

// The input ---------------------------------------------------------------------------------------------------------------------------------------

const TIME = {
  type: 'string',
  minLength: 1,
  pattern: String.raw`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`,
} as const;
const SECONDS = { type: 'number', minimum: 1, maximum: LONGEST_RUN_SECONDS } as const;

const run = (jobKind: JobKindName, description: string): Schema =>
  object({ jobKind: { enum: [jobKind] }, request: REQUESTS[jobKind], account: TEXT, region: TEXT }, ['jobKind', 'request'], description);

/** What an execution of the state machine takes as its input. */
export const INPUT_SCHEMA: Schema & { readonly $schema: string } = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Input of a run',
  description: 'What an execution of the state machine of an IdMappingRunner takes as its input. The name of the execution makes it one run, however often it is asked for.',
  ...object({
    run: {
      description: "What is run: the request of the API's own call, and where",
      oneOf: [
        run('ID_MAPPING', 'A job of an ID mapping workflow, by StartIdMappingJob'),
        run('MATCHING', 'A job of a matching workflow, by StartMatchingJob'),
        run('ID_MAPPING_TABLE_POPULATION', 'A population of an ID mapping table, by PopulateIdMappingTable'),
      ],
    },
    settings: object({
      onBusy: { description: 'What the run does when another job runs; QUEUE if left out', enum: ['QUEUE', 'JOIN', 'FAIL'] },
      roleArn: { ...TEXT, description: "The role with which the job is started and looked at; the worker's own if left out" },
      readsJobs: { type: 'boolean', description: "Of a population: whether the role may read the jobs of the table's workflow" },
      timeoutSeconds: { ...SECONDS, description: 'For how long the run may try to start, and whoever waits does so; a day if left out' },
      pollIntervalSeconds: { type: 'number', minimum: SHORTEST_POLL_SECONDS, maximum: LONGEST_POLL_SECONDS, description: 'Before the first look at the job; later waits grow' },
    }, [], 'How it is run'),
    callback: object({
      requestType: { enum: ['Create', 'Update', 'Delete'] },
      responseUrl: TEXT,
      stackId: TEXT,
      requestId: TEXT,
      logicalResourceId: TEXT,
      physicalResourceId: TEXT,
      waitFor: { enum: ['ACCEPTED', 'STARTED', 'SUCCEEDED'] },
      onFailure: { enum: ['FAIL', 'WARN'] },
      handsOver: { type: 'boolean' },
      takesBackOnly: { type: 'boolean' },
      awaitsJob: { type: 'boolean' },
    }, ['requestType', 'responseUrl', 'stackId', 'requestId', 'logicalResourceId', 'physicalResourceId', 'waitFor', 'onFailure'],
    'For which request CloudFormation waits; nobody waits if left out'),
    askedAt: { ...TIME, description: 'ISO time, such as 2026-11-24T12:00:00Z, at which the run was asked for; the start of the execution if left out' },
    follow: object({ execution: TEXT, jobKind: { enum: Object.keys(REQUESTS) } }, ['execution', 'jobKind'],
      'In place of `run`: the execution whose end is waited for'),
  }, []),
};
