import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import * as fc from 'fast-check';
import { firstState, problemOf } from '../../../lambda/worker/run-input';
import { INPUT_SCHEMA, RunInput } from '../../../src/runs/private/run-protocol';
import { givenCallback, givenRun, ID_MAPPING_RUN } from '../runs';

const CALLBACK = givenCallback('http://127.0.0.1:9');
const OUTPUT = { roleArn: 'arn:aws:iam::111122223333:role/output', outputS3Path: 's3://output/' };
const FOLLOW = { execution: 'FirstRun-1', jobKind: 'ID_MAPPING' };
const isValid = new Ajv2020({ allErrors: true, strict: true, strictTypes: false }).compile(INPUT_SCHEMA);

/** What the schema does not say. */
const BEYOND_SCHEMA = /^input (?:has both 'run' and 'follow'|has 'follow', but no 'callback'|must have 'run')/;

const withRequest = (request: unknown, jobKind = 'ID_MAPPING') => ({ run: { jobKind, request } });

describe('an input is taken', () => {
  test.each<[string, unknown]>([
    ['a full run, for which nobody waits', { run: ID_MAPPING_RUN }],
    ['all that there is', {
      run: { jobKind: 'ID_MAPPING', request: { workflowName: 'crm', jobType: 'BATCH', outputSourceConfig: [{ ...OUTPUT, KMSArn: 'arn' }] }, account: '111122223333', region: 'eu-west-1' },
      settings: { onBusy: 'JOIN', roleArn: 'arn', readsJobs: true, timeoutSeconds: 60, pollIntervalSeconds: 1 },
      callback: { ...CALLBACK, handsOver: true, takesBackOnly: true, awaitsJob: true },
      askedAt: '2026-11-24T12:00:00.123Z',
    }],
    ['a matching job', withRequest({ workflowName: 'crm' }, 'MATCHING')],
    ['a population', withRequest({ membershipIdentifier: 'm', idMappingTableIdentifier: 't', jobType: 'DELETE_ONLY' }, 'ID_MAPPING_TABLE_POPULATION')],
    ['what follows a run', { follow: FOLLOW, callback: CALLBACK }],
    ['a deletion that only cancels', { callback: { ...CALLBACK, requestType: 'Delete' } }],
    ['values that are not there', { run: ID_MAPPING_RUN, follow: undefined, settings: { roleArn: undefined } }],
    ['a time with an offset', { run: ID_MAPPING_RUN, askedAt: '2026-11-24T12:00:00+01:00' }],
  ])('that is %s', (_what, input) => {
    expect(problemOf(input)).toBeUndefined();
    expect(isValid(JSON.parse(JSON.stringify(input)))).toBe(true);
  });
});

