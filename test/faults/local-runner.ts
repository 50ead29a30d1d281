import { execFileSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  CloudFormationClient, CreateStackCommand, DescribeStackResourcesCommand, DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { JobSummary, ListIdMappingJobsCommand, ListIdMappingWorkflowsCommand } from '@aws-sdk/client-entityresolution';
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand, ExecutionListItem, HistoryEvent, paginateGetExecutionHistory, paginateListExecutions, SFNClient,
  StartExecutionCommand, StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { Change } from './case';
import { Event } from './events';
import { runnerCode, runnerTemplate } from './runner-template';
import { Sts } from './sts';
import { ControlClient } from '../../local/src';
import { CleanRoomsServer } from '../../local/src/clean-rooms/server';
import { EntityResolutionServer } from '../../local/src/entity-resolution/server';
import { freePort } from '../../local/src/free-port';
import { localEnvironment } from '../../local/src/local-environment';
import { MiniStack } from '../../local/src/ministack';
import { pythonEnvironment } from '../../local/src/python-environment';
import { descendants } from '../../local/test/processes';
import { Account } from '../lambda/account';
import { Answered, CloudFormation } from '../lambda/cloudformation';
import { IdMappingTables, startCleanRooms, TARGET_WORKFLOW } from '../lambda/id-mapping-tables';

/** Waits of the state machine are this much shorter than the worker says. */
const WAIT_SCALE = 0.01;

/** What MiniStack takes as the account. */
const ACCOUNT = '000000000000';

/** A deployed runner: what was changed in it, and the names of its parts. */
export interface Deployed {
  readonly changes: Change[];
  readonly entryName: string;
  readonly workerName: string;
  readonly stateMachineArn: string;
}

/**
 * The local AWS with runners deployed on it. To these runners CloudFormation is a stand-in: MiniStack's own sends fewer events than AWS documents
 * (none to delete what could not be created, say), so a test sends the documented ones, and waits for the answers.
 */
export class LocalRunner {
  public static async start(): Promise<LocalRunner> {
    const { python, botocoreModel } = await pythonEnvironment();
    const port = await freePort();
    const endpointUrl = `http://127.0.0.1:${port}`;
    const [server, cloudFormation, sts] = await Promise.all([
      EntityResolutionServer.start({ port: 0, awsEndpointUrl: endpointUrl, apiModelPath: botocoreModel('entityresolution', '2018-05-10') }),
      CloudFormation.start(),
      Sts.start(),
    ]);
    const cleanRooms = await startCleanRooms(server, endpointUrl);
    const env = {
      ...localEnvironment({ endpointUrl, entityResolutionUrl: server.url, cleanRoomsUrl: cleanRooms.url }, {}),
      AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
      AWS_ENDPOINT_URL_STS: sts.url,
      SFN_WAIT_SCALE: String(WAIT_SCALE),
    };
    const ministack = await MiniStack.start({ folder: await mkdtemp(join(tmpdir(), 'local-runner-')), python, port, env, enforceIam: false });
    const runner = new LocalRunner(python, ministack, server, cleanRooms, cloudFormation, sts);
    await runner.upload();
    runner.tables = await IdMappingTables.create(runner.account);
    await runner.account.startMatchingJob(TARGET_WORKFLOW);
    return runner;
  }

  public readonly account: Account;
  public readonly control: ControlClient;
  public readonly cleanRoomsControl: ControlClient;
  public tables!: IdMappingTables;
  public readonly stepFunctions: SFNClient;
  private readonly s3: S3Client;
  private readonly config: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

  private constructor(
    private readonly python: string, private readonly ministack: MiniStack, public readonly server: EntityResolutionServer,
    private readonly cleanRooms: CleanRoomsServer, public readonly cloudFormation: CloudFormation, public readonly sts: Sts,
  ) {
    this.config = { endpoint: ministack.url, region: 'us-east-1', credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'local' } };
    this.account = new Account(server.url, ACCOUNT, 'us-east-1', cleanRooms.url);
    this.control = new ControlClient(server.url);
    this.cleanRoomsControl = new ControlClient(cleanRooms.url);
    this.s3 = new S3Client({ ...this.config, forcePathStyle: true });
    this.stepFunctions = new SFNClient(this.config);
  }

  public get logFile(): string {
    return this.ministack.logFile;
  }

  public async stop(): Promise<void> {
    await this.ministack.stop();
    await this.cleanRooms.close();
    await this.server.close();
    await this.cloudFormation.close();
    await this.sts.close();
  }

  /** Deploys a runner, perhaps with changes. */
  public async deploy(stackName: string, changes: Change[] = []): Promise<Deployed> {
    const client = new CloudFormationClient(this.config);
    const code = { S3Bucket: 'code', S3Key: `${stackName}.zip` };
    await this.s3.send(new PutObjectCommand({ Bucket: code.S3Bucket, Key: code.S3Key, Body: this.zip(runnerCode(changes)) }));
    await client.send(new CreateStackCommand({
      StackName: stackName, TemplateBody: runnerTemplate(code, changes), Capabilities: ['CAPABILITY_IAM'],
    }));
    for (;;) {
      const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
      const status = Stacks![0].StackStatus!;
      if (status === 'CREATE_COMPLETE') break;
      if (status !== 'CREATE_IN_PROGRESS') throw new Error(`the runner was not deployed: ${status}, ${Stacks![0].StackStatusReason}`);
      await wait(50);
    }
    const { StackResources: resources } = await client.send(new DescribeStackResourcesCommand({ StackName: stackName }));
    const physicalId = (logicalId: RegExp) => resources!.find(({ LogicalResourceId }) => logicalId.test(LogicalResourceId!))!.PhysicalResourceId!;
    return {
      changes,
      entryName: physicalId(/^IdMappingRunnerEntry/),
      workerName: physicalId(/^IdMappingRunnerWorker/),
      stateMachineArn: physicalId(/^IdMappingRunnerStateMachine[0-9A-F]{8}$/),
    };
  }

  /** Sends an event to the entry function as CloudFormation does: without waiting for it. */
  public async send({ entryName }: Deployed, event: Event, invocationType: 'Event' | 'RequestResponse' = 'Event'): Promise<void> {
    const response = await fetch(`${this.ministack.url}/2015-03-31/functions/${entryName}/invocations`, {
      method: 'POST', headers: { 'x-amz-invocation-type': invocationType }, body: JSON.stringify(event),
    });
    if (!response.ok) throw new Error(`the entry function was not invoked: ${response.status} ${await response.text()}`);
  }

  /** The answers to an event so far. */
  public answersTo({ RequestId }: Event): Answered['body'][] {
    return this.cloudFormation.answers.filter(({ path }) => path.startsWith(`/${RequestId}`)).map(({ body }) => body);
  }

  /** The answer to an event, as soon as it is there. */
  public async answerTo(event: Event): Promise<Answered['body']> {
    await eventually(`an answer to ${event.RequestType}`, () => this.answersTo(event).length > 0);
    return this.answersTo(event)[0];
  }

  /** Starts an execution as somebody who is not CloudFormation. */
  public async startExecution({ stateMachineArn }: Deployed, name: string, input: unknown): Promise<void> {
    await this.stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
  }

  /** The executions of a runner, the newest first, or those of one resource or request, whose id is in their names. */
  public async executions({ stateMachineArn }: Deployed, id = ''): Promise<ExecutionListItem[]> {
    const all: ExecutionListItem[] = [];
    for await (const { executions } of paginateListExecutions({ client: this.stepFunctions }, { stateMachineArn })) all.push(...executions!);
    return all.filter(({ name }) => name!.includes(id.replaceAll('-', '')));
  }

  /** What has happened in an execution, the oldest first. */
  public async history({ executionArn }: ExecutionListItem): Promise<HistoryEvent[]> {
    const history: HistoryEvent[] = [];
    for await (const { events } of paginateGetExecutionHistory({ client: this.stepFunctions, pageSize: 1000 }, { executionArn })) {
      history.push(...events!);
    }
    return history;
  }

  /** How an execution has ended: its status and, of one that has failed, its error and cause. */
  public async ending({ executionArn }: ExecutionListItem): Promise<{ status: string; error?: string; cause?: string }> {
    const { status, error, cause } = await this.stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    return { status: status!, error, cause };
  }

  /** How many steps of the executions of a request were done, and how many have crashed or could not be invoked. */
  public async steps(deployed: Deployed, { RequestId }: Event): Promise<{ done: number; crashed: number }> {
    const histories = await Promise.all((await this.executions(deployed, RequestId)).map((execution) => this.history(execution)));
    const count = (type: string) => histories.flat().filter((each) => each.type === type).length;
    return { done: count('TaskSucceeded'), crashed: count('TaskFailed') };
  }

  /** Waits until all executions have ended, and with them their steps: one that is stopped does not take the step with it that it is in. */
  public async allEnded(deployed: Deployed, id?: string): Promise<void> {
    await eventually('the end of all executions', async () => {
      const executions = await this.executions(deployed, id);
      return executions.every(({ status }) => status !== 'RUNNING') && this.stepsHaveEnded(executions);
    });
  }

  /** Stops the executions that still run. */
  public async stopAll(deployed: Deployed, id: string): Promise<void> {
    for (const { executionArn, status } of await this.executions(deployed, id)) {
      if (status !== 'RUNNING') continue;
      // It may have ended in this moment.
      await this.stepFunctions.send(new StopExecutionCommand({ executionArn })).catch((error: Error) => {
        if (error.message !== 'Execution is not running') throw error;
      });
    }
  }

  private async stepsHaveEnded(executions: ExecutionListItem[]): Promise<boolean> {
    const ended = await Promise.all(executions.filter(({ status }) => status === 'ABORTED').map(async (execution) => {
      const types = (await this.history(execution)).map(({ type }) => type as string);
      return types.filter((type) => type === 'TaskScheduled').length === types.filter((type) => type === 'TaskSucceeded' || type === 'TaskFailed').length;
    }));
    return ended.every(Boolean);
  }

  /** Whether Lambda refuses to invoke the worker from now on, as when an account's functions together have come to their limit. */
  public async throttle({ workerName }: Deployed, isThrottled: boolean): Promise<void> {
    const response = await fetch(`${this.ministack.url}/2017-10-31/functions/${workerName}/concurrency`, isThrottled
      ? { method: 'PUT', body: JSON.stringify({ ReservedConcurrentExecutions: 0 }) } : { method: 'DELETE' });
    if (!response.ok) throw new Error(`the worker's concurrency was not changed: ${response.status} ${await response.text()}`);
  }

  /** Kills the processes of all functions, as a crash of their machine would. */
  public killFunctions(): void {
    const functions = descendants(process.pid).filter(({ command }) => /^\S*node /.test(command) && command.includes('worker'));
    if (functions.length === 0) throw new Error('no function runs that could be killed');
    functions.forEach(({ pid }) => process.kill(pid, 'SIGKILL'));
  }

  /** The newest jobs of a workflow, newest first. */
  public async jobs(workflowName: string): Promise<JobSummary[]> {
    const { jobs } = await this.account.client.send(new ListIdMappingJobsCommand({ workflowName }));
    return jobs!;
  }

  /** Waits until no job runs. */
  public async idle(): Promise<void> {
    const { workflowSummaries } = await this.account.client.send(new ListIdMappingWorkflowsCommand({}));
    await eventually('the end of all jobs', async () => {
      const jobs = await Promise.all(workflowSummaries!.map(({ workflowName }) => this.jobs(workflowName!)));
      return jobs.flat().every(({ status }) => status === 'SUCCEEDED' || status === 'FAILED');
    });
  }

  /** Waits until the service has got the operation that often. */
  public async called(operation: string, times: number): Promise<void> {
    await eventually(`${times} calls of ${operation}`, async () => await this.calls(operation) >= times);
  }

  /** How often the service has got the operation so far. */
  public async calls(operation: string): Promise<number> {
    return (await this.callTimes(operation)).length;
  }

  /** When the service has got the operation so far: ISO times. */
  public async callTimes(operation: string): Promise<string[]> {
    const calls = await Promise.all([this.control.calls(), this.cleanRoomsControl.calls()]);
    return calls.flat().filter((call) => call.operation === operation).map(({ time }) => time);
  }

  /** Makes both services behave again. */
  public async forgetFaults(): Promise<void> {
    await Promise.all([this.control.planFaults({}), this.cleanRoomsControl.planFaults({})]);
  }

  private zip(code: string): Buffer {
    const script = 'import sys, zipfile; zipfile.ZipFile(sys.stdout.buffer, "w").writestr("index.js", sys.stdin.read())';
    return execFileSync(this.python, ['-c', script], { input: code, maxBuffer: 10_000_000 });
  }

  /** Two people, of whom one is known to both sides. */
  private async upload(): Promise<void> {
    const glue = new GlueClient(this.config);
    for (const Bucket of ['code', 'people', 'output']) await this.s3.send(new CreateBucketCommand({ Bucket }));
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'people' } }));
    for (const name of ['crm', 'loyalty']) {
      const csv = `id,email\n${name}1,ann@example.com\n${name}2,${name}@example.com\n`;
      await this.s3.send(new PutObjectCommand({ Bucket: 'people', Key: `${name}/people.csv`, Body: csv }));
      await glue.send(new CreateTableCommand({
        DatabaseName: 'people',
        TableInput: {
          Name: name,
          Parameters: { 'skip.header.line.count': '1' },
          StorageDescriptor: {
            Location: `s3://people/${name}/`,
            Columns: [{ Name: 'id', Type: 'string' }, { Name: 'email', Type: 'string' }],
            SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.serde2.OpenCSVSerde', Parameters: { separatorChar: ',' } },
          },
        },
      }));
    }
  }
}

/** Waits until it is so. */
export async function eventually(what: string, isSo: () => boolean | Promise<boolean>, seconds = 240): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; !await isSo(); await wait(20)) {
    if (Date.now() > deadline) throw new Error(`${what} did not come within ${seconds} seconds`);
  }
}
