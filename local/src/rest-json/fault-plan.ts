import { z } from 'zod';

/** How a second job is met while another one of the account and Region is queued or running. */
export type WhenBusy = 'ConflictException' | 'ExceedsLimitException' | 'QUEUED';

/** The job at Entity Resolution, whose id has no hyphens, or nothing that anybody can look up. */
export type IdMappingJobIdNames = 'JOB' | 'NOTHING';

/** An answer that is none of the service's: of a proxy, or cut short. */
export interface RawAnswer {
  /** 200 to 599. */
  readonly status: number;
  /** @default - empty */
  readonly body?: string;
  /** @default - `content-type: application/json` */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error (a name of the API model), an answer that is none of the service's, a dropped connection, or no answer at all. */
export type Refusal = string | RawAnswer | 'DROP' | 'NO_ANSWER';

/** What happens to the next calls of one operation. One that says nothing but the operation and a count lets as many calls pass. */
export interface Fault {
  /** The operation, such as `StartIdMappingJob`. */
  readonly operation: string;
  /** How many calls meet the fault. @default 1 */
  readonly count?: number;
  /** What the call is answered with in place of being done. */
  readonly before?: Refusal;
  /** What the error of `before` says. @default - that it was asked for */
  readonly message?: string;
  /** What happens in place of the answer once the call is done. */
  readonly after?: Refusal;
  /** The gate at which the call waits before it is done. @see ControlClient.release */
  readonly holdCall?: string;
  /** The gate at which the answer waits once the call is done. */
  readonly holdAnswer?: string;
  /** Milliseconds by which the answer is late. @default 0 */
  readonly delayMs?: number;
  /** What becomes of the job that the call starts. */
  readonly job?: JobFault;
}

/** What becomes of a job. */
export interface JobFault {
  /** Seconds the job stays QUEUED. @default 0 */
  readonly queuedSeconds?: number;
  /** The gate at which the job stays QUEUED. */
  readonly holdQueued?: string;
  /** Seconds the job is RUNNING at least. @default 0 */
  readonly runningSeconds?: number;
  /** The gate at which the job stays RUNNING, before it does its work. */
  readonly holdRunning?: string;
  /** The message the job fails with after that time. @default - the job does its work */
  readonly failure?: string;
  /** How many lists of the workflow's jobs it is missing from. @default 0 */
  readonly missingFromLists?: number;
}

/** What a service does where AWS's documentation leaves room: whoever calls it has to live with each of these. */
export interface Behaviour {
  /** Of Entity Resolution. @default 'ConflictException' */
  readonly whenBusy?: WhenBusy;
  /** Of Clean Rooms: what the `idMappingJobId` of PopulateIdMappingTable names. @default 'JOB' */
  readonly idMappingJobId?: IdMappingJobIdNames;
  /** Whether answers about a job of an ID mapping workflow have the `jobType`. @default 'SAID' */
  readonly jobType?: 'SAID' | 'LEFT_OUT';
  /** How answers about a job of an ID mapping workflow end an `outputS3Path`. @default 'AS_GIVEN' */
  readonly trailingSlash?: 'AS_GIVEN' | 'ADDED' | 'REMOVED';
  /** How far the service's clock is ahead, in seconds: the times of jobs. Negative when it is behind. @default 0 */
  readonly clockAheadSeconds?: number;
  /** The order of lists of jobs. @default 'NEWEST_FIRST' */
  readonly listOrder?: 'NEWEST_FIRST' | 'ARBITRARY';
  /** What an ID mapping finds behind a matching workflow of which no job has succeeded yet. @default 'NO_RECORDS' */
  readonly unindexedWorkflow?: 'NO_RECORDS' | 'ALL_RECORDS' | 'FAILURE';
  /** Who starts an ID mapping job has to be allowed to use the key of its output, as AWS documents it for matching jobs. @default 'NEEDED' */
  readonly outputKeyOfCaller?: 'NEEDED' | 'NOT_NEEDED';
  /** Whether rules of an ID mapping workflow itself, with `ruleDefinitionType` SOURCE, are taken where a source is a table. @default 'TAKEN' */
  readonly rulesOverTables?: 'TAKEN' | 'REFUSED';
  /** Whether a table that was never populated takes a job that is not BATCH. @default 'REFUSED' */
  readonly firstPopulation?: 'REFUSED' | 'TAKEN';
  /** With IAM enforced: whether the role and the tables are looked at when a workflow or an ID namespace is made or changed. @default 'LOOKED_AT' */
  readonly inputsAtCreate?: 'LOOKED_AT' | 'LEFT_ALONE';
  /** Whether a job looks for the objects `crm` and `crm_$folder$` beside those under `crm/`, as Hadoop's readers do. @default 'READ' */
  readonly folderMarkers?: 'READ' | 'LEFT_ALONE';
  /** How a job uploads its output. In parts it decrypts them, too. @default 'IN_PARTS' */
  readonly outputUpload?: 'IN_PARTS' | 'WHOLE';
  /** Whether GetSchema asks for the configured table association of its membership beside the collaboration. @default 'NEEDED' */
  readonly schemaOfAssociation?: 'NEEDED' | 'NOT_NEEDED';
}

/** Everything that can be asked to go wrong. */
export interface FaultPlan extends Behaviour {
  /** @default - none */
  readonly faults?: readonly Fault[];
}

/** Jobs that have ended, as a workflow has them that has been in use for long. */
export interface PlantedJobs {
  readonly workflowName: string;
  /** 1 to 100,000. */
  readonly count: number;
  /** The workflow's owner. @default '000000000000' */
  readonly account?: string;
  /** @default 'us-east-1' */
  readonly region?: string;
  /** @default 'SUCCEEDED' */
  readonly status?: 'SUCCEEDED' | 'FAILED';
  /** ISO 8601: when the newest of them has started; each other one a minute before the next. @default - a minute ago */
  readonly newest?: string;
}

const gate = z.string().regex(/^[\w-]+$/).optional();
const seconds = z.number().nonnegative().optional();
const refusal = z.union([
  z.string(),
  z.strictObject({ status: z.int().min(200).max(599), body: z.string().optional(), headers: z.record(z.string(), z.string()).optional() }),
]).optional();

export const FAULT_PLAN: z.ZodType<FaultPlan> = z.strictObject({
  faults: z.array(z.strictObject({
    operation: z.string(),
    count: z.int().positive().optional(),
    before: refusal,
    message: z.string().optional(),
    after: refusal,
    holdCall: gate,
    holdAnswer: gate,
    delayMs: seconds,
    job: z.strictObject({
      queuedSeconds: seconds,
      holdQueued: gate,
      runningSeconds: seconds,
      holdRunning: gate,
      failure: z.string().optional(),
      missingFromLists: z.int().nonnegative().optional(),
    }).optional(),
  })).optional(),
  whenBusy: z.enum(['ConflictException', 'ExceedsLimitException', 'QUEUED']).optional(),
  idMappingJobId: z.enum(['JOB', 'NOTHING']).optional(),
  jobType: z.enum(['SAID', 'LEFT_OUT']).optional(),
  trailingSlash: z.enum(['AS_GIVEN', 'ADDED', 'REMOVED']).optional(),
  clockAheadSeconds: z.number().optional(),
  listOrder: z.enum(['NEWEST_FIRST', 'ARBITRARY']).optional(),
  unindexedWorkflow: z.enum(['NO_RECORDS', 'ALL_RECORDS', 'FAILURE']).optional(),
  outputKeyOfCaller: z.enum(['NEEDED', 'NOT_NEEDED']).optional(),
  rulesOverTables: z.enum(['TAKEN', 'REFUSED']).optional(),
  firstPopulation: z.enum(['REFUSED', 'TAKEN']).optional(),
  inputsAtCreate: z.enum(['LOOKED_AT', 'LEFT_ALONE']).optional(),
  folderMarkers: z.enum(['READ', 'LEFT_ALONE']).optional(),
  outputUpload: z.enum(['IN_PARTS', 'WHOLE']).optional(),
  schemaOfAssociation: z.enum(['NEEDED', 'NOT_NEEDED']).optional(),
});

export const PLANTED_JOBS: z.ZodType<PlantedJobs> = z.strictObject({
  workflowName: z.string(),
  count: z.int().min(1).max(100_000),
  account: z.string().regex(/^\d{12}$/).optional(),
  region: z.string().optional(),
  status: z.enum(['SUCCEEDED', 'FAILED']).optional(),
  newest: z.iso.datetime().optional(),
});
