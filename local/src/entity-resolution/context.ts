import { AccountRegion } from './account-region';
import { Behaviour } from '../rest-json/fault-plan';
import { PlannedJob } from '../rest-json/faults';

/** What an operation works on, besides its input. */
export interface Context {
  /** The caller's account and Region. */
  readonly accountRegion: AccountRegion;
  readonly behaviour: Required<Behaviour>;
  /** What becomes of a job that this call starts. @default - it does its work */
  readonly plannedJob?: PlannedJob;
  /** Where a job finds the AWS services that it uses, and when it has to stop. */
  readonly jobEnvironment: JobEnvironment;
}

/** Where a job finds the AWS services that it uses, and when it has to stop. */
export interface JobEnvironment {
  readonly awsEndpointUrl: string;
  /** Whether roles are asked for what they do. */
  readonly enforcesIam: boolean;
  /** Where jobs keep their files, and what the next one builds upon; the folder is the server's. */
  readonly workFolder: string;
  /** Told of the mapping that a job has made: CSV with the columns `sourceId`, `targetId`, `ruleName`. */
  readonly onMapping: (jobId: string, file: string) => Promise<void>;
  /** Aborted when the server closes. */
  readonly signal: AbortSignal;
}
