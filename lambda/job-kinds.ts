import { ID_MAPPING } from './id-mapping-jobs';
import { ID_MAPPING_TABLE_POPULATION } from './id-mapping-table-populations';
import { JobKind } from './job-kind';
import { MATCHING } from './matching-jobs';
import { RunRequest } from './run';

const JOB_KINDS: readonly JobKind[] = [ID_MAPPING, MATCHING, ID_MAPPING_TABLE_POPULATION];

/** The kind of job that a request asks for. A run that was under way when the functions learned of kinds has none. */
export function jobKindOf({ jobKind = 'ID_MAPPING' }: Pick<RunRequest, 'jobKind'>): JobKind {
  return JOB_KINDS.find(({ name }) => name === jobKind)!;
}

/** The kind of job that a construct asks for. */
export function jobKindOfConstruct(className: string): JobKind {
  return JOB_KINDS.find(({ construct }) => construct === className)!;
}
