import { JobSummary } from '@aws-sdk/client-entityresolution';
import { JobPage } from './jobs';

/** As many of the newest jobs are known by their ids. Of older ones there is no need to know. */
const NEWEST = 50;

/** A list goes on in the next step after this: with thousands of jobs behind a workflow it takes longer than a step may. */
const PATIENCE_MS = 15_000;

/** A job of a workflow, with times of the service's own clock: they are compared with each other only. */
export interface SeenJob {
  readonly jobId: string;
  readonly startTime: number;
  readonly active: boolean;
}

/** The newest jobs of a workflow, newest first. */
export interface Survey {
  readonly newest: readonly SeenJob[];

  /** Whether these are all jobs. */
  readonly complete: boolean;

  /** Where the list goes on, as long as it does. */
  readonly nextToken?: string;

  /** The time of the last job so far, as long as all came newest first. */
  readonly descendsTo?: number;
}

/** The jobs that were there at some time. */
export interface Mark {
  readonly jobIds: readonly string[];

  /** The time of the oldest of them, if there were older ones. */
  readonly oldest?: number;
}

/** Later than any job; it can be written as JSON. */
const NO_JOB_YET = Number.MAX_SAFE_INTEGER;

/**
 * The newest jobs of a workflow. AWS does not say in which order it lists jobs: it suffices to read as many as are to be known when these are newest
 * first, otherwise all are read.
 *
 * @param begun what an earlier step has come to
 * @returns a survey with `nextToken` when there is more to read than there is time
 */
export async function survey(list: (nextToken?: string) => Promise<JobPage>, begun?: Survey | null): Promise<Survey> {
  const deadline = Date.now() + PATIENCE_MS;
  let progress: Survey = begun ?? { newest: [], complete: true, descendsTo: NO_JOB_YET };
  do {
    progress = withPage(progress, await list(progress.nextToken));
  } while (progress.nextToken && Date.now() < deadline);
  return progress;
}

function withPage(before: Survey, { jobs = [], nextToken }: JobPage): Survey {
  const seen = jobs.map(seenJob);
  const all = [...before.newest, ...seen].sort((a, b) => b.startTime - a.startTime);
  const newest = all.slice(0, NEWEST);
  const complete = before.complete && all.length <= NEWEST;
  const descendsTo = descends(before.descendsTo, seen);
  // A list that ends here is as good as one that is read to its end.
  if (nextToken && all.length >= NEWEST && descendsTo !== undefined) return { newest, complete: false };
  return { newest, complete, descendsTo, nextToken };
}

/** The time of the last job, if all are newest first and not newer than the last one before. */
function descends(from: number | undefined, jobs: readonly SeenJob[]): number | undefined {
  if (from === undefined) return undefined;
  let last = from;
  for (const { startTime } of jobs) {
    if (startTime > last) return undefined;
    last = startTime;
  }
  return last;
}

function seenJob({ jobId, startTime, status }: JobSummary): SeenJob {
  return { jobId: jobId!, startTime: startTime?.getTime() ?? 0, active: status === 'RUNNING' || status === 'QUEUED' };
}

/** What is remembered of a survey. */
export function markOf({ newest, complete }: Survey): Mark {
  return { jobIds: newest.map(({ jobId }) => jobId), oldest: complete ? undefined : newest.at(-1)?.startTime };
}

/** The jobs that have come since, oldest first. */
export function jobsSince({ jobIds, oldest }: Mark, { newest }: Survey): string[] {
  return newest
    .filter(({ jobId, startTime }) => !jobIds.includes(jobId) && (oldest === undefined || startTime > oldest))
    .map(({ jobId }) => jobId)
    .reverse();
}

/** The jobs that run, or are queued to run, oldest first. */
export function activeJobs({ newest }: Survey): string[] {
  return newest.filter(({ active }) => active).map(({ jobId }) => jobId).reverse();
}
