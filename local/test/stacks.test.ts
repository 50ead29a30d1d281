import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  CloudFormationClient, CreateChangeSetCommand, CreateStackCommand, DeleteStackCommand, DescribeChangeSetCommand, DescribeStackEventsCommand,
  DescribeStacksCommand, ExecuteChangeSetCommand, Stack, UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { LocalAws } from '../src/local-aws';
import { ControlClient } from '../src/rest-json/control-client';

interface Template {
  readonly Parameters?: object;
  readonly Resources: Readonly<Record<string, object>>;
  readonly Outputs?: object;
}

/** What a custom resource was asked. */
interface Event {
  readonly RequestType: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Readonly<Record<string, string>>;
  readonly OldResourceProperties?: Readonly<Record<string, string>>;
  /** The status of the outermost stack. */
  readonly stack: string;
}

/** Writes down what it is asked, then answers: FAILED when the property Fail names the request's type, the property Id as the physical id. */
const RECORDER = `
const { appendFileSync } = require('fs');
exports.handler = async event => {
  const { RequestType, LogicalResourceId, PhysicalResourceId, ResourceProperties, OldResourceProperties, StackId } = event;
  const body = new URLSearchParams({ Action: 'DescribeStacks', Version: '2010-05-15', StackName: ResourceProperties.Outermost || StackId });
  const described = await fetch(process.env.AWS_ENDPOINT_URL, { method: 'POST', body, headers: {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: 'AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/cloudformation/aws4_request, SignedHeaders=host, Signature=0',
  } });
  const stack = /<StackStatus>(\\w+)</.exec(await described.text())?.[1];
  appendFileSync(process.env.TMPDIR + '/events', JSON.stringify(
    { RequestType, LogicalResourceId, PhysicalResourceId, ResourceProperties, OldResourceProperties, stack }) + '\\n');
  const { Id, Value, Fail, Answer = '{}' } = ResourceProperties;
  await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify({
    Status: Fail === RequestType ? 'FAILED' : 'SUCCESS', Reason: 'as asked', PhysicalResourceId: Id, Data: { Value },
    StackId, RequestId: event.RequestId, LogicalResourceId, ...RequestType === 'Create' && JSON.parse(Answer),
  }) });
};`;

let aws: LocalAws;
let client: CloudFormationClient;
let s3: S3Client;
let eventsFile: string;
let serviceToken: string;

beforeAll(async () => {
  aws = await LocalAws.start();
  const config = { endpoint: aws.endpointUrl, region: 'us-east-1', credentials: { accessKeyId: '000000000000', secretAccessKey: 'local' } };
  client = new CloudFormationClient(config);
  s3 = new S3Client({ ...config, forcePathStyle: true });
  eventsFile = join(dirname(aws.logFile), 'events');
  await s3.send(new CreateBucketCommand({ Bucket: 'templates' }));
  const { Outputs } = await create('Recorder', {
    Resources: {
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Runtime: 'nodejs20.x', Handler: 'index.handler', Role: 'arn:aws:iam::000000000000:role/any', Timeout: 30, Code: { ZipFile: RECORDER },
        },
      },
    },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Function', 'Arn'] } } },
  });
  serviceToken = Outputs![0].OutputValue!;
});

afterAll(async () => {
  await aws.stop();
});

beforeEach(async () => {
  await rm(eventsFile, { force: true });
});

/** The stack once nothing goes on in it. */
async function settled(StackName: string): Promise<Stack> {
  for (;;) {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    if (!Stacks![0].StackStatus!.endsWith('_IN_PROGRESS')) {
      return Stacks![0];
    }
    await setTimeout(50);
  }
}

async function create(StackName: string, template: Template, status = 'CREATE_COMPLETE'): Promise<Stack> {
  await client.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template) }));
  const stack = await settled(StackName);
  expect(stack.StackStatus).toBe(status);
  return stack;
}

async function update(StackName: string, template: Template, status = 'UPDATE_COMPLETE'): Promise<Stack> {
  await client.send(new UpdateStackCommand({ StackName, TemplateBody: JSON.stringify(template) }));
  const stack = await settled(StackName);
  expect(stack.StackStatus).toBe(status);
  return stack;
}

