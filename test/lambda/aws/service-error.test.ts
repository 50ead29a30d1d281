import { ValidationException as CleanRoomsValidationException } from '@aws-sdk/client-cleanrooms';
import { EntityResolutionServiceException, GetIdMappingJobCommand, StartIdMappingJobCommand } from '@aws-sdk/client-entityresolution';
import { isLasting, isNotFound, messageOf, namesNothing, outcomeOfError } from '../../../lambda/aws/service-error';
import { EntityResolutionServer } from '../../../local/src/entity-resolution/server';
import { ControlClient, RawAnswer } from '../../../local/src/rest-json/control-client';
import { Outcome } from '../../../src/runs/private/run-protocol';
import { Account, startServer } from '../account';

function error(name: string, message = 'no'): Error {
  return Object.assign(new Error(message), { name });
}

test.each<[string, Outcome]>([
  ['ConflictException', 'BUSY'],
  ['ExceedsLimitException', 'BUSY'],
  ['ServiceQuotaExceededException', 'BUSY'],
  ['ThrottlingException', 'THROTTLED'],
  ['Throttling', 'THROTTLED'],
  ['TooManyRequestsException', 'THROTTLED'],
  ['AccessDeniedException', 'NOT_YET_ALLOWED'],
  ['AccessDenied', 'NOT_YET_ALLOWED'],
  ['UnrecognizedClientException', 'NOT_YET_ALLOWED'],
  ['InvalidClientTokenId', 'NOT_YET_ALLOWED'],
  ['ExpiredTokenException', 'NOT_YET_ALLOWED'],
  ['ExpiredToken', 'NOT_YET_ALLOWED'],
  ['InvalidSignatureException', 'NOT_YET_ALLOWED'],
  ['SignatureDoesNotMatch', 'NOT_YET_ALLOWED'],
  ['ValidationException', 'FAILED'],
  ['ResourceNotFoundException', 'FAILED'],
  ['StateMachineDoesNotExist', 'FAILED'],
  ['StateMachineDeleting', 'FAILED'],
  ['InvalidArn', 'FAILED'],
  ['InvalidName', 'FAILED'],
  ['InvalidExecutionInput', 'FAILED'],
  ['InternalServerException', 'UNKNOWN'],
  ['TimeoutError', 'UNKNOWN'],
  ['Error', 'UNKNOWN'],
  ['SyntaxError', 'UNKNOWN'],
  ['Unknown', 'UNKNOWN'],
  ['', 'UNKNOWN'],
  // What every object has is no name of an error.
  ['toString', 'UNKNOWN'],
  ['constructor', 'UNKNOWN'],
])('%s is %s', (name, outcome) => {
  expect(outcomeOfError(error(name))).toBe(outcome);
});

test.each(['a text', undefined, null, { name: 'ConflictException' }])('what is no error (%j) is not known', (thrown) => {
  expect(outcomeOfError(thrown)).toBe('UNKNOWN');
});

test.each([
  ['Entity Resolution can not assume the role', 'NOT_YET_ALLOWED'], ['The role does not exist', 'NOT_YET_ALLOWED'], ['Roles: unable to ASSUME', 'NOT_YET_ALLOWED'],
  ['the workflow has no incremental run', 'FAILED'],
])('a ValidationException that says "%s" is %s', (message, outcome) => {
  expect(outcomeOfError(error('ValidationException', message))).toBe(outcome);
});

test.each([['IAM_SYNCHRONIZATION_DELAY', 'NOT_YET_ALLOWED'], ['INVALID_CONFIGURATION', 'FAILED']] as const)('that of Clean Rooms whose reason is %s is %s', (reason, outcome) => {
  expect(outcomeOfError(new CleanRoomsValidationException({ message: 'wait', reason, $metadata: { httpStatusCode: 400 } }))).toBe(outcome);
});

test.each([
  ['FAILED', 0, true], ['NOT_YET_ALLOWED', 119, false], ['NOT_YET_ALLOWED', 120, true], ['THROTTLED', 999, false], ['UNKNOWN', 999, false], ['BUSY', 999, false],
] as const)('%s after %i seconds lasts: %s', (outcome, seconds, expected) => {
  expect(isLasting(outcome, seconds)).toBe(expected);
});

