import { Event } from './events';
import { World } from './world';

/** What a case comes to. */
export interface Result {
  /** Jobs that the requests have started, all told. */
  readonly jobs: number;

  /** What each request was answered, in the order in which they were made: `SUCCESS STARTED`. */
  readonly answers: string[];
}

/** Something that goes wrong, and what comes of it. */
export interface Case<W extends World = World> {
  readonly name: string;
  readonly expected: Result;
  readonly run: (world: W) => Promise<Event[]>;
}

/** A case and the promise that it is about. */
export interface PromiseCase extends Case {
  readonly promise: string;

  /** Whether the runs are populations of an ID mapping table: the case needs a `PopulationWorld`. */
  readonly populates?: true;
}

export function about(promise: string, cases: Case[]): PromiseCase[] {
  return cases.map((each) => ({ promise, ...each }));
}

/** A runner is made to fail where no fault from outside can make it fail, or to meet a limit sooner; a protection is taken out in the same way. */
export interface Change {
  /** A file that is bundled into the functions; none is the template, with the state machine's definition. */
  readonly file?: string;

  /** The text that is there now. */
  readonly text: string;

  /** What is put in its place. */
  readonly replacement: string;
}

export const ONE_STARTED: Result = { jobs: 1, answers: ['SUCCESS STARTED'] };
export const ONE_SUCCEEDED: Result = { jobs: 1, answers: ['SUCCESS SUCCEEDED'] };
export const NOT_RUN: Result = { jobs: 0, answers: ['SUCCESS NOT_RUN'] };
export const DELETED: Result = { jobs: 0, answers: ['SUCCESS'] };
