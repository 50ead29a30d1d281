import { App, CfnOutput, CfnResource, Duration, Stack } from 'aws-cdk-lib';
import { version } from 'aws-cdk-lib/package.json';
import * as mapping from '../../src';
import { completeStack as completeCleanRooms } from '../clean-rooms/complete';
import { givenIdMappingTable } from '../clean-rooms/given';
import { completeStack as completeEntityResolution } from '../entity-resolution/complete';
import { givenMatchingWorkflow, givenStack } from '../entity-resolution/given';
import { contextOfNewProject } from '../new-project';

const { CDK_VALIDATION } = process.env;

beforeAll(() => {
  // Where aws-cdk-lib has it, the validator is what ends the synthesis of a bad template.
  delete process.env.CDK_VALIDATION;
});

afterAll(() => {
  process.env.CDK_VALIDATION = CDK_VALIDATION;
});

const newApp = () => new App({ context: contextOfNewProject() });

/** A stack with a run of each kind that is waited for six hours, and outputs of all that they come to. */
function runsOfHours(app: App): Stack {
  const stack = givenStack(app);
  const props = { waitFor: mapping.WaitFor.SUCCEEDED, timeout: Duration.hours(6) };
  const table = givenIdMappingTable({}, stack);
  const population = table.populateOnDeploy('Population', props);
  const job = new mapping.IdMappingJob(stack, 'Job', { workflow: table.workflow!, ...props });
  const matching = new mapping.MatchingJob(stack, 'Matching', { workflow: givenMatchingWorkflow(stack), ...props });
  const values = {
    population: [population.idMappingJobId, population.status, population.metrics],
    job: [job.jobId, job.status, job.metrics],
    matching: [matching.jobId, matching.status, matching.metrics],
  };
  for (const [id, [jobId, status, metrics]] of Object.entries(values)) {
    Object.entries({ jobId, status, ...metrics as object }).forEach(([name, value]) => new CfnOutput(stack, `${id}${name}`, { value: value as string }));
  }
  return stack;
}

describe('in a project as the newest CDK CLI begins it', () => {
  test.each([
    ['runs that are waited for six hours, with outputs of all that they come to', runsOfHours],
    ['a stack with all constructs of Entity Resolution', completeEntityResolution],
    ['a stack with all constructs of Clean Rooms', completeCleanRooms],
  ])('%s can be synthesized', (_what, define) => {
    const app = newApp();
    define(app);

    expect(Object.keys(app.synth().stacks[0].template.Resources).length).toBeGreaterThan(5);
  });

  // The oldest aws-cdk-lib has no validator.
  (version.startsWith('2.236.') ? test.skip : test)('a bad template can not', () => {
    const app = newApp();
    const stack = givenStack(app);
    const handle = new CfnResource(stack, 'Handle', { type: 'AWS::CloudFormation::WaitConditionHandle' });
    const condition = new CfnResource(stack, 'Condition', { type: 'AWS::CloudFormation::WaitCondition', properties: { Handle: handle.ref, Timeout: '1' } });
    new CfnOutput(stack, 'Output', { value: condition.getAtt('Data').toString() });

    expect(() => app.synth()).toThrow(/F6101/);
  });
});
