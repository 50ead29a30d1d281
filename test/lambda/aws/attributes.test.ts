import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { attributes, attributesOfLastRun, statusOf } from '../../../lambda/aws/attributes';
import { pythonEnvironment } from '../../../local/src/python-environment';
import { ATTRIBUTES, attributeOfMetric, JobKindName, METRICS, Metrics, Outcome } from '../../../src/runs/private/run-protocol';
import { givenRun, JOB_ID } from '../runs';

const KINDS: [JobKindName, string][] = [['ID_MAPPING', 'IdMappingJobMetrics'], ['MATCHING', 'JobMetrics'], ['ID_MAPPING_TABLE_POPULATION', 'IdMappingJobMetrics']];

/** Another value for each. */
function metricsOf(jobKind: JobKindName): Metrics {
  return Object.fromEntries(METRICS[jobKind].map((name, index) => [name, 100 + index]));
}

test.each(KINDS)('the metrics of %s are those of the API, in its order (%s)', async (jobKind, shape) => {
  const { botocoreModel } = await pythonEnvironment();
  const model = JSON.parse(gunzipSync(readFileSync(botocoreModel('entityresolution', '2018-05-10'))).toString()) as { shapes: Record<string, { members: object }> };

  expect(METRICS[jobKind]).toEqual(Object.keys(model.shapes[shape].members));
});

test.each(KINDS)('each metric of %s has its own attribute', (jobKind) => {
  const metrics = metricsOf(jobKind);

  expect(attributes(jobKind, { status: 'SUCCEEDED', metrics })).toEqual({
    JobId: '',
    Status: 'SUCCEEDED',
    Execution: '',
    IsNew: 'false',
    ...Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`${name[0].toUpperCase()}${name.slice(1)}`, String(value)])),
  });
});

test('no metric hides another attribute', () => {
  for (const [jobKind] of KINDS) {
    const names = [...Object.values(ATTRIBUTES), ...METRICS[jobKind].map(attributeOfMetric)];
    expect(new Set(names).size).toBe(names.length);
  }
});

test('a metric that is not known is empty, one that is 0 is not', () => {
  expect(attributes('MATCHING', { status: 'SUCCEEDED', metrics: { inputRecords: 0 } })).toMatchObject({ InputRecords: '0', MatchIDs: '' });
});

test('the last run is told of as one of another request', () => {
  const state = givenRun('http://127.0.0.1', {}, { outcome: 'SUCCEEDED', jobId: JOB_ID, metrics: { inputRecords: 7 } });

  expect(attributesOfLastRun('ID_MAPPING', { name: 'FirstRun-1', state, isStopped: false })).toMatchObject({
    JobId: JOB_ID, Status: 'SUCCEEDED', Execution: 'FirstRun-1', IsNew: 'false', InputRecords: '7',
  });
  expect(attributesOfLastRun('ID_MAPPING', undefined)).toMatchObject({ JobId: '', Status: 'NOT_RUN', Execution: '', IsNew: 'false' });
});

test.each<[Outcome | undefined, string | undefined, boolean | undefined, string]>([
  [undefined, undefined, undefined, 'WAITING'],
  ['ACCEPTED', undefined, undefined, 'WAITING'],
  ['ACCEPTED', undefined, true, 'ACCEPTED'],
  ['BUSY', undefined, true, 'WAITING'],
  ['UNKNOWN', undefined, true, 'WAITING'],
  ['HELD', undefined, true, 'WAITING'],
  ['STARTED', JOB_ID, true, 'STARTED'],
  ['RUNNING', JOB_ID, true, 'STARTED'],
  ['SUCCEEDED', JOB_ID, true, 'SUCCEEDED'],
  ['FAILED', undefined, undefined, 'FAILED'],
  ['UNWATCHED', JOB_ID, true, 'UNWATCHED'],
  ['TIMED_OUT', JOB_ID, true, 'TIMED_OUT'],
  ['NOT_RUN', undefined, undefined, 'NOT_RUN'],
])('the status of a run that is %s, with the job %s, and seen to go forward (%s), is %s', (outcome, jobId, goesForward, expected) => {
  expect(statusOf({ outcome, jobId, goesForward })).toBe(expected);
});
