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

/** CloudFormation as a handler sees it: a stack with a status, and URLs that wait for answers. */
export class CloudFormation {
  static async start(): Promise<CloudFormation> {
    const cloudFormation = new CloudFormation();
    await new Promise<void>((resolve) => cloudFormation.http.listen(0, '127.0.0.1', resolve));
    cloudFormation.client = new CloudFormationClient({
      endpoint: cloudFormation.url, region: 'eu-west-1', credentials: { accessKeyId: '111122223333', secretAccessKey: 'local' },
    });
    return cloudFormation;
  }

  /** The status of every stack; `AccessDenied` refuses to tell it. */
  stackStatus: StackStatus | 'AccessDenied' = 'CREATE_IN_PROGRESS';

  /** How many of the next answers are lost, and by what. */
  refusals: (number | 'DROP')[] = [];
  answers: Answered[] = [];

  /** How often the status of a stack was asked for, and an answer put. */
  questions = 0;
  attempts = 0;

  /** Settles before a stack's status is told, or an answer is taken. */
  hold: { readonly status?: Promise<void>; readonly answer?: Promise<void> } = {};

  client!: CloudFormationClient;

  private readonly http: Server = createServer((request, response) => { void this.serve(request, response); });

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** Forgets what was answered, and behaves again. */
  reset(): void {
    this.stackStatus = 'CREATE_IN_PROGRESS';
    this.refusals = [];
    this.answers = [];
    this.hold = {};
    this.questions = 0;
    this.attempts = 0;
  }

  async close(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    if (request.method === 'POST') {
      this.questions += 1;
      await this.hold.status;
      this.describeStacks(response);
      return;
    }
    this.attempts += 1;
    await this.hold.answer;
    const refusal = this.refusals.shift();
    if (refusal === 'DROP') {
      request.socket.destroy();
      return;
    }
    if (refusal === undefined) {
      this.answers.push({ path: request.url!, contentType: request.headers['content-type']!, text: body, body: JSON.parse(body) });
    }
    response.writeHead(refusal ?? 200).end();
  }

  private describeStacks(response: ServerResponse): void {
    if (this.stackStatus === 'AccessDenied') {
      response.writeHead(403).end('<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not yet</Message></Error></ErrorResponse>');
      return;
    }
    response.end(`<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
      <StackName>Stack</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${this.stackStatus}</StackStatus>
    </member></Stacks></DescribeStacksResult></DescribeStacksResponse>`);
  }
}
