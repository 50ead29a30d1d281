import { createServer, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SFNClient } from '@aws-sdk/client-sfn';
import { Executions } from '../../lambda/executions';
import { Run } from '../../lambda/run';

export const STATE_MACHINE_ARN = 'arn:aws:states:eu-west-1:111122223333:stateMachine:runner';

/** An execution as Step Functions keeps it. */
export interface Execution {
  readonly name: string;
  run: Run;

  /** The state that it is in. */
  state: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'ABORTED';
  readonly cause?: string;
}

/** The calls of Step Functions that start, find and stop executions. Nothing is executed: a test does the steps. */
export class StepFunctions {
  static async start(): Promise<StepFunctions> {
    const stepFunctions = new StepFunctions();
    await new Promise<void>((resolve) => stepFunctions.http.listen(0, '127.0.0.1', resolve));
    const { port } = stepFunctions.http.address() as AddressInfo;
    stepFunctions.sdk = new SFNClient({
      endpoint: `http://127.0.0.1:${port}`, region: 'eu-west-1', credentials: { accessKeyId: '111122223333', secretAccessKey: 'local' }, maxAttempts: 1,
    });
    return stepFunctions;
  }

  readonly executions = new Map<string, Execution>();

  /** How many of the next calls are refused, and how. */
  refusals: { status: number; error: string }[] = [];

  /** Called after each look at the history of an execution. */
  onLook?: () => void;

  private sdk!: SFNClient;

  private readonly http: Server = createServer((request, response) => {
    void text(request).then((body) => this.serve(String(request.headers['x-amz-target']), JSON.parse(body), response));
  });

  /** Forgets all executions. */
  reset(): void {
    this.executions.clear();
    this.refusals = [];
    this.onLook = undefined;
  }

  /** The executions as the entry function has them, with this time left to wait for something. */
  client(milliseconds = 60_000): Executions {
    return new Executions(this.sdk, STATE_MACHINE_ARN, Date.now() + milliseconds);
  }

  async close(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private serve(target: string, input: Record<string, string>, response: ServerResponse): void {
    const refusal = this.refusals.shift();
    const [status, output] = refusal ? [refusal.status, { __type: refusal.error, message: 'refused' }] : this.call(target.split('.')[1], input);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(output));
  }

  private call(operation: string, input: Record<string, string>): [number, object] {
    const execution = this.executions.get(input.executionArn);
    switch (operation) {
      case 'StartExecution': {
        const executionArn = `${STATE_MACHINE_ARN.replace('stateMachine', 'execution')}:${input.name}`;
        if (this.executions.has(executionArn)) return [400, { __type: 'ExecutionAlreadyExists', message: `there is an execution ${input.name}` }];
        this.executions.set(executionArn, { name: input.name, run: JSON.parse(input.input), state: 'Wait to start', status: 'RUNNING' });
        return [200, { executionArn, startDate: 1_700_000_000 }];
      }
      case 'ListExecutions': {
        const running = [...this.executions].filter(([, { status }]) => status === 'RUNNING');
        return [200, { executions: running.map(([executionArn, { name }]) => ({ executionArn, name, stateMachineArn: STATE_MACHINE_ARN, status: 'RUNNING', startDate: 1_700_000_000 })) }];
      }
      case 'GetExecutionHistory': {
        const { state: name, run } = execution!;
        this.onLook?.();
        return [200, {
          events: [
            { id: 3, timestamp: 1_700_000_000, type: 'LambdaFunctionStarted' },
            { id: 2, timestamp: 1_700_000_000, type: 'TaskStateEntered', stateEnteredEventDetails: { name, input: JSON.stringify(run) } },
          ],
        }];
      }
      case 'StopExecution':
        this.executions.set(input.executionArn, { ...execution!, status: 'ABORTED', cause: input.cause });
        return [200, { stopDate: 1_700_000_000 }];
      default:
        return [400, { __type: 'UnknownOperationException', message: operation }];
    }
  }
}
