import { FINAL_OUTCOMES, NextStep, Outcome, RunInput, Settings } from '../../src/runs/private/run-protocol';
import { Job } from '../kinds/jobs';
import { Mark, Survey } from '../kinds/survey';
import { Watch } from '../kinds/watch';

/** What one execution of the runner carries from step to step. */
export interface RunState extends RunInput {
  readonly settings: Settings;
  readonly askedAt: string;

  /** ISO time at which the first execution of the run has started: that of a newer run of the same resource is later. */
  readonly startedAt: string;
  readonly next: NextStep;
  readonly outcome?: Outcome;

  /** Why the outcome is not a good one. */
  readonly reason?: string;

  /** Seconds to wait before the next start or look. */
  readonly waitSeconds: number;

  /** How often the same step was repeated in a row: the waits grow with it. */
  readonly repeats?: number;

  /** How often the execution has gone through the state machine. */
  readonly turns?: number;

  /** How many executions the run has had before this one. */
  readonly part?: number;

  /** How often a step crashed in a row; counted by the state machine. */
  readonly crashes?: number;

  /** How often in a row a step crashed, or Lambda did not invoke the function; counted by the state machine. */
  readonly failures?: number;

  /** Seconds to wait before a step is done again that crashed, or an answer that could not be delivered. */
  readonly retrySeconds?: number;

  /** Whether the deployment that waits was seen to go forward. */
  readonly goesForward?: boolean;

  /** Whether what the same resource had waiting was taken back. */
  readonly replacesWaiting?: boolean;

  /** The jobs there were when they were listed, as far as they have been: a workflow may have thousands. */
  readonly survey?: Survey | null;

  /** The jobs there were before the start that comes next, or before one whose answer was lost. */
  readonly mark?: Mark;

  /** ISO time of the first start whose answer was lost: a job that was not there before may be ours. */
  readonly lostStartAt?: string;

  /** Whether the job of the latest lost start was looked for already. */
  readonly lookedInVain?: boolean;

  readonly jobId?: string;

  /** For a job that is not found by its id alone. */
  readonly watch?: Watch;

  /** How many looks in a row have not found the job, or were refused for good. */
  readonly inVain?: number;
  readonly metrics?: Job['metrics'];

  /** Whether CloudFormation has its answer, or can't be given one any more. */
  readonly answer?: 'GIVEN' | 'GIVEN_UP';

  /** The execution that goes on with the run. */
  readonly continuedAs?: string;

  /** ISO time at which the run that is followed was asked for. */
  readonly followedSince?: string;
}

/** A run after a step, before it is known where it goes next. */
export type Progress = Omit<RunState, 'next'>;

/** Whether nothing more will happen to the run. */
export function hasEnded({ outcome }: Pick<RunState, 'outcome'>): boolean {
  return (FINAL_OUTCOMES as readonly (string | undefined)[]).includes(outcome);
}
