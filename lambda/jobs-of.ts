import { EntityResolutionClient } from '@aws-sdk/client-entityresolution';
import { IdMappingJobs } from './id-mapping-jobs';
import { jobKindOf } from './job-kind';
import { Jobs } from './jobs';
import { MatchingJobs } from './matching-jobs';
import { RunRequest } from './run';

/** The jobs of the kind that a request asks for. */
export function jobsOf(request: Pick<RunRequest, 'jobKind'>, client: EntityResolutionClient): Jobs {
  return jobKindOf(request) === 'MATCHING' ? new MatchingJobs(client) : new IdMappingJobs(client);
}
