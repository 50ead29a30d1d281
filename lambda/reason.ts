import { jobKindOf } from './job-kinds';
import { Run } from './run';

/** CloudFormation takes 4,096 bytes; the rest of the answer needs less than the difference. */
const REASON_BYTES = 2_048;

/** Why a run failed and what to do next, for whoever deploys. */
export function reasonOf({ request, jobId, watch, outcome, reason, lostStartAt }: Omit<Run, 'next'>, logGroupName: string): string {
  const kind = jobKindOf(request);
  const subject = kind.subject(request);
  const log = `Log group: ${logGroupName}.`;
  const minutes = Math.round(request.timeoutSeconds / 60);
  const lookAtIt = `look at it with: ${kind.lookCommand({ request, jobId, watch })}. ${log}`;
  if (!jobId && lostStartAt) {
    return cut(`A job of ${subject} may have been started at ${lostStartAt}, but the answer was lost and no job was found since: ${reason}. `
      + `Before you deploy again, look for it with: ${kind.searchCommand(request)}. ${log}`);
  }
  if (!jobId) {
    return cut(outcome === 'FAILED'
      ? `No job of ${subject} was started: ${reason}. ${log}`
      : `No job of ${subject} could be started within ${minutes} minutes, the last answer was: ${reason}. `
        + `Deploy again when no other job runs in this Region. ${log}`);
  }
  switch (outcome) {
    case 'FAILED':
      return cut(`Job ${jobId} of ${subject} failed: ${reason}. Correct the input or the workflow and deploy again. ${log}`);
    case 'UNWATCHED':
      return cut(`Job ${jobId} of ${subject} was started, but how it ends can not be seen: ${reason}. `
        + `Do not wait for it, or let the runner read the jobs of the workflow; before you deploy again, ${lookAtIt}`);
    default:
      return cut(`Job ${jobId} of ${subject} did not end within ${minutes} minutes. It goes on and is billed; ${lookAtIt}`);
  }
}

/** Cuts a text that is too long in its middle: both the beginning and the end help. */
export function cut(text: string): string {
  // Half a surrogate pair can be written as JSON, but not every reader takes it.
  let kept = [...Buffer.from(text).toString()];
  while (Buffer.byteLength(JSON.stringify(kept.join(''))) > REASON_BYTES) {
    const half = Math.floor(kept.length * 0.45);
    kept = [...kept.slice(0, half), '…', ...kept.slice(-half)];
  }
  return kept.join('');
}
