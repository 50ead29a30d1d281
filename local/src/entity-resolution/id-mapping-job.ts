import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IdMappingJobMetrics } from '@aws-sdk/client-entityresolution';
import { AccountRegion, IdMappingWorkflow } from './account-region';
import { JobEnvironment } from './context';
import { csvTable } from './glue-table';
import { assumeRole, JobClients } from './job-clients';
import { JobFailure } from './job-failure';
import { MappingPlan, mappingPlan } from './mapping-plan';
import { download, listObjects, upload } from './s3-objects';
import { TableInput } from './workflow-input';
import { DataSet } from '../matching/data-set';
import { IdMappingCounts } from '../matching/id-mapping';
import { InputError } from '../matching/input-error';
import { mapIds } from '../matching/map-ids';

/** A job's work: what to run, and where the outcome goes. */
export interface IdMappingRun {
  readonly jobId: string;
  readonly workflow: IdMappingWorkflow;
  /** @default - nothing is written, only counted */
  readonly output?: IdMappingOutput;
  readonly accountRegion: AccountRegion;
}

/** Where a job writes. */
export interface IdMappingOutput {
  readonly outputS3Path: string;
  /** @default - the bucket's default encryption */
  readonly KMSArn?: string;
  /** The role that writes. @default - the workflow's */
  readonly roleArn?: string;
}

/** Where a job keeps its files. */
interface Workspace {
  readonly folder: string;
  /** The URIs of the objects that were read, by the files that they were read into. */
  readonly objects: Map<string, string>;
  readonly signal: AbortSignal;
}

/**
 * Reads the tables' objects, maps them, writes the outcome, all with the permissions of the workflow's role.
 * @throws JobFailure with the message for whoever started the job
 */
export async function runIdMappingJob(run: IdMappingRun, environment: JobEnvironment): Promise<IdMappingJobMetrics> {
  const workspace = { folder: await mkdtemp(join(tmpdir(), 'id-mapping-job-')), objects: new Map<string, string>(), signal: environment.signal };
  try {
    return await runIn(workspace, run, environment.awsEndpointUrl);
  } catch (error) {
    throw error instanceof InputError ? new JobFailure(`the object ${workspace.objects.get(error.file)}: ${error.message}`) : error;
  } finally {
    await rm(workspace.folder, { recursive: true, force: true });
  }
}

async function runIn(
  workspace: Workspace, { workflow, output, jobId, accountRegion }: IdMappingRun, awsEndpointUrl: string,
): Promise<IdMappingJobMetrics> {
  const { folder, signal } = workspace;
  const plan = planOf(workflow, accountRegion);
  if (!workflow.roleArn) {
    throw new JobFailure(`the ID mapping workflow "${workflow.workflowName}" has no roleArn: the job has no permission to read its inputs`);
  }
  const clientsOf = (roleArn: string) => assumeRole(roleArn, jobId, awsEndpointUrl, accountRegion.region);
  const clients = await clientsOf(workflow.roleArn);

  const sources = await dataSets(plan.sources, clients, workspace);
  const targets = await dataSets(plan.targets, clients, workspace);
  const mappingFile = join(folder, 'mapping.csv');
  const rejectedFile = join(folder, 'rejected.csv');
  const counts = await mapIds({ ...plan, sources, targets }, { workFolder: folder, mappingFile, rejectedFile, signal });

  if (output) {
    const { s3 } = output.roleArn ? await clientsOf(output.roleArn) : clients;
    const path = `${output.outputS3Path.replace(/\/$/, '')}/${workflow.workflowName}/${jobId}`;
    await upload(mappingFile, `${path}/success/part-00000.csv`, output.KMSArn, s3, signal);
    if (counts.rejected > 0) {
      await upload(rejectedFile, `${path}/error/part-00000.csv`, output.KMSArn, s3, signal);
    }
  }
  return metricsOf(counts);
}

/** What the workflow refers to may have gone since the workflow was made. */
function planOf(workflow: IdMappingWorkflow, accountRegion: AccountRegion): MappingPlan {
  try {
    return mappingPlan(workflow, accountRegion);
  } catch (error) {
    throw new JobFailure((error as Error).message);
  }
}

/** Reads the tables' objects into files. */
async function dataSets(tables: readonly TableInput[], { glue, s3 }: JobClients, { folder, objects, signal }: Workspace): Promise<DataSet[]> {
  const read: DataSet[] = [];
  for (const table of tables) {
    const { location, separator, columns } = await csvTable(table, glue);
    const files: string[] = [];
    for (const uri of await listObjects(location, s3)) {
      const file = join(folder, `input-${objects.size}.csv`);
      objects.set(file, uri);
      await download(uri, file, s3, signal);
      files.push(file);
    }
    read.push({ name: table.tableArn, files, separator, columns, fields: table.fields });
  }
  return read;
}

/** A run makes the whole mapping anew: all that is mapped is new, nothing is removed. */
function metricsOf({ input, rejected, deleted, mapped, mappedTargets }: IdMappingCounts): IdMappingJobMetrics {
  const uniqueRecords = input - rejected - deleted;
  return {
    inputRecords: input,
    totalRecordsProcessed: input - rejected,
    recordsNotProcessed: rejected,
    deleteRecordsProcessed: deleted,
    totalMappedRecords: mapped,
    totalMappedSourceRecords: mapped,
    totalMappedTargetRecords: mappedTargets,
    uniqueRecordsLoaded: uniqueRecords,
    newMappedRecords: mapped,
    newMappedSourceRecords: mapped,
    newMappedTargetRecords: mappedTargets,
    newUniqueRecordsLoaded: uniqueRecords,
    mappedRecordsRemoved: 0,
    mappedSourceRecordsRemoved: 0,
    mappedTargetRecordsRemoved: 0,
  };
}
