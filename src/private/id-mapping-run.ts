import * as er from 'aws-cdk-lib/aws-entityresolution';
import { IConstruct } from 'constructs';
import { fail } from './validation';
import { IdMappingWorkflow } from '../entity-resolution/id-mapping-workflow';
import { IdMappingJobMetrics } from '../runs/id-mapping-job-metrics';
import { JobType } from '../runs/job-type';

/** The attributes in which the runner answers with what a job of an ID mapping workflow counted, in the order in which it signals them. */
export const ID_MAPPING_METRICS = [
  'InputRecords', 'TotalRecordsProcessed', 'RecordsNotProcessed', 'DeleteRecordsProcessed',
  'TotalMappedRecords', 'TotalMappedSourceRecords', 'TotalMappedTargetRecords', 'UniqueRecordsLoaded',
  'NewMappedRecords', 'NewMappedSourceRecords', 'NewMappedTargetRecords', 'NewUniqueRecordsLoaded',
  'MappedRecordsRemoved', 'MappedSourceRecordsRemoved', 'MappedTargetRecordsRemoved',
];

/** The metrics by their own names. */
export function idMappingJobMetrics(attribute: (name: string) => string): IdMappingJobMetrics {
  return {
    inputRecords: attribute('InputRecords'),
    totalRecordsProcessed: attribute('TotalRecordsProcessed'),
    recordsNotProcessed: attribute('RecordsNotProcessed'),
    deleteRecordsProcessed: attribute('DeleteRecordsProcessed'),
    totalMappedRecords: attribute('TotalMappedRecords'),
    totalMappedSourceRecords: attribute('TotalMappedSourceRecords'),
    totalMappedTargetRecords: attribute('TotalMappedTargetRecords'),
    uniqueRecordsLoaded: attribute('UniqueRecordsLoaded'),
    newMappedRecords: attribute('NewMappedRecords'),
    newMappedSourceRecords: attribute('NewMappedSourceRecords'),
    newMappedTargetRecords: attribute('NewMappedTargetRecords'),
    newUniqueRecordsLoaded: attribute('NewUniqueRecordsLoaded'),
    mappedRecordsRemoved: attribute('MappedRecordsRemoved'),
    mappedSourceRecordsRemoved: attribute('MappedSourceRecordsRemoved'),
    mappedTargetRecordsRemoved: attribute('MappedTargetRecordsRemoved'),
  };
}

/** Refuses an incremental job of a workflow that is known not to have any. */
export function checkJobType(scope: IConstruct, jobType: JobType | undefined, workflow: er.IIdMappingWorkflowRef | undefined): void {
  if (jobType === JobType.INCREMENTAL && workflow && IdMappingWorkflow.isIdMappingWorkflow(workflow) && !workflow.incrementalRun) {
    fail(scope, `'jobType' is INCREMENTAL, but the workflow ${workflow.node.path} has no incremental run: `
      + "give it 'incrementalRun: true', or leave 'jobType' out");
  }
}
