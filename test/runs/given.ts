import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as mapping from '../../src';

/** The properties that every run on deploy has, as they are when none is given. */
export const DEFAULT_RUN = {
  ServiceToken: { 'Fn::GetAtt': [expect.stringMatching(/^IdMappingRunnerEntry/), 'Arn'] },
  ServiceTimeout: '3540',
  Definition: expect.stringMatching(/^[0-9a-f]{8}$/),
  RunWhen: 'ON_CHANGE',
  WaitFor: 'STARTED',
  OnBusy: 'QUEUE',
  OnFailure: 'FAIL',
  TimeoutSeconds: 3300,
  PollIntervalSeconds: 5,
  WorkflowInStack: true,
};

/** All settings that every run on deploy takes, none of them as it is by default. */
export const SETTINGS: mapping.JobRunProps = {
  waitFor: mapping.WaitFor.SUCCEEDED,
  timeout: Duration.minutes(1),
  pollInterval: Duration.seconds(60),
  onBusy: mapping.OnBusy.JOIN,
  onFailure: mapping.OnFailure.WARN,
  runWhen: mapping.RunWhen.NEVER_ON_UPDATE,
  runTrigger: 'v1',
};

/** The properties that a run with these settings has. */
export const RUN_WITH_SETTINGS = {
  ServiceTimeout: '300',
  WaitFor: 'SUCCEEDED',
  OnBusy: 'JOIN',
  OnFailure: 'WARN',
  RunWhen: 'NEVER_ON_UPDATE',
  RunTrigger: 'v1',
  TimeoutSeconds: 60,
  PollIntervalSeconds: 60,
};

/** The properties of the stack's first custom resource of a class: `IdMappingJob`, `MatchingJob`, `IdMappingTablePopulation`. */
export function runProperties(stack: Stack, className: string): Record<string, unknown> {
  const [run] = Object.values(Template.fromStack(stack).findResources(`Custom::${className}`));
  return run.Properties;
}

/** What the runner may do for the run whose construct has this id. */
export function statementsOfRun(stack: Stack, id: string): unknown[] {
  const [, policy] = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy')).find(([logicalId]) => logicalId.includes(`${id}Policy`))!;
  return policy.Properties.PolicyDocument.Statement;
}
