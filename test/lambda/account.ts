import { randomInt } from 'node:crypto';
import { CleanRoomsClient, CleanRoomsClientConfig } from '@aws-sdk/client-cleanrooms';
import {
  CreateIdMappingWorkflowCommand,
  CreateMatchingWorkflowCommand,
  CreateSchemaMappingCommand,
  DeleteIdMappingWorkflowCommand,
  EntityResolutionClient,
  EntityResolutionClientConfig,
  paginateListIdMappingJobs,
  paginateListMatchingJobs,
  StartIdMappingJobCommand,
  StartMatchingJobCommand,
} from '@aws-sdk/client-entityresolution';
import { RunClients } from '../../lambda/aws/run-clients';
import { JobClients } from '../../lambda/kinds/jobs';
import { EntityResolutionServer } from '../../local/src/entity-resolution/server';
import { pythonEnvironment } from '../../local/src/python-environment';

const SCHEMA_NAME = 'people';

/** The server alone: its jobs find no data, so they fail when their time has come. */
export async function startServer(): Promise<EntityResolutionServer> {
  const { botocoreModel } = await pythonEnvironment();
  return EntityResolutionServer.start({
    port: 0, awsEndpointUrl: 'http://127.0.0.1:9', apiModelPath: botocoreModel('entityresolution', '2018-05-10'),
  });
}

/** An account of its own, so that its one slot and its jobs are nobody else's. */
export class Account {
  public readonly client: EntityResolutionClient;
  public readonly clients: JobClients;

  /** As the worker has them: no retries, short timeouts. */
  public readonly startOnce: JobClients;

  /** As the worker has them that needs no role for them. */
  public get runClients(): RunClients {
    return { clients: this.clients, startOnce: this.startOnce, ready: async () => {} };
  }

  private schema?: Promise<unknown>;

  constructor(
    serverUrl: string, public readonly accountId = String(randomInt(1e11, 1e12)), public readonly region = 'eu-west-1', cleanRoomsUrl = 'http://127.0.0.1:9',
  ) {
    const clientsWith = (config: EntityResolutionClientConfig & CleanRoomsClientConfig): JobClients => {
      const all = { region, credentials: { accessKeyId: this.accountId, secretAccessKey: 'local' }, ...config };
      return {
        entityResolution: new EntityResolutionClient({ ...all, endpoint: serverUrl }),
        cleanRooms: new CleanRoomsClient({ ...all, endpoint: cleanRoomsUrl }),
      };
    };
    this.clients = clientsWith({});
    this.client = this.clients.entityResolution;
    this.startOnce = clientsWith({ maxAttempts: 1, requestHandler: { requestTimeout: 300, throwOnRequestTimeout: true } });
  }

  /** Makes a workflow from one Glue table to another. */
  public async createWorkflow(workflowName: string, incremental = false): Promise<void> {
    await this.createSchema();
    await this.client.send(new CreateIdMappingWorkflowCommand({
      workflowName,
      inputSourceConfig: [
        { inputSourceARN: this.table('crm'), schemaName: SCHEMA_NAME, type: 'SOURCE' },
        { inputSourceARN: this.table('loyalty'), schemaName: SCHEMA_NAME, type: 'TARGET' },
      ],
      outputSourceConfig: [{ outputS3Path: 's3://output/' }],
      idMappingTechniques: {
        idMappingType: 'RULE_BASED',
        ruleBasedProperties: {
          rules: [{ ruleName: 'email', matchingKeys: ['email'] }],
          ruleDefinitionType: 'SOURCE',
          attributeMatchingModel: 'MANY_TO_MANY',
          recordMatchingModel: 'ONE_SOURCE_TO_ONE_TARGET',
        },
      },
      incrementalRunConfig: incremental ? { incrementalRunType: 'ON_DEMAND' } : undefined,
      roleArn: `arn:aws:iam::${this.accountId}:role/job`,
    }));
  }

  /** Makes a matching workflow of one Glue table. */
  public async createMatchingWorkflow(workflowName: string): Promise<void> {
    await this.createSchema();
    await this.client.send(new CreateMatchingWorkflowCommand({
      workflowName,
      inputSourceConfig: [{ inputSourceARN: this.table('loyalty'), schemaName: SCHEMA_NAME }],
      outputSourceConfig: [{ outputS3Path: 's3://output/', output: [{ name: 'email' }] }],
      resolutionTechniques: {
        resolutionType: 'RULE_MATCHING',
        ruleBasedProperties: { rules: [{ ruleName: 'email', matchingKeys: ['email'] }], attributeMatchingModel: 'MANY_TO_MANY' },
      },
      roleArn: `arn:aws:iam::${this.accountId}:role/job`,
    }));
  }

  /** Removes the workflow, whose jobs have ended. */
  public async deleteWorkflow(workflowName: string): Promise<void> {
    await this.client.send(new DeleteIdMappingWorkflowCommand({ workflowName }));
  }

  /** Starts a job as somebody who is not the runner. */
  public async startJob(workflowName: string): Promise<string> {
    return (await this.client.send(new StartIdMappingJobCommand({ workflowName }))).jobId!;
  }

  /** The ids of the workflow's jobs, newest first. */
  public async jobIds(workflowName: string): Promise<string[]> {
    const jobIds: string[] = [];
    for await (const { jobs } of paginateListIdMappingJobs({ client: this.client }, { workflowName })) {
      jobIds.push(...jobs!.map(({ jobId }) => jobId!));
    }
    return jobIds;
  }

  /** Starts a matching job as somebody who is not the runner. */
  public async startMatchingJob(workflowName: string): Promise<string> {
    return (await this.client.send(new StartMatchingJobCommand({ workflowName }))).jobId!;
  }

  /** The ids of the matching workflow's jobs, newest first. */
  public async matchingJobIds(workflowName: string): Promise<string[]> {
    const jobIds: string[] = [];
    for await (const { jobs } of paginateListMatchingJobs({ client: this.client }, { workflowName })) {
      jobIds.push(...jobs!.map(({ jobId }) => jobId!));
    }
    return jobIds;
  }

  /** One for all workflows. */
  private async createSchema(): Promise<void> {
    this.schema ??= this.client.send(new CreateSchemaMappingCommand({
      schemaName: SCHEMA_NAME,
      mappedInputFields: [{ fieldName: 'id', type: 'UNIQUE_ID' }, { fieldName: 'email', type: 'EMAIL_ADDRESS', matchKey: 'email' }],
    }));
    await this.schema;
  }

  /** The ARN of a Glue table. */
  public table(name: string): string {
    return `arn:aws:glue:${this.region}:${this.accountId}:table/people/${name}`;
  }
}
