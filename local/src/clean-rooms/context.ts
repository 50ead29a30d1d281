import { Store } from './store';
import { EntityResolutionServer } from '../entity-resolution/server';
import { Caller } from '../rest-json/caller';
import { Behaviour } from '../rest-json/fault-plan';
import { PlannedJob } from '../rest-json/faults';

/** What an operation works on, besides its input. */
export interface Context {
  readonly store: Store;
  readonly caller: Caller;
  /** The caller's. */
  readonly account: string;
  readonly region: string;
  readonly entityResolution: EntityResolutionServer;
  readonly behaviour: Required<Behaviour>;
  /** What becomes of the job that the call starts. */
  readonly plannedJob?: PlannedJob;
}
