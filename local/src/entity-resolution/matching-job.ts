import { join } from 'node:path';
import { JobMetrics } from '@aws-sdk/client-entityresolution';
import { groupRecords } from 'id-mapping-rehearsal';
import { AccountRegion, MatchingJob, MatchingWorkflow } from './account-region';
import { JobEnvironment } from './context';
import { readTables } from './input-data';
import { jobClients } from './job-clients';
import { JobFailure } from './job-failure';
import { upload } from './s3-objects';
import { matchingWorkflowTables, TableInput } from './workflow-input';
import { inWorkspace, warningOf } from './workspace';
import { Behaviour } from '../rest-json/fault-plan';

/** A job's work. */
export interface MatchingRun {
  readonly job: MatchingJob;
  readonly workflow: MatchingWorkflow;
  readonly accountRegion: AccountRegion;
  readonly behaviour: Required<Behaviour>;
}

/**
 * Reads the tables' objects, groups the records by the workflow's rules, writes them with the ids of their groups, with the permissions of
 * the workflow's role.
 * @throws JobFailure with the message for whoever started the job
 */
export async function runMatchingJob(
  { job, workflow, accountRegion, behaviour }: MatchingRun, { awsEndpointUrl, workFolder, signal }: JobEnvironment,
): Promise<JobMetrics> {
  const { resolutionTechniques: { ruleBasedProperties, resolutionType }, outputSourceConfig: [output], roleArn } = workflow;
  if (resolutionType !== 'RULE_MATCHING' || !ruleBasedProperties) {
    throw new JobFailure(`matching by ${resolutionType === 'RULE_MATCHING' ? 'rule conditions' : resolutionType} can't be had on the local AWS: ` +
      'it runs matching workflows of the resolutionType RULE_MATCHING with ruleBasedProperties only');
  }
  const clientsOf = jobClients(roleArn, job.jobId, awsEndpointUrl, accountRegion.region);
  return inWorkspace(workFolder, signal, async (workspace) => {
    const dataSets = await readTables(tablesOf(workflow, accountRegion), clientsOf, workspace, behaviour);
    const groupsFile = join(workspace.folder, 'groups.csv');
    const rejectedFile = join(workspace.folder, 'rejected.csv');
    const { input, rejected, deleted, groups } = await groupRecords(
      { dataSets, ...ruleBasedProperties, output: output.output },
      { workFolder: workspace.folder, groupsFile, rejectedFile, signal, onWarning: warningOf(workspace) });

    if (output.outputS3Path) {
      const to = { s3: (await clientsOf()).s3, kmsKeyArn: output.KMSArn, signal, behaviour };
      const path = `${output.outputS3Path.replace(/\/$/, '')}/${workflow.workflowName}/${job.jobId}`;
      await upload(groupsFile, `${path}/success/part-00000.csv`, to);
      if (rejected > 0) {
        await upload(rejectedFile, `${path}/error/part-00000.csv`, to);
      }
    }
    return {
      inputRecords: input,
      totalRecordsProcessed: input - rejected,
      recordsNotProcessed: rejected,
      deleteRecordsProcessed: deleted,
      matchIDs: groups,
    };
  });
}

/** What the workflow refers to may have gone since the workflow was made. */
function tablesOf(workflow: MatchingWorkflow, accountRegion: AccountRegion): TableInput[] {
  try {
    return matchingWorkflowTables(workflow, accountRegion);
  } catch (error) {
    throw new JobFailure((error as Error).message);
  }
}
