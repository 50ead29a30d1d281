import { createEvent } from './events';
import { StepFunctions } from './step-functions';
import { runRequestOf } from '../../lambda/custom-resource-request';
import { untilAllowed } from '../../lambda/until-allowed';

describe('the start of an execution that is not allowed yet', () => {
  let stepFunctions: StepFunctions;

  beforeAll(async () => {
    stepFunctions = await StepFunctions.start();
  });

  afterAll(() => stepFunctions.close());

  beforeEach(() => stepFunctions.reset());

  const start = (patienceMs?: number) => untilAllowed(
    () => stepFunctions.client().start({ request: runRequestOf(createEvent('http://127.0.0.1:9')), next: 'START', waitSeconds: 0 }), patienceMs, 10);

  test.each(['AccessDeniedException', 'ThrottlingException'])('is tried again until it is (%s)', async (error) => {
    stepFunctions.refusals = Array(3).fill({ status: 400, error });

    await start();

    expect(stepFunctions.executions.size).toBe(1);
  });

  test('is reported when it is not allowed in time', async () => {
    stepFunctions.refusals = Array(9).fill({ status: 400, error: 'AccessDeniedException' });

    await expect(start(0)).rejects.toThrow(expect.objectContaining({ name: 'AccessDeniedException' }));
    expect(stepFunctions.refusals).toHaveLength(8);
  });

  test('is not tried again when it is refused for another reason', async () => {
    stepFunctions.refusals = [{ status: 400, error: 'InvalidName' }];

    await expect(start()).rejects.toThrow(expect.objectContaining({ name: 'InvalidName' }));
    expect(stepFunctions.executions.size).toBe(0);
  });
});
