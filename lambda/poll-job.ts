import { EntityResolutionClient, ResourceNotFoundException } from '@aws-sdk/client-entityresolution';
import { jobsOf } from './jobs-of';
import { Run } from './run';
import { messageOf } from './service-error';
import { Progress } from './start-job';
import { watchSeconds } from './time-limits';
import { growingWait } from './waits';

/**
 * Looks how the job goes. A job that is queued counts as running: it will run without our doing.
 *
 * @param secondsSinceAsked how long ago the run was asked for
 * @throws whatever hinders the look, which does no harm to repeat
 */
export async function pollJob(run: Run, client: EntityResolutionClient, secondsSinceAsked: number): Promise<Progress> {
  const { request, jobId } = run;
  try {
    const { status, metrics, errorDetails } = await jobsOf(request, client).get(request.workflowName, jobId!);
    switch (status) {
      case 'SUCCEEDED':
        return { ...run, outcome: 'SUCCEEDED', metrics, reason: undefined };
      case 'FAILED':
        return { ...run, outcome: 'FAILED', metrics, reason: errorDetails?.errorMessage ?? 'the service gave no reason' };
      default: {
        const repeats = (run.repeats ?? 0) + 1;
        const outcome = secondsSinceAsked >= watchSeconds(request) ? 'TIMED_OUT' : 'RUNNING';
        return { ...run, outcome, reason: `the job is ${status}`, repeats, waitSeconds: growingWait(request.pollIntervalSeconds, repeats + 1) };
      }
    }
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return { ...run, outcome: 'FAILED', reason: messageOf(error) };
    throw error;
  }
}
