import { createHash } from 'node:crypto';
import { JobStatus, JobSummary } from '@aws-sdk/client-entityresolution';
import { JobPage } from '../../../lambda/kinds/jobs';
import { activeJobs, jobsSince, markOf, Survey, survey } from '../../../lambda/kinds/survey';

const PAGE = 25;
const NOW = Date.parse('2026-11-24T12:00:00Z');

/** A job that has started so many minutes ago. */
function job(minutesAgo: number, changes: Partial<JobSummary> = {}): JobSummary {
  return { jobId: `job-${minutesAgo}`, status: 'SUCCEEDED', startTime: new Date(NOW - minutesAgo * 60_000), ...changes };
}

function jobs(count: number): JobSummary[] {
  return Array.from({ length: count }, (_, index) => job(index));
}

/** The same order at each call. */
function shuffled(list: JobSummary[]): JobSummary[] {
  const key = ({ jobId }: JobSummary) => createHash('sha256').update(jobId!).digest('hex');
  return [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const NEWEST_FIRST = (list: JobSummary[]) => list;
const OLDEST_FIRST = (list: JobSummary[]) => [...list].reverse();

/** A list in pages, which counts them. */
function lister(list: JobSummary[], size = PAGE) {
  const read: (string | undefined)[] = [];
  return {
    read,
    list: async (nextToken?: string): Promise<JobPage> => {
      read.push(nextToken);
      const start = Number(nextToken ?? 0);
      return { jobs: list.slice(start, start + size), nextToken: start + size < list.length ? String(start + size) : undefined };
    },
  };
}

/** As an execution carries it from step to step. */
function carried<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function ids({ newest }: Survey): string[] {
  return newest.map(({ jobId }) => jobId);
}

describe.each([['newest first', NEWEST_FIRST], ['oldest first', OLDEST_FIRST], ['in any order', shuffled]])('jobs that are listed %s', (_order, order) => {
  test.each([0, 1, 25, 26, 49, 50])('are all known when there are %i', async (count) => {
    const surveyed = await survey(lister(order(jobs(count))).list);

    expect(ids(surveyed)).toEqual(jobs(count).map(({ jobId }) => jobId));
    expect(surveyed).toMatchObject({ complete: true });
    expect(surveyed.nextToken).toBeUndefined();
    expect(markOf(surveyed)).toEqual({ jobIds: ids(surveyed), oldest: undefined });
  });

  test.each([51, 75, 8_760])('are known as far as the newest go when there are %i', async (count) => {
    const surveyed = await survey(lister(order(jobs(count))).list);

    expect(ids(surveyed)).toEqual(jobs(50).map(({ jobId }) => jobId));
    expect(markOf(surveyed)).toEqual({ jobIds: ids(surveyed), oldest: NOW - 49 * 60_000 });
  });

  test.each([0, 1, 49, 50, 51, 120])('are told from those that come after %i of them', async (count) => {
    const before = jobs(count);
    const mark = carried(markOf(await survey(lister(order(before)).list)));
    const since = [job(-3), job(-2), job(-1)];

    const found = jobsSince(mark, await survey(lister(order([...since, ...before])).list));

    expect(found).toEqual(['job--1', 'job--2', 'job--3']);
    expect(jobsSince(mark, await survey(lister(order(before)).list))).toEqual([]);
  });

  test('are known however few are on a page', async () => {
    const before = jobs(130);

    for (const size of [1, 2, 7]) {
      const surveyed = await survey(lister(order(before), size).list);
      expect(ids(surveyed)).toEqual(jobs(50).map(({ jobId }) => jobId));
    }
  });

  test('are known although pages are empty', async () => {
    const { list } = lister(order(jobs(60)));
    let empty = 0;

    const surveyed = await survey(async (nextToken) => (empty++ < 3 ? { jobs: [], nextToken: nextToken ?? '0' } : list(nextToken)));

    expect(ids(surveyed)).toEqual(jobs(50).map(({ jobId }) => jobId));
  });
});

test('two pages suffice when the list is newest first', async () => {
  const { list, read } = lister(jobs(8_760));

  await survey(list);

  expect(read).toEqual([undefined, '25']);
});

test.each([['oldest first', OLDEST_FIRST], ['in any order', shuffled]])('a list is read to its end when it is %s', async (_order, order) => {
  const { list, read } = lister(order(jobs(8_760)));

  await survey(list);

  expect(read).toHaveLength(351);
});

test('times may be equal', async () => {
  const same = Array.from({ length: 60 }, (_, index) => job(5, { jobId: `same-${String(index).padStart(2, '0')}` }));
  const mark = markOf(await survey(lister(same).list));

  expect(mark.jobIds).toHaveLength(50);
  // Of equal ones some are not known by their ids: they are not taken for new ones.
  expect(jobsSince(mark, await survey(lister(shuffled(same)).list))).toEqual([]);
  expect(jobsSince(mark, await survey(lister([job(4), ...same]).list))).toEqual(['job-4']);
});

describe('a list that takes longer than a step may', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: NOW });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  /** Each page takes 200 ms. */
  function slow(list: (nextToken?: string) => Promise<JobPage>) {
    return async (nextToken?: string) => {
      jest.setSystemTime(Date.now() + 200);
      return list(nextToken);
    };
  }

  test.each([['oldest first', OLDEST_FIRST], ['in any order', shuffled]])('goes on in the next step where it was (%s)', async (_order, order) => {
    const before = order(jobs(8_760));
    const { list, read } = lister(before);
    let progress = await survey(slow(list));
    let steps = 1;
    for (; progress.nextToken; steps++) progress = await survey(slow(list), carried(progress));

    expect(ids(progress)).toEqual(jobs(50).map(({ jobId }) => jobId));
    expect(read).toHaveLength(351);
    expect(steps).toBe(5);
  });

  test('goes on after empty pages, too', async () => {
    const { list } = lister(jobs(60));
    let empty = 0;
    const emptyAtFirst = async (nextToken?: string) => (empty++ < 80 ? { nextToken: '0' } : list(nextToken));

    const begun = await survey(slow(emptyAtFirst));
    const surveyed = await survey(slow(emptyAtFirst), carried(begun));

    expect(begun).toMatchObject({ newest: [], nextToken: '0' });
    expect(carried(begun)).toEqual(begun);
    expect(ids(surveyed)).toEqual(jobs(50).map(({ jobId }) => jobId));
  });
});

test('jobs that run or are queued are active, the oldest first', async () => {
  const statuses: JobStatus[] = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'RUNNING'];
  const list = statuses.map((status, index) => job(index, { status }));

  expect(activeJobs(await survey(lister(list).list))).toEqual(['job-4', 'job-1', 'job-0']);
});