test.each([['ResourceNotFoundException', true, true], ['ValidationException', false, true], ['AccessDeniedException', false, false]])(
  '%s says that nothing is there: %s, that there is no such name: %s', (name, notFound, nothing) => {
    expect([isNotFound(error(name)), namesNothing(error(name))]).toEqual([notFound, nothing]);
  });

test('is told in the words of the service, with its name', () => {
  expect(messageOf(error('ConflictException', 'busy'))).toBe('ConflictException: busy');
  expect(messageOf(new Error('our own words'))).toBe('our own words');
  expect(messageOf('thrown')).toBe('thrown');
});

describe('over the wire', () => {
  let server: EntityResolutionServer;
  let control: ControlClient;
  let account: Account;

  beforeAll(async () => {
    server = await startServer();
    control = new ControlClient(server.url);
    account = new Account(server.url);
    await account.createWorkflow('crm');
  });

  afterAll(() => server.close());

  async function thrownBy(call: () => Promise<unknown>): Promise<unknown> {
    return call().then(() => undefined, (thrown: unknown) => thrown);
  }
  const start = () => account.startOnce.entityResolution.send(new StartIdMappingJobCommand({ workflowName: 'crm' }));
  const html = '<html><body>Service temporarily moved</body></html>';

  test.each<[string, RawAnswer | string]>([
    ...[302, 307, 400, 403, 404, 408, 413, 429, 500, 502, 503, 504].map((status): [string, RawAnswer] => [`${status} HTML`, { status, body: html, headers: { 'content-type': 'text/html' } }]),
    ...[302, 400, 403, 404, 429, 500].map((status): [string, RawAnswer] => [`${status} without a body`, { status }]),
    ['400 {}', { status: 400, body: '{}' }],
    ['200 HTML', { status: 200, body: html, headers: { 'content-type': 'text/html' } }],
    ['200 that is cut short', { status: 200, body: '{"jobId": "0123' }],
    ['a dropped connection', 'DROP'],
    ['no answer', 'NO_ANSWER'],
    ['InternalServerException', 'InternalServerException'],
  ])('a start that is answered with %s may have been accepted', async (_what, before) => {
    await control.planFaults({ faults: [{ operation: 'StartIdMappingJob', before }] });

    const thrown = await thrownBy(start);

    expect(thrown).toBeDefined();
    expect(outcomeOfError(thrown)).toBe('UNKNOWN');
  });

  test.each<[string, RawAnswer]>([['200 {}', { status: 200, body: '{}' }], ['200 without a body', { status: 200 }]])('a start that is answered with %s tells no id', async (_what, before) => {
    await control.planFaults({ faults: [{ operation: 'StartIdMappingJob', before }] });

    expect((await start()).jobId).toBeUndefined();
  });

  test.each<[string, Outcome]>([
    ['ConflictException', 'BUSY'], ['ExceedsLimitException', 'BUSY'], ['ThrottlingException', 'THROTTLED'], ['AccessDeniedException', 'NOT_YET_ALLOWED'],
    ['ResourceNotFoundException', 'FAILED'], ['ValidationException', 'FAILED'],
  ])('a start that is answered with %s is %s', async (before, outcome) => {
    await control.planFaults({ faults: [{ operation: 'StartIdMappingJob', before, message: 'no' }] });

    const thrown = await thrownBy(start);

    expect(thrown).toBeInstanceOf(EntityResolutionServiceException);
    expect(outcomeOfError(thrown)).toBe(outcome);
  });

  test('a proxy that says 404 does not say that a job is gone', async () => {
    await control.planFaults({ faults: [{ operation: 'GetIdMappingJob', before: { status: 404, body: html } }] });

    expect(isNotFound(await thrownBy(() => account.startOnce.entityResolution.send(new GetIdMappingJobCommand({ workflowName: 'crm', jobId: 'f'.repeat(32) }))))).toBe(false);
  });
});
