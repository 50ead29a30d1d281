import { Annotations } from 'aws-cdk-lib';
import * as cr from 'aws-cdk-lib/aws-cleanrooms';
import { Construct } from 'constructs';
import { IdMappingJobMetrics } from './id-mapping-job-metrics';
import { JobRunProps } from './job-run-props';
import { JobType } from './job-type';
import { RunOnDeploy } from './private/run-on-deploy';
import { ATTRIBUTES } from './private/run-protocol';
import { WaitFor } from './wait-for';
import { IIdMappingTable } from '../clean-rooms/id-mapping-table';
import { IdMappingTableGrants } from '../clean-rooms/id-mapping-table-grants';
import { IdMappingWorkflowGrants } from '../entity-resolution/id-mapping-workflow-grants';
import { checkJobType } from './private/check-job-type';

/**
 * How a deployment populates an ID mapping table.
 */
export interface IdMappingTablePopulationOptions extends JobRunProps {
  /**
   * How much of its input the job processes. `BATCH` makes the contents of the table anew.
   *
   * @default - `BATCH` for a new table, as the guide recommends; later nothing is sent and the service chooses: `INCREMENTAL` for a workflow with
   * incremental run, otherwise `BATCH`
   */
  readonly jobType?: JobType;
}

/**
 * Properties of an `IdMappingTablePopulation`.
 */
export interface IdMappingTablePopulationProps extends IdMappingTablePopulationOptions {
  /**
   * The table that is populated, of this account.
   */
  readonly table: cr.IIdMappingTableRef;
}

/**
 * A job that populates an ID mapping table of AWS Clean Rooms, started by the deployment.
 *
 * It runs when it is created, and again when a value that it runs by has changed: the table is another one, the inputs, schema mappings, rules or technique of
 * its workflow or of the ID namespaces, the job's type, or its `runTrigger`. Nothing else starts it, and a rollback never does. A rollback or a
 * deletion takes back what has not started; it neither stops a job nor empties the table. What the table holds stays until a job has succeeded.
 *
 * Entity Resolution bills each run by record. A job can't be stopped. When the answer to a start is lost, a job of the table's workflow that was
 * not there before is taken for the run's own, even if somebody else has started it in just that moment.
 *
 * How the job goes is seen by the jobs of the table's workflow. Where the runner may not read those, as for a table that was imported without its
 * workflow, the first population is seen to succeed by the table's schema; later ones, of which the schema tells nothing, end with the status `UNWATCHED`.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_PopulateIdMappingTable.html
 */
export class IdMappingTablePopulation extends Construct {
  /**
   * The ID of the job as Clean Rooms tells it; the ID at Entity Resolution, when the run has taken a job for its own that it found there. It is that of
   * the last run, when the latest update had nothing to run. Empty when that has not started before the deployment went on.
   */
  public readonly idMappingJobId: string;

  /**
   * How far the run had come when the deployment went on: `ACCEPTED`, `WAITING` (it starts when it can), `STARTED`, `SUCCEEDED`,
   * `FAILED`, `UNWATCHED` (its end can't be seen) or `TIMED_OUT` (with `OnFailure.WARN`). When the latest update had nothing to run it is that of the
   * last run, or `NOT_RUN` when none is known: executions of Step Functions are kept for 90 days.
   */
  public readonly status: string;

  /** What the job counted; empty unless it was waited for (`WaitFor.SUCCEEDED`) and its workflow's jobs can be read. */
  public readonly metrics: IdMappingJobMetrics;

  constructor(scope: Construct, id: string, props: IdMappingTablePopulationProps) {
    super(scope, id);
    const { table, jobType } = props;
    const { workflow } = table as Partial<IIdMappingTable>;
    checkJobType(this, jobType, workflow);
    if (!workflow) this.warnOfUnknownWorkflow(props);

    const { membershipIdentifier, idMappingTableIdentifier } = table.idMappingTableRef;
    const run = new RunOnDeploy(this, props, {
      jobKind: 'ID_MAPPING_TABLE_POPULATION',
      request: { membershipIdentifier, idMappingTableIdentifier, jobType },
      subject: table,
      workflow,
      readsJobs: workflow !== undefined,
    });
    const grants = IdMappingTableGrants.fromIdMappingTable(table);
    grants.populate(run.role);
    grants.read(run.role);
    if (workflow) IdMappingWorkflowGrants.fromIdMappingWorkflow(workflow).readJobs(run.role);

    this.idMappingJobId = run.attribute(ATTRIBUTES.jobId);
    this.status = run.attribute(ATTRIBUTES.status);
    this.metrics = run.metrics();
  }

  private warnOfUnknownWorkflow({ waitFor }: IdMappingTablePopulationProps): void {
    if (waitFor !== WaitFor.SUCCEEDED) return;
    Annotations.of(this).addWarningV2('cdk-id-mapping:endOfPopulationUnseen',
      "'waitFor' is SUCCEEDED, but nothing is known of the workflow of the imported table: whether a table that was populated before has been "
      + "populated again can't be seen, so that the deployment will fail; import the table by 'fromIdMappingTableAttributes' with its 'workflow'");
  }
}
