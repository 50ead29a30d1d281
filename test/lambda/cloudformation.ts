import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CloudFormationClient, StackStatus } from '@aws-sdk/client-cloudformation';

/** What was put to a response URL. */
export interface Answered {
  readonly path: string;
  readonly contentType: string;

  /** As it came over the wire. */
  readonly text: string;
  readonly body: { Status: string; Reason: string; Data: Record<string, string>; PhysicalResourceId: string; [field: string]: unknown };
}

/** The id of the stack that the tested one is nested in, or of that which this one is nested in, and so on. */
const ANCESTOR_ID = /:stack\/Ancestor(\d+)\//;

/** CloudFormation as a handler sees it: a stack with a status, and URLs that wait for answers. */
export class CloudFormation {
  public static async start(): Promise<CloudFormation> {
    const cloudFormation = new CloudFormation();
    await new Promise<void>((resolve) => cloudFormation.http.listen(0, '127.0.0.1', resolve));
    cloudFormation.client = new CloudFormationClient({
      endpoint: cloudFormation.url, region: 'eu-west-1', credentials: { accessKeyId: '111122223333', secretAccessKey: 'local' },
    });
    return cloudFormation;
  }

  /** The status of every stack that is not nested in another one; `AccessDenied` refuses to tell it. */
  public stackStatus: StackStatus | 'AccessDenied' = 'CREATE_IN_PROGRESS';

  /** The statuses of the stacks that it is nested in, its parent's first. */
  public ancestors: StackStatus[] = [];

  /** How many of the next questions for the status of a stack are refused, and how: with an HTTP status, or a body of status 200. */
  public statusRefusals: (number | string)[] = [];

  /** How many of the next answers are lost, and by what: an HTTP status, of which those from 300 on send the answer elsewhere, or a dropped connection. */
  public refusals: (number | 'DROP')[] = [];
  public answers: Answered[] = [];

  /** How often the status of a stack was asked for, and an answer put. */
  public questions = 0;
  public attempts = 0;

  /** Settles before a stack's status is told, or an answer is taken. */
  public hold: { readonly status?: Promise<void>; readonly answer?: Promise<void> } = {};

  public client!: CloudFormationClient;

  private readonly http: Server = createServer((request, response) => { void this.serve(request, response); });

  public get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** Forgets what was answered, and behaves again. */
  public reset(): void {
    this.stackStatus = 'CREATE_IN_PROGRESS';
    this.ancestors = [];
    this.statusRefusals = [];
    this.refusals = [];
    this.answers = [];
    this.hold = {};
    this.questions = 0;
    this.attempts = 0;
  }

  public async close(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    switch (request.method) {
      case 'POST':
        this.questions += 1;
        await this.hold.status;
        this.describeStacks(new URLSearchParams(body).get('StackName')!, response);
        return;
      case 'PUT':
        this.attempts += 1;
        await this.hold.answer;
        this.take(request, body, response);
        return;
      default:
        // What a redirected answer turns into.
        response.end('welcome');
    }
  }

  private take(request: IncomingMessage, body: string, response: ServerResponse): void {
    const refusal = this.refusals.shift();
    if (refusal === 'DROP') {
      request.socket.destroy();
      return;
    }
    if (refusal === undefined) {
      this.answers.push({ path: request.url!, contentType: request.headers['content-type']!, text: body, body: JSON.parse(body) });
    }
    response.writeHead(refusal ?? 200, isRedirect(refusal) ? { location: `${this.url}/elsewhere` } : {}).end();
  }

  private describeStacks(stackId: string, response: ServerResponse): void {
    const refusal = this.statusRefusals.shift();
    if (refusal !== undefined) {
      response.writeHead(typeof refusal === 'number' ? refusal : 200).end(typeof refusal === 'string' ? refusal : '');
      return;
    }
    const depth = Number(ANCESTOR_ID.exec(stackId)?.[1] ?? 0);
    const status = depth ? this.ancestors[depth - 1] : this.stackStatus;
    if (status === 'AccessDenied') {
      response.writeHead(403).end('<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not yet</Message></Error></ErrorResponse>');
      return;
    }
    const parent = depth < this.ancestors.length
      ? `<ParentId>arn:aws:cloudformation:eu-west-1:111122223333:stack/Ancestor${depth + 1}/5f2b1f30-0000-4000-8000-000000000002</ParentId>` : '';
    response.end(`<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
      <StackName>Stack</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${status}</StackStatus>${parent}
    </member></Stacks></DescribeStacksResult></DescribeStacksResponse>`);
  }
}

function isRedirect(status: number | undefined): boolean {
  return status !== undefined && status >= 300 && status < 400;
}
