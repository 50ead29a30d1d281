import { setTimeout as wait } from 'node:timers/promises';
import {
  ExecutionAlreadyExists,
  GetExecutionHistoryCommand,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { Callback, hasEnded, Run } from './run';
import { START_STEP_SECONDS } from './time-limits';

/** The state in which a job is being asked for. */
const START = 'Start';

/** How long from one look at a start to the next. */
const LOOK_AGAIN_MS = 500;

/** The state machine whose executions are the runs of a stack. */
export class Executions {
  /**
   * @param giveUpAt the time in milliseconds at which nothing is waited for any longer
   */
  constructor(private readonly client: SFNClient, private readonly stateMachineArn: string, private readonly giveUpAt: number) {}

  /** Starts the execution of a request. Its name makes it one, however often the request is delivered. */
  async start(run: Run): Promise<void> {
    const { callback } = run.request;
    try {
      await this.client.send(new StartExecutionCommand({
        stateMachineArn: this.stateMachineArn,
        name: nameOf(callback),
        input: JSON.stringify(run),
      }));
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  }

  /**
   * Ends the runs of a resource that have not started a job: they belong to a deployment that is taken back.
   * A run that is asking for its job is left to get it, because that can't be taken back, and is ended when it gets none.
   *
   * @param construct the name of the resource's class, for whoever reads why
   */
  async cancelWaiting(callback: Callback, construct: string): Promise<void> {
    const pages = paginateListExecutions({ client: this.client }, { stateMachineArn: this.stateMachineArn, statusFilter: 'RUNNING' });
    const decideBy = Math.min(Date.now() + START_STEP_SECONDS * 1000, this.giveUpAt);
    for await (const { executions = [] } of pages) {
      for (const { name, executionArn } of executions) {
        if (name!.startsWith(namePrefix(callback)) && name !== nameOf(callback) && await this.isWaiting(executionArn!, decideBy)) {
          await this.client.send(new StopExecutionCommand({
            executionArn, error: 'CANCELLED', cause: `the deployment that asked for the run was rolled back, or its ${construct} deleted`,
          }));
        }
      }
    }
  }

  /** Whether the run has neither a job nor an end. */
  private async isWaiting(executionArn: string, decideBy: number): Promise<boolean> {
    for (;;) {
      // A state that does its step again and again has some 20 events.
      const { events = [] } = await this.client.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 50 }));
      const state = events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails)?.stateEnteredEventDetails;
      if (!state) return true;
      if (state.name !== START || Date.now() >= decideBy) {
        const run = JSON.parse(state.input!) as Run;
        return run.jobId === undefined && !hasEnded(run);
      }
      await wait(LOOK_AGAIN_MS);
    }
  }
}

function nameOf(callback: Callback): string {
  return `${namePrefix(callback)}${callback.requestId}`;
}

/** A name has at most 80 characters, a request id 36. The end of a logical id is what makes it unique. */
function namePrefix({ logicalResourceId }: Callback): string {
  return `${logicalResourceId.slice(-43)}-`;
}
