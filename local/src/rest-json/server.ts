import { randomUUID } from 'node:crypto';
import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ApiModel, Operation } from './api-model';
import { authorize, Permission } from './authorization';
import { Accounts, Caller, parseCaller } from './caller';
import { Call } from './control-client';
import { ServiceError, ValidationError } from './errors';
import { Fault, FaultPlan, Faults } from './faults';

/** A request that has passed the API model. */
export interface ServiceCall {
  readonly operation: Operation;
  readonly labels: Readonly<Record<string, string>>;
  readonly input: object;
  readonly caller: Caller;
  /** The caller's. */
  readonly account: string;
  /** What goes wrong with it. */
  readonly fault?: Fault;
  readonly faults: Faults;
}

/** What sets one service apart. */
export interface Service {
  /** For messages, such as `Entity Resolution`. */
  readonly name: string;
  /** Names of the operations that are served. */
  readonly operations: readonly string[];
  /** What the caller has to be allowed. */
  permissions(call: ServiceCall): Permission[];
  /** @returns the output: the API model picks the answer's members from it */
  answer(call: ServiceCall): object | Promise<object>;
  /** Answers a request of tests for something that the service's API does not show. */
  inspect?(path: string): unknown;
}

export interface RestJsonServerProps {
  /** The port of 127.0.0.1 to listen on; 0 is any free one. */
  readonly port: number;
  /** Where STS answers: asked whose account an access key is. */
  readonly awsEndpointUrl: string;
  /** Whom to ask whether a caller may do what it asks for. @default - everybody may do everything */
  readonly authorizeUrl?: string;
}

/** HTTP status of the errors that are the protocol's, not the service's. */
const PROTOCOL_ERRORS: Readonly<Record<string, number>> = {
  MissingAuthenticationTokenException: 403,
  SerializationException: 400,
  UnknownOperationException: 404,
  UnsupportedOperationException: 501,
};

/** An answer, or what happens in place of one. */
type Reply = { readonly status: number; readonly body?: unknown; readonly errorType?: string } | 'DROP' | 'NO_ANSWER';

/** An AWS service on this machine, on its own wire protocol. `/_control/…` is not the service's: see `ControlClient`. */
export class RestJsonServer {
  static async start(service: Service, model: ApiModel, props: RestJsonServerProps): Promise<RestJsonServer> {
    const server = new RestJsonServer(service, model, props);
    await new Promise<void>((resolve, reject) => {
      server.http.once('error', reject).listen(props.port, '127.0.0.1', resolve);
    });
    return server;
  }

  private readonly http: Server;
  private readonly accounts: Accounts;
  private readonly faults = new Faults();
  private readonly calls: Call[] = [];

  private constructor(private readonly service: Service, private readonly model: ApiModel, private readonly props: RestJsonServerProps) {
    this.accounts = new Accounts(props.awsEndpointUrl);
    // Longer than clients pause between polls: with Node's default, 5 s, they would come back to a connection that is being closed.
    this.http = createServer({ keepAliveTimeout: 120_000 }, (request, response) => { void this.serve(request, response); });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    const closed = new Promise(resolve => this.http.close(resolve));
    this.http.closeAllConnections();
    await closed;
  }

  /**
   * Does what a request for an operation does, but for the wire: a call of another service with the credentials of its own caller.
   * @param fault what goes wrong with it
   * @throws ServiceError as the operation is refused
   */
  async call(operationName: string, members: object, caller: Caller, fault?: Fault): Promise<object> {
    const { operation, labels, input } = this.model.request(operationName, members);
    return this.answer({ operation, labels, input, caller, account: await this.accounts.accountOf(caller), fault, faults: this.faults });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = await this.reply(request).catch((error: unknown): Reply => this.errorReply(error));
    if (reply === 'DROP') {
      request.socket.destroy();
    } else if (reply !== 'NO_ANSWER') {
      response.writeHead(reply.status, {
        'content-type': 'application/json',
        'x-amzn-requestid': randomUUID(),
        ...reply.errorType !== undefined && { 'x-amzn-errortype': reply.errorType },
      });
      response.end(reply.status === 204 ? undefined : JSON.stringify(reply.body));
    }
  }

