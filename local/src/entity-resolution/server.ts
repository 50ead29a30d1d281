import { AccountRegions } from './account-regions';
import { OPERATIONS } from './operations';
import { requiredPermissions } from './permissions';
import { ApiModel } from '../rest-json/api-model';
import { Caller } from '../rest-json/caller';
import { RestJsonServer, RestJsonServerProps, Service } from '../rest-json/server';

export interface EntityResolutionServerProps extends RestJsonServerProps {
  /** botocore's `service-2.json.gz` of Entity Resolution. */
  readonly apiModelPath: string;
}

/** AWS Entity Resolution on this machine: the operations that ID mapping needs. */
export class EntityResolutionServer {
  static async start(props: EntityResolutionServerProps): Promise<EntityResolutionServer> {
    const accountRegions = new AccountRegions();
    const closing = new AbortController();
    const jobEnvironment = { awsEndpointUrl: props.awsEndpointUrl, signal: closing.signal };
    const service: Service = {
      name: 'Entity Resolution',
      operations: Object.keys(OPERATIONS),
      permissions: ({ operation, labels, input, account, caller }) =>
        requiredPermissions(operation, labels, input, accountRegions.of(account, caller.region)),
      answer: ({ operation, input, account, caller, fault, faults }) => OPERATIONS[operation.name](input as never, {
        accountRegion: accountRegions.of(account, caller.region), whenBusy: faults.whenBusy, jobFault: fault?.job, jobEnvironment,
      }),
    };
    const server = await RestJsonServer.start(service, await ApiModel.load(props.apiModelPath), props);
    return new EntityResolutionServer(server, accountRegions, closing);
  }

  private constructor(
    private readonly server: RestJsonServer,
    private readonly accountRegions: AccountRegions,
    private readonly closing: AbortController,
  ) {}

  get url(): string {
    return this.server.url;
  }

  /**
   * Does what a request for an operation does, but for the wire: a call of another service with the credentials of its own caller.
   * @throws ServiceError as the operation is refused
   */
  async call(operationName: string, input: object, caller: Caller): Promise<object> {
    return this.server.call(operationName, input, caller);
  }

  /** Ends all connections and jobs. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all([this.server.close(), ...this.accountRegions.all().map(accountRegion => accountRegion.jobsEnded())]);
  }
}
