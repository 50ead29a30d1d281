import { Outcome } from './run';
import { PERMISSIONS_SETTLE_SECONDS } from './time-limits';

/** What the exception of a call means for the run that made it. */
export function outcomeOfError(error: unknown): Outcome {
  const { name, status } = describe(error);
  switch (name) {
    // AWS does not document which of them says that the Region's one slot is taken; the last is what Clean Rooms makes of the second.
    case 'ConflictException':
    case 'ExceedsLimitException':
    case 'ServiceQuotaExceededException':
      return 'BUSY';
    case 'ThrottlingException':
    case 'Throttling':
      return 'THROTTLED';
    case 'AccessDeniedException':
    case 'AccessDenied':
      return 'NOT_YET_ALLOWED';
    case 'ValidationException':
      return isAboutRole(error) || isAboutDelay(error) ? 'NOT_YET_ALLOWED' : 'FAILED';
    default:
      // Without an answer, or with a server's error, the call may have been carried out all the same.
      return status === undefined || status >= 500 ? 'UNKNOWN' : 'FAILED';
  }
}

/**
 * Whether a call that ended so ends so again.
 *
 * @param secondsSinceAsked how long ago the run was asked for
 */
export function isLasting(outcome: Outcome, secondsSinceAsked: number): boolean {
  return outcome === 'FAILED' || (outcome === 'NOT_YET_ALLOWED' && secondsSinceAsked >= PERMISSIONS_SETTLE_SECONDS);
}

/** The service's own words, with the name of the exception. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Whether what an id stands for is not there, or can't be: the id has not the form that the service asks for. */
export function namesNothing(error: unknown): boolean {
  return isNotFound(error) || describe(error).name === 'ValidationException';
}

/** Whether the service does not know what was asked for. */
export function isNotFound(error: unknown): boolean {
  return describe(error).name === 'ResourceNotFoundException';
}

/** A role that was made a moment ago can't be assumed yet. */
function isAboutRole(error: unknown): boolean {
  return error instanceof Error && /assume|role/i.test(error.message);
}

/** Clean Rooms says itself that a role or a policy is too new. */
function isAboutDelay(error: unknown): boolean {
  return (error as { reason?: string }).reason === 'IAM_SYNCHRONIZATION_DELAY';
}

function describe(error: unknown): { name: string; status?: number } {
  if (!(error instanceof Error)) return { name: 'Error' };
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return { name: error.name, status: $metadata?.httpStatusCode };
}
