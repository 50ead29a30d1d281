import { Store } from './store';
import { EntityResolutionServer } from '../entity-resolution/server';
import { Caller } from '../rest-json/caller';
import { Fault, IdMappingJobIdNames } from '../rest-json/faults';

/** What an operation works on, besides its input. */
export interface Context {
  readonly store: Store;
  readonly caller: Caller;
  /** The caller's. */
  readonly account: string;
  readonly region: string;
  readonly entityResolution: EntityResolutionServer;
  readonly idMappingJobId: IdMappingJobIdNames;
  /** What goes wrong with the job that the call starts. */
  readonly fault?: Fault;
}
