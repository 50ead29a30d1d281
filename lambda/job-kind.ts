import { RunRequest } from './run';

/** What a job is of: an ID mapping workflow or a matching workflow. */
export type JobKind = 'ID_MAPPING' | 'MATCHING';

/** The kind of job that a request asks for. A run that was under way when the functions learned of kinds has none. */
export function jobKindOf({ jobKind = 'ID_MAPPING' }: Pick<RunRequest, 'jobKind'>): JobKind {
  return jobKind;
}
