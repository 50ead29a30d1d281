import { GetAccessKeyInfoCommand, STSClient } from '@aws-sdk/client-sts';
import { ServiceError } from './errors';

/** Who sends a request, from its signature's credential scope. */
export interface Caller {
  readonly accessKeyId: string;
  readonly region: string;
}

/** The account of access keys that the local AWS does not know. */
const DEFAULT_ACCOUNT = '000000000000';

/** @param authorization the header of a request signed with Signature Version 4 */
export function parseCaller(authorization: string | undefined): Caller {
  const scope = /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/\d{8}\/([^/,]+)\//.exec(authorization ?? '');
  if (!scope) {
    throw new ServiceError('MissingAuthenticationTokenException', 'the request is not signed with Signature Version 4');
  }
  return { accessKeyId: scope[1], region: scope[2] };
}

/** Finds the account that an access key belongs to, as the local AWS sees it. */
export class Accounts {
  private readonly known = new Map<string, string>();

  constructor(private readonly awsEndpointUrl: string) {}

  public async accountOf({ accessKeyId, region }: Caller): Promise<string> {
    // The local AWS takes an account id as the access key of that account's root user.
    const account = /^\d{12}$/.test(accessKeyId) ? accessKeyId : this.known.get(accessKeyId) ?? await this.ask(accessKeyId, region);
    this.known.set(accessKeyId, account);
    return account;
  }

  private async ask(accessKeyId: string, region: string): Promise<string> {
    const sts = new STSClient({
      endpoint: this.awsEndpointUrl, region, credentials: { accessKeyId: DEFAULT_ACCOUNT, secretAccessKey: 'local' },
    });
    try {
      const { Account } = await sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: accessKeyId }));
      return Account ?? DEFAULT_ACCOUNT;
    } catch (error) {
      if ((error as Error).name === 'ValidationError') {
        return DEFAULT_ACCOUNT;
      }
      throw error;
    }
  }
}
