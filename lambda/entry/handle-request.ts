import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudFormationCustomResourceEvent, CloudFormationCustomResourceUpdateEvent } from 'aws-lambda';
import { askedAt, callbackOf, isOver, isWait, runProperties, settingsOf, waitProperties, whatIsRun } from './custom-resource-request';
import { isDue } from './is-due';
import { untilAnswered } from './until-answered';
import { RunInput, RunProperties } from '../../src/runs/private/run-protocol';
import { Answer } from '../aws/answer';
import { attributesOfLastRun } from '../aws/attributes';
import { digestOf, executionName, Executions, FoundRun } from '../aws/executions';
import { messageOf } from '../aws/service-error';
import { goesForward, stackStatuses } from '../aws/stack-status';
import { problemOf } from '../worker/run-input';

/** The middle of the name of an execution that takes back: no digest reads so. */
const TAKES_BACK = 'takeback';

/** A request for something other than a deletion. */
type RunEvent = Exclude<CloudFormationCustomResourceEvent, { RequestType: 'Delete' }>;

/** What a request is handled with. */
export interface Services {
  readonly cloudFormation: CloudFormationClient;
  readonly executions: Executions;
}

/**
 * Handles a request of CloudFormation: hands it to the runner, which answers, or answers when there is nothing to do.
 *
 * A request becomes an execution under its own name, even when nothing may be run for it: so one request is one decision, however often it is delivered.
 *
 * @returns the answer, or nothing when the runner answers or nobody waits any more
 */
export async function handleRequest(event: CloudFormationCustomResourceEvent, services: Services): Promise<Answer | undefined> {
  if (event.RequestType === 'Delete') return takeBack(event, services);
  return isWait(event) ? waitOn(event, services) : run(event, services);
}

async function run(event: RunEvent, services: Services): Promise<Answer | undefined> {
  const properties = runProperties(event.ResourceProperties);
  const old = event.RequestType === 'Update' ? runProperties(event.OldResourceProperties) : undefined;
  const { Run, Settings } = properties;
  const isAsked = asks(properties, old);
  // What runs nothing itself may be the way back of an update that was to run something.
  const mayTakeBack = old !== undefined && asks(old, properties);
  if (!isAsked && !mayTakeBack) {
    const last = event.RequestType === 'Update' ? await tryTo(event, () => lastRun(event, services)) : undefined;
    return { Status: 'SUCCESS', Data: attributesOfLastRun(Run.jobKind, last) };
  }
  const callback = { ...callbackOf(event, Settings), takesBackOnly: !isAsked || undefined };
  const input: RunInput = { run: whatIsRun(Run, old?.Run), settings: settingsOf(Settings), callback };
  return start(event, digestOf(Run), input, services, () => attributesOfLastRun(Run.jobKind, undefined));
}

/** Whether a resource that gets these properties is to run something, if its deployment goes forward. */
function asks({ Run, Settings }: RunProperties, old: RunProperties | undefined): boolean {
  return old ? Settings.runWhen !== 'NEVER_ON_UPDATE' && isDue(Run, old.Run) : Settings.runWhen !== 'NEVER_ON_CREATE';
}

/** The run that the attributes go on to tell of: that of what is run now or was before. Another version of the library may have told either differently. */
async function lastRun(event: CloudFormationCustomResourceUpdateEvent, { executions }: Services): Promise<FoundRun | undefined> {
  const owner = { logicalResourceId: event.LogicalResourceId };
  const runs = [event.ResourceProperties, event.OldResourceProperties].map((properties) => runProperties(properties).Run);
  for (const digest of new Set(runs.map(digestOf))) {
    const found = await executions.lastRun(owner, digest);
    if (found) return found;
  }
  const digest = await executions.currentDigest(owner);
  return digest === undefined ? undefined : executions.lastRun(owner, digest);
}

/** Goes on waiting for a run of this deployment. Of any other one it only tells: what it came to has been answered for. */
async function waitOn(event: RunEvent, services: Services): Promise<Answer | undefined> {
  const { Run: { jobKind }, Execution, IsNew, Settings } = waitProperties(event.ResourceProperties);
  const isOld = IsNew !== 'true' || (event.RequestType === 'Update' && waitProperties(event.OldResourceProperties).Execution === Execution);
  const data = async () => attributesOfLastRun(jobKind, Execution ? await tryTo(event, () => services.executions.look(Execution)) : undefined);
  if (isOld || !Execution) return { Status: 'SUCCESS', Data: await data() };
  const input: RunInput = {
    follow: { execution: Execution, jobKind }, settings: settingsOf({ ...Settings, handsOver: 'true' }), callback: callbackOf(event, Settings),
  };
  return start(event, digestOf(Execution), input, services, () => attributesOfLastRun(jobKind, undefined));
}

async function start(
  event: RunEvent, digest: string, input: RunInput, { cloudFormation, executions }: Services,
  nothing: () => Record<string, string>,
): Promise<Answer | undefined> {
  const asked = askedAt(event);
  if (isOver(asked, input.settings!)) {
    console.log(JSON.stringify({ requestType: event.RequestType, resource: event.LogicalResourceId, ignored: 'it came after CloudFormation has given up' }));
    return undefined;
  }
  const name = executionName(input.callback!, digest);
  try {
    // Values of parameters can be anything, and what the worker can't read it does not answer.
    const problem = problemOf(input);
    if (problem) throw new Error(problem);
    await untilAnswered(() => executions.start(name, { ...input, askedAt: asked?.toISOString() }));
    return undefined;
  } catch (error) {
    // A rollback comes as an update, too, and must not fail because of us.
    const mayFail = event.RequestType === 'Create' || await tryTo(event, async () => goesForward(await stackStatuses(event.StackId, cloudFormation)));
    if (mayFail) throw error;
    console.log(JSON.stringify({ requestType: event.RequestType, resource: event.LogicalResourceId, ignored: messageOf(error) }));
    return { Status: 'SUCCESS', Data: nothing() };
  }
}

/** Hands a deletion to the runner, too. It must not fail: a stack would be stuck. */
async function takeBack(event: CloudFormationCustomResourceEvent, { executions }: Services): Promise<Answer | undefined> {
  const isHandedOver = await tryTo(event, async () => {
    const { Run, Settings } = runProperties(event.ResourceProperties);
    const callback = callbackOf(event, Settings);
    const cancels: RunInput = { settings: settingsOf(Settings), callback, askedAt: askedAt(event)?.toISOString() };
    const looksForJob: RunInput = { ...cancels, run: whatIsRun(Run) };
    // What can't be run was refused, and has no job.
    await untilAnswered(() => executions.start(executionName(callback, TAKES_BACK), problemOf(looksForJob) ? cancels : looksForJob));
    return true;
  });
  return isHandedOver ? undefined : { Status: 'SUCCESS', Data: {} };
}

/** Does what must not fail a deletion or a rollback. */
async function tryTo<T>(event: CloudFormationCustomResourceEvent, action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    console.log(JSON.stringify({ requestType: event.RequestType, resource: event.LogicalResourceId, ignored: messageOf(error) }));
    return undefined;
  }
}
