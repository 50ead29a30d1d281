import { createServer, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SFNClient } from '@aws-sdk/client-sfn';
import { Executions } from '../../lambda/aws/executions';
import { RunState } from '../../lambda/worker/run-state';

export const STATE_MACHINE_ARN = 'arn:aws:states:eu-west-1:111122223333:stateMachine:runner';

/** When the first execution has started, in seconds; each other one a second after the one before. */
export const FIRST_START = 1_700_000_000;

/** An execution as Step Functions keeps it. */
export interface Execution {
  readonly name: string;
  run: RunState;

  /** The state that it is in; nothing as long as it has entered none. */
  state?: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly cause?: string;
}

/** The calls of Step Functions that start, find and stop executions. Nothing is executed: a test does the steps. */
export class StepFunctions {
  public static async start(): Promise<StepFunctions> {
    const stepFunctions = new StepFunctions();
    await new Promise<void>((resolve) => stepFunctions.http.listen(0, '127.0.0.1', resolve));
    stepFunctions.sdk = new SFNClient({
      endpoint: stepFunctions.url, region: 'eu-west-1', credentials: { accessKeyId: '111122223333', secretAccessKey: 'local' }, maxAttempts: 1,
    });
    return stepFunctions;
  }

  /** By their ARNs, the oldest first. */
  public readonly executions = new Map<string, Execution>();

  /** How many of the next calls are refused, and how. */
  public refusals: { status: number; error: string }[] = [];

  /** How many executions a list has on a page. */
  public pageSize = 1000;

  /** Called after each look at the history of an execution. */
  public onLook?: () => void;

  private sdk!: SFNClient;

  private readonly http: Server = createServer((request, response) => {
    void text(request).then((body) => this.serve(String(request.headers['x-amz-target']), JSON.parse(body), response));
  });

  public get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** Forgets all executions. */
  public reset(): void {
    this.executions.clear();
    this.refusals = [];
    this.pageSize = 1000;
    this.onLook = undefined;
  }

  /** The executions as the functions have them. */
  public client(): Executions {
    return new Executions(this.sdk, STATE_MACHINE_ARN);
  }

  /** The executions in the order of their start. */
  public all(): Execution[] {
    return [...this.executions.values()];
  }

  public async close(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private serve(target: string, input: Record<string, string>, response: ServerResponse): void {
    const refusal = this.refusals.shift();
    const [status, output] = refusal ? [refusal.status, { __type: refusal.error, message: 'refused' }] : this.call(target.split('.')[1], input);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(output));
  }

  private call(operation: string, input: Record<string, string>): [number, object] {
    switch (operation) {
      case 'StartExecution':
        return this.startExecution(input);
      case 'ListExecutions':
        return [200, this.listExecutions(input)];
      case 'GetExecutionHistory':
        return this.getExecutionHistory(input);
      case 'StopExecution':
        this.executions.set(input.executionArn, { ...this.executions.get(input.executionArn)!, status: 'ABORTED', cause: input.cause });
        return [200, { stopDate: FIRST_START }];
      default:
        return [400, { __type: 'UnknownOperationException', message: operation }];
    }
  }

  private startExecution({ name, input }: Record<string, string>): [number, object] {
    if (name.length > 80) return [400, { __type: 'InvalidName', message: `${name} has more than 80 characters` }];
    const executionArn = `${STATE_MACHINE_ARN.replace('stateMachine', 'execution')}:${name}`;
    if (this.executions.has(executionArn)) return [400, { __type: 'ExecutionAlreadyExists', message: `there is an execution ${name}` }];
    this.executions.set(executionArn, { name, run: JSON.parse(input), state: 'Wait to start', status: 'RUNNING' });
    return [200, { executionArn, startDate: FIRST_START }];
  }

  /** Newest first, as AWS documents it. */
  private listExecutions({ statusFilter, nextToken = '0' }: Record<string, string>): object {
    const listed = [...this.executions]
      .map(([executionArn, { name, status }], index) => (
        { executionArn, name, stateMachineArn: STATE_MACHINE_ARN, status, startDate: FIRST_START + index }))
      .filter(({ status }) => statusFilter === undefined || status === statusFilter)
      .reverse();
    const end = Number(nextToken) + this.pageSize;
    return { executions: listed.slice(Number(nextToken), end), nextToken: end < listed.length ? String(end) : undefined };
  }

  private getExecutionHistory({ executionArn }: Record<string, string>): [number, object] {
    const execution = this.executions.get(executionArn);
    if (!execution) return [400, { __type: 'ExecutionDoesNotExist', message: `there is no ${executionArn}` }];
    const { state: name, run, status } = execution;
    this.onLook?.();
    const last = { RUNNING: 'LambdaFunctionStarted', SUCCEEDED: 'ExecutionSucceeded', FAILED: 'ExecutionFailed', ABORTED: 'ExecutionAborted' }[status];
    return [200, {
      events: [
        { id: 3, timestamp: FIRST_START, type: last },
        name
          ? { id: 2, timestamp: FIRST_START, type: 'TaskStateEntered', stateEnteredEventDetails: { name, input: JSON.stringify(run) } }
          : { id: 1, timestamp: FIRST_START, type: 'ExecutionStarted', executionStartedEventDetails: { input: JSON.stringify(run) } },
      ],
    }];
  }
}
