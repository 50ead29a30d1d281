import { FoundRun } from './executions';
import { ATTRIBUTES, attributeOfMetric, JobKindName, Metrics, METRICS, RunStatus } from '../../src/runs/private/run-protocol';
import { hasEnded, RunState } from '../worker/run-state';

/** What is known of a run when CloudFormation is told. */
export interface Told {
  readonly status: RunStatus;
  readonly jobId?: string;
  readonly metrics?: Metrics;

  /** The name of its execution. */
  readonly execution?: string;

  /** Whether this very request has made it run. */
  readonly isNew?: boolean;
}

/** The attributes of the resource, those that are not known empty: a missing one fails the `Fn::GetAtt` that reads it. */
export function attributes(jobKind: JobKindName, { status, jobId = '', metrics = {}, execution = '', isNew = false }: Told): Record<string, string> {
  return {
    [ATTRIBUTES.jobId]: jobId,
    [ATTRIBUTES.status]: status,
    [ATTRIBUTES.execution]: execution,
    [ATTRIBUTES.isNew]: String(isNew),
    ...Object.fromEntries(METRICS[jobKind].map((metric) => [attributeOfMetric(metric), String(metrics[metric] ?? '')])),
  };
}

/** The attributes of a resource for which nothing runs: they tell of its last run, if it is known. */
export function attributesOfLastRun(jobKind: JobKindName, last: FoundRun | undefined): Record<string, string> {
  return attributes(jobKind, last ? { ...last.state, status: statusOf(last.state), execution: last.name } : { status: 'NOT_RUN' });
}

/** How far a run has come. */
export function statusOf({ outcome, jobId, goesForward }: Pick<RunState, 'outcome' | 'jobId' | 'goesForward'>): RunStatus {
  if (hasEnded({ outcome })) return outcome as RunStatus;
  if (jobId) return 'STARTED';
  return goesForward && outcome === 'ACCEPTED' ? 'ACCEPTED' : 'WAITING';
}