test.each<[unknown, string]>([
  [{}, "input must have 'run'"],
  [null, 'input must be an object, got: null'],
  [[], 'input must be an object, got: object'],
  [[{ run: ID_MAPPING_RUN }], 'input must be an object, got: object'],
  ['crm', 'input must be an object, got: "crm"'],
  ['x'.repeat(41), 'input must be an object, got: string'],
  [7, 'input must be an object, got: number'],
  [undefined, 'input must be an object, got: undefined'],
  [{ settings: {} }, "input must have 'run'"],
  [{ callback: CALLBACK }, "input must have 'run'"],
  [{ run: ID_MAPPING_RUN, follow: FOLLOW, callback: CALLBACK }, "input has both 'run' and 'follow', it must have one of them"],
  [{ follow: FOLLOW }, "input has 'follow', but no 'callback': nobody waits"],
  [{ follow: { ...FOLLOW, jobKind: 'ANY' }, callback: CALLBACK }, 'input.follow.jobKind must be one of ID_MAPPING, MATCHING, ID_MAPPING_TABLE_POPULATION, got: "ANY"'],
  [{ Run: ID_MAPPING_RUN }, "input has 'Run', which is not known; known are: run, settings, callback, askedAt, follow"],
  [{ workflowName: 'crm' }, "input has 'workflowName', which is not known; known are: run, settings, callback, askedAt, follow"],
  [{ run: null }, 'input.run must be an object, got: null'],
  [{ run: 'crm' }, 'input.run must be an object, got: "crm"'],
  [{ run: {} }, 'input.run.jobKind must be one of ID_MAPPING, MATCHING, ID_MAPPING_TABLE_POPULATION, got: undefined'],
  [{ run: { jobKind: 'MAPPING', request: {} } }, 'input.run.jobKind must be one of ID_MAPPING, MATCHING, ID_MAPPING_TABLE_POPULATION, got: "MAPPING"'],
  [{ run: { jobKind: 'toString', request: {} } }, 'input.run.jobKind must be one of ID_MAPPING, MATCHING, ID_MAPPING_TABLE_POPULATION, got: "toString"'],
  [{ run: { jobKind: ['ID_MAPPING'], request: {} } }, 'input.run.jobKind must be one of ID_MAPPING, MATCHING, ID_MAPPING_TABLE_POPULATION, got: object'],
  [{ run: { jobKind: 'ID_MAPPING' } }, "input.run must have 'request'"],
  [{ run: { request: { workflowName: 'crm' } } }, 'input.run.jobKind must be one of ID_MAPPING, MATCHING, ID_MAPPING_TABLE_POPULATION, got: undefined'],
  [withRequest(null), 'input.run.request must be an object, got: null'],
  [withRequest({}), "input.run.request must have 'workflowName'"],
  [withRequest({ workflowName: '' }), 'input.run.request.workflowName must be a text, got: ""'],
  [withRequest({ workflowName: 7 }), 'input.run.request.workflowName must be a text, got: number'],
  [withRequest({ workflowName: 'crm', jobType: 'FULL' }), 'input.run.request.jobType must be one of BATCH, INCREMENTAL, DELETE_ONLY, got: "FULL"'],
  [withRequest({ workflowName: 'crm', jobType: null }), 'input.run.request.jobType must be one of BATCH, INCREMENTAL, DELETE_ONLY, got: null'],
  [withRequest({ workflowName: 'crm', jobtype: 'BATCH' }), "input.run.request has 'jobtype', which is not known; known are: workflowName, jobType, outputSourceConfig"],
  [withRequest({ workflowName: 'crm', jobType: 'BATCH' }, 'MATCHING'), "input.run.request has 'jobType', which is not known; known are: workflowName"],
  [withRequest({ workflowName: 'crm', outputSourceConfig: OUTPUT }), 'input.run.request.outputSourceConfig must be a list, got: object'],
  [withRequest({ workflowName: 'crm', outputSourceConfig: [] }), 'input.run.request.outputSourceConfig must have 1 to 1 items, got 0'],
  [withRequest({ workflowName: 'crm', outputSourceConfig: [null] }), 'input.run.request.outputSourceConfig[0] must be an object, got: null'],
  [withRequest({ workflowName: 'crm', outputSourceConfig: [{ roleArn: 'arn' }] }), "input.run.request.outputSourceConfig[0] must have 'outputS3Path'"],
  [withRequest({ membershipIdentifier: 'm' }, 'ID_MAPPING_TABLE_POPULATION'), "input.run.request must have 'idMappingTableIdentifier'"],
  [{ run: ID_MAPPING_RUN, settings: { timeoutSeconds: '60' } }, 'input.settings.timeoutSeconds must be a number from 1 to 86400, got: "60"'],
  [{ run: ID_MAPPING_RUN, settings: { timeoutSeconds: 0 } }, 'input.settings.timeoutSeconds must be a number from 1 to 86400, got: number'],
  [{ run: ID_MAPPING_RUN, settings: { pollIntervalSeconds: 61 } }, 'input.settings.pollIntervalSeconds must be a number from 1 to 60, got: number'],
  [{ run: ID_MAPPING_RUN, settings: { readsJobs: 'true' } }, 'input.settings.readsJobs must be a boolean, got: "true"'],
  [{ run: ID_MAPPING_RUN, settings: { onBusy: 'WAIT' } }, 'input.settings.onBusy must be one of QUEUE, JOIN, FAIL, got: "WAIT"'],
  [{ run: ID_MAPPING_RUN, settings: [] }, 'input.settings must be an object, got: object'],
  [{ run: ID_MAPPING_RUN, callback: { requestType: 'Create' } }, "input.callback must have 'responseUrl'"],
  [{ run: ID_MAPPING_RUN, askedAt: 'yesterday' }, `input.askedAt must match ${INPUT_SCHEMA.properties!.askedAt.pattern}, got: "yesterday"`],
  [{ run: ID_MAPPING_RUN, askedAt: '2026-13-24T12:00:00Z' }, `input.askedAt must match ${INPUT_SCHEMA.properties!.askedAt.pattern}, got: "2026-13-24T12:00:00Z"`],
  [{ run: ID_MAPPING_RUN, askedAt: 1_795_521_600 }, 'input.askedAt must be a text, got: number'],
  [JSON.parse('{"run":{"jobKind":"ID_MAPPING","request":{"workflowName":"crm","__proto__":{}}}}'),
    "input.run.request has '__proto__', which is not known; known are: workflowName, jobType, outputSourceConfig"],
])('what is wrong is said of %j', (input, problem) => {
  expect(problemOf(input)).toBe(problem);
  if (input !== undefined && !BEYOND_SCHEMA.test(problem)) expect(isValid(input)).toBe(false);
});

