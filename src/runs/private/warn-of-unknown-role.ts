import { Annotations } from 'aws-cdk-lib';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import { IConstruct } from 'constructs';
import { knowsRole } from '../../private/start-jobs';

/** Warns where nothing tells the role of a workflow: who starts its jobs has to be allowed to pass it, and to let the service use the key of the output. */
export function warnOfUnknownRole(scope: IConstruct, workflow: er.IIdMappingWorkflowRef | er.IMatchingWorkflowRef): void {
  if (knowsRole(workflow)) return;
  Annotations.of(scope).addWarningV2('cdk-id-mapping:roleOfWorkflowUnknown',
    `nothing is known of the role and the output key of ${workflow.node.path}: the run is not allowed to pass that role to Entity Resolution, which will probably `
    + "refuse to start its job; import the workflow by 'fromIdMappingWorkflowAttributes' or 'fromMatchingWorkflowAttributes' with its 'role' and 'outputKey'");
}
