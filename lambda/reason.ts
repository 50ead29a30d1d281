import { JobKind, jobKindOf } from './job-kind';
import { Run } from './run';

/** CloudFormation takes 4,096 bytes; the rest of the answer needs less than the difference. */
const REASON_BYTES = 2_048;

/** What a workflow is called, and the AWS CLI's command that shows a job of it. */
const WORDS: Record<JobKind, { readonly workflow: string; readonly getJob: string }> = {
  ID_MAPPING: { workflow: 'ID mapping workflow', getJob: 'get-id-mapping-job' },
  MATCHING: { workflow: 'matching workflow', getJob: 'get-matching-job' },
};

/** Why a run failed and what to do next, for whoever deploys. */
export function reasonOf({ request, jobId, outcome, reason }: Omit<Run, 'next'>, logGroupName: string): string {
  const words = WORDS[jobKindOf(request)];
  const workflow = `${words.workflow} ${request.workflowName}`;
  const log = `Log group: ${logGroupName}.`;
  const minutes = Math.round(request.timeoutSeconds / 60);
  const failed = outcome === 'FAILED';
  if (!jobId) {
    return cut(failed
      ? `No job of ${workflow} was started: ${reason}. ${log}`
      : `No job of ${workflow} could be started within ${minutes} minutes, the last answer was: ${reason}. `
        + `Deploy again when no other job runs in this Region. ${log}`);
  }
  return cut(failed
    ? `Job ${jobId} of ${workflow} failed: ${reason}. Correct the input or the workflow and deploy again. ${log}`
    : `Job ${jobId} of ${workflow} did not end within ${minutes} minutes. It goes on and is billed; `
      + `look at it with: aws entityresolution ${words.getJob} --workflow-name ${request.workflowName} --job-id ${jobId}. ${log}`);
}

/** Cuts a text that is too long in its middle: both the beginning and the end help. */
export function cut(text: string): string {
  let kept = [...text];
  while (Buffer.byteLength(JSON.stringify(kept.join(''))) > REASON_BYTES) {
    const half = Math.floor(kept.length * 0.45);
    kept = [...kept.slice(0, half), '…', ...kept.slice(-half)];
  }
  return kept.join('');
}