/** JSON that is nearly an input: right values, of which one or the other is missing, moved, or something else. */
function nearlyInputs(): fc.Arbitrary<unknown> {
  const texts = fc.constantFrom('crm', '', '2026-11-24T12:00:00Z', 'ID_MAPPING', 'MATCHING', 'BATCH', 'QUEUE', 'FAIL', 'Create', 'Delete', 'SUCCEEDED', 'toString', '__proto__');
  const others = fc.constantFrom(null, true, false, 0, 1, 60, 86_401, -1, 2.5);
  const rubbish = fc.oneof(texts, others, fc.constant([]), fc.constant({}), fc.jsonValue({ maxDepth: 2 }));
  const mostly = (right: fc.Arbitrary<unknown>, other: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: other });
  const orRubbish = (right: fc.Arbitrary<unknown>) => mostly(right, rubbish);
  const record = (members: Record<string, fc.Arbitrary<unknown>>, required: string[]) => orRubbish(
    fc.tuple(
      fc.record(Object.fromEntries(Object.entries(members).map(([name, member]) => [name, orRubbish(member)])), { requiredKeys: required }),
      mostly(fc.constant({}), fc.dictionary(fc.constantFrom('extra', 'toString', ...Object.keys(members)), rubbish, { maxKeys: 1 })),
    ).map(([right, extra]) => ({ ...right, ...extra as object })));

  const text = fc.constantFrom('crm', 'loyalty');
  const jobType = fc.constantFrom('BATCH', 'INCREMENTAL', 'DELETE_ONLY');
  const output = fc.tuple(record({ roleArn: text, outputS3Path: text, KMSArn: text }, ['roleArn', 'outputS3Path']));
  const run = fc.oneof(
    record({ jobKind: fc.constant('ID_MAPPING'), request: record({ workflowName: text, jobType, outputSourceConfig: output }, ['workflowName']), account: text, region: text }, ['jobKind', 'request']),
    record({ jobKind: fc.constant('MATCHING'), request: record({ workflowName: text }, ['workflowName']) }, ['jobKind', 'request']),
    record({
      jobKind: fc.constant('ID_MAPPING_TABLE_POPULATION'),
      request: record({ membershipIdentifier: text, idMappingTableIdentifier: text, jobType }, ['membershipIdentifier', 'idMappingTableIdentifier']),
    }, ['jobKind', 'request']),
  );
  const callback = record({
    requestType: fc.constantFrom('Create', 'Update', 'Delete'),
    responseUrl: text,
    stackId: text,
    requestId: text,
    logicalResourceId: text,
    physicalResourceId: text,
    waitFor: fc.constantFrom('ACCEPTED', 'STARTED', 'SUCCEEDED'),
    onFailure: fc.constantFrom('FAIL', 'WARN'),
    handsOver: fc.boolean(),
    awaitsJob: fc.boolean(),
  }, ['requestType', 'responseUrl', 'stackId', 'requestId', 'logicalResourceId', 'physicalResourceId', 'waitFor', 'onFailure']);
  return record({
    run,
    settings: record({ onBusy: fc.constantFrom('QUEUE', 'JOIN', 'FAIL'), roleArn: text, readsJobs: fc.boolean(), timeoutSeconds: fc.integer({ min: 1, max: 86_400 }), pollIntervalSeconds: fc.double({ min: 1, max: 60, noNaN: true }) }, []),
    callback,
    askedAt: fc.constantFrom('2026-11-24T12:00:00Z', '2026-11-24T12:00:00.5+02:00'),
    follow: record({ execution: text, jobKind: fc.constantFrom('ID_MAPPING', 'MATCHING') }, ['execution', 'jobKind']),
  }, []);
}

test('whatever the input is, its problem is found without an error, and just when a validator of JSON Schema finds one', () => {
  const seen = { right: 0, wrong: 0 };

  fc.assert(fc.property(fc.oneof({ weight: 5, arbitrary: nearlyInputs() }, { weight: 1, arbitrary: fc.jsonValue() }), (made) => {
    const input: unknown = JSON.parse(JSON.stringify(made));
    const problem = problemOf(input);
    const isRight = problem === undefined || BEYOND_SCHEMA.test(problem);
    expect({ input, isRight }).toEqual({ input, isRight: isValid(input) });
    seen[isRight ? 'right' : 'wrong'] += 1;
  }), { numRuns: 5_000, seed: 20_261_124 });

  expect(Math.min(seen.right, seen.wrong)).toBeGreaterThan(500);
});

test('what the documentation has as a schema is that of the runner', () => {
  expect(JSON.parse(readFileSync(join(__dirname, '../../../docs/run-input.schema.json'), 'utf8'))).toEqual(INPUT_SCHEMA);
});

test('what a run carries from step to step has all of its input', () => {
  const { next, waitSeconds, startedAt: _, ...input } = givenRun('http://127.0.0.1:9');
  const startedAt = '2026-11-24T12:00:00Z';

  expect(problemOf(input)).toBeUndefined();
  expect(firstState(input as RunInput, startedAt)).toEqual({ ...input, startedAt, next: 'START', waitSeconds: 0 });
  expect(firstState({ run: ID_MAPPING_RUN }, startedAt)).toEqual({
    run: ID_MAPPING_RUN, settings: {}, askedAt: startedAt, startedAt, next: 'START', waitSeconds: 0,
  });
});
