import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import * as mapping from '../../../src';
import { givenIdMappingTable } from '../../clean-rooms/given';
import { EMAIL_RULE, givenInput, givenMatchingWorkflow } from '../../entity-resolution/given';

const ENV = { account: '111122223333', region: 'eu-west-1' };
let outdir: string;

beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'last-synthesis-'));
});

afterEach(() => {
  rmSync(outdir, { recursive: true });
});

/** Synthesizes a stack where the last synthesis has left its templates. */
function synthesize(define: (stack: Stack) => void): Stack {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Stack', { env: ENV });
  define(stack);
  app.synth();
  return stack;
}

function workflow(scope: Construct, props: Partial<mapping.IdMappingWorkflowProps> = {}): mapping.IdMappingWorkflow {
  return new mapping.IdMappingWorkflow(scope, 'Workflow', {
    sources: [givenInput(scope, 'crm')],
    target: mapping.InputSource.matchingWorkflow(givenMatchingWorkflow(scope)),
    technique: mapping.IdMappingTechnique.ruleBased({ rules: [EMAIL_RULE] }),
    ...props,
  });
}

/** The paths of the runs that are warned of. */
function warnedOf(stack: Stack): string[] {
  return Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp('^the last synthesis had this very run as \\w+: .* whose creation starts another job, which is billed; '))
    .map(({ id }) => id);
}

describe('a run is warned of when the last synthesis had it', () => {
  test.each<[string, string, (stack: Stack) => void, (stack: Stack) => void]>([
    ['under another id', 'Stack/Renamed',
      (stack) => { new mapping.IdMappingJob(stack, 'Job', { workflow: workflow(stack) }); },
      (stack) => { new mapping.IdMappingJob(stack, 'Renamed', { workflow: workflow(stack) }); }],
    ['outside of a construct', 'Stack/Wrapper/Job',
      (stack) => { new mapping.IdMappingJob(stack, 'Job', { workflow: workflow(stack) }); },
      (stack) => { new mapping.IdMappingJob(new Construct(stack, 'Wrapper'), 'Job', { workflow: workflow(stack) }); }],
    ['outside of a construct, as what it runs', 'Stack/Wrapper/Job',
      (stack) => { new mapping.IdMappingJob(stack, 'Job', { workflow: workflow(stack) }); },
      (stack) => {
        const wrapper = new Construct(stack, 'Wrapper');
        new mapping.IdMappingJob(wrapper, 'Job', { workflow: workflow(wrapper) });
      }],
    ['of an imported workflow', 'Stack/Renamed',
      (stack) => { new mapping.IdMappingJob(stack, 'Job', { workflow: mapping.IdMappingWorkflow.fromIdMappingWorkflowName(stack, 'Crm', 'crm') }); },
      (stack) => { new mapping.IdMappingJob(stack, 'Renamed', { workflow: mapping.IdMappingWorkflow.fromIdMappingWorkflowName(stack, 'Crm', 'crm') }); }],
    ['as a matching job', 'Stack/Renamed',
      (stack) => { new mapping.MatchingJob(stack, 'Job', { workflow: givenMatchingWorkflow(stack) }); },
      (stack) => { new mapping.MatchingJob(stack, 'Renamed', { workflow: givenMatchingWorkflow(stack) }); }],
    ['as a population', 'Stack/Table/Renamed',
      (stack) => { givenIdMappingTable({}, stack).populateOnDeploy('Population'); },
      (stack) => { givenIdMappingTable({}, stack).populateOnDeploy('Renamed'); }],
  ])('%s', (_how, path, before, after) => {
    expect(warnedOf(synthesize(before))).toEqual([]);
    expect(warnedOf(synthesize(after))).toEqual([`/${path}`]);
  });

  test('in a nested stack', () => {
    const nested = (id: string) => (stack: Stack) => {
      const inner = new NestedStack(stack, 'Nested');
      new mapping.MatchingJob(inner, id, { workflow: givenMatchingWorkflow(stack) });
    };
    synthesize(nested('Job'));
    expect(warnedOf(synthesize(nested('Renamed')))).toEqual(['/Stack/Nested/Renamed']);
  });
});

describe('a run is not warned of', () => {
  const job = (
    id: string, props: Partial<mapping.IdMappingJobProps> = {}, workflowProps: Partial<mapping.IdMappingWorkflowProps> = {},
  ) => (stack: Stack) => {
    new mapping.IdMappingJob(stack, id, { workflow: workflow(stack, workflowProps), ...props });
  };

  test.each<[string, (stack: Stack) => void]>([
    ['it is where it was', job('Job')],
    ['it changes where it is', job('Job', { runTrigger: 'v2' })],
    ['another one is added', (stack) => {
      const run = { workflow: workflow(stack) };
      new mapping.IdMappingJob(stack, 'Job', run);
      new mapping.IdMappingJob(stack, 'Again', run);
    }],
    ['it is another one', job('Renamed', {}, { outputPrefix: 'elsewhere/' })],
    ['it does not run when it is created', job('Renamed', { runWhen: mapping.RunWhen.NEVER_ON_CREATE })],
    ['it runs at every deployment anyway', job('Renamed', { runWhen: mapping.RunWhen.EVERY_DEPLOY })],
  ])('when %s', (_what, after) => {
    synthesize(job('Job'));
    expect(warnedOf(synthesize(after))).toEqual([]);
  });

  test('without a last synthesis', () => {
    expect(warnedOf(synthesize(job('Job')))).toEqual([]);
  });
});
