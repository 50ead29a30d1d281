import type { JobStatus } from '@aws-sdk/client-entityresolution';

/** What is the same in jobs of every kind. */
export interface Job {
  readonly jobId: string;
  readonly workflowName: string;
  status: JobStatus;
  readonly startTime: Date;
  endTime?: Date;
  errorDetails?: { errorMessage: string };
}

/** The jobs of one kind in one account and Region: one runs at a time. */
export class JobQueue<J extends Job> {
  private jobs: J[] = [];
  private readonly missing = new Map<J, number>();
  private lastEnd: Promise<void> = Promise.resolve();

  /**
   * @param run does the job's work, once all jobs before it have ended; never rejects
   * @param missingFromLists how many lists the job is missing from
   */
  add(job: J, run: () => Promise<void>, missingFromLists = 0): void {
    this.jobs.push(job);
    this.missing.set(job, missingFromLists);
    this.lastEnd = this.lastEnd.then(run);
  }

  /** A workflow's jobs, newest first. */
  of(workflowName: string): J[] {
    return this.jobs.filter(job => job.workflowName === workflowName).reverse();
  }

  /** A workflow's jobs as a list shows them. */
  listOf(workflowName: string): J[] {
    return this.of(workflowName).filter(job => {
      const left = this.missing.get(job)!;
      this.missing.set(job, left - 1);
      return left <= 0;
    });
  }

  /** Whether a job is queued or running: of the workflow, or of any. */
  isBusy(workflowName?: string): boolean {
    return this.jobs.some(job =>
      (job.status === 'QUEUED' || job.status === 'RUNNING') && (workflowName === undefined || job.workflowName === workflowName));
  }

  /** Forgets a workflow's jobs. */
  forget(workflowName: string): void {
    this.of(workflowName).forEach(job => this.missing.delete(job));
    this.jobs = this.jobs.filter(job => job.workflowName !== workflowName);
  }

  /** Settles when all jobs that were added have ended. */
  async ended(): Promise<void> {
    await this.lastEnd;
  }
}
