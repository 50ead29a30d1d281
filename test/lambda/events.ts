import { randomUUID } from 'node:crypto';
import type {
  CloudFormationCustomResourceCreateEvent, CloudFormationCustomResourceDeleteEvent, CloudFormationCustomResourceUpdateEvent,
} from 'aws-lambda';
import { STACK_ID } from './runs';
import { JobProperties } from '../../lambda/custom-resource-request';

export const PHYSICAL_RESOURCE_ID = 'FirstRun1A2B3C4D-5f2b1f30-0000-4000-8000-000000000001';

type Properties = Partial<JobProperties>;

function common(responseUrl: string, properties: Properties) {
  const RequestId = randomUUID();
  return {
    ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:entry',
    ResponseURL: `${responseUrl}/${RequestId}?X-Amz-Signature=secret`,
    StackId: STACK_ID,
    RequestId,
    LogicalResourceId: 'FirstRun1A2B3C4D',
    ResourceType: 'Custom::IdMappingJob',
    ResourceProperties: resourceProperties(properties),
  };
}

/** Everything as CloudFormation sends it: as strings. */
function resourceProperties(changes: Properties) {
  const properties: JobProperties = {
    WorkflowName: 'crm',
    Definition: '12345678',
    RunWhen: 'ON_CHANGE',
    WaitFor: 'STARTED',
    OnBusy: 'QUEUE',
    OnFailure: 'FAIL',
    TimeoutSeconds: '3300',
    PollIntervalSeconds: '5',
    WorkflowInStack: 'false',
    ...changes,
  };
  return { ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:entry', ...properties };
}

export function createEvent(responseUrl: string, properties: Properties = {}): CloudFormationCustomResourceCreateEvent {
  return { ...common(responseUrl, properties), RequestType: 'Create' };
}

export function updateEvent(
  responseUrl: string, properties: Properties = {}, oldProperties: Properties = {},
): CloudFormationCustomResourceUpdateEvent {
  return {
    ...common(responseUrl, properties),
    RequestType: 'Update',
    PhysicalResourceId: PHYSICAL_RESOURCE_ID,
    OldResourceProperties: resourceProperties(oldProperties),
  };
}

export function deleteEvent(responseUrl: string, properties: Properties = {}): CloudFormationCustomResourceDeleteEvent {
  return { ...common(responseUrl, properties), RequestType: 'Delete', PhysicalResourceId: PHYSICAL_RESOURCE_ID };
}
