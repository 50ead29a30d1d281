import {
  CreateIdMappingWorkflowCommandInput, CreateIdNamespaceCommandInput, CreateMatchingWorkflowCommandInput, CreateSchemaMappingCommandInput,
  EntityResolutionClient,
  EntityResolutionServiceException, GetIdMappingJobCommand, GetIdMappingJobCommandOutput,
} from '@aws-sdk/client-entityresolution';
import { EntityResolutionServer, EntityResolutionServerProps } from '../../src/entity-resolution/server';
import { pythonEnvironment } from '../../src/python-environment';
import { ControlClient } from '../../src/rest-json/control-client';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/entityresolution-job`;

export const ENTITY_RESOLUTION_ARN = `arn:aws:entityresolution:${REGION}:${ACCOUNT}`;

/** A Glue table's ARN. */
export const tableArn = (name: string) => `arn:aws:glue:${REGION}:${ACCOUNT}:table/crm/${name}`;

/** A server that no test shares, with clients. */
export interface TestServer {
  readonly server: EntityResolutionServer;
  readonly client: EntityResolutionClient;
  readonly control: ControlClient;
}

let apiModel: Promise<string> | undefined;

/** Starts a server that can answer everything but a job that reads data, unless told where AWS is. */
export async function startServer(props: Partial<EntityResolutionServerProps> = {}): Promise<TestServer> {
  // Finding the environment takes longer than all the rest: once is enough.
  apiModel ??= pythonEnvironment().then(({ botocoreModel }) => botocoreModel('entityresolution', '2018-05-10'));
  const server = await EntityResolutionServer.start({ port: 0, awsEndpointUrl: 'http://127.0.0.1:9', apiModelPath: await apiModel, ...props });
  return { server, client: clientOf(server.url), control: new ControlClient(server.url) };
}

/** A client that sends each request once. */
export function clientOf(url: string, { accessKeyId = ACCOUNT, region = REGION } = {}): EntityResolutionClient {
  return new EntityResolutionClient({ endpoint: url, region, credentials: { accessKeyId, secretAccessKey: 'local' }, maxAttempts: 1 });
}

/** The name, status and message of the error that a call is answered with, further members too. */
export async function errorOf(call: Promise<unknown>): Promise<object> {
  const answer = await call.then(() => undefined, (error: unknown) => error);
  if (!(answer instanceof EntityResolutionServiceException)) {
    throw new Error(`not answered with an error of the service but: ${String(answer)}`);
  }
  const { name, message, $metadata, $fault, $response, $retryable, ...members } = answer;
  return { name, message, status: $metadata.httpStatusCode, ...members };
}

/** Waits until a job has ended. */
export async function endedJob(
  client: EntityResolutionClient, workflowName: string, jobId: string | undefined,
): Promise<GetIdMappingJobCommandOutput> {
  for (;;) {
    const job = await client.send(new GetIdMappingJobCommand({ workflowName, jobId }));
    if (job.status === 'SUCCEEDED' || job.status === 'FAILED') {
      return job;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A schema mapping with the fields id, email and name. */
export function schema(overrides: Partial<CreateSchemaMappingCommandInput> = {}): CreateSchemaMappingCommandInput {
  return {
    schemaName: 'people',
    mappedInputFields: [
      { fieldName: 'id', type: 'UNIQUE_ID' },
      { fieldName: 'email', type: 'EMAIL_ADDRESS', matchKey: 'email' },
      { fieldName: 'name', type: 'NAME', matchKey: 'name' },
    ],
    ...overrides,
  };
}

/** A rule-based matching workflow over the table `loyalty`. */
export function matchingWorkflow(overrides: Partial<CreateMatchingWorkflowCommandInput> = {}): CreateMatchingWorkflowCommandInput {
  return {
    workflowName: 'loyalty',
    roleArn: ROLE,
    inputSourceConfig: [{ inputSourceARN: tableArn('loyalty'), schemaName: 'people' }],
    outputSourceConfig: [{ outputS3Path: 's3://output/matching', output: [{ name: 'id' }] }],
    resolutionTechniques: {
      resolutionType: 'RULE_MATCHING',
      ruleBasedProperties: { rules: [{ ruleName: 'by name', matchingKeys: ['name'] }], attributeMatchingModel: 'MANY_TO_MANY' },
    },
    ...overrides,
  };
}

/** What an ID namespace says of the workflows that may use it: rule-based ones. */
export const RULE_BASED_USE = [{
  idMappingType: 'RULE_BASED' as const,
  ruleBasedProperties: {
    ruleDefinitionTypes: ['SOURCE' as const, 'TARGET' as const],
    attributeMatchingModel: 'MANY_TO_MANY' as const,
    recordMatchingModels: ['ONE_SOURCE_TO_ONE_TARGET' as const],
  },
}];

/** An ID namespace over the matching workflow `loyalty`, for targets. */
export function idNamespace(overrides: Partial<CreateIdNamespaceCommandInput> = {}): CreateIdNamespaceCommandInput {
  return {
    idNamespaceName: 'members',
    type: 'TARGET',
    roleArn: ROLE,
    inputSourceConfig: [{ inputSourceARN: `${ENTITY_RESOLUTION_ARN}:matchingworkflow/loyalty` }],
    idMappingWorkflowProperties: RULE_BASED_USE,
    ...overrides,
  };
}

/** An ID mapping workflow from the table `crm` to the matching workflow `loyalty`, by e-mail. */
export function idMappingWorkflow(overrides: Partial<CreateIdMappingWorkflowCommandInput> = {}): CreateIdMappingWorkflowCommandInput {
  return {
    workflowName: 'crm-to-loyalty',
    roleArn: ROLE,
    inputSourceConfig: [
      { inputSourceARN: tableArn('crm'), schemaName: 'people', type: 'SOURCE' },
      { inputSourceARN: `${ENTITY_RESOLUTION_ARN}:matchingworkflow/loyalty`, type: 'TARGET' },
    ],
    outputSourceConfig: [{ outputS3Path: 's3://output/mapping' }],
    idMappingTechniques: {
      idMappingType: 'RULE_BASED',
      ruleBasedProperties: {
        ruleDefinitionType: 'SOURCE',
        rules: [{ ruleName: 'by email', matchingKeys: ['email'] }],
        attributeMatchingModel: 'MANY_TO_MANY',
        recordMatchingModel: 'ONE_SOURCE_TO_ONE_TARGET',
      },
    },
    ...overrides,
  };
}
