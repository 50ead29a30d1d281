import { Wanted } from './events';
import { faultsOfPopulation } from './population-world';
import { ControlClient } from '../../local/src';
import { JobKindName } from '../../src/runs/private/run-protocol';
import { Account } from '../lambda/account';
import { Fault } from '../lambda/faults';
import { IdMappingTables, TableIds } from '../lambda/id-mapping-tables';

export type IdNames = 'JOB' | 'NOTHING';

/** What the jobs of a life are of. */
export interface Subject {
  readonly jobKind: JobKindName;

  /** Something to run that differs from what was run before: no job can be taken for that of an earlier request, which is a moment ago here. */
  somethingNew(): Promise<Wanted>;

  /**
   * Says what goes wrong with the next calls.
   *
   * @param faults those of StartIdMappingJob stand for those of a populate
   * @param idNames what the id that a populate gives back names
   */
  planFaults(faults: Fault[], idNames: IdNames): Promise<void>;

  /** The ids of all jobs, as Entity Resolution has them. */
  jobIds(): Promise<string[]>;

  delete(): Promise<void>;
}

/** A workflow, to whose jobs each request gives another output. */
export class Workflow implements Subject {
  public static async create(workflowName: string, account: Account, control: ControlClient): Promise<Workflow> {
    await account.createWorkflow(workflowName);
    return new Workflow(workflowName, account, control);
  }

  public readonly jobKind = 'ID_MAPPING';
  private outputs = 0;

  private constructor(private readonly workflowName: string, private readonly account: Account, private readonly control: ControlClient) {}

  public async somethingNew(): Promise<Wanted> {
    this.outputs += 1;
    const output = { roleArn: 'arn:aws:iam::111122223333:role/output', outputS3Path: `s3://output/${this.outputs}/` };
    return { request: { workflowName: this.workflowName, outputSourceConfig: [output] } };
  }

  public async planFaults(faults: Fault[]): Promise<void> {
    await this.control.planFaults({ faults });
  }

  public jobIds(): Promise<string[]> {
    return this.account.jobIds(this.workflowName);
  }

  public async delete(): Promise<void> {
    await this.account.deleteWorkflow(this.workflowName);
  }
}

/** ID mapping tables: each request is about another one, because populations have no output to differ in. */
export class Tables implements Subject {
  public readonly jobKind = 'ID_MAPPING_TABLE_POPULATION';
  private readonly created: (TableIds & { workflowName: string })[] = [];

  constructor(
    private readonly name: string, private readonly account: Account,
    private readonly tables: IdMappingTables, private readonly control: ControlClient, private readonly cleanRoomsControl: ControlClient,
  ) {}

  public async somethingNew(): Promise<Wanted> {
    const workflowName = `${this.name}-${this.created.length}`;
    const table = await this.tables.createTable(workflowName);
    this.created.push({ ...table, workflowName });
    return { request: table, readsJobs: 'true' };
  }

  public async planFaults(faults: Fault[], idMappingJobId: IdNames): Promise<void> {
    const { looks, populates } = faultsOfPopulation(faults);
    await this.control.planFaults({ faults: looks });
    await this.cleanRoomsControl.planFaults({ faults: populates, idMappingJobId });
  }

  public async jobIds(): Promise<string[]> {
    return (await Promise.all(this.created.map(({ workflowName }) => this.account.jobIds(this.tables.workflowArn(workflowName))))).flat();
  }

  public async delete(): Promise<void> {
    for (const { workflowName, ...table } of this.created) {
      await this.tables.deleteTable(table);
      await this.account.deleteWorkflow(workflowName);
    }
  }
}
