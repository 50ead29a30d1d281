import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';

/** AWS STS as the worker sees it: it lets everybody assume every role. */
export class Sts {
  public static async start(): Promise<Sts> {
    const sts = new Sts();
    await new Promise<void>((resolve) => sts.http.listen(0, '127.0.0.1', resolve));
    return sts;
  }

  /** How the next calls are refused. */
  public refusals: (number | 'DROP' | 'AccessDenied')[] = [];
  public calls = 0;

  private readonly http: Server = createServer((request, response) => {
    request.resume();
    this.calls += 1;
    const refusal = this.refusals.shift();
    if (refusal === 'DROP') {
      request.socket.destroy();
    } else if (refusal === 'AccessDenied') {
      response.writeHead(403).end('<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not yet</Message></Error></ErrorResponse>');
    } else if (refusal !== undefined) {
      response.writeHead(refusal).end('<html>');
    } else {
      // The local AWS takes an account id as an access key of that account.
      response.end(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
        <AccessKeyId>000000000000</AccessKeyId><SecretAccessKey>local</SecretAccessKey><SessionToken>local</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
      </Credentials></AssumeRoleResult></AssumeRoleResponse>`);
    }
  });

  public get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  public async close(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }
}
