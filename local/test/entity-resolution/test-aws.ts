import {
  CloudFormationClient, CreateStackCommand, DescribeStacksCommand, waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import {
  CreateIdMappingWorkflowCommand, CreateIdMappingWorkflowCommandInput, CreateMatchingWorkflowCommand, CreateSchemaMappingCommand,
  EntityResolutionClient, GetIdMappingJobCommandOutput, StartIdMappingJobCommand, StartIdMappingJobCommandInput,
} from '@aws-sdk/client-entityresolution';
import { CreateDatabaseCommand, CreateTableCommand, GlueClient, StorageDescriptor, TableInput } from '@aws-sdk/client-glue';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ACCOUNT, clientOf, endedJob, idMappingWorkflow, matchingWorkflow, REGION, schema } from './test-server';
import { LocalAws } from '../../src/local-aws';

/** The local AWS with clients of its root user, a bucket `data` for inputs and one `output` for outputs. */
export class TestAws {
  static async start(props: { enforceIam?: boolean } = {}): Promise<TestAws> {
    const aws = new TestAws(await LocalAws.start(props));
    await aws.s3.send(new CreateBucketCommand({ Bucket: 'data' }));
    await aws.s3.send(new CreateBucketCommand({ Bucket: 'output' }));
    await aws.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'crm' } }));
    await aws.client.send(new CreateSchemaMappingCommand(schema()));
    return aws;
  }

  /** Of an SDK client. */
  readonly config: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly client: EntityResolutionClient;

  private constructor(readonly local: LocalAws) {
    this.config = { endpoint: local.endpointUrl, region: REGION, credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'local' } };
    this.s3 = new S3Client({ ...this.config, forcePathStyle: true });
    this.glue = new GlueClient(this.config);
    this.client = clientOf(local.entityResolutionUrl);
  }

  async stop(): Promise<void> {
    await this.local.stop();
  }

  /** Creates what a CloudFormation template says, and gives its outputs. */
  async createStack(template: object): Promise<Record<string, string>> {
    const client = new CloudFormationClient(this.config);
    await client.send(new CreateStackCommand({ StackName: 'test', TemplateBody: JSON.stringify(template), Capabilities: ['CAPABILITY_NAMED_IAM'] }));
    await waitUntilStackCreateComplete({ client, maxWaitTime: 30, minDelay: 1 }, { StackName: 'test' });
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'test' }));
    return Object.fromEntries(Stacks![0].Outputs!.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  }

  async putObject(key: string, body: string): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: 'data', Key: key, Body: body, ContentLength: Buffer.byteLength(body) }));
  }

  /** Text of an object of the bucket `output`. */
  async output(key: string): Promise<string> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: 'output', Key: key }));
    return Body!.transformToString();
  }

  /** A Glue table with the columns id, email and name, over the objects under `s3://data/<name>/`, which have a header line. */
  async createTable(name: string, storage: Partial<StorageDescriptor> = {}, overrides: Partial<TableInput> = {}): Promise<void> {
    const columns = ['id', 'email', 'name'].map(column => ({ Name: column, Type: 'string' }));
    await this.glue.send(new CreateTableCommand({
      DatabaseName: 'crm',
      TableInput: {
        Name: name,
        Parameters: { 'skip.header.line.count': '1' },
        StorageDescriptor: { Location: `s3://data/${name}/`, Columns: columns, ...storage },
        ...overrides,
      },
    }));
  }

  /** The matching workflow `loyalty` over a table of the same name, and the ID mapping workflow to it. */
  async createWorkflows(overrides: Partial<CreateIdMappingWorkflowCommandInput> = {}): Promise<void> {
    await this.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow()));
    await this.createWorkflow(overrides);
  }

  async createWorkflow(overrides: Partial<CreateIdMappingWorkflowCommandInput>): Promise<void> {
    await this.client.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow(overrides)));
  }

  /** Runs a job to its end. */
  async run(input: StartIdMappingJobCommandInput): Promise<GetIdMappingJobCommandOutput> {
    const { jobId } = await this.client.send(new StartIdMappingJobCommand(input));
    return endedJob(this.client, input.workflowName!, jobId);
  }
}
