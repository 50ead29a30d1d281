import { deliver } from './deliver';
import { Callback } from '../../src/runs/private/run-protocol';

/** CloudFormation's answer to a custom resource's request. */
export interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly Data: Record<string, string>;
}

/** For which request CloudFormation waits, and where. */
export type AnswerTo = Pick<Callback, 'responseUrl' | 'stackId' | 'requestId' | 'logicalResourceId' | 'physicalResourceId'>;

/**
 * Puts the answer to a request where CloudFormation waits for it.
 *
 * @returns why it could not be delivered, if it could not
 */
export function deliverAnswer(to: AnswerTo, answer: Answer): Promise<string | undefined> {
  return deliver(to.responseUrl, {
    ...answer,
    PhysicalResourceId: to.physicalResourceId,
    StackId: to.stackId,
    RequestId: to.requestId,
    LogicalResourceId: to.logicalResourceId,
  });
}
