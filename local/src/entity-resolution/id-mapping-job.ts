import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IdMappingJobMetrics, IdMappingJobOutputSource } from '@aws-sdk/client-entityresolution';
import { AccountRegion, IdMappingWorkflow } from './account-region';
import { Valid } from './api-model';
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
  /** @default - nothing is written: the workflow has no output */
  readonly output?: Valid<Partial<IdMappingJobOutputSource>> & { readonly outputS3Path: string };
  readonly accountRegion: AccountRegion;
}

/** A file of an input and the object that it comes from. */
type ObjectOfFile = Map<string, string>;

/**
 * Reads the tables' objects, maps them, writes the outcome, all with the permissions of the workflow's role.
 * @throws JobFailure with the message for whoever started the job
 */
export async function runIdMappingJob(run: IdMappingRun, environment: JobEnvironment): Promise<IdMappingJobMetrics> {
  const folder = await mkdtemp(join(tmpdir(), 'id-mapping-job-'));
  const objects: ObjectOfFile = new Map();
  try {
    return await runIn(folder, run, environment, objects);
  } catch (error) {
    throw error instanceof InputError ? new JobFailure(`the object ${objects.get(error.file)}: ${error.message}`) : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runIn(
  folder: string, run: IdMappingRun, environment: JobEnvironment, objects: ObjectOfFile,
): Promise<IdMappingJobMetrics> {
  const { workflow, output, jobId, accountRegion } = run;
  const plan = planOf(workflow, accountRegion);
  if (!workflow.roleArn) {
    throw new JobFailure(`the ID mapping workflow "${workflow.workflowName}" has no roleArn: the job has no permission to read its inputs`);
  }
  const clientsOf = (roleArn: string) =>
    assumeRole(roleArn, jobId, environment.awsEndpointUrl, accountRegion.region);
  const clients = await clientsOf(workflow.roleArn);

  const read = async (tables: readonly TableInput[]) => {
    const dataSets: DataSet[] = [];
    for (const table of tables) {
      dataSets.push(await dataSetOf(table, folder, clients, environment.signal, objects));
    }
    return dataSets;
  };
  const mappingFile = join(folder, 'mapping.csv');
  const rejectedFile = join(folder, 'rejected.csv');
  const counts = await mapIds(
    { ...plan, sources: await read(plan.sources), targets: await read(plan.targets) },
    { workFolder: folder, mappingFile, rejectedFile, signal: environment.signal },
  );

  if (output) {
    const { s3 } = output.roleArn ? await clientsOf(output.roleArn) : clients;
    const path = `${output.outputS3Path.replace(/\/$/, '')}/${workflow.workflowName}/${jobId}`;
    await upload(mappingFile, `${path}/success/part-00000.csv`, output.KMSArn, s3, environment.signal);
    if (counts.rejected > 0) {
      await upload(rejectedFile, `${path}/error/part-00000.csv`, output.KMSArn, s3, environment.signal);
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

async function dataSetOf(
  table: TableInput, folder: string, { glue, s3 }: JobClients, signal: AbortSignal, objects: ObjectOfFile,
): Promise<DataSet> {
  const { location, separator, columns } = await csvTable(table, glue);
  const files: string[] = [];
  for (const uri of await listObjects(location, s3)) {
    const file = join(folder, `input-${objects.size}.csv`);
    objects.set(file, uri);
    await download(uri, file, s3, signal);
    files.push(file);
  }
  return { name: table.tableArn, files, separator, columns, fields: table.fields };
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
