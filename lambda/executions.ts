import {
  ExecutionAlreadyExists,
  GetExecutionHistoryCommand,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { Callback, Run } from './run';

/** The states in which a run has no job yet. */
const STATES_WITHOUT_JOB = ['What next?', 'Wait to start', 'Start'];

/** The state machine whose executions are the runs of a stack. */
export class Executions {
  constructor(private readonly client: SFNClient, private readonly stateMachineArn: string) {}

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
   *
   * @param construct the name of the resource's class, for whoever reads why
   */
  async cancelWaiting(callback: Callback, construct: string): Promise<void> {
    const pages = paginateListExecutions({ client: this.client }, { stateMachineArn: this.stateMachineArn, statusFilter: 'RUNNING' });
    for await (const { executions = [] } of pages) {
      for (const { name, executionArn } of executions) {
        if (name!.startsWith(namePrefix(callback)) && name !== nameOf(callback) && await this.hasNoJob(executionArn!)) {
          await this.client.send(new StopExecutionCommand({
            executionArn, error: 'CANCELLED', cause: `the deployment that asked for the run was rolled back, or its ${construct} deleted`,
          }));
        }
      }
    }
  }

  private async hasNoJob(executionArn: string): Promise<boolean> {
    const { events = [] } = await this.client.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 20 }));
    const state = events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails)?.stateEnteredEventDetails?.name;
    return state === undefined || STATES_WITHOUT_JOB.includes(state);
  }
}

function nameOf(callback: Callback): string {
  return `${namePrefix(callback)}${callback.requestId}`;
}

/** A name has at most 80 characters, a request id 36. The end of a logical id is what makes it unique. */
function namePrefix({ logicalResourceId }: Callback): string {
  return `${logicalResourceId.slice(-43)}-`;
}
