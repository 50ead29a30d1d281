import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  CloudFormationClient, CreateStackCommand, DeleteStackCommand, DescribeStackEventsCommand, DescribeStackResourcesCommand,
  DescribeStacksCommand, paginateDescribeStackEvents,
  Stack as Deployed, UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, paginateDescribeLogGroups, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListExecutionsCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { App, DefaultStackSynthesizer } from 'aws-cdk-lib';
import { ControlClient, LocalAws, pythonEnvironment } from 'id-mapping-local';
import { enter } from '../../examples/enter';

const RUNNER = join(__dirname, '..', '..', 'assets', 'runner');

/** What a test changes from one deployment to the next, beside what the app defines. */
export interface DeployOptions {
  /** The context of the app. */
  readonly context?: Record<string, unknown>;

  /** The values of the stacks' parameters. */
  readonly parameters?: Record<string, string>;
}

/** Stacks of one account on the local AWS, deployed straight through CloudFormation: that takes a fraction of the CDK CLI's time. */
export class Deployments {
  /**
   * Starts the local AWS, with IAM enforced.
   *
   * @param options the code of the runner's functions where it is not what ships
   */
  public static async start(options: { readonly runnerCode?: string } = {}): Promise<Deployments> {
    const [aws, { python }] = await Promise.all([LocalAws.start({ enforceIam: true }), pythonEnvironment()]);
    enter(aws);
    return new Deployments(aws, python, aws.env.AWS_ACCESS_KEY_ID!, options.runnerCode);
  }

  public readonly entityResolution: ControlClient;
  public readonly cleanRooms: ControlClient;
  private readonly cloudFormation: CloudFormationClient;
  private readonly s3: S3Client;
  private readonly assets: string;
  private readonly uploaded = new Set<string>();

  private constructor(
    public readonly aws: LocalAws, private readonly python: string, public readonly account: string, private readonly runnerCode?: string,
  ) {
    const credentials = { accessKeyId: account, secretAccessKey: 'local' };
    this.entityResolution = new ControlClient(aws.entityResolutionUrl);
    this.cleanRooms = new ControlClient(aws.cleanRoomsUrl);
    this.cloudFormation = new CloudFormationClient({ credentials });
    this.s3 = new S3Client({ credentials, forcePathStyle: true });
    this.assets = `assets-${account}`;
  }

  /** The same in another account: quotas and names are an account's own. */
  public inAccount(account: string): Deployments {
    return new Deployments(this.aws, this.python, account, this.runnerCode);
  }

  public async stop(): Promise<void> {
    await this.aws.stop();
  }

  /**
   * Deploys the stacks of an app, one after the other.
   *
   * @throws with the reasons of the events when one can't be deployed
   */
  public async deploy(define: (app: App) => void, options: DeployOptions = {}): Promise<void> {
    for (const { stackName, status, reasons } of await this.tryToDeploy(define, options)) {
      if (!/^(CREATE|UPDATE)_COMPLETE$/.test(status)) throw new Error(`${stackName} is in ${status}:\n${reasons}`);
    }
  }

  /** Does the same, and tells how it ended. */
  public async tryToDeploy(
    define: (app: App) => void, { context, parameters = {} }: DeployOptions = {},
  ): Promise<{ stackName: string; status: string; reasons: string }[]> {
    const outdir = mkdtempSync(join(tmpdir(), 'cdk.out-'));
    try {
      const app = new App({
        outdir,
        context,
        defaultStackSynthesizer: new DefaultStackSynthesizer({ fileAssetsBucketName: this.assets, generateBootstrapVersionRule: false }),
      });
      define(app);
      const results = [];
      for (const { stackName, templateFile } of app.synth().stacks) {
        await this.publish(outdir, templateFile);
        results.push(await this.deployTemplate(stackName, readFileSync(join(outdir, templateFile), 'utf8'), parameters));
        if (/ROLLBACK|FAILED/.test(results.at(-1)!.status)) break;
      }
      return results;
    } finally {
      rmSync(outdir, { recursive: true });
    }
  }

  /** Deploys a template that another version of the library has made, with the functions of this one. */
  public async deployRecorded(stackName: string, template: string): Promise<void> {
    const { Resources } = JSON.parse(template) as { Resources: Record<string, { Properties?: { Code?: { S3Bucket: unknown; S3Key: string } } }> };
    for (const { Properties } of Object.values(Resources)) {
      if (Properties?.Code) Properties.Code = { S3Bucket: this.assets, S3Key: await this.upload('recorded.zip', this.zip(RUNNER)) };
    }
    const { status, reasons } = await this.deployTemplate(stackName, JSON.stringify({ Resources }), {});
    if (status !== 'CREATE_COMPLETE') throw new Error(`${stackName} is in ${status}:\n${reasons}`);
  }

  /** Deletes a stack. @returns its last status */
  public async deleteStack(stackName: string): Promise<string> {
    await this.cloudFormation.send(new DeleteStackCommand({ StackName: stackName }));
    return (await this.settled(stackName)).status;
  }

