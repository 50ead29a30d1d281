import { setTimeout } from 'node:timers/promises';
import {
  CloudFormationClient, CreateStackCommand, DescribeStackEventsCommand, DescribeStacksCommand, UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { LocalAws } from '../src/local-aws';

let aws: LocalAws;
let client: CloudFormationClient;

beforeAll(async () => {
  aws = await LocalAws.start();
  client = new CloudFormationClient({ endpoint: aws.endpointUrl, region: 'us-east-1', credentials: { accessKeyId: '000000000000', secretAccessKey: 'local' } });
});

afterAll(async () => {
  await aws.stop();
});

/** A policy of so many characters, and as many blanks as you like. */
function policyOf(characters: number, blanks = 0): object {
  const document = (action: string) => ({ Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
  const empty = JSON.stringify(document('')).length;
  return document(`${'x'.repeat(characters - empty)}${' '.repeat(blanks)}`);
}

const inline = (PolicyName: string, characters: number, blanks?: number) => ({ PolicyName, PolicyDocument: policyOf(characters, blanks) });
const role = (...Policies: object[]) => ({ Type: 'AWS::IAM::Role', Properties: { RoleName: { Ref: 'AWS::StackName' }, AssumeRolePolicyDocument: {}, Policies } });
const policy = (...properties: Parameters<typeof inline>) =>
  ({ Type: 'AWS::IAM::Policy', Properties: { ...inline(...properties), Roles: [{ Ref: 'Role' }] } });

let stacks = 0;

/** The status that the stack of each template ends with, one after the other, and why the first that fails does. */
async function outcome(...templates: Record<string, object>[]): Promise<string> {
  const StackName = `policies-${++stacks}`;
  let status = '';
  for (const [index, Resources] of templates.entries()) {
    const TemplateBody = JSON.stringify({ Resources });
    await client.send(index === 0 ? new CreateStackCommand({ StackName, TemplateBody }) : new UpdateStackCommand({ StackName, TemplateBody }));
    do {
      await setTimeout(20);
      status = (await client.send(new DescribeStacksCommand({ StackName }))).Stacks![0].StackStatus!;
    } while (status.endsWith('_IN_PROGRESS'));
  }
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }));
  const failed = StackEvents.find(({ ResourceStatus, ResourceType }) => ResourceStatus?.endsWith('_FAILED') && ResourceType?.startsWith('AWS::IAM'));
  return failed ? /Maximum policy size of \d+ bytes exceeded for \w+ |Cannot exceed quota for PolicySize: \d+/.exec(failed.ResourceStatusReason!)![0] : status;
}

const TOO_LARGE = 'Maximum policy size of 10240 bytes exceeded for role ';

test.each<[string, string, Record<string, object>[]]>([
  ['as large as may be', 'CREATE_COMPLETE', [{ Role: role(inline('a', 10_240)) }]],
  ['with blanks, which do not count', 'CREATE_COMPLETE', [{ Role: role(inline('a', 10_240, 500)) }]],
  ['too large', TOO_LARGE, [{ Role: role(inline('a', 10_241)) }]],
  ['too large together', TOO_LARGE, [{ Role: role(inline('a', 6_000), inline('b', 6_000)) }]],
  ['too large with those of the role', TOO_LARGE, [{ Role: role(inline('a', 6_000)), Policy: policy('b', 6_000) }]],
  ['too large with those of others', TOO_LARGE, [{ Role: role(), First: policy('a', 6_000), Second: policy('b', 6_000) }]],
  ['that grow too large', TOO_LARGE, [{ Role: role(inline('a', 6_000)) }, { Role: role(inline('a', 6_000), inline('b', 6_000)) }]],
  ['that others replace', 'UPDATE_COMPLETE', [{ Role: role(inline('a', 6_000)) }, { Role: role(inline('b', 6_000)) }]],
  ['one of which is changed', 'UPDATE_COMPLETE', [{ Role: role(), Policy: policy('a', 6_000) }, { Role: role(), Policy: policy('a', 7_000) }]],
])('inline policies of a role %s: %s', async (_, expected, templates) => {
  expect(await outcome(...templates)).toBe(expected);
});

test('2,048 characters are what the inline policies of a user may have', async () => {
  const user = (characters: number) => ({ User: { Type: 'AWS::IAM::User', Properties: { Policies: [inline('a', characters)] } } });
  expect(await outcome(user(2_048))).toBe('CREATE_COMPLETE');
  expect(await outcome(user(2_049))).toBe('Maximum policy size of 2048 bytes exceeded for user ');
});

test('6,144 characters are what a managed policy may have', async () => {
  const managed = (characters: number) => ({ Policy: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: policyOf(characters) } } });
  expect(await outcome(managed(6_144))).toBe('CREATE_COMPLETE');
  expect(await outcome(managed(6_145))).toBe('Cannot exceed quota for PolicySize: 6144');
  expect(await outcome(managed(100), managed(6_145))).toBe('Cannot exceed quota for PolicySize: 6144');
});
