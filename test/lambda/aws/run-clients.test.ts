import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { GetIdMappingWorkflowCommand, ListIdMappingJobsCommand, StartIdMappingJobCommand } from '@aws-sdk/client-entityresolution';
import { RunClients, runClients } from '../../../lambda/aws/run-clients';
import { EntityResolutionServer } from '../../../local/src/entity-resolution/server';
import { ControlClient } from '../../../local/src/rest-json/control-client';
import { startServer } from '../account';

const NOW = Date.parse('2026-11-24T12:00:00Z');

/** STS as far as a role is assumed, whose credentials are those of an account of the local server. */
class Sts {
  public readonly assumed: string[] = [];

  /** How many of the next requests are refused. */
  public refusals = 0;
  public lifeSeconds = 3_600;

  private readonly http: Server = createServer((request, response) => {
    void text(request).then((body) => {
      this.assumed.push(new URLSearchParams(body).get('RoleArn')!);
      if (this.refusals-- > 0) {
        response.writeHead(403).end('<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not yet</Message></Error></ErrorResponse>');
        return;
      }
      response.end(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
        <AccessKeyId>111122223333</AccessKeyId><SecretAccessKey>local</SecretAccessKey><SessionToken>${this.assumed.length}</SessionToken>
        <Expiration>${new Date(Date.now() + this.lifeSeconds * 1000).toISOString()}</Expiration>
      </Credentials></AssumeRoleResult></AssumeRoleResponse>`);
    });
  });

  public async start(): Promise<string> {
    await new Promise<void>((resolve) => this.http.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  public async close(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }
}

describe('the clients of a run', () => {
  const sts = new Sts();
  let server: EntityResolutionServer;
  let control: ControlClient;
  const environment = process.env;
  let roles = 0;
  let role: string;
  let run: RunClients;

  beforeAll(async () => {
    server = await startServer();
    control = new ControlClient(server.url);
    process.env = {
      ...environment,
      AWS_ENDPOINT_URL_STS: await sts.start(),
      AWS_ENDPOINT_URL_ENTITYRESOLUTION: server.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: '444455556666',
      AWS_SECRET_ACCESS_KEY: 'local',
    };
  });

  afterAll(async () => {
    process.env = environment;
    await Promise.all([server.close(), sts.close()]);
  });

  beforeEach(async () => {
    await control.planFaults({});
    Object.assign(sts, { refusals: 0, lifeSeconds: 3_600 });
    sts.assumed.length = 0;
    role = `arn:aws:iam::111122223333:role/cdk-id-mapping/Stack/Role${roles++}`;
    run = runClients(role);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** A call of which each client is answered that there is no such workflow. */
  const call = ({ entityResolution }: RunClients['clients']) => entityResolution.send(new GetIdMappingWorkflowCommand({ workflowName: 'nobody' })).catch(({ name }: Error) => name);

  test('assume its role once for all', async () => {
    await run.ready();

    expect(await Promise.all([call(run.clients), call(run.startOnce)])).toEqual(['ResourceNotFoundException', 'ResourceNotFoundException']);
    await run.ready();
    await call(run.clients);

    expect(sts.assumed).toEqual([role]);
  });

  test('are kept, as long as the function is', () => {
    expect(runClients(role)).toBe(run);
    expect(runClients(`${role}2`)).not.toBe(run);
  });

  test('are the function\'s own when there is no role', async () => {
    const own = runClients(undefined);

    await own.ready();

    expect(await call(own.clients)).toBe('ResourceNotFoundException');
    expect(sts.assumed).toEqual([]);
  });

  test('have their credentials before a start is sent, or say why not', async () => {
    sts.refusals = 1;

    await expect(run.ready()).rejects.toThrow(expect.objectContaining({ name: 'AccessDenied' }));
    expect(await control.callCount('StartIdMappingJob')).toBe(0);

    await run.ready();
    expect(await call(run.startOnce)).toBe('ResourceNotFoundException');
  });

  test('renew their credentials before these expire', async () => {
    let now = NOW;
    jest.spyOn(Date, 'now').mockImplementation(() => now);
    await run.ready();
    await call(run.clients);

    now = NOW + 54 * 60_000;
    await run.ready();
    expect(sts.assumed).toHaveLength(1);

    now = NOW + 56 * 60_000;
    await run.ready();
    expect(sts.assumed).toHaveLength(2);
  });

  test('send a start once, and anything else again', async () => {
    await control.planFaults({ faults: ['StartIdMappingJob', 'ListIdMappingJobs'].map((operation) => ({ operation, before: 'InternalServerException', count: 9 })) });
    const before = [await control.callCount('StartIdMappingJob'), await control.callCount('ListIdMappingJobs')];

    await run.startOnce.entityResolution.send(new StartIdMappingJobCommand({ workflowName: 'crm' })).catch(() => {});
    await run.clients.entityResolution.send(new ListIdMappingJobsCommand({ workflowName: 'crm' })).catch(() => {});

    expect([await control.callCount('StartIdMappingJob') - before[0], await control.callCount('ListIdMappingJobs') - before[1]]).toEqual([1, 3]);
  });
});
