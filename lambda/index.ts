import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EntityResolutionClient } from '@aws-sdk/client-entityresolution';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { answerOf, deliver, isAnswerDue } from './answer-cloudformation';
import { callbackOf } from './custom-resource-request';
import { handleRequest } from './handle-request';
import { pollIdMappingJob } from './poll-id-mapping-job';
import { Run } from './run';
import { messageOf } from './service-error';
import { startIdMappingJob } from './start-id-mapping-job';

/** What the state machine gives the worker for a step. */
export interface Step {
  readonly step: 'start' | 'poll' | 'answer';
  readonly run: Run;

  /** ISO time at which the run was asked for. */
  readonly askedAt: string;
}

const entityResolution = new EntityResolutionClient({});
// A start is not idempotent: what comes after a lost answer is for the runner to decide, not for the SDK.
const startClient = new EntityResolutionClient({ maxAttempts: 1, requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000 } });
const stepFunctions = new SFNClient({});
const cloudFormation = new CloudFormationClient({});

/** Takes a request of CloudFormation and hands it to the runner. */
export async function entry(event: CloudFormationCustomResourceEvent): Promise<void> {
  const answer = await handleRequest(event, { cloudFormation, stepFunctions, stateMachineArn: process.env.STATE_MACHINE_ARN! })
    .catch((error: unknown) => ({
      Status: 'FAILED' as const,
      Reason: `No run was started: ${messageOf(error)}. Log group: ${logGroupName()}.`,
      Data: {},
    }));
  console.log(JSON.stringify({ requestType: event.RequestType, resource: event.LogicalResourceId, answered: answer?.Status ?? 'by the runner' }));
  if (answer) await deliver(callbackOf(event), answer);
}

/** Does one step of a run. */
export async function worker({ step, run, askedAt }: Step): Promise<Run> {
  const after = await doStep(step, run, new Date(askedAt));
  console.log(JSON.stringify({ step, workflowName: run.request.workflowName, outcome: after.outcome, jobId: after.jobId, reason: after.reason }));
  return after;
}

async function doStep(step: Step['step'], run: Run, askedAt: Date): Promise<Run> {
  switch (step) {
    case 'start':
      return startIdMappingJob(run, startClient, entityResolution, askedAt);
    case 'poll':
      return pollIdMappingJob(run, entityResolution, askedAt);
    case 'answer':
      if (!isAnswerDue(run)) return run;
      await deliver(run.request.callback, answerOf(run, logGroupName()));
      return { ...run, answered: true };
  }
}

function logGroupName(): string {
  return process.env.AWS_LAMBDA_LOG_GROUP_NAME ?? '(see the Lambda function)';
}
