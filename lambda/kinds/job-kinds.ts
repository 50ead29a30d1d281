import { ID_MAPPING } from './id-mapping-jobs';
import { ID_MAPPING_TABLE_POPULATION } from './id-mapping-table-populations';
import { JobKind } from './job-kind';
import { MATCHING } from './matching-jobs';
import { JobKindName, Run, RunRequests } from '../../src/runs/private/run-protocol';

const JOB_KINDS: { readonly [Kind in JobKindName]: JobKind<RunRequests[Kind]> } = { ID_MAPPING, MATCHING, ID_MAPPING_TABLE_POPULATION };

/** The kind of job that is run, which takes the request of just such a run. */
export function jobKindOf({ jobKind }: Pick<Run, 'jobKind'>): JobKind<Run['request']> {
  return JOB_KINDS[jobKind];
}
