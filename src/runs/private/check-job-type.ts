import * as er from 'aws-cdk-lib/aws-entityresolution';
import { IConstruct } from 'constructs';
import { IdMappingWorkflow } from '../../entity-resolution/id-mapping-workflow';
import { fail } from '../../private/validation';
import { JobType } from '../job-type';

/** Refuses an incremental job of a workflow that is known not to have any. */
export function checkJobType(scope: IConstruct, jobType: JobType | undefined, workflow: er.IIdMappingWorkflowRef | undefined): void {
  if (jobType === JobType.INCREMENTAL && workflow && (workflow as Partial<IdMappingWorkflow>).incrementalRun === false) {
    fail(scope, `'jobType' is INCREMENTAL, but the workflow ${workflow.node.path} has no incremental run: `
      + "give it 'incrementalRun: true', or leave 'jobType' out");
  }
}
