import { Outcome } from './run';

/** What an exception of a start call means for the run. */
export function outcomeOfStartError(error: unknown): Outcome {
  const { name, status } = describe(error);
  switch (name) {
    // AWS does not document which of the two says that the Region's one slot is taken.
    case 'ConflictException':
    case 'ExceedsLimitException':
      return 'BUSY';
    case 'ThrottlingException':
      return 'THROTTLED';
    case 'AccessDeniedException':
      return 'NOT_YET_ALLOWED';
    case 'ResourceNotFoundException':
      return 'FAILED';
    case 'ValidationException':
      return isAboutRole(error) ? 'NOT_YET_ALLOWED' : 'FAILED';
    default:
      // Without an answer, or with a server's error, the job may have been started all the same.
      return status === undefined || status >= 500 ? 'UNKNOWN' : 'FAILED';
  }
}

/** The service's own words, with the name of the exception. */
export function messageOf(error: unknown): string {
  const { name } = describe(error);
  return error instanceof Error ? `${name}: ${error.message}` : String(error);
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
