import { about, Case } from '../case';
import { eventually } from '../local-runner';
import { World } from '../world';

/** An execution that somebody starts. @returns how it has ended */
async function ended(world: World, input: unknown): Promise<{ status: string; error?: string; cause?: string }> {
  const name = `${world.id}-by-hand`;
  await world.runner.startExecution(world.deployed, name, input);
  await eventually('the end of the execution', async () => (await world.runner.executions(world.deployed, world.id)).every(({ status }) => status !== 'RUNNING'));
  return world.runner.ending((await world.runner.executions(world.deployed, world.id))[0]);
}

const run = (world: World) => ({ jobKind: 'ID_MAPPING', request: { workflowName: world.workflowName } });

export const INPUT = about('whoever asks is told what is wrong', [
  ...([
    ['nothing', () => ({}), "input must have 'run'"],
    ['a text', () => 'crm', 'input must be an object'],
    ['a list', (world) => [run(world)], 'input must be an object'],
    ['the properties of a custom resource', (world) => ({ Run: run(world), Settings: {} }), "input has 'Run', which is not known"],
    ['a kind that there is not', (world) => ({ run: { ...run(world), jobKind: 'ID-MAPPING' } }), 'input.run.jobKind must be one of'],
    ['no workflow', () => ({ run: { jobKind: 'ID_MAPPING', request: {} } }), "input.run.request must have 'workflowName'"],
    ['a typing error', (world) => ({ run: { ...run(world), request: { workflowname: world.workflowName } } }), "input.run.request must have 'workflowName'"],
    ['a type of job that there is not', (world) => ({ run: { ...run(world), request: { workflowName: world.workflowName, jobType: 'FULL' } } }), 'input.run.request.jobType must be one of'],
    ['a time that is a text', (world) => ({ run: run(world), settings: { timeoutSeconds: '60' } }), 'input.settings.timeoutSeconds must be a number'],
    ['a callback without a URL', (world) => ({ run: run(world), callback: { requestType: 'Create' } }), "input.callback must have 'responseUrl'"],
    ['null', (world) => ({ run: run(world), settings: null }), 'input.settings must be an object'],
    ['a run and one that is followed', (world) => ({ run: run(world), follow: { execution: 'x', jobKind: 'ID_MAPPING' } }), "input has both 'run' and 'follow'"],
    ['a step that is under way', (world) => ({ next: 'POLL', jobId: 'x', run: run(world) }), "input has 'next', which is not known"],
  ] as [string, (world: World) => unknown, string][]).map(([what, input, cause]): Case => ({
    name: `an execution is started with ${what}`,
    expected: { jobs: 0, answers: [] },
    run: async (world) => {
      expect(await ended(world, input(world))).toEqual({ status: 'FAILED', error: 'FAILED', cause: expect.stringContaining(cause) });
      return [];
    },
  })),
  {
    name: 'an execution is started without CloudFormation: it is a full run',
    expected: { jobs: 1, answers: [] },
    run: async (world) => {
      expect(await ended(world, { run: run(world) })).toMatchObject({ status: 'SUCCEEDED' });
      return [];
    },
  },
  {
    name: 'an execution is started without CloudFormation, and its job fails',
    expected: { jobs: 1, answers: [] },
    run: async (world) => {
      await world.faults({ operation: 'StartIdMappingJob', job: { failure: 'no data' } });
      expect(await ended(world, { run: run(world) })).toEqual({ status: 'FAILED', error: 'FAILED', cause: 'no data' });
      return [];
    },
  },
  ...([['account', '111122223333'], ['region', 'eu-west-1']] as const).map(([member, value]): Case => ({
    name: `what is run is of another ${member}: it is not run here, where something may have the same name`,
    expected: { jobs: 0, answers: ['FAILED FAILED'] },
    run: async (world) => {
      const [event] = await world.answered(world.create({ [member]: value }));
      expect((await world.answerTo(event)).Reason).toContain(value);
      return [event];
    },
  })),
  {
    name: 'what is run is of this very account and Region',
    expected: { jobs: 1, answers: ['SUCCESS STARTED'] },
    run: (world) => world.answered(world.create({ account: '000000000000', region: 'us-east-1' })),
  },
]);
