import { StackStatus } from '@aws-sdk/client-cloudformation';
import { guard } from '../../../lambda/worker/guard';
import { RunState } from '../../../lambda/worker/run-state';
import { CloudFormation } from '../cloudformation';
import { Given, givenRun } from '../runs';

const FORWARD: readonly StackStatus[] = ['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'IMPORT_IN_PROGRESS'];
const AT_REST: readonly StackStatus[] = [
  'CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'IMPORT_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_ROLLBACK_COMPLETE',
];
const DELETED: readonly StackStatus[] = ['DELETE_IN_PROGRESS', 'DELETE_FAILED', 'DELETE_COMPLETE'];
const ALL = Object.values(StackStatus);

/** What a run with an outcome of its own may be seen by. */
type Guarded = 'GOES_ON' | 'HELD' | 'NOT_RUN';

describe('a run', () => {
  let cloudFormation: CloudFormation;

  beforeAll(async () => {
    cloudFormation = await CloudFormation.start();
  });

  afterAll(() => cloudFormation.close());

  beforeEach(() => cloudFormation.reset());

  async function guarded(status: StackStatus, ancestors: StackStatus[], state: Partial<RunState>, given: Given = {}): Promise<Guarded> {
    cloudFormation.stackStatus = status;
    cloudFormation.ancestors = ancestors;
    return (await guard(givenRun(cloudFormation.url, given, state), cloudFormation.client))?.outcome as Guarded | undefined ?? 'GOES_ON';
  }

  const ANSWERED = { answer: 'GIVEN', goesForward: true } as const;
  const answeredIn = (status: StackStatus): Guarded => {
    if (DELETED.includes(status)) return 'NOT_RUN';
    return [...FORWARD, ...AT_REST].includes(status) ? 'GOES_ON' : 'HELD';
  };

  test('knows all statuses of a stack', () => {
    expect(ALL).toHaveLength(23);
    expect(ALL).toEqual(expect.arrayContaining([...FORWARD, ...AT_REST, ...DELETED]));
  });

  test.each(ALL)('that waits for its answer goes on only forward: %s', async (status) => {
    expect(await guarded(status, [], {})).toBe(FORWARD.includes(status) ? 'GOES_ON' : 'NOT_RUN');
  });

  test.each(ALL)('that waits for its answer goes on only if no stack that it is nested in is taken back: %s', async (status) => {
    const expected = [...FORWARD, ...AT_REST].includes(status) ? 'GOES_ON' : 'NOT_RUN';

    expect(await guarded('UPDATE_IN_PROGRESS', [status], {})).toBe(expected);
    expect(await guarded('UPDATE_IN_PROGRESS', ['UPDATE_IN_PROGRESS', status], {})).toBe(expected);
  });

  test.each(ALL)('that was answered goes on once nothing is taken back: %s', async (status) => {
    expect(await guarded(status, [], ANSWERED)).toBe(answeredIn(status));
  });

  test.each(ALL)('that was answered goes on once nothing is taken back that it is nested in: %s', async (status) => {
    expect(await guarded('UPDATE_COMPLETE', [status], ANSWERED)).toBe(answeredIn(status));
  });

  test.each([
    ['Update', 'UPDATE_ROLLBACK_COMPLETE', 'NOT_RUN'], ['Update', 'UPDATE_COMPLETE', 'NOT_RUN'], ['Update', 'UPDATE_IN_PROGRESS', 'NOT_RUN'],
    ['Create', 'CREATE_COMPLETE', 'GOES_ON'], ['Create', 'ROLLBACK_IN_PROGRESS', 'HELD'],
  ] as const)('of an %s that was answered before it was seen to go forward, in %s: %s', async (requestType, status, expected) => {
    expect(await guarded(status, [], { answer: 'GIVEN' }, { callback: { requestType } })).toBe(expected);
  });

  test('that nobody waits for goes on', async () => {
    expect(await guard({ ...givenRun(cloudFormation.url), callback: undefined }, cloudFormation.client)).toBeUndefined();
    expect(cloudFormation.questions).toBe(0);
  });

  test('says where the stacks are', async () => {
    cloudFormation.stackStatus = 'UPDATE_IN_PROGRESS';
    cloudFormation.ancestors = ['UPDATE_ROLLBACK_IN_PROGRESS'];

    expect((await guard(givenRun(cloudFormation.url), cloudFormation.client))!.reason).toBe(
      'the stack is in UPDATE_IN_PROGRESS, in UPDATE_ROLLBACK_IN_PROGRESS: a run starts only while it is created, updated or imported');
  });

  test('is not decided on while a status is not known', async () => {
    cloudFormation.statusRefusals = ['<DescribeStacksResponse><DescribeStacksResult/></DescribeStacksResponse>'];

    await expect(guard(givenRun(cloudFormation.url), cloudFormation.client)).rejects.toThrow('CloudFormation has not told the status of the stack');
  });

  test('asks again when CloudFormation answers 503 once', async () => {
    cloudFormation.statusRefusals = [503];

    expect(await guard(givenRun(cloudFormation.url), cloudFormation.client)).toBeUndefined();
    expect(cloudFormation.questions).toBe(2);
  });
});
