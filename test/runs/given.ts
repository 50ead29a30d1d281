import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { isDue } from '../../lambda/entry/is-due';
import * as mapping from '../../src';
import { DecidedRun, METRICS, RESOURCE_TYPES, JobKindName } from '../../src/runs/private/run-protocol';

/** Where a run is of what a stack of `givenStack` has. */
export const HERE = { account: '111122223333', region: 'eu-west-1' };

/** The settings that every run has, as they are when none is given. */
export const DEFAULT_SETTINGS = {
  waitFor: 'STARTED',
  onBusy: 'QUEUE',
  onFailure: 'FAIL',
  runWhen: 'ON_CHANGE',
  timeout: '3300 seconds',
  pollInterval: '5 seconds',
  roleArn: { 'Fn::GetAtt': [expect.stringMatching(/Role[0-9A-F]{8}$/), 'Arn'] },
};

/** The properties that every run has beside what is run, as they are when none is given. */
export const DEFAULT_RUN = {
  ServiceToken: { 'Fn::GetAtt': [expect.stringMatching(/^IdMappingRunnerEntry/), 'Arn'] },
  ServiceTimeout: '3540',
};

/** All settings that every run takes, none of them as it is by default. */
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
  Run: { runTrigger: 'v1' },
  Settings: {
    waitFor: 'SUCCEEDED',
    onBusy: 'JOIN',
    onFailure: 'WARN',
    runWhen: 'NEVER_ON_UPDATE',
    timeout: '1 minutes',
    pollInterval: '60 seconds',
  },
};

/** What the tests read of the properties of a run. */
export interface RunProperties {
  readonly Run: DecidedRun & { readonly request: Record<string, unknown> };
  readonly Settings: Record<string, unknown>;
}

/** The properties of the stack's first run of a kind. */
export function runProperties(stack: Stack, kind: JobKindName): RunProperties {
  const [run] = Object.values(Template.fromStack(stack).findResources(RESOURCE_TYPES[kind]));
  return run.Properties;
}

/**
 * Whether the run of the second stack would be due after that of the first one, by what their templates say.
 *
 * The values have their intrinsic functions still in them: what CloudFormation makes of those is for tests that deploy.
 */
export function isDueAfter(before: Stack, after: Stack, kind: JobKindName): boolean {
  return isDue(runProperties(after, kind).Run, runProperties(before, kind).Run);
}

/** What the runner may do for the run whose construct has this id. */
export function statementsOfRun(stack: Stack, id: string): unknown[] {
  const roles = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Role', { Properties: { Path: `/cdk-id-mapping/${stack.stackName}/` } }));
  const [, { Properties }] = roles.find(([logicalId]) => logicalId.includes(`${id}Role`))!;
  return Properties.Policies[0].PolicyDocument.Statement;
}

/** The attribute of a resource whose logical id begins so. */
export function attribute(id: string, name: string): unknown {
  return { 'Fn::GetAtt': [expect.stringMatching(new RegExp(`^${id}[0-9A-F]{8}$`)), name] };
}

/** The attributes of a resource in which it tells all metrics of a kind of job: each under its own name. */
export function metricsOf(id: string, kind: JobKindName): Record<string, unknown> {
  return Object.fromEntries(METRICS[kind].map((name) => [name === 'matchIDs' ? 'matchIds' : name, attribute(id, `${name[0].toUpperCase()}${name.slice(1)}`)]));
}