async function remove(StackName: string): Promise<void> {
  await client.send(new DeleteStackCommand({ StackName }));
  await expect(settled(StackName)).rejects.toThrow(`Stack with id ${StackName} does not exist`);
}

const outputs = ({ Outputs = [] }: Stack) => Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));

async function reasons(StackName: string): Promise<(string | undefined)[]> {
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }));
  return StackEvents.map(({ ResourceStatusReason }) => ResourceStatusReason).filter((reason) => reason);
}

/** What the custom resources of a test were asked, oldest first. */
async function events(): Promise<Event[]> {
  const text = await readFile(eventsFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Event);
}

const asked = async () => (await events()).map(({ RequestType, LogicalResourceId, stack }) => `${RequestType} ${LogicalResourceId} ${stack}`);

const probe = (properties: object = {}) => ({ Type: 'Custom::Probe', Properties: { ServiceToken: serviceToken, Id: 'probe', ...properties } });
const logGroup = (properties: object = {}) => ({ Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 1, ...properties } });
/** A resource whose creation fails. */
const BROKEN = { Type: 'Custom::Broken', Properties: { ServiceToken: 'arn:aws:lambda:us-east-1:000000000000:function:nothing' } };

/** A nested stack over a template, which is put where its content says. */
async function nested(template: Template, parameters: object = {}): Promise<object> {
  const body = JSON.stringify(template);
  const key = `${createHash('sha256').update(body).digest('hex')}.json`;
  await s3.send(new PutObjectCommand({ Bucket: 'templates', Key: key, Body: body }));
  return {
    Type: 'AWS::CloudFormation::Stack',
    Properties: { TemplateURL: `https://s3.us-east-1.amazonaws.com/templates/${key}`, Parameters: parameters },
  };
}

