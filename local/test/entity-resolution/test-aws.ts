import { setTimeout } from 'node:timers/promises';
import {
  CloudFormationClient, CreateStackCommand, DeleteStackCommand, DescribeStacksCommand, UpdateStackCommand, waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete, waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import {
  CreateIdMappingWorkflowCommand, CreateIdMappingWorkflowCommandInput, CreateMatchingWorkflowCommand, CreateSchemaMappingCommand,
  EntityResolutionClient, GetIdMappingJobCommandOutput, GetMatchingJobCommand, SchemaInputAttribute, StartIdMappingJobCommand,
  StartIdMappingJobCommandInput, StartMatchingJobCommand,
} from '@aws-sdk/client-entityresolution';
import { CreateDatabaseCommand, CreatePartitionCommand, CreateTableCommand, GlueClient, StorageDescriptor, TableInput } from '@aws-sdk/client-glue';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ACCOUNT, clientOf, endedJob, idMappingWorkflow, matchingWorkflow, REGION, schema } from './test-server';
import { LocalAws } from '../../src/local-aws';
import { ControlClient } from '../../src/rest-json/control-client';

/** An account of the local AWS: clients of its root user, a bucket `data` for inputs and one `output` for outputs. */
export class TestAws {
  public static async start(props: { enforceIam?: boolean } = {}): Promise<TestAws> {
    const aws = new TestAws(await LocalAws.start(props), ACCOUNT);
    await aws.s3.send(new CreateBucketCommand({ Bucket: 'output' }));
    await aws.setUp('data');
    return aws;
  }

  /** Of an SDK client. */
  public readonly config: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  public readonly s3: S3Client;
  public readonly glue: GlueClient;
  public readonly client: EntityResolutionClient;
  public readonly control: ControlClient;

  private dataBucket = '';

  private constructor(public readonly local: LocalAws, account: string) {
    this.config = { endpoint: local.endpointUrl, region: REGION, credentials: { accessKeyId: account, secretAccessKey: 'local' } };
    this.s3 = new S3Client({ ...this.config, forcePathStyle: true });
    this.glue = new GlueClient(this.config);
    this.client = clientOf(local.entityResolutionUrl, { accessKeyId: account });
    this.control = new ControlClient(local.entityResolutionUrl);
  }

  /** Another account, with the bucket `data-<account>` for inputs. */
  public async otherAccount(account: string): Promise<TestAws> {
    const other = new TestAws(this.local, account);
    await other.setUp(`data-${account}`);
    return other;
  }

  public async stop(): Promise<void> {
    await this.local.stop();
  }

  /** Creates what a CloudFormation template says, and gives its outputs. */
  public async createStack(template: object, StackName = 'test'): Promise<Record<string, string>> {
    const client = new CloudFormationClient(this.config);
    await client.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template), Capabilities: ['CAPABILITY_NAMED_IAM'] }));
    await waitUntilStackCreateComplete({ client, maxWaitTime: 30, minDelay: 1 }, { StackName });
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    return Object.fromEntries(Stacks![0].Outputs!.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  }

  public async updateStack(template: object, StackName = 'test'): Promise<void> {
    const client = new CloudFormationClient(this.config);
    await client.send(new UpdateStackCommand({ StackName, TemplateBody: JSON.stringify(template), Capabilities: ['CAPABILITY_NAMED_IAM'] }));
    await waitUntilStackUpdateComplete({ client, maxWaitTime: 30, minDelay: 1 }, { StackName });
  }

  public async deleteStack(StackName: string): Promise<void> {
    const client = new CloudFormationClient(this.config);
    await client.send(new DeleteStackCommand({ StackName }));
    await waitUntilStackDeleteComplete({ client, maxWaitTime: 30, minDelay: 1 }, { StackName });
  }

  public async putObject(key: string, body: string | Uint8Array): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: this.dataBucket, Key: key, Body: body, ContentLength: Buffer.byteLength(body) }));
  }

  /** Text of an object of the bucket `output`. */
  public async output(key: string): Promise<string> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: 'output', Key: key }));
    return Body!.transformToString();
  }

  /** The pairs that a job has written, without the header line, which is checked; sorted, because they are written in no order. */
  public async pairs(workflowName: string, jobId: string | undefined): Promise<string[]> {
    const [header, ...lines] = (await this.output(`mapping/${workflowName}/${jobId}/success/part-00000.csv`)).trimEnd().split('\n');
    expect(header).toBe('sourceId,targetId,ruleName');
    return lines.sort();
  }

  public async createSchema(schemaName: string, mappedInputFields: SchemaInputAttribute[]): Promise<void> {
    await this.client.send(new CreateSchemaMappingCommand({ schemaName, mappedInputFields }));
  }

  /** A Glue table with the columns id, email and name, over the objects under `<name>/` of the bucket for inputs, which have a header line. */
  public async createTable(name: string, storage: Partial<StorageDescriptor> = {}, overrides: Partial<TableInput> = {}): Promise<void> {
    await this.glue.send(new CreateTableCommand({ DatabaseName: 'crm', TableInput: this.tableInput(name, storage, overrides) }));
  }

  public tableInput(name: string, storage: Partial<StorageDescriptor> = {}, overrides: Partial<TableInput> = {}): TableInput {
    const columns = ['id', 'email', 'name'].map((column) => ({ Name: column, Type: 'string' }));
    return {
      Name: name,
      Parameters: { 'skip.header.line.count': '1' },
      StorageDescriptor: { Location: `s3://${this.dataBucket}/${name}/`, Columns: columns, ...storage },
      ...overrides,
    };
  }

  /** A partition over the objects under `<table>/<value>/<value>/`. */
  public async createPartition(table: string, Values: string[]): Promise<void> {
    const Location = `s3://${this.dataBucket}/${[table, ...Values].join('/')}/`;
    await this.glue.send(new CreatePartitionCommand({ DatabaseName: 'crm', TableName: table, PartitionInput: { Values, StorageDescriptor: { Location } } }));
  }

  /** The matching workflow `loyalty` over a table of the same name, and the ID mapping workflow to it. */
  public async createWorkflows(overrides: Partial<CreateIdMappingWorkflowCommandInput> = {}): Promise<void> {
    await this.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow()));
    await this.createWorkflow(overrides);
  }

  public async createWorkflow(overrides: Partial<CreateIdMappingWorkflowCommandInput>): Promise<void> {
    await this.client.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow(overrides)));
  }

  /** Runs a job of a matching workflow, so that ID mappings find its records. */
  public async index(workflowName: string): Promise<void> {
    const { jobId } = await this.client.send(new StartMatchingJobCommand({ workflowName }));
    for (;;) {
      const { status, errorDetails } = await this.client.send(new GetMatchingJobCommand({ workflowName, jobId }));
      if (status === 'SUCCEEDED') {
        return;
      }
      if (status === 'FAILED') {
        throw new Error(errorDetails!.errorMessage);
      }
      await setTimeout(20);
    }
  }

  /** Runs a job to its end. */
  public async run(input: StartIdMappingJobCommandInput): Promise<GetIdMappingJobCommandOutput> {
    const { jobId } = await this.client.send(new StartIdMappingJobCommand(input));
    return endedJob(this.client, input.workflowName!, jobId);
  }
  private async setUp(dataBucket: string): Promise<void> {
    this.dataBucket = dataBucket;
    await this.s3.send(new CreateBucketCommand({ Bucket: dataBucket }));
    await this.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'crm' } }));
    await this.client.send(new CreateSchemaMappingCommand(schema()));
  }
}
