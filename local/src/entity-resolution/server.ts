import { randomUUID } from 'node:crypto';
import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { AccountRegion } from './account-region';
import { ApiModel } from './api-model';
import { authorize, requiredPermissions } from './authorization';
import { Accounts, parseCaller } from './caller';
import { Call } from './control-client';
import { ServiceError, ValidationError } from './errors';
import { Fault, FaultPlan, Faults } from './faults';
import { OPERATIONS } from './operations';

export interface EntityResolutionServerProps {
  /** The port of 127.0.0.1 to listen on; 0 is any free one. */
  readonly port: number;
  /** Where S3, Glue and STS answer: asked when a job runs. */
  readonly awsEndpointUrl: string;
  /** botocore's `service-2.json.gz` of Entity Resolution. */
  readonly apiModelPath: string;
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
type Reply = { readonly status: number; readonly body: unknown; readonly errorType?: string } | 'DROP' | 'NO_ANSWER';

/**
 * AWS Entity Resolution on this machine: the operations that ID mapping needs, on the service's own wire protocol.
 * `/_control/faults` and `/_control/calls` are not the service's: see `ControlClient`.
 */
export class EntityResolutionServer {
  static async start(props: EntityResolutionServerProps): Promise<EntityResolutionServer> {
    const server = new EntityResolutionServer(await ApiModel.load(props.apiModelPath), props);
    await new Promise<void>((resolve, reject) => {
      server.http.once('error', reject).listen(props.port, '127.0.0.1', resolve);
    });
    return server;
  }

  private readonly http: Server;
  private readonly accounts: Accounts;
  private readonly accountRegions = new Map<string, AccountRegion>();
  private readonly faults = new Faults();
  private readonly calls: Call[] = [];
  private readonly closing = new AbortController();

  private constructor(private readonly model: ApiModel, private readonly props: EntityResolutionServerProps) {
    this.accounts = new Accounts(props.awsEndpointUrl);
    // Longer than clients pause between polls: with Node's default, 5 s, they would come back to a connection that is being closed.
    this.http = createServer({ keepAliveTimeout: 120_000 }, (request, response) => { void this.serve(request, response); });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** Ends all connections and jobs. */
  async close(): Promise<void> {
    const closed = new Promise(resolve => this.http.close(resolve));
    this.http.closeAllConnections();
    this.closing.abort();
    await Promise.all([closed, ...[...this.accountRegions.values()].map(async ({ lastJob }) => { await lastJob; })]);
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
      response.end(JSON.stringify(reply.body));
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
    const handler = OPERATIONS[operation.name];
    if (!handler) {
      throw new ServiceError('UnsupportedOperationException',
        `the local AWS Entity Resolution does not serve ${operation.name}; it serves: ${Object.keys(OPERATIONS).join(', ')}`);
    }
    const caller = parseCaller(request.headers.authorization);
    const accountRegion = this.accountRegion(await this.accounts.accountOf(caller), caller.region);
    const fault = this.faults.take(operation.name);
    const input = this.model.input(operation, { labels, query: searchParams, body });
    this.calls.push({ operation: operation.name, time: new Date().toISOString(), members: Object.keys(input) });
    if (this.props.authorizeUrl !== undefined) {
      await authorize(this.props.authorizeUrl, caller, requiredPermissions(operation, labels, input, accountRegion));
    }
    if (fault?.before !== undefined) {
      throw faultError(fault.before);
    }
    const output = handler(input as never, {
      accountRegion,
      whenBusy: this.faults.whenBusy,
      jobFault: fault?.job,
      jobEnvironment: { awsEndpointUrl: this.props.awsEndpointUrl, signal: this.closing.signal },
    });
    return lostAnswer(fault) ?? { status: operation.http.responseCode ?? 200, body: this.model.output(operation, output) };
  }

  private control(request: string, body: string): Reply {
    switch (request) {
      case 'PUT /_control/faults':
        this.planFaults(JSON.parse(body) as FaultPlan);
        return { status: 200, body: {} };
      case 'GET /_control/calls':
        return { status: 200, body: this.calls };
      default:
        throw new ServiceError('UnknownOperationException', `there is no ${request}; there are PUT /_control/faults and GET /_control/calls`);
    }
  }

  private planFaults(plan: FaultPlan): void {
    for (const { operation, before, after } of plan.faults ?? []) {
      if (!OPERATIONS[operation]) {
        throw new ValidationError(`a fault names the operation "${operation}"; there are: ${Object.keys(OPERATIONS).join(', ')}`);
      }
      for (const error of [before, after]) {
        if (error !== undefined && error !== 'DROP' && error !== 'NO_ANSWER' && this.model.errorStatus(error) === undefined) {
          throw new ValidationError(`a fault names the error "${error}", which the API model does not know`);
        }
      }
    }
    this.faults.plan(plan);
  }

  private accountRegion(account: string, region: string): AccountRegion {
    const key = `${account} ${region}`;
    const accountRegion = this.accountRegions.get(key) ?? new AccountRegion(account, region);
    this.accountRegions.set(key, accountRegion);
    return accountRegion;
  }

  private errorReply(error: unknown): Reply {
    if (!(error instanceof ServiceError)) {
      console.error(error);
      return { status: 500, errorType: 'InternalServerException', body: { message: 'internal failure of the local AWS Entity Resolution' } };
    }
    return {
      status: this.model.errorStatus(error.name) ?? PROTOCOL_ERRORS[error.name],
      errorType: error.name,
      body: { message: error.message, ...error.members },
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

function faultError(name: string): ServiceError {
  return new ServiceError(name, `${name}, as asked for through /_control/faults`);
}