describe('a custom resource', () => {
  test('is asked when it is made, when its properties change, with the old ones, and when it goes', async () => {
    await create('Probe', { Resources: { Probe: probe({ Value: 'a' }) } });
    await update('Probe', { Resources: { Probe: probe({ Value: 'a' }), Group: logGroup() } });
    await update('Probe', { Resources: { Probe: probe({ Value: 'b' }), Group: logGroup() } });
    await update('Probe', { Resources: { Group: logGroup() } });

    expect(await asked()).toEqual([
      'Create Probe CREATE_IN_PROGRESS', 'Update Probe UPDATE_IN_PROGRESS', 'Delete Probe UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    ]);
    const [, { OldResourceProperties, ResourceProperties }] = await events();
    expect([OldResourceProperties!.Value, ResourceProperties.Value]).toEqual(['a', 'b']);
  });

  test('with another physical id replaces the old one, which is deleted once all else has succeeded', async () => {
    await create('Replaced', { Resources: { Probe: probe({ Id: 'old' }) } });
    await update('Replaced', { Resources: { Probe: probe({ Id: 'new' }), Last: { ...logGroup(), DependsOn: 'Probe' } } });

    expect((await events()).slice(1).map(({ RequestType, PhysicalResourceId, stack }) => [RequestType, PhysicalResourceId, stack])).toEqual([
      ['Update', 'old', 'UPDATE_IN_PROGRESS'], ['Delete', 'old', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'],
    ]);
  });

  test('is sent back when the update fails later', async () => {
    await create('Back', { Resources: { Probe: probe({ Value: 'a' }) } });
    await update('Back', { Resources: { Probe: probe({ Value: 'b' }), Last: { ...BROKEN, DependsOn: 'Probe' } } }, 'UPDATE_ROLLBACK_COMPLETE');

    expect(await asked()).toEqual([
      'Create Probe CREATE_IN_PROGRESS', 'Update Probe UPDATE_IN_PROGRESS', 'Update Probe UPDATE_ROLLBACK_IN_PROGRESS',
    ]);
    const { OldResourceProperties, ResourceProperties } = (await events())[2];
    expect([OldResourceProperties!.Value, ResourceProperties.Value]).toEqual(['b', 'a']);
  });

  test('whose creation fails is deleted by the rollback, by the physical id of its answer', async () => {
    await create('Failed', { Resources: { Probe: probe({ Fail: 'Create', Id: 'failed' }) } }, 'ROLLBACK_COMPLETE');

    expect((await events()).map(({ RequestType, PhysicalResourceId, stack }) => [RequestType, PhysicalResourceId, stack])).toEqual([
      ['Create', undefined, 'CREATE_IN_PROGRESS'], ['Delete', 'failed', 'ROLLBACK_IN_PROGRESS'],
    ]);
  });
});

test('an AwsCustomResource calls the services with the SDK that Lambda has', async () => {
  const library = dirname(require.resolve('aws-cdk-lib/package.json'));
  const handler = await readFile(join(library, 'custom-resource-handlers/dist/custom-resources/aws-custom-resource-handler/index.js'), 'utf8');
  const call = (service: string, action: string, parameters: object) =>
    JSON.stringify({ service, action, parameters, physicalResourceId: { id: action } });
  const template: Template = {
    Resources: {
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Runtime: 'nodejs22.x', Handler: 'index.handler', Role: 'arn:aws:iam::000000000000:role/any', Timeout: 120, Code: { ZipFile: handler },
        },
      },
      Schema: {
        Type: 'Custom::AWS',
        Properties: {
          ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] },
          InstallLatestAwsSdk: 'false',
          Create: call('EntityResolution', 'createSchemaMapping', {
            schemaName: 'called', mappedInputFields: [{ fieldName: 'id', type: 'UNIQUE_ID' }, { fieldName: 'email', type: 'EMAIL_ADDRESS' }],
          }),
          Delete: call('EntityResolution', 'deleteSchemaMapping', { schemaName: 'called' }),
        },
      },
      Collaboration: {
        Type: 'Custom::AWS',
        Properties: {
          ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] },
          InstallLatestAwsSdk: 'false',
          Create: call('CleanRooms', 'listCollaborations', {}),
        },
      },
    },
    Outputs: { Name: { Value: { 'Fn::GetAtt': ['Schema', 'schemaName'] } } },
  };

  // Too long for a TemplateBody.
  await s3.send(new PutObjectCommand({ Bucket: 'templates', Key: 'aws.json', Body: JSON.stringify(template) }));
  await client.send(new CreateStackCommand({ StackName: 'AwsCustomResource', TemplateURL: 'https://s3.us-east-1.amazonaws.com/templates/aws.json' }));
  expect(await settled('AwsCustomResource')).toMatchObject({ StackStatus: 'CREATE_COMPLETE', Outputs: [{ OutputKey: 'Name', OutputValue: 'called' }] });
  await remove('AwsCustomResource');
  expect((await new ControlClient(aws.entityResolutionUrl).calls()).map(({ operation }) => operation)).toEqual(['CreateSchemaMapping', 'DeleteSchemaMapping']);
});

test.each([
  ['more than 4 KB', { Data: { Value: 'x'.repeat(4_096) } }, 'Response object is too long.'],
  ['no physical id', { PhysicalResourceId: '' }, 'Invalid PhysicalResourceId'],
  ['a physical id of more than 1 KB', { PhysicalResourceId: 'x'.repeat(1_025) }, 'Invalid PhysicalResourceId'],
  ['another status', { Status: 'DONE' }, 'Invalid Response object: Value DONE at \'Status\' is neither SUCCESS nor FAILED'],
  ['no reason of its failure', { Status: 'FAILED', Reason: '' }, 'Vendor response doesn\'t contain a Reason'],
])('an answer of a custom resource with %s fails it', async (name, answer, reason) => {
  const stack = `Answer-${name.replace(/\W/g, '')}`;
  await create(stack, { Resources: { Probe: probe({ Answer: JSON.stringify(answer) }) } }, 'ROLLBACK_COMPLETE');
  expect(await reasons(stack)).toContain(reason);
});

