import { randomUUID } from 'node:crypto';
import {
  CloudFormationCustomResourceCreateEvent, CloudFormationCustomResourceDeleteEvent, CloudFormationCustomResourceEvent,
  CloudFormationCustomResourceUpdateEvent,
} from 'aws-lambda';
import { STACK_ID } from './runs';
import { DecidedRun, RESOURCE_TYPES, ResourceSettings, RunProperties, WAIT_RESOURCE_TYPE, WaitProperties } from '../../src/runs/private/run-protocol';

export const PHYSICAL_RESOURCE_ID = 'FirstRun1A2B3C4D-5f2b1f30-0000-4000-8000-000000000001';

const SERVICE_TOKEN = 'arn:aws:lambda:eu-west-1:111122223333:function:entry';
const RUN: DecidedRun = {
  jobKind: 'ID_MAPPING',
  request: { workflowName: 'crm' },
  account: '111122223333',
  region: 'eu-west-1',
  definition: { version: '1', Workflow: { rules: [{ ruleName: 'email', matchingKeys: ['email'] }] } },
};
const SETTINGS: ResourceSettings = {
  waitFor: 'STARTED',
  onBusy: 'QUEUE',
  onFailure: 'FAIL',
  runWhen: 'ON_CHANGE',
  timeout: '55 minutes',
  pollInterval: '5 seconds',
  roleArn: 'arn:aws:iam::111122223333:role/cdk-id-mapping/Stack/FirstRunRole',
};

/** What differs from a run of the ID mapping workflow `crm` that is waited for until it has started. */
export interface Properties {
  readonly Run?: { readonly [Name in keyof DecidedRun]?: unknown };
  readonly Settings?: Partial<ResourceSettings>;
}

/** Every number and boolean is a text, as CloudFormation sends them. */
export function properties({ Run, Settings }: Properties = {}): RunProperties & { ServiceToken: string } {
  return { ServiceToken: SERVICE_TOKEN, Run: { ...RUN, ...Run } as DecidedRun, Settings: { ...SETTINGS, ...Settings } };
}

function common(responseUrl: string, changes: Properties) {
  const RequestId = randomUUID();
  const ResourceProperties = properties(changes);
  return {
    ServiceToken: SERVICE_TOKEN,
    ResponseURL: responseUrlOf(responseUrl, RequestId),
    StackId: STACK_ID,
    RequestId,
    LogicalResourceId: 'FirstRun1A2B3C4D',
    ResourceType: RESOURCE_TYPES[ResourceProperties.Run.jobKind] as string,
    ResourceProperties,
  };
}

/** Signed now, or at another time. */
export function responseUrlOf(responseUrl: string, requestId: string, at = new Date()): string {
  return `${responseUrl}/${requestId}?X-Amz-Date=${at.toISOString().replaceAll(/[-:]|\.\d+/g, '')}&X-Amz-Expires=7200&X-Amz-Signature=secret`;
}

export function createEvent(responseUrl: string, changes: Properties = {}): CloudFormationCustomResourceCreateEvent {
  return { ...common(responseUrl, changes), RequestType: 'Create' };
}

export function updateEvent(responseUrl: string, changes: Properties = {}, oldChanges: Properties = {}): CloudFormationCustomResourceUpdateEvent {
  return { ...common(responseUrl, changes), RequestType: 'Update', PhysicalResourceId: PHYSICAL_RESOURCE_ID, OldResourceProperties: properties(oldChanges) };
}

export function deleteEvent(responseUrl: string, changes: Properties = {}): CloudFormationCustomResourceDeleteEvent {
  return { ...common(responseUrl, changes), RequestType: 'Delete', PhysicalResourceId: PHYSICAL_RESOURCE_ID };
}

/** Makes of an event one of a resource that goes on waiting for the run of another one. */
export function waitEvent<Event extends CloudFormationCustomResourceEvent>(
  event: Event, changes: Partial<WaitProperties> = {}, oldChanges?: Partial<WaitProperties>,
): Event {
  const wait: WaitProperties = {
    Run: { jobKind: 'ID_MAPPING', request: { workflowName: 'crm-to-loyalty' } },
    Execution: 'FirstRun1A2B3C4D-01234567-1',
    IsNew: 'true',
    Settings: { onFailure: 'FAIL', timeout: '3 hours', pollInterval: '5 seconds', roleArn: 'arn:aws:iam::111122223333:role/run' },
  };
  return {
    ...event,
    ResourceType: WAIT_RESOURCE_TYPE,
    LogicalResourceId: 'FirstRunWait1',
    ResourceProperties: { ServiceToken: SERVICE_TOKEN, ...wait, ...changes },
    ...(oldChanges ? { OldResourceProperties: { ServiceToken: SERVICE_TOKEN, ...wait, ...oldChanges } } : {}),
  };
}
