import type {
  CreateIdMappingWorkflowInput, CreateMatchingWorkflowInput, CreateSchemaMappingInput, GetIdMappingJobOutput,
} from '@aws-sdk/client-entityresolution';
import { Valid } from './api-model';
import { ResourceTable } from './resource-table';

export type SchemaMapping = Omit<Valid<CreateSchemaMappingInput>, 'tags'>;
export type MatchingWorkflow = Omit<Valid<CreateMatchingWorkflowInput>, 'tags'>;
export type IdMappingWorkflow = Omit<Valid<CreateIdMappingWorkflowInput>, 'tags'>;

/** A job as GetIdMappingJob shows it, with the workflow that it runs. */
export type IdMappingJob = Valid<Omit<GetIdMappingJobOutput, '$metadata'>> & { readonly workflowName: string };

/** What the service keeps for one account in one Region. */
export class AccountRegion {
  readonly schemaMappings: ResourceTable<SchemaMapping>;
  readonly matchingWorkflows: ResourceTable<MatchingWorkflow>;
  readonly idMappingWorkflows: ResourceTable<IdMappingWorkflow>;
  /** Oldest first. */
  idMappingJobs: IdMappingJob[] = [];
  /** Settles when the last job that was started has ended. */
  lastJob: Promise<void> = Promise.resolve();

  constructor(readonly account: string, readonly region: string) {
    const arnPrefix = `arn:aws:entityresolution:${region}:${account}:`;
    this.schemaMappings = new ResourceTable(
      { noun: 'schema mapping', arnPrefix: `${arnPrefix}schemamapping/`, quotaName: 'Schema mappings', quotaValue: 50 });
    this.matchingWorkflows = new ResourceTable(
      { noun: 'matching workflow', arnPrefix: `${arnPrefix}matchingworkflow/`, quotaName: 'Matching workflows', quotaValue: 10 });
    this.idMappingWorkflows = new ResourceTable(
      { noun: 'ID mapping workflow', arnPrefix: `${arnPrefix}idmappingworkflow/`, quotaName: 'ID mapping workflows', quotaValue: 10 });
  }

  /** Whether a workflow takes input with the schema. */
  hasWorkflows(schemaName: string): boolean {
    return [...this.matchingWorkflows.list(), ...this.idMappingWorkflows.list()]
      .some(({ members }) => members.inputSourceConfig.some(input => input.schemaName === schemaName));
  }

  /** Whether a job is queued or running: of the workflow, or of any. */
  isBusy(workflowName?: string): boolean {
    return this.idMappingJobs.some(job =>
      (job.status === 'QUEUED' || job.status === 'RUNNING') && (workflowName === undefined || job.workflowName === workflowName));
  }
}