describe('a nested stack', () => {
  const child = (properties: object, groupProperties: object = {}): Template => ({
    Parameters: { Name: { Type: 'String', Default: 'none' } },
    Resources: { Group: logGroup(groupProperties), Probe: probe({ Outermost: 'Nested', ...properties }) },
    Outputs: {
      GroupArn: { Value: { 'Fn::GetAtt': ['Group', 'Arn'] } }, Value: { Value: { 'Fn::GetAtt': ['Probe', 'Value'] } }, Name: { Value: { Ref: 'Name' } },
    },
  });
  const parent = async (template: Template, others: Record<string, object> = {}, parameters: object = {}): Promise<Template> => ({
    Resources: { Child: await nested(template, parameters), ...others },
    Outputs: Object.fromEntries(['GroupArn', 'Value', 'Name'].map((name) => [name, { Value: { 'Fn::GetAtt': ['Child', `Outputs.${name}`] } }])),
  });
  const arn = expect.stringMatching(/^arn:aws:logs:us-east-1:000000000000:log-group:.*Group.*:\*$/) as string;

  afterEach(async () => {
    await remove('Nested');
  });

  test('keeps the attributes of what an update leaves alone, a log group among them', async () => {
    expect(outputs(await create('Nested', await parent(child({ Value: 'a' }))))).toEqual({ GroupArn: arn, Value: 'a', Name: 'none' });
    expect(outputs(await update('Nested', await parent(child({ Value: 'b' }))))).toEqual({ GroupArn: arn, Value: 'b', Name: 'none' });
    expect(outputs(await update('Nested', await parent(child({ Value: 'b' }, { RetentionInDays: 7 }), {}, { Name: 'x' }))))
      .toEqual({ GroupArn: arn, Value: 'b', Name: 'x' });
    expect(await asked()).toEqual(['Create Probe CREATE_IN_PROGRESS', 'Update Probe UPDATE_IN_PROGRESS']);
  });

  test('is rolled back when the parent fails after it', async () => {
    const before = child({ Value: 'a' });
    const after: Template = { ...before, Resources: { Group: logGroup(), Probe: probe({ Outermost: 'Nested', Value: 'b' }), Added: { ...probe({ Outermost: 'Nested', Id: 'added' }), DependsOn: 'Probe' } } };
    await create('Nested', await parent(before));
    const stack = await update('Nested', await parent(after, { Last: { ...BROKEN, DependsOn: 'Child' } }), 'UPDATE_ROLLBACK_COMPLETE');

    expect(outputs(stack)).toEqual({ GroupArn: arn, Value: 'a', Name: 'none' });
    expect((await asked()).slice(1)).toEqual([
      'Update Probe UPDATE_IN_PROGRESS', 'Create Added UPDATE_IN_PROGRESS',
      'Update Probe UPDATE_ROLLBACK_IN_PROGRESS', 'Delete Added UPDATE_ROLLBACK_IN_PROGRESS',
    ]);
    expect(outputs(await update('Nested', await parent(child({ Value: 'c' }))))).toMatchObject({ Value: 'c' });
  });

  test('deletes what it has replaced or removed once the outermost stack has succeeded, and not when that fails', async () => {
    const both: Template = { ...child({ Value: 'a' }), Resources: { ...child({ Value: 'a' }).Resources, Gone: probe({ Outermost: 'Nested', Id: 'gone' }) } };
    await create('Nested', await parent(both));
    await update('Nested', await parent(child({ Value: 'a' }), { Last: { ...BROKEN, DependsOn: 'Child' } }), 'UPDATE_ROLLBACK_COMPLETE');
    expect((await asked()).slice(2)).toEqual([]);

    await update('Nested', await parent(child({ Value: 'a' }), { Last: { ...logGroup(), DependsOn: 'Child' } }));
    expect((await asked()).slice(2)).toEqual(['Delete Gone UPDATE_COMPLETE_CLEANUP_IN_PROGRESS']);
  });

  test('whose update fails is rolled back with its parent', async () => {
    await create('Nested', await parent(child({ Value: 'a' })));
    const broken: Template = { ...child({ Value: 'b' }), Resources: { ...child({ Value: 'b' }).Resources, Last: { ...BROKEN, DependsOn: 'Probe' } } };
    const stack = await update('Nested', await parent(broken), 'UPDATE_ROLLBACK_COMPLETE');

    expect(outputs(stack)).toMatchObject({ Value: 'a' });
    expect((await asked()).slice(1)).toEqual(['Update Probe UPDATE_IN_PROGRESS', 'Update Probe UPDATE_ROLLBACK_IN_PROGRESS']);
    expect(await reasons('Nested')).toContainEqual(expect.stringMatching(/^Embedded stack .* was not successfully updated\. .*Resource Last failed: /));
  });

  test('whose creation fails is deleted with what it has made', async () => {
    const broken: Template = { ...child({ Value: 'a' }), Resources: { ...child({ Value: 'a' }).Resources, Last: { ...BROKEN, DependsOn: 'Probe' } } };
    await create('Nested', await parent(broken), 'ROLLBACK_COMPLETE');

    expect(await asked()).toEqual(['Create Probe CREATE_IN_PROGRESS', 'Delete Probe ROLLBACK_IN_PROGRESS']);
  });

  test('goes with its parent', async () => {
    await create('Nested', await parent(child({ Value: 'a' })));
    await remove('Nested');

    expect(await asked()).toEqual(['Create Probe CREATE_IN_PROGRESS', 'Delete Probe DELETE_IN_PROGRESS']);
  });
});

