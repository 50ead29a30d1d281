import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartIdMappingJobInput } from '@aws-sdk/client-entityresolution';
import { AccountRegions } from './account-regions';
import { JobEnvironment } from './context';
import { plantIdMappingJobs } from './id-mapping-jobs';
import { OPERATIONS } from './operations';
import { requiredPermissions } from './permissions';
import { Access, allows } from './resource-policy';
import { Resource } from './resource-table';
import { ApiModel } from '../rest-json/api-model';
import { parseArn } from '../rest-json/arn';
import { Caller } from '../rest-json/caller';
import { PLANTED_JOBS } from '../rest-json/fault-plan';
import { PlannedJob } from '../rest-json/faults';
import { parseControl, RestJsonServer, RestJsonServerProps, Service } from '../rest-json/server';

export interface EntityResolutionServerProps extends RestJsonServerProps {
  /** botocore's `service-2.json.gz` of Entity Resolution. */
  readonly apiModelPath: string;
  /** Where it makes a folder for its files, which is gone when it closes. @default - the folder for temporary files */
  readonly folder?: string;
}

/** Takes the file of a mapping: CSV with the columns `sourceId`, `targetId`, `ruleName`. It is gone afterwards. */
export type MappingReader = (file: string) => Promise<void>;

/** AWS Entity Resolution on this machine: the operations that ID mapping needs. */
export class EntityResolutionServer {
  public static async start(props: EntityResolutionServerProps): Promise<EntityResolutionServer> {
    const accountRegions = new AccountRegions();
    const closing = new AbortController();
    const mappingReaders = new Map<string, MappingReader>();
    const workFolder = await mkdtemp(join(props.folder ?? tmpdir(), 'entity-resolution-'));
    const jobEnvironment: JobEnvironment = {
      awsEndpointUrl: props.awsEndpointUrl,
      enforcesIam: props.authorizeUrl !== undefined,
      workFolder,
      signal: closing.signal,
      onMapping: async (jobId, file) => mappingReaders.get(jobId)?.(file),
    };
    const service: Service = {
      name: 'Entity Resolution',
      signingName: 'entityresolution',
      operations: Object.keys(OPERATIONS),
      permissions: ({ operation, labels, input, account, caller, behaviour }) =>
        requiredPermissions(operation, labels, input, accountRegions.of(account, caller.region), behaviour),
      answer: ({ operation, input, account, caller, behaviour, plannedJob }) => OPERATIONS[operation.name](input as never, {
        accountRegion: accountRegions.of(account, caller.region), behaviour, plannedJob, jobEnvironment,
      }),
      control: (request, body) => {
        if (request !== 'POST /_control/jobs') {
          return undefined;
        }
        const jobs = parseControl(PLANTED_JOBS, body);
        plantIdMappingJobs(jobs, accountRegions.of(jobs.account ?? '000000000000', jobs.region ?? 'us-east-1'));
        return {};
      },
    };
    const server = await RestJsonServer.start(service, await ApiModel.load(props.apiModelPath), props);
    return new EntityResolutionServer(server, accountRegions, mappingReaders, workFolder, closing);
  }

  private constructor(
    private readonly server: RestJsonServer,
    private readonly accountRegions: AccountRegions,
    private readonly mappingReaders: Map<string, MappingReader>,
    private readonly workFolder: string,
    private readonly closing: AbortController,
  ) {}

  public get url(): string {
    return this.server.url;
  }

  /**
   * Does what a request for an operation does, but for the wire: a call of another service with the credentials of its own caller.
   * @throws ServiceError as the operation is refused
   */
  public async call(operationName: string, input: object, caller: Caller): Promise<object> {
    return this.server.call(operationName, input, caller);
  }

  /** Whether there is a resource of the ARN. */
  public has(resourceArn: string): boolean {
    return this.find(resourceArn) !== undefined;
  }

  /** Whether the policy of a resource allows an access. */
  public allows(access: Access): boolean {
    return allows(this.find(access.resource)?.policy?.statements ?? [], access);
  }

  /**
   * Starts a job for another service.
   * @param reader takes the mapping, once it is made
   * @returns the job's id
   */
  public async startIdMappingJob(
    input: StartIdMappingJobInput, caller: Caller, plannedJob: PlannedJob | undefined, reader: MappingReader,
  ): Promise<string> {
    const { jobId } = await this.server.call('StartIdMappingJob', input, caller, plannedJob) as { jobId: string };
    this.mappingReaders.set(jobId, reader);
    return jobId;
  }

  private find(resourceArn: string): Resource<unknown> | undefined {
    const arn = parseArn(resourceArn);
    return this.accountRegions.of(arn.account, arn.region).tableOf(arn)?.find(arn.resourceName);
  }

  /** Ends all connections and jobs. */
  public async close(): Promise<void> {
    this.closing.abort();
    await Promise.all([this.server.close(), ...this.accountRegions.all().map((accountRegion) => accountRegion.jobsEnded())]);
    await rm(this.workFolder, { recursive: true, force: true });
  }
}
