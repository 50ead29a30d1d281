import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { pythonEnvironment } from '../local/src/python-environment';

const ROOT = resolve(__dirname, '..');

/** Where a test is: its file and its name, as it is written there. */
type Where = readonly [file: string, name: string];

const JOBS = 'local/test/entity-resolution/id-mapping-jobs.test.ts';
const LOST_ANSWERS = 'test/faults/promises/lost-answers.ts';
const ONE_REQUEST_ONE_JOB = 'test/faults/promises/one-request-one-job.ts';
const TABLES = 'local/test/clean-rooms/id-mapping-tables.test.ts';
const POPULATIONS = 'test/lambda/kinds/id-mapping-table-populations.test.ts';

const JOB_OF_TYPE: Where = [JOBS, 'a job of the workflow %s asked for with the type %s is of type %s'];
const OWN_OUTPUT: Where = [JOBS, 'an output of the job itself is given back'];
const START_REFUSED: Where = [LOST_ANSWERS, 'the start is not accepted: ${what}'];
const POPULATED: Where = [POPULATIONS, 'gives back the id of the service, and sends no type when none was asked for'];
const POPULATED_WITH_TYPE: Where = [POPULATIONS, 'sends the type %s that was asked for'];
const POPULATE_ANSWERED: Where = [POPULATIONS, 'that is answered with %s after %i seconds is %s'];

/**
 * For each parameter, each value of an enumeration, each field of the response and each exception of the two pages of AWS's API reference that this
 * project is about: a test that meets it over the wire.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_StartIdMappingJob.html
 * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_PopulateIdMappingTable.html
 */
const PAGES: Record<string, { readonly model: [service: string, version: string]; readonly tests: Record<string, Where> }> = {
  StartIdMappingJob: {
    model: ['entityresolution', '2018-05-10'],
    tests: {
      'request workflowName': [JOBS, 'a workflow may be named by its ARN'],
      'request jobType': JOB_OF_TYPE,
      'request jobType INCREMENTAL': JOB_OF_TYPE,
      'request jobType BATCH': JOB_OF_TYPE,
      'request jobType DELETE_ONLY': JOB_OF_TYPE,
      'request outputSourceConfig': OWN_OUTPUT,
      'request outputSourceConfig roleArn': ['local/test/entity-resolution/authorization.test.ts', "a job's own output is written by the role that comes with it"],
      'request outputSourceConfig outputS3Path': ['local/test/entity-resolution/id-mapping-job.test.ts', "an output of the job's own goes to its path, encrypted with its key"],
      'request outputSourceConfig KMSArn': ['local/test/entity-resolution/id-mapping-job.test.ts', "an output of the job's own goes to its path, encrypted with its key"],
      'response jobId': [JOBS, 'a started job has a jobId of 32 hexadecimal digits, is queued, runs, ends'],
      'response jobType': JOB_OF_TYPE,
      'response jobType INCREMENTAL': JOB_OF_TYPE,
      'response jobType BATCH': JOB_OF_TYPE,
      'response jobType DELETE_ONLY': JOB_OF_TYPE,
      'response outputSourceConfig': OWN_OUTPUT,
      'response outputSourceConfig roleArn': OWN_OUTPUT,
      'response outputSourceConfig outputS3Path': OWN_OUTPUT,
      'response outputSourceConfig KMSArn': OWN_OUTPUT,
      'ThrottlingException': START_REFUSED,
      'InternalServerException': START_REFUSED,
      'ResourceNotFoundException': [ONE_REQUEST_ONE_JOB, 'there is no such workflow'],
      'AccessDeniedException': ['test/faults/promises/permissions.ts', 'the permission to start comes late'],
      'ExceedsLimitException': START_REFUSED,
      'ConflictException': START_REFUSED,
      'ValidationException': [ONE_REQUEST_ONE_JOB, 'the service finds the request invalid'],
    },
  },
  PopulateIdMappingTable: {
    model: ['cleanrooms', '2022-02-17'],
    tests: {
      'request idMappingTableIdentifier': POPULATED,
      'request membershipIdentifier': POPULATED,
      'request jobType': POPULATED_WITH_TYPE,
      'request jobType BATCH': POPULATED_WITH_TYPE,
      'request jobType INCREMENTAL': POPULATED_WITH_TYPE,
      'request jobType DELETE_ONLY': POPULATED_WITH_TYPE,
      'response idMappingJobId': [TABLES, 'starts the ID mapping job of the workflow; its id names the job: %s'],
      'ConflictException': [POPULATIONS, 'waits while another job runs, which Entity Resolution says as %s and Clean Rooms as %s'],
      'ServiceQuotaExceededException': [POPULATIONS, 'waits while another job runs, which Entity Resolution says as %s and Clean Rooms as %s'],
      'ResourceNotFoundException': [POPULATIONS, 'fails at once when %s'],
      'InternalServerException': POPULATE_ANSWERED,
      'ValidationException': [POPULATIONS, 'fails when the workflow has no such type'],
      'ThrottlingException': POPULATE_ANSWERED,
      'AccessDeniedException': [POPULATIONS, 'that is refused, because the policy of an ID namespace was withdrawn, leaves the table as it was'],
    },
  },
};

interface Named {
  readonly shape: string;
}
interface Shape {
  readonly type: string;
  readonly enum?: string[];
  readonly members?: Record<string, Named>;
  readonly member?: Named;
}
interface Model {
  readonly operations: Record<string, { readonly input: Named; readonly output: Named; readonly errors: Named[] }>;
  readonly shapes: Record<string, Shape>;
}

/** What a page has, by the API model that it is made from. */
function itemsOf(operation: string, { operations, shapes }: Model): string[] {
  const { input, output, errors } = operations[operation];
  const members = (path: string, { shape }: Named): string[] => {
    const { member, members: fields = {}, enum: values = [] } = shapes[shape];
    return [
      ...values.map((value) => `${path} ${value}`),
      ...(member ? members(path, member) : []),
      ...Object.entries(fields).flatMap(([name, field]) => [`${path} ${name}`, ...members(`${path} ${name}`, field)]),
    ];
  };
  return [...members('request', input), ...members('response', output), ...errors.map(({ shape }) => shape)].sort();
}

describe.each(Object.entries(PAGES))('the page of %s', (operation, { model: [service, version], tests }) => {
  test('has nothing that no test is named for', async () => {
    const { botocoreModel } = await pythonEnvironment();
    const model = JSON.parse(gunzipSync(readFileSync(botocoreModel(service, version))).toString()) as Model;

    expect(Object.keys(tests).sort()).toEqual(itemsOf(operation, model));
  });

  test.each(Object.entries(tests))('has %s, which a test meets', (_item, [file, name]) => {
    const source = readFileSync(join(ROOT, file), 'utf8');

    expect([`'${name}'`, `"${name}"`, `\`${name}\``].some((quoted) => source.includes(quoted))).toBe(true);
  });
});
