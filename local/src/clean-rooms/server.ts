import { OPERATIONS } from './operations';
import { requiredPermissions } from './permissions';
import { Store } from './store';
import { EntityResolutionServer } from '../entity-resolution/server';
import { ApiModel } from '../rest-json/api-model';
import { RestJsonServer, RestJsonServerProps, Service } from '../rest-json/server';

export interface CleanRoomsServerProps extends RestJsonServerProps {
  /** botocore's `service-2.json.gz` of Clean Rooms. */
  readonly apiModelPath: string;
  /** Where ID namespaces and ID mapping workflows are, and where jobs run. */
  readonly entityResolution: EntityResolutionServer;
}

/** AWS Clean Rooms on this machine: the operations that ID mapping needs. */
export class CleanRoomsServer {
  public static async start(props: CleanRoomsServerProps): Promise<CleanRoomsServer> {
    const { entityResolution, apiModelPath } = props;
    const store = new Store();
    const service: Service = {
      name: 'Clean Rooms',
      signingName: 'cleanrooms',
      operations: Object.keys(OPERATIONS),
      permissions: (call) => requiredPermissions(call, store),
      answer: ({ operation, input, account, caller, behaviour, plannedJob }) => OPERATIONS[operation.name](input as never, {
        store, caller, account, region: caller.region, entityResolution, behaviour, plannedJob,
      }),
      control: (request) => store.idMappingTables.get(/^GET \/_control\/id-mapping-tables\/(.+)$/.exec(request)?.[1] ?? '')?.rows,
    };
    // The model's limit for the ARN of a tagged resource, 100, is shorter than the ARNs of associations and tables.
    const model = await ApiModel.load(apiModelPath, { CleanroomsArn: { max: 256 } });
    return new CleanRoomsServer(await RestJsonServer.start(service, model, props));
  }

  private constructor(private readonly server: RestJsonServer) {}

  public get url(): string {
    return this.server.url;
  }

  /** Ends all connections. */
  public async close(): Promise<void> {
    await this.server.close();
  }
}