  private async reply(request: IncomingMessage): Promise<Reply> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const method = request.method ?? 'GET';
    const body = await text(request);
    if (pathname.startsWith('/_control/')) {
      return this.control(`${method} ${pathname}`, body);
    }

    const route = this.model.route(method, pathname);
    if (!route) {
      throw new ServiceError('UnknownOperationException', `there is no operation ${method} ${pathname}`);
    }
    const { operation, labels } = route;
    if (!this.service.operations.includes(operation.name)) {
      throw new ServiceError('UnsupportedOperationException',
        `the local AWS ${this.service.name} does not serve ${operation.name}; it serves: ${this.service.operations.join(', ')}`);
    }
    const caller = parseCaller(request.headers.authorization);
    const account = await this.accounts.accountOf(caller);
    const fault = this.faults.take(operation.name);
    const input = this.model.input(operation, { labels, query: searchParams, headers: request.headers, body });
    const output = await this.answer({ operation, labels, input, caller, account, fault, faults: this.faults });
    return lostAnswer(fault) ?? { status: operation.http.responseCode ?? 200, body: this.model.output(operation, output) };
  }

  private async answer(call: ServiceCall): Promise<object> {
    this.calls.push({ operation: call.operation.name, time: new Date().toISOString(), members: Object.keys(call.input) });
    if (this.props.authorizeUrl !== undefined) {
      await authorize(this.props.authorizeUrl, call.caller, this.service.permissions(call));
    }
    if (call.fault?.before !== undefined) {
      throw faultError(call.fault.before, call.fault.message);
    }
    return this.service.answer(call);
  }

  private control(request: string, body: string): Reply {
    switch (request) {
      case 'PUT /_control/faults':
        this.planFaults(JSON.parse(body) as FaultPlan);
        return { status: 200, body: {} };
      case 'GET /_control/calls':
        return { status: 200, body: this.calls };
      default: {
        const inspected = this.service.inspect?.(request);
        if (inspected === undefined) {
          throw new ServiceError('UnknownOperationException', `there is no ${request}; there are PUT /_control/faults and GET /_control/calls`);
        }
        return { status: 200, body: inspected };
      }
    }
  }

  private planFaults(plan: FaultPlan): void {
    for (const { operation, before, after } of plan.faults ?? []) {
      if (!this.service.operations.includes(operation)) {
        throw new ValidationError(`a fault names the operation "${operation}"; there are: ${this.service.operations.join(', ')}`);
      }
      for (const error of [before, after]) {
        if (error !== undefined && error !== 'DROP' && error !== 'NO_ANSWER' && this.model.errorStatus(error) === undefined) {
          throw new ValidationError(`a fault names the error "${error}", which the API model does not know`);
        }
      }
    }
    this.faults.plan(plan);
  }

  private errorReply(error: unknown): Reply {
    if (!(error instanceof ServiceError)) {
      console.error(error);
      return { status: 500, errorType: 'InternalServerException', body: { message: `internal failure of the local AWS ${this.service.name}` } };
    }
    return {
      status: this.model.errorStatus(error.name) ?? PROTOCOL_ERRORS[error.name],
      errorType: error.name,
      body: this.model.error(error),
    };
  }
}

function lostAnswer(fault: Fault | undefined): Reply | undefined {
  if (fault?.after === undefined) {
    return undefined;
  }
  if (fault.after === 'DROP' || fault.after === 'NO_ANSWER') {
    return fault.after;
  }
  throw faultError(fault.after);
}

function faultError(name: string, message = `${name}, as asked for through /_control/faults`): ServiceError {
  return new ServiceError(name, message);
}
