import {
  CreateStateMachineCommand, DescribeExecutionCommand, SFNClient, StartExecutionCommand, StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { LocalAws } from '../src/local-aws';

let aws: LocalAws;
let client: SFNClient;
let stateMachineArn: string;

beforeAll(async () => {
  aws = await LocalAws.start();
  client = new SFNClient({ endpoint: aws.endpointUrl, region: 'us-east-1', credentials: { accessKeyId: '000000000000', secretAccessKey: 'local' } });
  const definition = JSON.stringify({ StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 3600, End: true } } });
  ({ stateMachineArn } = await client.send(new CreateStateMachineCommand(
    { name: 'waits', definition, roleArn: 'arn:aws:iam::000000000000:role/any' })) as { stateMachineArn: string });
});

afterAll(async () => {
  await aws.stop();
});

test.each(['a', 'x'.repeat(80), 'request-1_2.3+@=!()\'ü'])('the name %j is taken', async (name) => {
  await expect(client.send(new StartExecutionCommand({ stateMachineArn, name }))).resolves.toMatchObject({ executionArn: expect.stringContaining(`:${name}`) });
});

test.each(['', 'x'.repeat(81), ...' \t\n<>{}[]?*"#%\\^|~`$&,;:/\u0000\u007f\u009f\uffff'].map((name) => [name]))('the name %j is refused', async (name) => {
  await expect(client.send(new StartExecutionCommand({ stateMachineArn, name }))).rejects.toMatchObject({ name: 'InvalidName' });
});

test.each(['x'.repeat(81), 'a b', 'a/b'])('the name %j of a state machine is refused', async (name) => {
  const definition = JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });
  await expect(client.send(new CreateStateMachineCommand({ name, definition, roleArn: 'arn:aws:iam::000000000000:role/any' })))
    .rejects.toMatchObject({ name: 'InvalidName' });
});

test('input that is not JSON is refused', async () => {
  await expect(client.send(new StartExecutionCommand({ stateMachineArn, input: '{' }))).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
});

test('the same name and input is the same execution while it runs; another input, or an execution that has ended, is an error', async () => {
  const start = async (input: string) => client.send(new StartExecutionCommand({ stateMachineArn, name: 'twice', input }));
  const { executionArn, startDate } = await start('{"a":1}');

  expect(await start('{"a":1}')).toMatchObject({ executionArn, startDate });
  await expect(start('{"a":2}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  await client.send(new StopExecutionCommand({ executionArn }));
  expect(await client.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({ status: 'ABORTED' });
  await expect(start('{"a":1}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
});
