import { Account } from './account';
import { CloudFormation } from './cloudformation';
import { StepFunctions } from './step-functions';
import { hasEnded, Progress } from '../../lambda/worker/run-state';
import { JobRun, startJob } from '../../lambda/worker/start-job';

/** With what the steps of a start are done. */
export interface Starting {
  readonly account: Account;
  readonly cloudFormation: CloudFormation;
  readonly stepFunctions: StepFunctions;
}

export const EXECUTION = 'FirstRun1A2B3C4D-01234567-0123456789abcdef0123456789abcdef';

/** Does one step of a start. */
export async function startStep(run: JobRun, { account, cloudFormation, stepFunctions }: Starting, secondsSinceAsked = 0): Promise<JobRun> {
  const progress: Progress = await startJob(run, {
    run: account.runClients,
    cloudFormation: cloudFormation.client,
    executions: stepFunctions.client(),
    executionName: EXECUTION,
    place: { account: account.accountId, region: account.region },
  }, secondsSinceAsked);
  return { ...progress, run: progress.run!, next: 'START' };
}

/** Does the steps that are done without a wait: those up to one attempt to start, if it comes so far. */
export async function attempt(run: JobRun, starting: Starting, secondsSinceAsked = 0): Promise<JobRun> {
  let after = run;
  do after = await startStep(after, starting, secondsSinceAsked); while (after.waitSeconds === 0 && !hasEnded(after));
  return after;
}
