import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SFNClient } from '@aws-sdk/client-sfn';
import { answerCloudFormation } from './answer-cloudformation';
import { continueRun } from './continue-run';
import { followRun } from './follow-run';
import { nextStep } from './next-step';
import { pollJob } from './poll-job';
import { firstState, problemOf } from './run-input';
import { Progress, RunState } from './run-state';
import { JobRun, Place, startJob } from './start-job';
import { awaitJob, takeBackRuns } from './take-back';
import { RunInput, Step } from '../../src/runs/private/run-protocol';
import { cut } from '../aws/cut';
import { Executions } from '../aws/executions';
import { requestHandler, runClients } from '../aws/run-clients';

const stepFunctions = new SFNClient({ requestHandler });
const cloudFormation = new CloudFormationClient({ requestHandler });

/** Does one step of a run. */
export async function worker(step: Step): Promise<RunState | { outcome: 'FAILED'; reason: string; next: 'PUBLISH' }> {
  const state = stateOf(step);
  if ('problem' in state) {
    console.log(JSON.stringify({ step: step.step, problem: state.problem }));
    return { outcome: 'FAILED', reason: cut(state.problem), next: 'PUBLISH' };
  }
  const secondsSinceAsked = () => (Date.now() - Date.parse(state.askedAt)) / 1000;
  const progress = await doStep(step, { ...state, retrySeconds: undefined }, secondsSinceAsked());
  const done: Progress = { ...progress, turns: (state.turns ?? 0) + 1, crashes: 0, failures: 0, reason: progress.reason && cut(progress.reason) };
  const next = nextStep(done, secondsSinceAsked());
  const { outcome, jobId, reason } = done;
  console.log(JSON.stringify({ step: step.step, ...subjectOf(state), outcome, jobId, reason, next }));
  return { ...done, next };
}

/** What the execution carries; at its first step, that is its input. It is looked at each time: after a crash the input is all that there is. */
function stateOf({ state, startedAt }: Step): RunState | { readonly problem: string } {
  const problem = problemOf(isCarried(state) ? inputIn(state) : state);
  return problem === undefined ? { ...firstState(state as RunInput, startedAt), ...(isCarried(state) ? state : {}) } : { problem };
}

function isCarried(state: unknown): state is RunState {
  return typeof state === 'object' && state !== null && ('turns' in state || 'part' in state);
}

function inputIn({ run, follow, settings, callback, askedAt }: RunState): RunInput {
  return { run: follow ? undefined : run, follow, settings, callback, askedAt };
}

function subjectOf({ run, follow }: RunState): object {
  if (!run) return { follow: follow?.execution };
  const { outputSourceConfig: _, ...subject } = run.request as Record<string, unknown>;
  return subject;
}

async function doStep({ step, executionName, stateMachineArn }: Step, state: RunState, secondsSinceAsked: number): Promise<Progress> {
  const executions = new Executions(stepFunctions, stateMachineArn);
  switch (step) {
    case 'START':
    case 'POLL':
      return go(state, { executions, executionName, place: placeOf(stateMachineArn) }, secondsSinceAsked);
    case 'ANSWER':
      return answerCloudFormation(state, executions, executionName, secondsSinceAsked, process.env.LOG_GROUP_NAME!);
    case 'CONTINUE':
      return continueRun(state, executions, executionName);
  }
}

interface Going {
  readonly executions: Executions;
  readonly executionName: string;
  readonly place: Place;
}

/** Goes on with a run from where it is. */
function go(state: RunState, { executions, executionName, place }: Going, secondsSinceAsked: number): Promise<Progress> {
  const { follow, jobId, callback, settings } = state;
  if (follow) return followRun({ ...state, follow }, executions, cloudFormation, secondsSinceAsked);
  const run = runClients(settings.roleArn);
  if (callback?.requestType === 'Delete') {
    return jobId
      ? awaitJob(state as JobRun, run.clients, secondsSinceAsked)
      : takeBackRuns(state, { clients: run.clients, executions, executionName });
  }
  return jobId
    ? pollJob(state as JobRun, run.clients, secondsSinceAsked)
    : startJob(state as JobRun, { run, cloudFormation, executions, executionName, place }, secondsSinceAsked);
}

/** The functions are where their state machine is. */
function placeOf(stateMachineArn: string): Place {
  const [, , , region, account] = stateMachineArn.split(':');
  return { region, account };
}
