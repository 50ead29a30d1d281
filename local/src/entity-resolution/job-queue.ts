import { createHash } from 'node:crypto';
import { JobStatus } from '@aws-sdk/client-entityresolution';
import { Behaviour } from '../rest-json/fault-plan';
import { Page, page, sequenceKey } from '../rest-json/page';

/** What is the same in jobs of every kind. */
export interface Job {
  readonly jobId: string;
  readonly workflowName: string;
  status: JobStatus;
  readonly startTime: Date;
  endTime?: Date;
  errorDetails?: { errorMessage: string };
}

interface Entry<J> {
  readonly job: J;
  readonly sequence: number;
  /** How many lists the job is still missing from. */
  missing: number;
  isMissing: boolean;
}

/** The jobs of one kind in one account and Region: one runs at a time. */
export class JobQueue<J extends Job> {
  /** The oldest first. */
  private entries: Entry<J>[] = [];
  private newest = 0;
  private lastEnd: Promise<void> = Promise.resolve();

  /**
   * @param run does the job's work, once all jobs before it have ended; never rejects
   * @param missing how many lists the job is missing from
   */
  public add(job: J, run: () => Promise<void>, missing = 0): void {
    this.entries.push({ job, sequence: ++this.newest, missing, isMissing: false });
    this.lastEnd = this.lastEnd.then(run);
  }

  /** Adds jobs that have ended before all others were added. @param jobs the newest first */
  public plant(jobs: readonly J[]): void {
    const oldest = this.entries[0]?.sequence ?? 1;
    this.entries.unshift(...jobs.map((job, index) => ({ job, sequence: oldest - 1 - index, missing: 0, isMissing: false })).reverse());
  }

  public find(workflowName: string, jobId: string): J | undefined {
    return this.of(workflowName).find(({ job }) => job.jobId === jobId)?.job;
  }

  /** One page of a workflow's jobs. */
  public list(request: { workflowName: string; nextToken?: string; maxResults?: number }, workflowName: string, { listOrder }: Behaviour): Page<J> {
    const entries = this.of(workflowName);
    if (request.nextToken === undefined) {
      entries.forEach((entry) => { entry.isMissing = entry.missing-- > 0; });
    }
    const keyOf = ({ job, sequence }: Entry<J>) => (
      listOrder === 'ARBITRARY' ? createHash('sha256').update(job.jobId).digest('hex') : sequenceKey(-sequence));
    const { items, nextToken } = page(entries.filter(({ isMissing }) => !isMissing), keyOf, request);
    return { items: items.map(({ job }) => job), nextToken };
  }

  /** Whether a job is queued or running: of the workflow, or of any. */
  public isBusy(workflowName?: string): boolean {
    return this.entries.some(({ job }) =>
      (job.status === 'QUEUED' || job.status === 'RUNNING') && (workflowName === undefined || job.workflowName === workflowName));
  }

  /** Whether a job of the workflow has succeeded. */
  public hasSucceeded(workflowName: string): boolean {
    return this.of(workflowName).some(({ job }) => job.status === 'SUCCEEDED');
  }

  /** Forgets a workflow's jobs. */
  public forget(workflowName: string): void {
    this.entries = this.entries.filter(({ job }) => job.workflowName !== workflowName);
  }

  /** Settles when all jobs that were added have ended. */
  public async ended(): Promise<void> {
    await this.lastEnd;
  }

  private of(workflowName: string): Entry<J>[] {
    return this.entries.filter(({ job }) => job.workflowName === workflowName);
  }
}
