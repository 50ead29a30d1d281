import { Outcome } from './run';

/** What the exception of a call means for the run that made it. */
export function outcomeOfError(error: unknown): Outcome {
  const { name, status } = describe(error);
  switch (name) {
    // AWS does not document which of the two says that the Region's one slot is taken.
    case 'ConflictException':
    case 'ExceedsLimitException':
      return 'BUSY';
    case 'ThrottlingException':
    case 'Throttling':
      return 'THROTTLED';
    case 'AccessDeniedException':
    case 'AccessDenied':
      return 'NOT_YET_ALLOWED';
    case 'ValidationException':
      return isAboutRole(error) ? 'NOT_YET_ALLOWED' : 'FAILED';
    default:
      // Without an answer, or with a server's error, the call may have been carried out all the same.
      return status === undefined || status >= 500 ? 'UNKNOWN' : 'FAILED';
  }
}

/** The service's own words, with the name of the exception. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** A role that was made a moment ago can't be assumed yet. */
function isAboutRole(error: unknown): boolean {
  return error instanceof Error && /assume|role/i.test(error.message);
}

function describe(error: unknown): { name: string; status?: number } {
  if (!(error instanceof Error)) return { name: 'Error' };
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return { name: error.name, status: $metadata?.httpStatusCode };
}
