import {
  GetIdMappingTableCommand, GetMembershipCommand, GetSchemaCommand, PopulateIdMappingTableCommand,
} from '@aws-sdk/client-cleanrooms';
import { findJobSince } from './find-job';
import { ID_MAPPING, IdMappingJobs } from './id-mapping-jobs';
import { JobKind } from './job-kind';
import { Job, JobClients, JobPage, JobReference, Jobs, Preparation } from './jobs';
import { survey } from './survey';
import { TableSchema } from './watch';
import { RunRequests, Settings } from '../../src/runs/private/run-protocol';
import { namesNothing, outcomeOfError, PERMISSIONS_SETTLE_SECONDS } from '../aws/service-error';

type Request = RunRequests['ID_MAPPING_TABLE_POPULATION'];
type SchemaName = Pick<TableSchema, 'collaborationIdentifier' | 'name'>;

/** Jobs that fill Clean Rooms' ID mapping tables. */
export const ID_MAPPING_TABLE_POPULATION: JobKind<Request> = {
  jobs: (request, clients) => new IdMappingTablePopulations(request, clients),
  subject: ({ membershipIdentifier, idMappingTableIdentifier }) => `ID mapping table ${idMappingTableIdentifier} (membership ${membershipIdentifier})`,
  lookCommand: (request, { watch }) => {
    if (!watch) return getTableCommand(request);
    const { workflowName, jobId, schema } = watch;
    if (schema) return `aws cleanrooms get-schema --collaboration-identifier ${schema.collaborationIdentifier} --name '${schema.name}'`;
    return jobId ? ID_MAPPING.lookCommand({ workflowName }, { jobId }) : ID_MAPPING.searchCommand({ workflowName });
  },
  searchCommand: getTableCommand,
};

/** What it shows has the name of the workflow, whose jobs fill the table. */
function getTableCommand({ membershipIdentifier, idMappingTableIdentifier }: Request): string {
  return `aws cleanrooms get-id-mapping-table --membership-identifier ${membershipIdentifier} --id-mapping-table-identifier ${idMappingTableIdentifier}`;
}

/**
 * The jobs of the workflow of an ID mapping table.
 *
 * PopulateIdMappingTable gives back an id with hyphens. Whether it names the job of Entity Resolution, whose ids have none, is not documented.
 */
class IdMappingTablePopulations implements Jobs {
  constructor(private readonly request: Request, private readonly clients: JobClients) {}

  public async prepare({ readsJobs }: Settings, secondsSinceAsked: number): Promise<Preparation> {
    const { membershipIdentifier } = this.request;
    const { membership } = await this.clients.cleanRooms.send(new GetMembershipCommand({ membershipIdentifier }));
    if (membership!.status !== 'ACTIVE') {
      return { refusal: `the membership is ${membership!.status}, and only an active member of a collaboration may populate its tables` };
    }
    const { workflowName, ...table } = await this.table();
    const look = () => this.jobsOf(workflowName).list();
    // A permission that the deployment gives comes late at times; no other will come.
    const mayBeLate = readsJobs && secondsSinceAsked < PERMISSIONS_SETTLE_SECONDS;
    if (await (mayBeLate ? look() : unlessDenied(look))) return { watch: { workflowName } };
    const wasEmpty = await unlessDenied(() => this.isEmpty(table)) ?? false;
    return { watch: { workflowName, schema: { ...table, wasEmpty } } };
  }

  public async start(): Promise<string | undefined> {
    return (await this.clients.cleanRooms.send(new PopulateIdMappingTableCommand(this.request))).idMappingJobId;
  }

  /** A job under its id without hyphens, else the one of the workflow that has started since; where jobs can't be read, what the table's schema tells. */
  public async look({ jobId, watch }: JobReference): Promise<Job> {
    if (watch?.schema) return this.lookAtSchema(watch.schema);
    const workflowName = watch?.workflowName ?? (await this.table()).workflowName;
    const jobs = this.jobsOf(workflowName);
    const seen = async (id: string): Promise<Job> => ({ ...await jobs.look({ jobId: id }), watch: { workflowName, jobId: id } });
    try {
      return await seen(watch?.jobId ?? jobId!.replaceAll('-', ''));
    } catch (error) {
      if (!watch?.mark || !namesNothing(error)) throw error;
      const run = { jobKind: 'ID_MAPPING_TABLE_POPULATION', request: this.request } as const;
      const surveyed = await survey((nextToken) => jobs.list(nextToken), watch.survey);
      const found = surveyed.nextToken ? undefined : await findJobSince(run, watch.mark, surveyed, jobs);
      return found ? seen(found) : { status: 'NOT_LISTED', watch: { ...watch, survey: surveyed.nextToken ? surveyed : undefined } };
    }
  }

  public async list(nextToken?: string): Promise<JobPage> {
    return this.jobsOf((await this.table()).workflowName).list(nextToken);
  }

  private jobsOf(workflowName: string): IdMappingJobs {
    return new IdMappingJobs({ workflowName }, this.clients.entityResolution);
  }

  private async lookAtSchema(schema: TableSchema): Promise<Job> {
    if (!schema.wasEmpty) return { status: 'UNWATCHED' };
    return { status: await this.isEmpty(schema) ? 'RUNNING' : 'SUCCEEDED' };
  }

  /** Whether the table was never populated. */
  private async isEmpty({ collaborationIdentifier, name }: SchemaName): Promise<boolean> {
    const { schema } = await this.clients.cleanRooms.send(new GetSchemaCommand({ collaborationIdentifier, name }));
    return schema!.schemaStatusDetails!.some(({ reasons = [] }) => reasons.some(({ code }) => code === 'ID_MAPPING_TABLE_NOT_POPULATED'));
  }

  private async table(): Promise<SchemaName & { workflowName: string }> {
    const { membershipIdentifier, idMappingTableIdentifier } = this.request;
    const { idMappingTable } = await this.clients.cleanRooms.send(new GetIdMappingTableCommand({ membershipIdentifier, idMappingTableIdentifier }));
    const { inputReferenceConfig, collaborationId, name } = idMappingTable!;
    return { workflowName: inputReferenceConfig!.inputReferenceArn!, collaborationIdentifier: collaborationId!, name: name! };
  }
}

async function unlessDenied<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (outcomeOfError(error) !== 'NOT_YET_ALLOWED') throw error;
    return undefined;
  }
}
