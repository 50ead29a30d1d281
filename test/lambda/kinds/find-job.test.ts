import { findActiveJob, findJobSince, isAlike } from '../../../lambda/kinds/find-job';
import { Job, Jobs } from '../../../lambda/kinds/jobs';
import { SeenJob, Survey } from '../../../lambda/kinds/survey';
import { Run } from '../../../src/runs/private/run-protocol';

const OUTPUT = { roleArn: 'arn:aws:iam::111122223333:role/output', outputS3Path: 's3://output/crm' };
const PLAIN: Run = { jobKind: 'ID_MAPPING', request: { workflowName: 'crm' } };
const BATCH: Run = { jobKind: 'ID_MAPPING', request: { workflowName: 'crm', jobType: 'BATCH' } };
const ELSEWHERE: Run = { jobKind: 'ID_MAPPING', request: { workflowName: 'crm', outputSourceConfig: [OUTPUT] } };
const POPULATION: Run = {
  jobKind: 'ID_MAPPING_TABLE_POPULATION', request: { membershipIdentifier: 'm', idMappingTableIdentifier: 't', jobType: 'INCREMENTAL' },
};

type Seen = Pick<Job, 'jobType' | 'outputSourceConfig'>;
const path = (outputS3Path: string): Seen => ({ outputSourceConfig: [{ outputS3Path }] });

test.each<[string, Run, Seen, boolean]>([
  ['any job, when nothing but a workflow is asked for', PLAIN, { jobType: 'INCREMENTAL', ...path('s3://anything/') }, true],
  ['a job of the type', BATCH, { jobType: 'BATCH' }, true],
  ['a job whose type is left out', BATCH, {}, true],
  ['no job of another type', BATCH, { jobType: 'INCREMENTAL' }, false],
  ['a job of the output', ELSEWHERE, path('s3://output/crm'), true],
  ['a job of the output with a slash at its end', ELSEWHERE, path('s3://output/crm/'), true],
  ['a job whose output is left out', ELSEWHERE, {}, true],
  ['no job of another output', ELSEWHERE, path('s3://output/crm2'), false],
  ['no job of an output beneath it', ELSEWHERE, path('s3://output/crm/2'), false],
  ['a population of the type', POPULATION, { jobType: 'INCREMENTAL' }, true],
  ['no population of another type', POPULATION, { jobType: 'BATCH' }, false],
])('alike is %s', (_what, run, job, expected) => {
  expect(isAlike(run, job)).toBe(expected);
});

test('alike is a job of an output without the slash that was asked for', () => {
  const run: Run = { jobKind: 'ID_MAPPING', request: { workflowName: 'crm', outputSourceConfig: [{ ...OUTPUT, outputS3Path: 's3://output/crm/' }] } };

  expect(isAlike(run, path('s3://output/crm'))).toBe(true);
});

describe('among several jobs', () => {
  const seen = (jobId: string, startTime: number, active = false): SeenJob => ({ jobId, startTime, active });
  const surveyed: Survey = { newest: [seen('d', 4, true), seen('c', 3), seen('b', 2, true), seen('a', 1)], complete: true };
  const types: Record<string, Job['jobType']> = { a: 'BATCH', b: 'INCREMENTAL', c: 'BATCH', d: 'BATCH' };

  function jobsOf(looked: string[] = []): Jobs {
    return {
      start: async () => undefined,
      list: async () => ({}),
      look: async ({ jobId }) => {
        looked.push(jobId!);
        return { status: 'RUNNING', jobType: types[jobId!] };
      },
    };
  }

  test.each<[Run, string[], string | undefined]>([
    [PLAIN, [], 'a'], [PLAIN, ['a'], 'b'], [BATCH, ['a'], 'c'], [BATCH, ['a', 'c'], 'd'], [BATCH, ['a', 'c', 'd'], undefined],
  ])('the oldest alike is found that has come since (case %#)', async (run, jobIds, expected) => {
    expect(await findJobSince(run, { jobIds }, surveyed, jobsOf())).toBe(expected);
  });

  test.each<[Run, string | undefined]>([[PLAIN, 'b'], [BATCH, 'd'], [POPULATION, 'b'], [{ ...BATCH, request: { workflowName: 'crm', jobType: 'DELETE_ONLY' } } as Run, undefined]])(
    'the oldest alike is found that runs (case %#)', async (run, expected) => {
      expect(await findActiveJob(run, surveyed, jobsOf())).toBe(expected);
    });

  test('none has to be looked at when nothing but a workflow is asked for', async () => {
    const looked: string[] = [];

    await findJobSince(PLAIN, { jobIds: [] }, surveyed, jobsOf(looked));

    expect(looked).toEqual([]);
  });
});
