import { randomUUID } from 'node:crypto';
import { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { DecidedRun, JobKindName, RESOURCE_TYPES, ResourceSettings, RunProperties, RunRequests, WAIT_RESOURCE_TYPE, WaitProperties } from '../../src/runs/private/run-protocol';

export type Event = CloudFormationCustomResourceEvent;

export const STACK_ID = 'arn:aws:cloudformation:us-east-1:000000000000:stack/Stack/5f2b1f30-0000-4000-8000-000000000001';
const SERVICE_TOKEN = 'arn:aws:lambda:us-east-1:000000000000:function:entry';

/** The role that is assumed for runs. */
export const ROLE_ARN = 'arn:aws:iam::000000000000:role/cdk-id-mapping/Stack/Run';

/** What of a run and its settings is other than usual. */
export interface Wanted extends Partial<ResourceSettings>, Pick<DecidedRun, 'definition' | 'runTrigger' | 'synthesizedAt' | 'account' | 'region'> {
  /** What the start sends beside what is run. */
  readonly request?: Partial<RunRequests['ID_MAPPING'] & RunRequests['ID_MAPPING_TABLE_POPULATION']>;
}

/** What is run, by whom. */
export interface Subject<Kind extends JobKindName = JobKindName> {
  readonly logicalResourceId: string;
  readonly jobKind: Kind;
  readonly request: RunRequests[Kind];
}

/** The properties of a resource, all as CloudFormation sends them: as texts. */
export function runProperties({ jobKind, request }: Subject, wanted: Wanted): RunProperties {
  const { request: more, definition = { version: '1', IdMappingWorkflow: 'as usual' }, runTrigger, synthesizedAt, account, region, ...settings } = wanted;
  return JSON.parse(JSON.stringify({
    Run: { jobKind, request: { ...request, ...more }, definition, runTrigger, synthesizedAt, account, region },
    Settings: {
      waitFor: 'STARTED', onBusy: 'QUEUE', onFailure: 'FAIL', runWhen: 'ON_CHANGE', timeout: '55 minutes', pollInterval: '1 second', roleArn: ROLE_ARN, ...settings,
    },
  }));
}

/** A request that CloudFormation makes now. */
function requestNow(responseUrl: string, logicalResourceId: string) {
  const RequestId = randomUUID();
  return {
    ServiceToken: SERVICE_TOKEN, StackId: STACK_ID, RequestId, LogicalResourceId: logicalResourceId, ResponseURL: urlSignedAt(new Date(), `${responseUrl}/${RequestId}`),
  };
}

function urlSignedAt(time: Date, url: string): string {
  return `${url}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${time.toISOString().replace(/[-:]|\.\d+/g, '')}&X-Amz-Expires=7200&X-Amz-Signature=secret`;
}

export function createEvent(responseUrl: string, subject: Subject, wanted: Wanted = {}): Event {
  const { Run, Settings } = runProperties(subject, wanted);
  return {
    ...requestNow(responseUrl, subject.logicalResourceId),
    RequestType: 'Create',
    ResourceType: RESOURCE_TYPES[subject.jobKind],
    ResourceProperties: { ServiceToken: SERVICE_TOKEN, Run, Settings },
  };
}

export function updateEvent(responseUrl: string, subject: Subject, wanted: Wanted = {}, old: Wanted = {}): Event {
  return {
    ...createEvent(responseUrl, subject, wanted),
    RequestType: 'Update',
    PhysicalResourceId: physicalIdOf(subject.logicalResourceId),
    OldResourceProperties: { ServiceToken: SERVICE_TOKEN, ...runProperties(subject, old) },
  };
}

export function deleteEvent(responseUrl: string, subject: Subject, wanted: Wanted = {}): Event {
  return { ...createEvent(responseUrl, subject, wanted), RequestType: 'Delete', PhysicalResourceId: physicalIdOf(subject.logicalResourceId) };
}

/** A request for a resource that goes on waiting for a run. */
export function waitEvent(responseUrl: string, logicalResourceId: string, properties: WaitProperties, old?: WaitProperties | 'deleted'): Event {
  const event = {
    ...requestNow(responseUrl, logicalResourceId),
    ResourceType: WAIT_RESOURCE_TYPE,
    ResourceProperties: { ServiceToken: SERVICE_TOKEN, ...properties },
  };
  const PhysicalResourceId = physicalIdOf(logicalResourceId);
  if (old === 'deleted') return { ...event, RequestType: 'Delete', PhysicalResourceId };
  return old
    ? { ...event, RequestType: 'Update', PhysicalResourceId, OldResourceProperties: { ServiceToken: SERVICE_TOKEN, ...old } }
    : { ...event, RequestType: 'Create' };
}

/** The same request, made some time ago. */
export function askedAgo(minutes: number, event: Event): Event {
  return { ...event, ResponseURL: urlSignedAt(new Date(Date.now() - minutes * 60_000), event.ResponseURL.split('?')[0]) };
}

/** What a resource is called from its creation on. */
export function physicalIdOf(logicalResourceId: string): string {
  return `${logicalResourceId}-5f2b1f30-0000-4000-8000-000000000001`;
}
