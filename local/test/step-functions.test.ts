import { setTimeout } from 'node:timers/promises';
import { CreateCollaborationCommand, CleanRoomsClient } from '@aws-sdk/client-cleanrooms';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateIdMappingWorkflowCommand, CreateMatchingWorkflowCommand, CreateSchemaMappingCommand } from '@aws-sdk/client-entityresolution';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { clientOf, idMappingWorkflow, matchingWorkflow, schema } from './entity-resolution/test-server';
import { LocalAws } from '../src/local-aws';
import { ControlClient } from '../src/rest-json/control-client';

const ACCOUNT = '000000000000';
const config = { region: 'us-east-1', credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'local' } };

let aws: LocalAws;
let cloudFormation: CloudFormationClient;
let collaborationIdentifier: string;

beforeAll(async () => {
  aws = await LocalAws.start({ enforceIam: true });
  cloudFormation = new CloudFormationClient({ ...config, endpoint: aws.endpointUrl });
  await new ControlClient(aws.entityResolutionUrl).planFaults({ inputsAtCreate: 'LEFT_ALONE' });
  const entityResolution = clientOf(aws.entityResolutionUrl);
  await entityResolution.send(new CreateSchemaMappingCommand(schema()));
  await entityResolution.send(new CreateMatchingWorkflowCommand(matchingWorkflow()));
  await entityResolution.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow()));
  const { collaboration } = await new CleanRoomsClient({ ...config, endpoint: aws.cleanRoomsUrl }).send(new CreateCollaborationCommand({
    name: 'campaign', description: 'x', creatorDisplayName: 'A', creatorMemberAbilities: [], queryLogStatus: 'DISABLED', members: [],
  }));
  collaborationIdentifier = collaboration!.id!;
});

afterAll(async () => {
  await aws.stop();
});

interface Outcome {
  readonly status?: string;
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
}

let machines = 0;

/** What an execution of one task comes to, in a state machine whose role has the statements. */
async function outcome(action: string, task: object, statements: readonly object[]): Promise<Outcome> {
  const StackName = `machine-${++machines}`;
  const definition = { StartAt: 'Call', States: { Call: { Type: 'Task', Resource: `arn:aws:states:::aws-sdk:${action}`, ...task, End: true } } };
  const TemplateBody = JSON.stringify({
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
          Policies: statements.length > 0 ? [{ PolicyName: 'call', PolicyDocument: { Statement: statements } }] : [],
        },
      },
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine', Properties: { RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] }, DefinitionString: JSON.stringify(definition) },
      },
    },
    Outputs: { Arn: { Value: { Ref: 'Machine' } } },
  });
  await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_IAM'] }));
  let stateMachineArn: string | undefined;
  while (stateMachineArn === undefined) {
    await setTimeout(20);
    stateMachineArn = (await cloudFormation.send(new DescribeStacksCommand({ StackName }))).Stacks![0].Outputs?.[0]?.OutputValue;
  }
  const client = new SFNClient({ ...config, endpoint: aws.endpointUrl });
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
  for (;;) {
    const { status, output, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') {
      return { status, output: output === undefined ? undefined : JSON.parse(output) as unknown, error, cause };
    }
    await setTimeout(20);
  }
}

const allow = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' });

test('a task starts a job as the role of its state machine', async () => {
  await new ControlClient(aws.entityResolutionUrl).planFaults({ faults: [{ operation: 'StartIdMappingJob', job: { failure: 'as planned' } }] });
  const ran = await outcome('entityresolution:startIdMappingJob', { Parameters: { WorkflowName: 'crm-to-loyalty', JobType: 'BATCH' } },
    [allow('entityresolution:StartIdMappingJob', 'iam:PassRole')]);

  expect(ran).toMatchObject({ status: 'SUCCEEDED', output: { JobId: expect.stringMatching(/^[0-9a-f]{32}$/), JobType: 'BATCH' } });
});

test('names of members begin with a capital letter at every level, keys of maps are as they are, times are ISO 8601', async () => {
  const ran = await outcome('entityresolution:getSchemaMapping', { Parameters: { SchemaName: 'people' } }, [allow('entityresolution:GetSchemaMapping')]);

  expect(ran.output).toMatchObject({
    SchemaName: 'people',
    MappedInputFields: [{ FieldName: 'id', Type: 'UNIQUE_ID' }, { FieldName: 'email', MatchKey: 'email' }, { FieldName: 'name' }],
    CreatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    Tags: {},
  });
});

test('Clean Rooms is called with JSONata, too', async () => {
  const ran = await outcome('cleanrooms:getCollaboration', { QueryLanguage: 'JSONata', Arguments: { CollaborationIdentifier: collaborationIdentifier } },
    [allow('cleanrooms:GetCollaboration')]);

  expect(ran).toMatchObject({ status: 'SUCCEEDED', output: { Collaboration: { Id: collaborationIdentifier, Name: 'campaign' } } });
});

test.each([
  ['an error of the service', 'entityresolution:getIdMappingWorkflow', { WorkflowName: 'none' }, [allow('entityresolution:*')],
    'EntityResolution.ResourceNotFoundException'],
  ['a role that may not', 'entityresolution:getIdMappingWorkflow', { WorkflowName: 'crm-to-loyalty' }, [], 'EntityResolution.AccessDeniedException'],
  ['an error of Clean Rooms', 'cleanrooms:getMembership', { MembershipIdentifier: '00000000-0000-0000-0000-000000000000' }, [allow('cleanrooms:*')],
    'CleanRooms.ResourceNotFoundException'],
  ['a parameter that there is not', 'entityresolution:getIdMappingWorkflow', { workflowName: 'none', Colour: 1 }, [allow('*')], 'States.Runtime'],
  ['an action that there is not', 'entityresolution:paint', {}, [allow('*')], 'States.Runtime'],
])('%s fails the task', async (_, action, Parameters, statements, error) => {
  expect(await outcome(action, { Parameters }, statements)).toMatchObject({ status: 'FAILED', error });
});
