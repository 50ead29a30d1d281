import { untilAnswered } from '../../../lambda/entry/until-answered';
import { ID_MAPPING_RUN } from '../runs';
import { StepFunctions } from '../step-functions';

describe('the start of an execution', () => {
  let stepFunctions: StepFunctions;

  beforeAll(async () => {
    stepFunctions = await StepFunctions.start();
  });

  afterAll(() => stepFunctions.close());

  beforeEach(() => stepFunctions.reset());

  const start = (patienceMs?: number) => untilAnswered(() => stepFunctions.client().start('run', { run: ID_MAPPING_RUN }), patienceMs, 10);

  test.each([
    [400, 'AccessDeniedException'], [400, 'ThrottlingException'], [400, 'UnrecognizedClientException'], [400, 'ExecutionLimitExceeded'],
    [500, 'InternalServerException'], [503, 'ServiceUnavailable'],
  ])('is tried again until it is answered (%i %s)', async (status, error) => {
    stepFunctions.refusals = Array(3).fill({ status, error });

    await start();

    expect(stepFunctions.executions.size).toBe(1);
  });

  test('is reported when it is not allowed in time', async () => {
    stepFunctions.refusals = Array(9).fill({ status: 400, error: 'AccessDeniedException' });

    await expect(start(0)).rejects.toThrow(expect.objectContaining({ name: 'AccessDeniedException' }));
    expect(stepFunctions.refusals).toHaveLength(8);
  });

  test.each(['InvalidName', 'InvalidExecutionInput', 'InvalidArn', 'StateMachineDoesNotExist', 'StateMachineDeleting'])(
    'is not tried again when it is refused for another reason (%s)', async (error) => {
      stepFunctions.refusals = [{ status: 400, error }];

      await expect(start()).rejects.toThrow(expect.objectContaining({ name: error }));
      expect(stepFunctions.executions.size).toBe(0);
    });
});