describe('outputs', () => {
  const exporting = (Value: string | undefined, name = 'shared'): Template => ({
    Resources: { Group: logGroup() },
    ...Value !== undefined && { Outputs: { Out: { Value, Export: { Name: name } } } },
  });
  const IMPORTING: Template = { Resources: { Group: logGroup() }, Outputs: { In: { Value: { 'Fn::ImportValue': 'shared' } } } };

  test('an export in use can be neither changed nor deleted, another one can', async () => {
    await create('Exporter', exporting('a'));
    await create('Importer', IMPORTING);

    await update('Exporter', exporting('b'), 'UPDATE_ROLLBACK_COMPLETE');
    expect(await reasons('Exporter')).toContain('Export shared cannot be updated as it is in use by Importer');
    await update('Exporter', exporting(undefined), 'UPDATE_ROLLBACK_COMPLETE');
    expect(await reasons('Exporter')).toContain('Export shared cannot be deleted as it is in use by Importer');

    await remove('Importer');
    await update('Exporter', exporting('b'));
    await update('Exporter', exporting(undefined));
    await create('Importer', IMPORTING, 'ROLLBACK_COMPLETE');
  });

  test.each([
    ['empty', ' ', 'Cannot export output Out. Exported values must not be empty or whitespace-only.'],
    ['taken', 'x', 'Export with name taken is already exported by stack Owner-taken'],
  ])('an export that is %s is refused', async (name, value, reason) => {
    await create(`Owner-${name}`, exporting('x', name === 'taken' ? 'taken' : 'other'));
    await create(`Second-${name}`, exporting(value, name), 'ROLLBACK_COMPLETE');
    expect(await reasons(`Second-${name}`)).toContain(reason);
  });

  test('a change set of a stack that only gains an output has something to do', async () => {
    await create('Outputs', { Resources: { Group: logGroup() } });
    const template = { Resources: { Group: logGroup() }, Outputs: { Name: { Value: { Ref: 'Group' } } } };
    const changeSet = { StackName: 'Outputs', ChangeSetName: 'outputs' };
    await client.send(new CreateChangeSetCommand({ ...changeSet, TemplateBody: JSON.stringify(template) }));
    await client.send(new ExecuteChangeSetCommand(changeSet));
    expect(outputs(await settled('Outputs'))).toEqual({ Name: expect.stringContaining('Group') });

    await client.send(new CreateChangeSetCommand({ ...changeSet, ChangeSetName: 'same', TemplateBody: JSON.stringify(template) }));
    expect(await client.send(new DescribeChangeSetCommand({ ...changeSet, ChangeSetName: 'same' }))).toMatchObject({ Status: 'FAILED' });
  });
});
