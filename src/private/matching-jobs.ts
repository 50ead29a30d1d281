import { CfnResource } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { l1Of } from './l1';

/** A run of a matching workflow by this app. */
export interface MatchingRun {
  /** What the run is, to those that have to come after it. */
  readonly job: IConstruct;

  /** What runs it again when it changes: the workflow's data are others then. */
  readonly runTrigger?: string;
}

const RUNS = new WeakMap<CfnResource, MatchingRun[]>();

/** Remembers that this app runs the matching workflow, which may be defined in this app or not. */
export function addMatchingJob(workflow: IConstruct, run: MatchingRun): void {
  const l1 = l1Of(workflow);
  if (l1) RUNS.set(l1, [...RUNS.get(l1) ?? [], run]);
}

/** The runs of the matching workflow by this app. They are all known when the app is synthesized. */
export function matchingJobsOf(workflow: IConstruct): readonly MatchingRun[] {
  const l1 = l1Of(workflow);
  return (l1 && RUNS.get(l1)) ?? [];
}
