import { Outcome } from '../../src/runs/private/run-protocol';

/** Permissions that were just made are not visible everywhere at once. */
export const PERMISSIONS_SETTLE_SECONDS = 120;

/** What the services say when they have not done what was asked for. Any other error, or one that can't be read, may hide that they have. */
const REFUSALS: { readonly [name: string]: Outcome } = {
  // AWS does not document which of them says that the Region's one slot is taken; the last is what Clean Rooms makes of the second.
  ConflictException: 'BUSY',
  ExceedsLimitException: 'BUSY',
  ServiceQuotaExceededException: 'BUSY',
  ThrottlingException: 'THROTTLED',
  Throttling: 'THROTTLED',
  TooManyRequestsException: 'THROTTLED',
  AccessDeniedException: 'NOT_YET_ALLOWED',
  AccessDenied: 'NOT_YET_ALLOWED',
  // Of credentials that are too new, or a moment too old.
  UnrecognizedClientException: 'NOT_YET_ALLOWED',
  InvalidClientTokenId: 'NOT_YET_ALLOWED',
  ExpiredTokenException: 'NOT_YET_ALLOWED',
  ExpiredToken: 'NOT_YET_ALLOWED',
  InvalidSignatureException: 'NOT_YET_ALLOWED',
  SignatureDoesNotMatch: 'NOT_YET_ALLOWED',
  ValidationException: 'FAILED',
  ResourceNotFoundException: 'FAILED',
  // Of Step Functions.
  StateMachineDoesNotExist: 'FAILED',
  StateMachineDeleting: 'FAILED',
  InvalidArn: 'FAILED',
  InvalidName: 'FAILED',
  InvalidExecutionInput: 'FAILED',
};

/** What the exception of a call means for the run that made it. */
export function outcomeOfError(error: unknown): Outcome {
  const name = nameOf(error);
  if (name === 'ValidationException' && (isAboutRole(error) || isAboutDelay(error))) return 'NOT_YET_ALLOWED';
  return Object.hasOwn(REFUSALS, name) ? REFUSALS[name] : 'UNKNOWN';
}

/**
 * Whether a call that ended so ends so again.
 *
 * @param secondsSinceAsked how long ago the run was asked for
 */
export function isLasting(outcome: Outcome, secondsSinceAsked: number): boolean {
  return outcome === 'FAILED' || (outcome === 'NOT_YET_ALLOWED' && secondsSinceAsked >= PERMISSIONS_SETTLE_SECONDS);
}

/** The service's own words, with the name of the exception; our own have none. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
}

/** Whether what an id stands for is not there, or can't be: the id has not the form that the service asks for. */
export function namesNothing(error: unknown): boolean {
  return isNotFound(error) || nameOf(error) === 'ValidationException';
}

/** Whether the service does not know what was asked for. */
export function isNotFound(error: unknown): boolean {
  return nameOf(error) === 'ResourceNotFoundException';
}

/** A role that was made a moment ago can't be assumed yet. */
function isAboutRole(error: unknown): boolean {
  return error instanceof Error && /assume|role/i.test(error.message);
}

/** Clean Rooms says itself that a role or a policy is too new. */
function isAboutDelay(error: unknown): boolean {
  return (error as { reason?: string }).reason === 'IAM_SYNCHRONIZATION_DELAY';
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
