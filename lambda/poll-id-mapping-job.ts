import { EntityResolutionClient, GetIdMappingJobCommand } from '@aws-sdk/client-entityresolution';
import { Run } from './run';
import { growingWait } from './waits';

/**
 * Looks how the job goes. A job that is queued counts as running: it will run without our doing.
 *
 * @param askedAt when the run was asked for
 */
export async function pollIdMappingJob(run: Run, client: EntityResolutionClient, askedAt: Date, now = new Date()): Promise<Run> {
  const { request, jobId } = run;
  const job = await client.send(new GetIdMappingJobCommand({ workflowName: request.workflowName, jobId }));

  switch (job.status) {
    case 'SUCCEEDED':
      return { ...run, outcome: 'SUCCEEDED', metrics: job.metrics };
    case 'FAILED':
      return { ...run, outcome: 'FAILED', metrics: job.metrics, reason: job.errorDetails?.errorMessage ?? 'the service gave no reason' };
    default: {
      const repeats = (run.repeats ?? 0) + 1;
      const timedOut = request.waitFor === 'SUCCEEDED' && (now.getTime() - askedAt.getTime()) / 1000 >= request.timeoutSeconds;
      return {
        ...run,
        outcome: timedOut ? 'TIMED_OUT' : 'RUNNING',
        reason: timedOut ? `the job is ${job.status}` : undefined,
        repeats,
        waitSeconds: growingWait(request.pollIntervalSeconds, repeats + 1),
      };
    }
  }
}
