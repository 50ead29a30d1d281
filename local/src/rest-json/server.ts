import { randomUUID } from 'node:crypto';
import { createServer, IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { z, ZodType } from 'zod';
import { ApiModel, Operation } from './api-model';
import { authenticate } from './authentication';
import { authorize, Permission } from './authorization';
import { Accounts, Caller, parseCaller } from './caller';
import { Call } from './control-client';
import { ServiceError, ValidationError } from './errors';
import { Behaviour, FAULT_PLAN, FaultPlan, RawAnswer, Refusal } from './fault-plan';
import { Faults, PlannedJob } from './faults';

/** A request that has passed the API model. */
export interface ServiceCall {
  readonly operation: Operation;
  readonly labels: Readonly<Record<string, string>>;
  readonly input: object;
  readonly caller: Caller;
  /** The caller's. */
  readonly account: string;
  readonly behaviour: Required<Behaviour>;
  /** What becomes of the job that it starts. */
  readonly plannedJob?: PlannedJob;
}

/** What sets one service apart. */
export interface Service {
  /** For messages, such as `Entity Resolution`. */
  readonly name: string;
  /** What it is called in signatures, such as `entityresolution`. */
  readonly signingName: string;
  /** Names of the operations that are served. */
  readonly operations: readonly string[];
  /** What the caller has to be allowed. */
  permissions(call: ServiceCall): Permission[];
  /** @returns the output: the API model picks the answer's members from it */
  answer(call: ServiceCall): object | Promise<object>;
  /**
   * Answers a request of tests for something that the service's API does not have.
   * @param request method and path, such as `GET /_control/id-mapping-tables/1`
   * @param body text
   */
  control?(request: string, body: string): unknown;
}

export interface RestJsonServerProps {
  /** The port of 127.0.0.1 to listen on; 0 is any free one. */
  readonly port: number;
  /** Where STS answers: asked whose account an access key is. */
  readonly awsEndpointUrl: string;
  /** Whom to ask whether a request is its caller's. @default - every request is */
  readonly authenticateUrl?: string;
  /** Whom to ask whether a caller may do what it asks for. @default - everybody may do everything */
  readonly authorizeUrl?: string;
}

/** A list of unique ids is a header of any length. */
const MAX_HEADER_BYTES = 64 * 2 ** 20;

/** HTTP status of the errors that are the protocol's, not the service's. */
const PROTOCOL_ERRORS: Readonly<Record<string, number>> = {
  ExpiredTokenException: 403,
  IncompleteSignatureException: 403,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  NotAcceptableException: 406,
  SerializationException: 400,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
  UnsupportedMediaTypeException: 415,
  UnsupportedOperationException: 501,
};

/** An answer, or what happens in place of one. */
type Reply = RawAnswer | 'DROP' | 'NO_ANSWER';

const CONTROL_REQUESTS = 'PUT /_control/faults, GET /_control/calls, GET /_control/gates/{gate}, POST /_control/gates/{gate}/release';

/** An AWS service on this machine, on its own wire protocol. `/_control/…` is not the service's: see `ControlClient`. */
export class RestJsonServer {
  public static async start(service: Service, model: ApiModel, props: RestJsonServerProps): Promise<RestJsonServer> {
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
  private lastTurn: Promise<unknown> = Promise.resolve();

  private constructor(private readonly service: Service, private readonly model: ApiModel, private readonly props: RestJsonServerProps) {
    this.accounts = new Accounts(props.awsEndpointUrl);
    // Longer than clients pause between polls: with Node's default, 5 s, they would come back to a connection that is being closed.
    this.http = createServer({ keepAliveTimeout: 120_000, maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
      void this.serve(request, response);
    });
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** Ends all connections. */
  public async close(): Promise<void> {
    this.faults.gates.openAll();
    const closed = new Promise((resolve) => this.http.close(resolve));
    this.http.closeAllConnections();
    await closed;
  }

  /**
   * Does what a request for an operation does, but for the wire: a call of another service with the credentials of its own caller.
   * @param plannedJob what becomes of the job that it starts
   * @throws ServiceError as the operation is refused
   */
  public async call(operationName: string, members: object, caller: Caller, plannedJob?: PlannedJob): Promise<object> {
    const { operation, labels, input } = this.model.request(operationName, members);
    const call = { operation, labels, input, caller, account: await this.accounts.accountOf(caller), behaviour: this.faults.behaviour, plannedJob };
    await this.admit(call);
    return this.inTurn(call);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = await this.reply(request).catch((error: unknown): Reply => this.errorReply(error));
    if (reply === 'DROP') {
      request.socket.destroy();
    } else if (reply !== 'NO_ANSWER') {
      response.writeHead(reply.status, { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID(), ...reply.headers });
      response.end(reply.status === 204 ? undefined : reply.body);
    }
  }

  private async reply(request: IncomingMessage): Promise<Reply> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const method = request.method ?? 'GET';
    const bytes = await buffer(request);
    const body = bytes.toString('utf8');
    if (pathname.startsWith('/_control/')) {
      return { status: 200, body: JSON.stringify(this.control(`${method} ${pathname}`, body)) };
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
    if (this.props.authenticateUrl !== undefined) {
      await authenticate(this.props.authenticateUrl, this.service.signingName, request, bytes);
    }
    const account = await this.accounts.accountOf(caller);
    checkMediaTypes(request.headers, body);
    const input = this.model.input(operation, { labels, query: searchParams, headers: request.headers, body });
    const call = { operation, labels, input, caller, account, behaviour: this.faults.behaviour };
    await this.admit(call);
    return this.replyWithFaults(call);
  }

  /** Refuses what the caller may not do. */
  private async admit(call: ServiceCall): Promise<void> {
    this.calls.push({ operation: call.operation.name, time: new Date().toISOString(), members: Object.keys(call.input) });
    if (this.props.authorizeUrl !== undefined) {
      await authorize(this.props.authorizeUrl, call.caller, this.service.permissions(call));
    }
  }

  private async replyWithFaults(call: ServiceCall): Promise<Reply> {
    const { operation } = call;
    // Not before the request is known to be valid and allowed: a request that is neither uses no fault up.
    const fault = this.faults.take(operation.name);
    await this.faults.gates.pass(fault?.holdCall);
    const reply = fault?.before !== undefined
      ? this.refusal(fault.before, fault.message)
      : await this.answer({ ...call, plannedJob: this.faults.job(fault) }, fault?.after).catch((error: unknown) => this.errorReply(error));
    await this.faults.gates.pass(fault?.holdAnswer);
    if (fault?.delayMs !== undefined) {
      await setTimeout(fault.delayMs);
    }
    return reply;
  }

  /** @param instead what happens in place of the answer */
  private async answer(call: ServiceCall, instead: Refusal | undefined): Promise<Reply> {
    const output = await this.inTurn(call);
    const body = JSON.stringify(this.model.output(call.operation, output));
    return instead !== undefined ? this.refusal(instead) : { status: call.operation.http.responseCode ?? 200, body };
  }

  /** One call after the other, so that nothing comes between what a call checks and what it does. */
  private async inTurn(call: ServiceCall): Promise<object> {
    const turn = this.lastTurn.then(() => this.service.answer(call));
    this.lastTurn = turn.catch(() => undefined);
    return turn;
  }

  private refusal(refusal: Refusal, message = `${String(refusal)}, as asked for through /_control/faults`): Reply {
    return typeof refusal === 'object' || isLost(refusal) ? refusal : this.errorReply(new ServiceError(refusal, message, this.model.requiredMembers(refusal)));
  }

  private control(request: string, body: string): unknown {
    const [, gate, release] = /^(?:GET|POST) \/_control\/gates\/([\w-]+)(\/release)?$/.exec(request) ?? [];
    if (request === 'PUT /_control/faults') {
      this.planFaults(parseControl(FAULT_PLAN, body));
      return {};
    }
    if (request === 'GET /_control/calls') {
      return this.calls;
    }
    if (gate !== undefined && request.startsWith('POST') === (release !== undefined)) {
      if (release !== undefined) {
        this.faults.gates.open(gate);
      }
      return { waiting: this.faults.gates.waiting(gate) };
    }
    const answer = this.service.control?.(request, body);
    if (answer === undefined) {
      throw new ServiceError('UnknownOperationException', `there is no ${request}; there are ${CONTROL_REQUESTS}`);
    }
    return answer;
  }

  private planFaults(plan: FaultPlan): void {
    for (const { operation, before, after } of plan.faults ?? []) {
      if (!this.service.operations.includes(operation)) {
        throw new ValidationError(`a fault names the operation "${operation}"; there are: ${this.service.operations.join(', ')}`);
      }
      for (const error of [before, after]) {
        if (typeof error === 'string' && !isLost(error) && this.model.errorStatus(error) === undefined) {
          throw new ValidationError(`a fault names the error "${error}", which the API model does not know`);
        }
      }
    }
    this.faults.plan(plan);
  }

  private errorReply(error: unknown): Reply {
    if (!(error instanceof ServiceError)) {
      console.error(error);
      return {
        status: 500,
        headers: { 'x-amzn-errortype': 'InternalServerException' },
        body: JSON.stringify({ message: `internal failure of the local AWS ${this.service.name}` }),
      };
    }
    return {
      status: this.model.errorStatus(error.name) ?? PROTOCOL_ERRORS[error.name],
      headers: { 'x-amzn-errortype': error.name },
      body: JSON.stringify(this.model.error(error)),
    };
  }
}

/** Refuses a body that does not say that it is JSON, and a client that takes no JSON. */
function checkMediaTypes({ 'content-type': contentType, accept = '*/*' }: IncomingHttpHeaders, body: string): void {
  if (body !== '' && !/^application\/json\s*(?:;|$)/i.test(contentType ?? '')) {
    throw new ServiceError('UnsupportedMediaTypeException', `the content type is ${contentType ?? 'not given'}: give application/json`);
  }
  if (!accept.split(',').some((range) => /^\s*(?:\*\/\*|application\/(?:\*|json))\s*(?:;|$)/i.test(range))) {
    throw new ServiceError('NotAcceptableException', `the answer is application/json, which the header accept (${accept}) does not name`);
  }
}

function isLost(refusal: string): refusal is 'DROP' | 'NO_ANSWER' {
  return refusal === 'DROP' || refusal === 'NO_ANSWER';
}

/**
 * Reads what a test asks for.
 * @throws ValidationError naming what is wrong with it
 */
export function parseControl<T>(schema: ZodType<T>, body: string): T {
  const { data, error } = schema.safeParse(parseJson(body));
  if (error) {
    throw new ValidationError(z.prettifyError(error));
  }
  return data;
}

function parseJson(text_: string): unknown {
  try {
    return JSON.parse(text_) as unknown;
  } catch {
    throw new ValidationError('the body is not JSON');
  }
}
