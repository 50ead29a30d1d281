import { JobKind, jobKindOf } from './job-kind';
import { Metrics } from './jobs';
import { Run, RunRequest } from './run';

/** The metrics of the API's `IdMappingJobMetrics` and `JobMetrics`. */
const METRICS: Record<JobKind, readonly (keyof Metrics)[]> = {
  ID_MAPPING: [
    'inputRecords', 'totalRecordsProcessed', 'recordsNotProcessed', 'deleteRecordsProcessed',
    'totalMappedRecords', 'totalMappedSourceRecords', 'totalMappedTargetRecords', 'uniqueRecordsLoaded',
    'newMappedRecords', 'newMappedSourceRecords', 'newMappedTargetRecords', 'newUniqueRecordsLoaded',
    'mappedRecordsRemoved', 'mappedSourceRecordsRemoved', 'mappedTargetRecordsRemoved',
  ],
  MATCHING: ['inputRecords', 'totalRecordsProcessed', 'recordsNotProcessed', 'deleteRecordsProcessed', 'matchIDs'],
};

/**
 * How far a run had come when CloudFormation was told.
 *
 * `WAITING` is a run that will start as soon as it can; `NOT_RUN` is an update that had nothing to run.
 */
export type RunStatus = 'ACCEPTED' | 'WAITING' | 'STARTED' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'NOT_RUN';

/**
 * The attributes of the resource, those that are not known empty: a missing one fails the `Fn::GetAtt` that reads it.
 */
export function attributes(
  request: Pick<RunRequest, 'jobKind'>, status: RunStatus, { jobId, metrics }: Partial<Pick<Run, 'jobId' | 'metrics'>> = {},
): Record<string, string> {
  return {
    JobId: jobId ?? '',
    Status: status,
    ...Object.fromEntries(METRICS[jobKindOf(request)].map((metric) => [metric[0].toUpperCase() + metric.slice(1), String(metrics?.[metric] ?? '')])),
  };
}
