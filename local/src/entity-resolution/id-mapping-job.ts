import { join } from 'node:path';
import { IdMappingJobMetrics } from '@aws-sdk/client-entityresolution';
import { ChangeCounts, IdMappingCounts, mapIds, mapWithState } from 'id-mapping-rehearsal';
import { AccountRegion, IdMappingJob, IdMappingWorkflow } from './account-region';
import { JobEnvironment } from './context';
import { readTables } from './input-data';
import { jobClients } from './job-clients';
import { JobFailure } from './job-failure';
import { jobStateFile } from './job-state';
import { MappingPlan, mappingPlan } from './mapping-plan';
import { upload } from './s3-objects';
import { TableInput } from './workflow-input';
import { inWorkspace, warningOf } from './workspace';
import { Behaviour } from '../rest-json/fault-plan';

/** A job's work: what to run, and where the outcome goes. */
export interface IdMappingRun {
  readonly job: IdMappingJob;
  readonly workflow: IdMappingWorkflow;
  /** @default - nothing is written, only counted */
  readonly output?: IdMappingOutput;
  readonly accountRegion: AccountRegion;
  readonly behaviour: Required<Behaviour>;
}

/** Where a job writes. */
export interface IdMappingOutput {
  readonly outputS3Path: string;
  /** @default - the bucket's default encryption */
  readonly KMSArn?: string;
  /** The role that writes. @default - the workflow's */
  readonly roleArn?: string;
}

/**
 * Reads the tables' objects, maps them, writes the outcome, with the permissions of the workflow's role; data of an ID namespace is read
 * with those of the namespace's role.
 * @throws JobFailure with the message for whoever started the job
 */
export async function runIdMappingJob(
  run: IdMappingRun, { awsEndpointUrl, signal, workFolder, onMapping }: JobEnvironment,
): Promise<IdMappingJobMetrics> {
  const { job: { jobId, workflowName, jobType }, workflow, output, accountRegion, behaviour } = run;
  const plan = planOf(workflow, accountRegion);
  const clientsOf = jobClients(workflow.roleArn, jobId, awsEndpointUrl, accountRegion.region);
  return inWorkspace(workFolder, signal, async (workspace) => {
    const sources = await readTables(asFound(plan.sources, behaviour), clientsOf, workspace, behaviour);
    const targets = await readTables(asFound(plan.targets, behaviour), clientsOf, workspace, behaviour);
    const mapping = { ...plan, sources, targets };
    const mappingFile = join(workspace.folder, 'mapping.csv');
    const rejectedFile = join(workspace.folder, 'rejected.csv');
    const options = { workFolder: workspace.folder, mappingFile, rejectedFile, signal, onWarning: warningOf(workspace) };
    const deliver = async (hasRejected: boolean) => {
      if (output) {
        const to = { s3: (await clientsOf(output.roleArn)).s3, kmsKeyArn: output.KMSArn, signal, behaviour };
        const path = `${output.outputS3Path.replace(/\/$/, '')}/${workflowName}/${jobId}`;
        await upload(mappingFile, `${path}/success/part-00000.csv`, to);
        if (hasRejected) {
          await upload(rejectedFile, `${path}/error/part-00000.csv`, to);
        }
      }
      await onMapping(jobId, mappingFile);
    };

    if (workflow.incrementalRunConfig) {
      return changeMetrics(await mapWithState(mapping, {
        ...options,
        jobType: jobType!,
        stateFile: jobStateFile(workFolder, workflowName, accountRegion),
        deliver: async ({ allRejected }) => deliver(allRejected > 0),
      }));
    }
    const counts = await mapIds(mapping, options);
    await deliver(counts.rejected > 0);
    return metricsOf(counts);
  });
}

/** What the workflow refers to may have gone since the workflow was made. */
function planOf(workflow: IdMappingWorkflow, accountRegion: AccountRegion): MappingPlan {
  const { idMappingType, providerProperties } = workflow.idMappingTechniques;
  if (idMappingType === 'PROVIDER') {
    throw new JobFailure(`the exchange of data with the provider service ${providerProperties!.providerServiceArn} can't be had on the local AWS: ` +
      'it runs ID mappings of type RULE_BASED only');
  }
  try {
    return mappingPlan(workflow, accountRegion);
  } catch (error) {
    throw new JobFailure((error as Error).message);
  }
}

/** What is behind a matching workflow can't be read before a job of the workflow has indexed it. */
function asFound(tables: readonly TableInput[], { unindexedWorkflow }: Required<Behaviour>): readonly TableInput[] {
  const [unindexed] = tables.filter(({ unindexedBy }) => unindexedBy !== undefined);
  if (unindexed && unindexedWorkflow === 'FAILURE') {
    throw new JobFailure(`the matching workflow "${unindexed.unindexedBy}" has indexed no records yet: run a job of it, then this job again`);
  }
  return unindexedWorkflow === 'ALL_RECORDS' ? tables.map((table) => ({ ...table, unindexedBy: undefined })) : tables;
}

/** Without a state all that is mapped is new, and nothing is removed. */
function metricsOf(counts: IdMappingCounts): IdMappingJobMetrics {
  const { input, rejected, deleted, mapped, mappedTargets } = counts;
  const uniqueRecords = input - rejected - deleted;
  return changeMetrics({
    ...counts,
    allRejected: rejected,
    loaded: uniqueRecords,
    newlyLoaded: uniqueRecords,
    added: { mapped, mappedSources: mapped, mappedTargets },
    removed: { mapped: 0, mappedSources: 0, mappedTargets: 0 },
  });
}

function changeMetrics({ input, rejected, deleted, mapped, mappedTargets, loaded, newlyLoaded, added, removed }: ChangeCounts): IdMappingJobMetrics {
  return {
    inputRecords: input,
    totalRecordsProcessed: input - rejected,
    recordsNotProcessed: rejected,
    deleteRecordsProcessed: deleted,
    totalMappedRecords: mapped,
    totalMappedSourceRecords: mapped,
    totalMappedTargetRecords: mappedTargets,
    uniqueRecordsLoaded: loaded,
    newMappedRecords: added.mapped,
    newMappedSourceRecords: added.mappedSources,
    newMappedTargetRecords: added.mappedTargets,
    newUniqueRecordsLoaded: newlyLoaded,
    mappedRecordsRemoved: removed.mapped,
    mappedSourceRecordsRemoved: removed.mappedSources,
    mappedTargetRecordsRemoved: removed.mappedTargets,
  };
}
