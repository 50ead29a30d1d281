import type { IdMappingJobOutputSource, JobType } from '@aws-sdk/client-entityresolution';
import type { CloudFormationCustomResourceCreateEvent, CloudFormationCustomResourceEvent, CloudFormationCustomResourceUpdateEvent } from 'aws-lambda';
import { jobKindOfConstruct } from './job-kinds';
import type { Callback, RunRequest } from './run';
import { LONGEST_ANSWER_SECONDS } from './time-limits';

/**
 * The properties of `Custom::IdMappingJob`, `Custom::MatchingJob` and `Custom::IdMappingTablePopulation`, as CloudFormation sends them: every number
 * and every boolean is a string.
 */
export interface JobProperties {
  /** Of the two kinds of job that are of a workflow. */
  readonly WorkflowName?: string;

  /** Of a population. */
  readonly MembershipIdentifier?: string;
  readonly IdMappingTableIdentifier?: string;

  /** Of a population: whether the deployment lets the runner read the jobs of the table's workflow. */
  readonly WorkflowKnown?: string;
  readonly JobType?: JobType;
  readonly OutputSourceConfig?: IdMappingJobOutputSource[];

  /** Digest of what decides the result of a job. */
  readonly Definition: string;
  readonly RunWhen: 'ON_CHANGE' | 'NEVER_ON_UPDATE' | 'EVERY_DEPLOY';
  readonly RunTrigger?: string;

  /** Differs at every deployment, for `EVERY_DEPLOY`. */
  readonly SynthesizedAt?: string;
  readonly WaitFor: RunRequest['waitFor'];
  readonly OnBusy: RunRequest['onBusy'];
  readonly OnFailure: RunRequest['onFailure'];
  readonly TimeoutSeconds: string;
  readonly PollIntervalSeconds: string;
  readonly WaitHandleUrl?: string;

  /** Whether the workflow is deleted with the stack. */
  readonly WorkflowInStack: string;
}

type RunEvent = CloudFormationCustomResourceCreateEvent | CloudFormationCustomResourceUpdateEvent;

/** The run that a request asks for. */
export function runRequestOf(event: CloudFormationCustomResourceEvent): RunRequest {
  const properties = propertiesOf(event.ResourceProperties);
  const waitHandleUrl = event.RequestType === 'Delete' ? undefined : newWaitHandleUrl(event);
  const timeoutSeconds = Number(properties.TimeoutSeconds);
  return {
    requestType: event.RequestType,
    jobKind: jobKindOfConstruct(constructOf(event)).name,
    workflowName: properties.WorkflowName,
    membershipIdentifier: properties.MembershipIdentifier,
    idMappingTableIdentifier: properties.IdMappingTableIdentifier,
    workflowKnown: properties.WorkflowKnown === 'true' || undefined,
    jobType: properties.JobType,
    outputSourceConfig: properties.OutputSourceConfig,
    waitFor: properties.WaitFor,
    onBusy: properties.OnBusy,
    onFailure: properties.OnFailure,
    timeoutSeconds: waitHandleUrl === undefined ? Math.min(timeoutSeconds, LONGEST_ANSWER_SECONDS) : timeoutSeconds,
    pollIntervalSeconds: Number(properties.PollIntervalSeconds),
    waitHandleUrl,
    callback: callbackOf(event),
  };
}

/** The construct that a request is for, by the name of its class. */
export function constructOf({ ResourceType }: CloudFormationCustomResourceEvent): string {
  return ResourceType.slice('Custom::'.length);
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
export function changesWhatIsRun(event: CloudFormationCustomResourceUpdateEvent): boolean {
  return propertiesOf(event.ResourceProperties).RunWhen !== 'NEVER_ON_UPDATE'
    && whatIsRun(event.ResourceProperties) !== whatIsRun(event.OldResourceProperties);
}

/** The URL for the signal, when a WaitCondition was made for this request: one of an earlier request has its signal. */
export function newWaitHandleUrl(event: RunEvent): string | undefined {
  const { WaitHandleUrl } = propertiesOf(event.ResourceProperties);
  const isOld = event.RequestType === 'Update' && WaitHandleUrl === propertiesOf(event.OldResourceProperties).WaitHandleUrl;
  return isOld ? undefined : WaitHandleUrl;
}

/** Whether the workflow goes when the stack does. */
export function isWorkflowInStack(event: CloudFormationCustomResourceEvent): boolean {
  return propertiesOf(event.ResourceProperties).WorkflowInStack === 'true';
}

function whatIsRun(properties: unknown): string {
  const {
    WorkflowName, MembershipIdentifier, IdMappingTableIdentifier, JobType, OutputSourceConfig, Definition, RunTrigger, SynthesizedAt,
  } = propertiesOf(properties);
  return JSON.stringify([
    WorkflowName, MembershipIdentifier, IdMappingTableIdentifier, JobType, OutputSourceConfig, Definition, RunTrigger, SynthesizedAt,
  ]);
}

/** The construct renders the properties, CloudFormation only turns their values to strings. */
function propertiesOf(properties: unknown): JobProperties {
  return properties as JobProperties;
}
