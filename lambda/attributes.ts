import { jobKindOf } from './job-kinds';
import { Run, RunRequest } from './run';

/**
 * How far a run had come when CloudFormation was told.
 *
 * `WAITING` is a run that will start as soon as it can; `UNWATCHED` is one whose end can't be seen; `NOT_RUN` is an update that had nothing to run.
 */
export type RunStatus = 'ACCEPTED' | 'WAITING' | 'STARTED' | 'SUCCEEDED' | 'FAILED' | 'UNWATCHED' | 'TIMED_OUT' | 'NOT_RUN';

/**
 * The attributes of the resource, those that are not known empty: a missing one fails the `Fn::GetAtt` that reads it.
 */
export function attributes(
  request: Pick<RunRequest, 'jobKind'>, status: RunStatus, { jobId, metrics }: Partial<Pick<Run, 'jobId' | 'metrics'>> = {},
): Record<string, string> {
  return {
    JobId: jobId ?? '',
    Status: status,
    ...Object.fromEntries(jobKindOf(request).metrics.map((metric) => [metric[0].toUpperCase() + metric.slice(1), String(metrics?.[metric] ?? '')])),
  };
}
