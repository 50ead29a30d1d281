import { Progress } from './run-state';
import { timeoutSeconds } from './time-limits';
import { cut } from '../aws/cut';
import { jobKindOf } from '../kinds/job-kinds';

/** Why a run failed and what to do next, for whoever deploys. */
export function reasonOf(state: Progress, logGroupName: string): string {
  const { run, jobId, watch, outcome, reason, lostStartAt } = state;
  const log = `Log group: ${logGroupName}.`;
  if (!run) return cut(`How the run ended can not be seen: ${reason}. ${log}`);

  const kind = jobKindOf(run);
  const subject = kind.subject(run.request);
  const time = duration(timeoutSeconds(state));
  const lookAtIt = `look at it with: ${kind.lookCommand(run.request, { jobId, watch })}. ${log}`;
  if (!jobId && lostStartAt) {
    return cut(`A job of ${subject} may have been started at ${lostStartAt}, but the answer was lost and no job was found since: ${reason}. `
      + `Before you deploy again, look for it with: ${kind.searchCommand(run.request)}. ${log}`);
  }
  if (!jobId) {
    return cut(outcome === 'FAILED' || outcome === 'NOT_RUN'
      ? `No job of ${subject} was started: ${reason}. ${log}`
      : `No job of ${subject} could be started within ${time}, the last answer was: ${reason}. `
        + `Deploy again when no other job runs in this Region. ${log}`);
  }
  switch (outcome) {
    case 'FAILED':
      return cut(`Job ${jobId} of ${subject} failed: ${reason}. Correct the input or the workflow and deploy again. ${log}`);
    case 'UNWATCHED':
      return cut(`Job ${jobId} of ${subject} was started, but how it ends can not be seen: ${reason}. `
        + `Do not wait for it, or let the runner read the jobs of the workflow; before you deploy again, ${lookAtIt}`);
    default:
      return cut(`Job ${jobId} of ${subject} did not end within ${time}. It goes on and is billed; ${lookAtIt}`);
  }
}

function duration(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} seconds` : `${Math.round(seconds / 60)} minutes`;
}
