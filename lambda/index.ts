import { CleanRoomsClient, CleanRoomsClientConfig } from '@aws-sdk/client-cleanrooms';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EntityResolutionClient, EntityResolutionClientConfig } from '@aws-sdk/client-entityresolution';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { Answer, answerCloudFormation, deliverAnswer } from './answer-cloudformation';
import { callbackOf } from './custom-resource-request';
import { Executions } from './executions';
import { handleRequest } from './handle-request';
import { JobClients } from './jobs';
import { nextStep } from './next-step';
import { pollJob } from './poll-job';
import { cut } from './reason';
import { Run } from './run';
import { messageOf } from './service-error';
import { Progress, startJob } from './start-job';
import { ENTRY_ANSWER_SECONDS } from './time-limits';
import { untilAllowed } from './until-allowed';

/** What the state machine gives the worker for a step. */
export interface Step {
  readonly step: 'start' | 'poll' | 'answer';
  readonly run: Run;

  /** ISO time at which the run was asked for. */
  readonly askedAt: string;
}

// Without these a call that is not answered lasts as long as the function may.
const requestHandler = { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

const clients = jobClients({ requestHandler });
// A start is not idempotent: what comes after a lost answer is for the runner to decide, not for the SDK.
const startOnce = jobClients({ requestHandler, maxAttempts: 1 });
const stepFunctions = new SFNClient({ requestHandler });
const cloudFormation = new CloudFormationClient({ requestHandler });

/** Takes a request of CloudFormation and hands it to the runner. */
export async function entry(event: CloudFormationCustomResourceEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> {
  const giveUpAt = Date.now() + context.getRemainingTimeInMillis() - ENTRY_ANSWER_SECONDS * 1000;
  const executions = new Executions(stepFunctions, process.env.STATE_MACHINE_ARN!, giveUpAt);
  const answer = await untilAllowed(() => handleRequest(event, { cloudFormation, clients, executions }))
    .catch((error: unknown): Answer => ({
      Status: 'FAILED',
      Reason: cut(`No run was started: ${messageOf(error)}. Log group: ${process.env.LOG_GROUP_NAME!}.`),
      Data: {},
    }));
  console.log(JSON.stringify({ requestType: event.RequestType, resource: event.LogicalResourceId, answered: answer?.Status ?? 'by the runner' }));
  if (answer) await deliverAnswer(callbackOf(event), answer);
}

/** Does one step of a run. */
export async function worker({ step, run, askedAt }: Step): Promise<Run> {
  const secondsSinceAsked = () => (Date.now() - Date.parse(askedAt)) / 1000;
  const progress = await doStep(step, run, secondsSinceAsked());
  const next = nextStep(progress, secondsSinceAsked());
  const { outcome, jobId, reason } = progress;
  const { workflowName, idMappingTableIdentifier } = run.request;
  console.log(JSON.stringify({ step, workflowName, idMappingTableIdentifier, outcome, jobId, reason, next }));
  return { ...progress, next };
}

async function doStep(step: Step['step'], run: Run, secondsSinceAsked: number): Promise<Progress> {
  switch (step) {
    case 'start':
      return startJob(run, { clients, startOnce, cloudFormation }, secondsSinceAsked);
    case 'poll':
      return pollJob(run, clients, secondsSinceAsked);
    case 'answer':
      return answerCloudFormation(run, secondsSinceAsked, process.env.LOG_GROUP_NAME!);
  }
}

function jobClients(config: EntityResolutionClientConfig & CleanRoomsClientConfig): JobClients {
  return { entityResolution: new EntityResolutionClient(config), cleanRooms: new CleanRoomsClient(config) };
}
