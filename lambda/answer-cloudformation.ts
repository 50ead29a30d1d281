import { Callback, Outcome, Run } from './run';

/** CloudFormation takes 4,096 bytes; the rest of the answer needs less than the difference. */
const REASON_BYTES = 2_048;

/** CloudFormation's answer to a custom resource's request. */
export interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly Data: Record<string, string>;
}

/** The job metrics of the API, in the spelling of a resource's attributes. */
const METRICS = [
  'inputRecords', 'totalRecordsProcessed', 'recordsNotProcessed', 'deleteRecordsProcessed',
  'totalMappedRecords', 'totalMappedSourceRecords', 'totalMappedTargetRecords', 'uniqueRecordsLoaded',
  'newMappedRecords', 'newMappedSourceRecords', 'newMappedTargetRecords', 'newUniqueRecordsLoaded',
  'mappedRecordsRemoved', 'mappedSourceRecordsRemoved', 'mappedTargetRecordsRemoved',
] as const;

/** Whether the run has come as far as its user waits for, or can't come there any more. */
export function isAnswerDue(run: Run): boolean {
  if (run.answered || run.request.waitFor === 'ACCEPTED') return false;
  return run.outcome !== 'STARTED' || run.request.waitFor === 'STARTED';
}

/** What CloudFormation is told of a run. Every attribute is always there: a missing one fails the `Fn::GetAtt` that reads it. */
export function answerOf(run: Run, logGroupName: string): Answer {
  const failed = run.outcome !== 'STARTED' && run.outcome !== 'SUCCEEDED';
  return failed
    ? { Status: 'FAILED', Reason: cut(reasonOf(run, logGroupName)), Data: attributes(run) }
    : { Status: 'SUCCESS', Data: attributes(run) };
}

/** The attributes of the resource, those that are not known empty. */
export function attributes(run: Partial<Pick<Run, 'jobId' | 'metrics'>> & { outcome?: Outcome | 'ACCEPTED' | 'NOT_RUN' }): Record<string, string> {
  return {
    JobId: run.jobId ?? '',
    Status: run.outcome ?? '',
    ...Object.fromEntries(METRICS.map((metric) => [metric[0].toUpperCase() + metric.slice(1), String(run.metrics?.[metric] ?? '')])),
  };
}

/** Puts the answer where CloudFormation waits for it. */
export async function deliver(callback: Callback, answer: Answer): Promise<void> {
  const response = await fetch(callback.responseUrl, {
    method: 'PUT',
    // The URL is signed for an empty content type.
    headers: { 'content-type': '' },
    body: JSON.stringify({
      ...answer,
      PhysicalResourceId: callback.physicalResourceId,
      StackId: callback.stackId,
      RequestId: callback.requestId,
      LogicalResourceId: callback.logicalResourceId,
    }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) {
    throw new Error(`CloudFormation's response URL answered ${response.status}`);
  }
}

function reasonOf(run: Run, logGroupName: string): string {
  const { request, jobId, outcome, reason } = run;
  const workflow = `ID mapping workflow ${request.workflowName}`;
  const log = `Log group: ${logGroupName}.`;
  const minutes = Math.round(request.timeoutSeconds / 60);
  if (!jobId) {
    return outcome === 'TIMED_OUT'
      ? `No job of ${workflow} could be started within ${minutes} minutes, the last answer was: ${reason}. `
        + `Deploy again when no other job runs in this Region. ${log}`
      : `No job of ${workflow} was started: ${reason}. ${log}`;
  }
  return outcome === 'TIMED_OUT'
    ? `Job ${jobId} of ${workflow} did not end within ${minutes} minutes. It goes on and is billed; `
      + `look at it with: aws entityresolution get-id-mapping-job --workflow-name ${request.workflowName} --job-id ${jobId}. ${log}`
    : `Job ${jobId} of ${workflow} failed: ${reason}. Correct the input or the workflow and deploy again. ${log}`;
}

/** Cuts a text that is too long in its middle: both the beginning and the end help. */
function cut(text: string): string {
  let kept = [...text];
  while (Buffer.byteLength(JSON.stringify(kept.join(''))) > REASON_BYTES) {
    const half = Math.floor(kept.length * 0.45);
    kept = [...kept.slice(0, half), '…', ...kept.slice(-half)];
  }
  return kept.join('');
}
