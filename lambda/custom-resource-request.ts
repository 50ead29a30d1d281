import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { IdMappingJobOutputSource, JobType } from '@aws-sdk/client-entityresolution';
import type { Callback, RunRequest, WaitFor } from './run';

/** The properties of `Custom::IdMappingJob` as CloudFormation sends them: every number is a string. */
export interface IdMappingJobProperties {
  readonly WorkflowName: string;
  readonly JobType?: JobType;
  readonly OutputSourceConfig?: IdMappingJobOutputSource[];
  readonly Definition: string;
  readonly WaitFor: WaitFor;
  readonly TimeoutSeconds: string;
  readonly PollIntervalSeconds: string;
}

/** The run that a request asks for. */
export function runRequestOf(event: CloudFormationCustomResourceEvent): RunRequest {
  const properties = propertiesOf(event.ResourceProperties);
  return {
    workflowName: properties.WorkflowName,
    jobType: properties.JobType,
    outputSourceConfig: properties.OutputSourceConfig,
    waitFor: properties.WaitFor,
    timeoutSeconds: Number(properties.TimeoutSeconds),
    pollIntervalSeconds: Number(properties.PollIntervalSeconds),
    callback: callbackOf(event),
  };
}

/** Where the request wants its answer. The physical id stays what it was at first: another one would make CloudFormation replace the resource. */
export function callbackOf(event: CloudFormationCustomResourceEvent): Callback {
  return {
    responseUrl: event.ResponseURL,
    stackId: event.StackId,
    requestId: event.RequestId,
    logicalResourceId: event.LogicalResourceId,
    physicalResourceId: 'PhysicalResourceId' in event
      ? event.PhysicalResourceId
      : `${event.LogicalResourceId}-${event.StackId.slice(event.StackId.lastIndexOf('/') + 1)}`,
  };
}

/** Whether an update changes what is run, and not only how long somebody waits for it. */
export function changesWhatIsRun(properties: unknown, oldProperties: unknown): boolean {
  return whatIsRun(properties) !== whatIsRun(oldProperties);
}

function whatIsRun(properties: unknown): string {
  const { WorkflowName, JobType, OutputSourceConfig, Definition } = propertiesOf(properties);
  return JSON.stringify([WorkflowName, JobType, OutputSourceConfig, Definition]);
}

/** The construct renders the properties, CloudFormation only turns their values to strings. */
function propertiesOf(properties: unknown): IdMappingJobProperties {
  return properties as IdMappingJobProperties;
}
