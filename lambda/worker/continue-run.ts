import { Progress, RunState } from './run-state';
import { Executions, partName } from '../aws/executions';

/** Hands the run over to a new execution, before there is no room for more events in this one. */
export async function continueRun(state: RunState, executions: Executions, executionName: string): Promise<Progress> {
  const part = (state.part ?? 0) + 1;
  const name = partName(state.part ? executionName.slice(0, executionName.lastIndexOf('-')) : executionName, part);
  await executions.start(name, { ...state, part, turns: 0, next: state.jobId || state.follow ? 'POLL' : 'START' });
  return { ...state, continuedAs: name };
}
