import { askedAt, answerTo, callbackOf, isOver, isWait, settingsOf, waitProperties, whatIsRun } from '../../../lambda/entry/custom-resource-request';
import { createEvent, deleteEvent, PHYSICAL_RESOURCE_ID, properties, responseUrlOf, updateEvent, waitEvent } from '../events';

const URL = 'http://127.0.0.1:9';
const NOW = new Date('2026-11-24T12:00:00Z');

describe('what is asked for', () => {
  test.each([['a run', createEvent(URL), false], ['to go on waiting', waitEvent(createEvent(URL)), true]])('is %s', (_what, event, expected) => {
    expect(isWait(event)).toBe(expected);
  });

  test('is run without what decides whether it is', () => {
    const { Run } = properties({ Run: { runTrigger: 'v1', synthesizedAt: '2026-11-24T12:00:00Z' } });

    expect(whatIsRun(Run)).toEqual({ jobKind: 'ID_MAPPING', request: { workflowName: 'crm' }, account: '111122223333', region: 'eu-west-1' });
  });
});

describe('settings', () => {
  test('are read from texts', () => {
    const { Settings } = properties({ Settings: { onBusy: 'JOIN', timeout: '2 minutes', pollInterval: '7 seconds', readsJobs: 'true' } });

    expect(settingsOf(Settings)).toEqual({ onBusy: 'JOIN', roleArn: Settings.roleArn, readsJobs: true, timeoutSeconds: 120, pollIntervalSeconds: 7 });
  });

  test.each([
    ['90 minutes', undefined, 3_300],
    ['90 minutes', 'true', 5_400],
    ['13 hours', 'true', 43_200],
    ['1 seconds', undefined, 60],
    ['-1 minutes', 'true', 60],
    ['what?', undefined, 3_300],
    ['what?', 'true', 3_300],
  ])('bound a timeout of %s, of a resource that hands over (%s), to %i seconds', (timeout, handsOver, expected) => {
    expect(settingsOf(properties({ Settings: { timeout, handsOver } }).Settings).timeoutSeconds).toBe(expected);
  });

  test.each([['0 seconds', 1], ['2 minutes', 60], ['2.5 seconds', 3], ['what?', 5]])('bound a poll interval of %s to %i seconds', (pollInterval, expected) => {
    expect(settingsOf(properties({ Settings: { pollInterval } }).Settings).pollIntervalSeconds).toBe(expected);
  });

  test.each([['false', undefined], [undefined, undefined], ['true', true]])('say of a role (%s) that it reads jobs: %s', (readsJobs, expected) => {
    expect(settingsOf(properties({ Settings: { readsJobs } }).Settings).readsJobs).toBe(expected);
  });
});

describe('a callback', () => {
  test('says who waits, and for what', () => {
    const event = updateEvent(URL, { Settings: { waitFor: 'SUCCEEDED', onFailure: 'WARN', handsOver: 'true' } });

    expect(callbackOf(event, properties({ Settings: { waitFor: 'SUCCEEDED', onFailure: 'WARN', handsOver: 'true' } }).Settings)).toEqual({
      requestType: 'Update',
      responseUrl: event.ResponseURL,
      stackId: event.StackId,
      requestId: event.RequestId,
      logicalResourceId: 'FirstRun1A2B3C4D',
      physicalResourceId: PHYSICAL_RESOURCE_ID,
      waitFor: 'SUCCEEDED',
      onFailure: 'WARN',
      handsOver: true,
      awaitsJob: undefined,
    });
  });

  test('of a resource that goes on waiting is for the end of the run', () => {
    const event = waitEvent(createEvent(URL));

    expect(callbackOf(event, waitProperties(event.ResourceProperties).Settings)).toMatchObject({ waitFor: 'SUCCEEDED', onFailure: 'FAIL', handsOver: undefined });
  });

  test.each([
    [createEvent(URL), 'true', undefined], [updateEvent(URL), 'true', undefined], [deleteEvent(URL), 'true', true], [deleteEvent(URL), undefined, undefined],
  ])('awaits a job only when a resource is deleted (case %#)', (event, awaitsJobOnDelete, expected) => {
    expect(callbackOf(event, properties({ Settings: { awaitsJobOnDelete } }).Settings).awaitsJob).toBe(expected);
  });

  test('keeps the physical id, which would replace the resource, and makes one of the resource and its stack at first', () => {
    expect(answerTo({ ...updateEvent(URL), PhysicalResourceId: 'as it was' }).physicalResourceId).toBe('as it was');
    expect(answerTo(createEvent(URL)).physicalResourceId).toBe('FirstRun1A2B3C4D-5f2b1f30-0000-4000-8000-000000000001');
  });
});

describe('the time of a request', () => {
  test.each([
    ['?X-Amz-Date=20261124T120000Z&X-Amz-Signature=secret', NOW],
    ['?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261124T120000Z', NOW],
    ['?Not-X-Amz-Date=20261124T120000Z', undefined],
    ['?X-Amz-Date=yesterday', undefined],
    ['?AWSAccessKeyId=AKIA&Expires=1795521600&Signature=secret', undefined],
    ['', undefined],
  ])('is in the URL for its answer: %s', (query, expected) => {
    expect(askedAt({ ResponseURL: `https://bucket.s3.amazonaws.com/key${query}` })).toEqual(expected);
  });

  test.each([
    [3_300, 3_540, false], [3_300, 3_541, true],
    [60, 300, false], [60, 301, true],
    [43_200, 3_600, false], [43_200, 3_601, true],
    [undefined, 3_540, false], [undefined, 3_541, true],
  ])('is over for a wait of %s seconds after %i seconds: %s', (timeoutSeconds, ago, expected) => {
    jest.useFakeTimers({ now: NOW });
    try {
      expect(isOver(new Date(NOW.getTime() - ago * 1000), { timeoutSeconds })).toBe(expected);
    } finally {
      jest.useRealTimers();
    }
  });

  test('that is not known is not over', () => {
    expect(isOver(undefined, {})).toBe(false);
  });

  test('is read from the URL of an event', () => {
    expect(askedAt({ ResponseURL: responseUrlOf(URL, 'request', NOW) })).toEqual(NOW);
  });
});
