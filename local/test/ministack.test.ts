import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { freePort } from '../src/free-port';
import { localEnvironment } from '../src/local-environment';
import { MiniStack } from '../src/ministack';
import { pythonEnvironment } from '../src/python-environment';
import { descendants, isAlive } from './processes';

async function start(port: number, python?: string): Promise<MiniStack> {
  const endpointUrl = `http://127.0.0.1:${port}`;
  return MiniStack.start({
    python: python ?? (await pythonEnvironment()).python,
    port,
    env: localEnvironment({ endpointUrl, entityResolutionUrl: endpointUrl }, {}),
    enforceIam: false,
  });
}

/** A function that answers CloudFormation with the environment that it sees, and the custom resource that asks it. */
const FUNCTION_TEMPLATE = {
  Resources: {
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/any',
        Code: {
          ZipFile: `exports.handler = async event => fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify({
            Status: 'SUCCESS', PhysicalResourceId: 'probe', StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId,
          }) })`,
        },
      },
    },
    Probe: { Type: 'Custom::Probe', Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] } } },
  },
};

test('it ends with its Lambda functions, and its files go', async () => {
  const ministack = await start(await freePort());
  const cloudFormation = new CloudFormationClient({
    endpoint: ministack.url, region: 'us-east-1', credentials: { accessKeyId: '000000000000', secretAccessKey: 'local' },
  });
  await cloudFormation.send(new CreateStackCommand({ StackName: 'Probe', TemplateBody: JSON.stringify(FUNCTION_TEMPLATE) }));
  await waitUntilStackCreateComplete({ client: cloudFormation, maxWaitTime: 30, minDelay: 1 }, { StackName: 'Probe' });
  const started = descendants(process.pid).filter(pid => {
    const command = execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes('launcher.py') || command.includes(dirname(ministack.logFile));
  });
  expect(started).toHaveLength(2);

  await ministack.stop();

  expect(started.filter(isAlive)).toStrictEqual([]);
  expect(existsSync(dirname(ministack.logFile))).toBe(false);
});

test('it listens on the loopback interface only', async () => {
  const port = await freePort();
  const ministack = await start(port);
  try {
    const others = Object.values(networkInterfaces()).flat().filter(address => address?.family === 'IPv4' && !address.internal);
    for (const other of others) {
      await expect(fetch(`http://${other?.address}:${port}/_ministack/ready`)).rejects.toThrow('fetch failed');
    }
    expect((await fetch(`${ministack.url}/_ministack/ready`)).status).toBe(200);
  } finally {
    await ministack.stop();
  }
});

test('a start that fails shows the end of the log', async () => {
  const taken = createServer((_, response) => response.writeHead(500).end()).listen(0, '127.0.0.1');
  const { port } = taken.address() as AddressInfo;
  await expect(start(port)).rejects.toThrow(
    `MiniStack did not start: its process ended with exit code 1; the end of its log:\nERROR: 127.0.0.1:${port} is already in use.`);
  taken.close();
});

test('an interpreter that is not there is an error', async () => {
  await expect(start(await freePort(), '/nowhere/python')).rejects.toThrow('spawn /nowhere/python ENOENT');
});
