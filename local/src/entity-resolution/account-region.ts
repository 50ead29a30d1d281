import {
  CreateIdMappingWorkflowInput, CreateIdNamespaceInput, CreateMatchingWorkflowInput, CreateSchemaMappingInput, GetIdMappingJobOutput,
  GetMatchingJobOutput,
} from '@aws-sdk/client-entityresolution';
import { DeletedUniqueIds } from './deleted-unique-ids';
import { Job, JobQueue } from './job-queue';
import { ResourceTable } from './resource-table';
import { Valid } from '../rest-json/api-model';
import { Arn } from '../rest-json/arn';

export type SchemaMapping = Omit<Valid<CreateSchemaMappingInput>, 'tags'>;
export type MatchingWorkflow = Omit<Valid<CreateMatchingWorkflowInput>, 'tags'>;
export type IdNamespace = Omit<Valid<CreateIdNamespaceInput>, 'tags'>;
export type IdMappingWorkflow = Omit<Valid<CreateIdMappingWorkflowInput>, 'tags'>;

/** A job as GetIdMappingJob shows it, with the workflow that it runs. */
export type IdMappingJob = Job & Pick<Valid<GetIdMappingJobOutput>, 'outputSourceConfig' | 'jobType' | 'metrics'>;

/** A job as GetMatchingJob shows it, with the workflow that it runs. */
export type MatchingJob = Job & Pick<Valid<GetMatchingJobOutput>, 'metrics'>;

/** What the service keeps for one account in one Region. */
export class AccountRegion {
  public readonly schemaMappings: ResourceTable<SchemaMapping>;
  public readonly matchingWorkflows: ResourceTable<MatchingWorkflow>;
  public readonly idNamespaces: ResourceTable<IdNamespace>;
  public readonly idMappingWorkflows: ResourceTable<IdMappingWorkflow>;
  public readonly deletedUniqueIds = new DeletedUniqueIds();
  public readonly matchingJobs = new JobQueue<MatchingJob>();
  public readonly idMappingJobs = new JobQueue<IdMappingJob>();

  /** @param ofAccount what the service keeps for an account in the same Region */
  constructor(public readonly account: string, public readonly region: string, private readonly ofAccount: (account: string) => AccountRegion) {
    const arnPrefix = `arn:aws:entityresolution:${region}:${account}:`;
    this.schemaMappings = new ResourceTable(
      { noun: 'schema mapping', arnPrefix: `${arnPrefix}schemamapping/`, quotaName: 'Schema mappings', quotaValue: 50 });
    this.matchingWorkflows = new ResourceTable(
      { noun: 'matching workflow', arnPrefix: `${arnPrefix}matchingworkflow/`, quotaName: 'Matching workflows', quotaValue: 10 });
    this.idNamespaces = new ResourceTable(
      { noun: 'ID namespace', arnPrefix: `${arnPrefix}idnamespace/`, quotaName: 'ID namespaces', quotaValue: 10 });
    this.idMappingWorkflows = new ResourceTable(
      { noun: 'ID mapping workflow', arnPrefix: `${arnPrefix}idmappingworkflow/`, quotaName: 'ID mapping workflows', quotaValue: 10 });
  }

  /** What the service keeps for the account that an ARN names; nothing when the ARN is of another Region. */
  public ownerOf({ account, region }: Arn): AccountRegion | undefined {
    return region === this.region ? this.ofAccount(account) : undefined;
  }

  /** The table of the resources of an ARN's type. */
  public tableOf({ resourceType }: Arn): ResourceTable<unknown> | undefined {
    const tables: Readonly<Record<string, ResourceTable<unknown>>> = {
      schemamapping: this.schemaMappings,
      matchingworkflow: this.matchingWorkflows,
      idnamespace: this.idNamespaces,
      idmappingworkflow: this.idMappingWorkflows,
    };
    return tables[resourceType];
  }

  /** Whether a workflow takes input with the schema. */
  public hasWorkflows(schemaName: string): boolean {
    return [...this.matchingWorkflows.list(), ...this.idMappingWorkflows.list()]
      .some(({ members }) => members.inputSourceConfig.some((input) => input.schemaName === schemaName));
  }

  /** Whether an ID namespace takes input with the schema. */
  public hasIdNamespaces(schemaName: string): boolean {
    return this.idNamespaces.list().some(({ members }) => members.inputSourceConfig?.some((input) => input.schemaName === schemaName));
  }

  /** Settles when all jobs have ended. */
  public async jobsEnded(): Promise<void> {
    await Promise.all([this.matchingJobs.ended(), this.idMappingJobs.ended()]);
  }
}
