import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AccountRegion } from './account-region';

/** The file of what an ID mapping workflow's jobs keep for the next one. @param folder of all such files */
export function jobStateFile(folder: string, workflowName: string, { account, region }: AccountRegion): string {
  // A workflow's name may be as long as that of a file.
  return join(folder, `state-${createHash('sha256').update(`${account} ${region} ${workflowName}`).digest('hex')}`);
}