  public async outputs(stackName: string): Promise<Record<string, string>> {
    const { Outputs = [] } = (await this.find(stackName))!;
    return Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]));
  }

  /** The physical ids of a stack's resources, by their logical ids. */
  public async physicalIds(stackName: string): Promise<Record<string, string>> {
    const { StackResources = [] } = await this.cloudFormation.send(new DescribeStackResourcesCommand({ StackName: stackName }));
    return Object.fromEntries(StackResources.map(({ LogicalResourceId, PhysicalResourceId }) => [LogicalResourceId!, PhysicalResourceId!]));
  }

  /** How many events of a resource's own there are so far. */
  public async eventsOf(stackName: string, logicalId: RegExp): Promise<number> {
    // While there are new ones, a page may begin with the end of the page before.
    const found = new Set<string>();
    for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client: this.cloudFormation }, { StackName: stackName })) {
      StackEvents.filter(({ LogicalResourceId }) => logicalId.test(LogicalResourceId!)).forEach(({ EventId }) => found.add(EventId!));
    }
    return found.size;
  }

  /** How many requests of CloudFormation the runners have taken so far. */
  public async requests(): Promise<number> {
    const client = new CloudWatchLogsClient({ credentials: { accessKeyId: this.account, secretAccessKey: 'local' } });
    let count = 0;
    for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {})) {
      for (const { logGroupName } of logGroups) {
        for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName })) {
          count += events.filter(({ message }) => message!.includes('"requestType":')).length;
        }
      }
    }
    return count;
  }

  /** The executions of all state machines that still run. */
  public async runningExecutions(): Promise<string[]> {
    const client = new SFNClient({ credentials: { accessKeyId: this.account, secretAccessKey: 'local' } });
    const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}));
    const lists = await Promise.all(stateMachines.map(({ stateMachineArn }) => client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }))));
    return lists.flatMap(({ executions = [] }) => executions.map(({ name }) => name!));
  }

  /** How often a job was asked for so far: a population, too, is a job of Entity Resolution. */
  public async starts(): Promise<number> {
    return (await this.entityResolution.calls()).filter(({ operation }) => operation === 'StartIdMappingJob' || operation === 'StartMatchingJob').length;
  }

  /** Uploads what a template needs. */
  private async publish(outdir: string, templateFile: string): Promise<void> {
    const { files } = JSON.parse(readFileSync(join(outdir, templateFile.replace(/template\.json$/, 'assets.json')), 'utf8')) as {
      files: Record<string, { source: { path: string; packaging: 'file' | 'zip' }; destinations: Record<string, { objectKey: string }> }>;
    };
    for (const { source, destinations } of Object.values(files)) {
      const [{ objectKey: Key }] = Object.values(destinations);
      if (source.path === templateFile || this.uploaded.has(Key)) continue;
      const path = join(outdir, source.path);
      await this.upload(Key, source.packaging === 'zip' ? this.zip(path) : readFileSync(path));
    }
  }

  private async upload(Key: string, Body: string | Buffer): Promise<string> {
    if (this.uploaded.size === 0) await this.s3.send(new CreateBucketCommand({ Bucket: this.assets }));
    await this.s3.send(new PutObjectCommand({ Bucket: this.assets, Key, Body }));
    this.uploaded.add(Key);
    return Key;
  }

  /** The runner's code in an archive, which is one file. */
  private zip(folder: string): Buffer {
    const [file] = readdirSync(folder);
    const script = 'import sys, zipfile; zipfile.ZipFile(sys.stdout.buffer, "w").writestr(sys.argv[1], sys.stdin.read())';
    return execFileSync(this.python, ['-c', script, file], { input: this.runnerCode ?? readFileSync(join(folder, file)), maxBuffer: 10_000_000 });
  }

  private async deployTemplate(StackName: string, template: string, given: Record<string, string>) {
    await this.upload(`${StackName}.json`, template);
    const known = Object.keys((JSON.parse(template) as { Parameters?: object }).Parameters ?? {});
    const input = {
      StackName,
      TemplateURL: `${this.aws.endpointUrl}/${this.assets}/${StackName}.json`,
      Capabilities: ['CAPABILITY_IAM' as const],
      Parameters: known.flatMap((ParameterKey) => (given[ParameterKey] === undefined ? [] : { ParameterKey, ParameterValue: given[ParameterKey] })),
    };
    const isThere = await this.find(StackName);
    try {
      await this.cloudFormation.send(isThere ? new UpdateStackCommand(input) : new CreateStackCommand(input));
    } catch (error) {
      if (!(error as Error).message.includes('No updates are to be performed')) throw error;
    }
    return this.settled(StackName);
  }

  private async settled(stackName: string): Promise<{ stackName: string; status: string; reasons: string }> {
    for (;;) {
      const { StackStatus: status = 'DELETE_COMPLETE' } = await this.find(stackName) ?? {};
      if (!status.endsWith('IN_PROGRESS')) return { stackName, status, reasons: /^DELETE|^(CREATE|UPDATE)_COMPLETE/.test(status) ? '' : await this.reasons(stackName) };
      await wait(50);
    }
  }

  private async reasons(stackName: string): Promise<string> {
    const { StackEvents = [] } = await this.cloudFormation.send(new DescribeStackEventsCommand({ StackName: stackName }));
    return StackEvents.filter(({ ResourceStatus }) => ResourceStatus!.endsWith('FAILED'))
      .map(({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`).join('\n');
  }

  private async find(stackName: string): Promise<Deployed | undefined> {
    try {
      return (await this.cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }))).Stacks![0];
    } catch {
      return undefined;
    }
  }
}
