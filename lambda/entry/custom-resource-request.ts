import { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { seconds } from './seconds';
import {
  Callback, DecidedRun, DEFAULT_POLL_SECONDS, LONGEST_ANSWER_SECONDS, LONGEST_CHAIN_SECONDS, LONGEST_POLL_SECONDS, LONGEST_RESOURCE_SECONDS,
  ResourceSettings, Run, RunProperties, Settings, SHORTEST_POLL_SECONDS, SHORTEST_TIMEOUT_SECONDS, TIME_TO_ANSWER_SECONDS, WAIT_RESOURCE_TYPE,
  WaitProperties,
} from '../../src/runs/private/run-protocol';
import { AnswerTo } from '../aws/answer';

/** Whether the resource only goes on waiting for the run of another one. */
export function isWait({ ResourceType }: CloudFormationCustomResourceEvent): boolean {
  return ResourceType === WAIT_RESOURCE_TYPE;
}

/** The construct renders the properties, CloudFormation only turns their values to texts. */
export function runProperties(properties: unknown): RunProperties {
  return properties as RunProperties;
}

export function waitProperties(properties: unknown): WaitProperties {
  return properties as WaitProperties;
}

/**
 * What is run, without what decides whether it is: that may be long.
 *
 * A new table is populated by a batch, as AWS recommends, unless the user wants another job.
 *
 * @param old what was run before, if anything was
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/populate-id-mapping-table.html
 */
export function whatIsRun({ jobKind, request, account, region }: DecidedRun, old?: DecidedRun): Run {
  const run = { jobKind, request, account, region } as Run;
  if (run.jobKind !== 'ID_MAPPING_TABLE_POPULATION') return run;
  const { idMappingTableIdentifier, jobType } = run.request;
  const isNew = old?.jobKind !== run.jobKind || old.request.idMappingTableIdentifier !== idMappingTableIdentifier;
  return { ...run, request: { ...run.request, jobType: jobType ?? (isNew ? 'BATCH' : undefined) } };
}

/** How it is run. */
export function settingsOf(settings: Pick<ResourceSettings, 'timeout' | 'pollInterval' | 'handsOver'> & Partial<ResourceSettings>): Settings {
  const longest = settings.handsOver === undefined ? LONGEST_ANSWER_SECONDS : LONGEST_CHAIN_SECONDS;
  return {
    onBusy: settings.onBusy,
    roleArn: settings.roleArn,
    readsJobs: settings.readsJobs === 'true' || undefined,
    timeoutSeconds: seconds(settings.timeout, { shortest: SHORTEST_TIMEOUT_SECONDS, longest, otherwise: LONGEST_ANSWER_SECONDS }),
    pollIntervalSeconds: seconds(settings.pollInterval, {
      shortest: SHORTEST_POLL_SECONDS, longest: LONGEST_POLL_SECONDS, otherwise: DEFAULT_POLL_SECONDS,
    }),
  };
}

/** For which request, where and for what CloudFormation waits. */
export function callbackOf(event: CloudFormationCustomResourceEvent, settings: Pick<ResourceSettings, 'onFailure'> & Partial<ResourceSettings>): Callback {
  return {
    ...answerTo(event),
    requestType: event.RequestType,
    waitFor: settings.waitFor ?? 'SUCCEEDED',
    onFailure: settings.onFailure,
    handsOver: settings.handsOver === 'true' || undefined,
    awaitsJob: (event.RequestType === 'Delete' && settings.awaitsJobOnDelete === 'true') || undefined,
  };
}

/** Where the request wants its answer. The physical id stays what it was at first: another one would make CloudFormation replace the resource. */
export function answerTo(event: CloudFormationCustomResourceEvent): AnswerTo {
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

/**
 * When CloudFormation has asked, as the URL for the answer tells: it is signed for a time. An event may come late, and more than once.
 *
 * @returns nothing when the URL does not tell
 */
export function askedAt({ ResponseURL }: Pick<CloudFormationCustomResourceEvent, 'ResponseURL'>): Date | undefined {
  const signed = /[?&]X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(ResponseURL);
  return signed ? new Date(`${signed[1]}-${signed[2]}-${signed[3]}T${signed[4]}:${signed[5]}:${signed[6]}Z`) : undefined;
}

/** Whether CloudFormation has given up on the request. */
export function isOver(asked: Date | undefined, { timeoutSeconds = LONGEST_ANSWER_SECONDS }: Settings): boolean {
  if (!asked) return false;
  const waits = Math.min(LONGEST_RESOURCE_SECONDS, timeoutSeconds + TIME_TO_ANSWER_SECONDS);
  return Date.now() - asked.getTime() > waits * 1000;
}
