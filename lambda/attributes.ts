import { Run } from './run';

/** The job metrics of the API. */
const METRICS = [
  'inputRecords', 'totalRecordsProcessed', 'recordsNotProcessed', 'deleteRecordsProcessed',
  'totalMappedRecords', 'totalMappedSourceRecords', 'totalMappedTargetRecords', 'uniqueRecordsLoaded',
  'newMappedRecords', 'newMappedSourceRecords', 'newMappedTargetRecords', 'newUniqueRecordsLoaded',
  'mappedRecordsRemoved', 'mappedSourceRecordsRemoved', 'mappedTargetRecordsRemoved',
] as const;

/**
 * How far a run had come when CloudFormation was told.
 *
 * `WAITING` is a run that will start as soon as it can; `NOT_RUN` is an update that had nothing to run.
 */
export type RunStatus = 'ACCEPTED' | 'WAITING' | 'STARTED' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'NOT_RUN';

/**
 * The attributes of the resource, those that are not known empty: a missing one fails the `Fn::GetAtt` that reads it.
 */
export function attributes(status: RunStatus, { jobId, metrics }: Partial<Pick<Run, 'jobId' | 'metrics'>> = {}): Record<string, string> {
  return {
    JobId: jobId ?? '',
    Status: status,
    ...Object.fromEntries(METRICS.map((metric) => [metric[0].toUpperCase() + metric.slice(1), String(metrics?.[metric] ?? '')])),
  };
}
