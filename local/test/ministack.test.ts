import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { eventually } from './eventually';
import { descendants, isAlive } from './processes';
import { freePort } from '../src/free-port';
import { localEnvironment } from '../src/local-environment';
import { MiniStack } from '../src/ministack';
import { pythonEnvironment } from '../src/python-environment';

async function start(port: number): Promise<MiniStack> {
  const endpointUrl = `http://127.0.0.1:${port}`;
  return MiniStack.start({
    folder: await mkdtemp(join(tmpdir(), 'ministack-test-')),
    python: (await pythonEnvironment()).python,
    port,
    env: localEnvironment({ endpointUrl, entityResolutionUrl: endpointUrl }, {}),
    enforceIam: false,
  });
}

/** A function that never returns, and the custom resource that calls it. */
const FUNCTION_TEMPLATE = {
  Resources: {
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/any',
        Timeout: 60,
        Code: { ZipFile: 'exports.handler = () => { require("fs").writeFileSync(process.env.TMPDIR + "/called", ""); for (;;); }' },
      },
    },
    Probe: { Type: 'Custom::Probe', Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] } } },
  },
};

let ministack: MiniStack;

beforeAll(async () => {
  ministack = await start(await freePort());
});

afterAll(async () => {
  await ministack.stop();
});

test('it listens on the loopback interface only', async () => {
  const { port } = new URL(ministack.url);
  for (const other of Object.values(networkInterfaces()).flat().filter((address) => address?.family === 'IPv4' && !address.internal)) {
    await expect(fetch(`http://${other?.address}:${port}/_ministack/ready`)).rejects.toThrow('fetch failed');
  }
  expect((await fetch(`${ministack.url}/_ministack/ready`)).status).toBe(200);
});

test('it ends with its Lambda functions, and its files go', async () => {
  const folder = dirname(ministack.logFile);
  const cloudFormation = new CloudFormationClient({
    endpoint: ministack.url, region: 'us-east-1', credentials: { accessKeyId: '000000000000', secretAccessKey: 'local' },
  });
  await cloudFormation.send(new CreateStackCommand({ StackName: 'Probe', TemplateBody: JSON.stringify(FUNCTION_TEMPLATE) }));
  await eventually(() => existsSync(join(folder, 'called')));
  const processes = descendants(process.pid);
  const functions = processes.filter(({ command }) => command.includes(folder));
  const launchers = processes.filter(({ pid }) => functions.some(({ parent }) => parent === pid));
  expect([functions.length, launchers.length]).toStrictEqual([1, 1]);

  await ministack.stop();

  await eventually(() => ![...launchers, ...functions].some(isAlive));
  expect(existsSync(folder)).toBe(false);
});

test('a start that fails shows the end of the log', async () => {
  const taken = createServer((_, response) => response.writeHead(500).end()).listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  await expect(start(port)).rejects.toThrow(
    new RegExp(`^MiniStack did not start: its process ended with exit code 1; the end of its log:\\n[^]*ERROR: 127.0.0.1:${port} is already in use`));
  taken.close();
});

