import { AccessDeniedError, ConflictError, ResourceNotFoundError, ServiceError, ValidationError } from '../rest-json/errors';

/** What the API model can name as missing: it knows no tables, associations and schemas, for which what they are part of is named. */
export type ResourceType = 'COLLABORATION' | 'MEMBERSHIP';

/** 409. */
export function conflict(reason: 'ALREADY_EXISTS' | 'SUBRESOURCES_EXIST' | 'INVALID_STATE', message: string): ServiceError {
  return new ConflictError(message, { reason });
}

/** 404. */
export function notFound(resourceType: ResourceType, resourceId: string, message: string): ServiceError {
  return new ResourceNotFoundError(message, { resourceType, resourceId });
}

/** 403. */
export function denied(message: string): ServiceError {
  return new AccessDeniedError(message, { reason: 'INSUFFICIENT_PERMISSIONS' });
}

/** 400: what the request refers to is not fit for it. */
export function invalid(message: string): ServiceError {
  return new ValidationError(message, { reason: 'INVALID_CONFIGURATION' });
}

/** 402. */
export function quotaExceeded(quotaName: string, quotaValue: number): ServiceError {
  return new ServiceError('ServiceQuotaExceededException',
    `the quota "${quotaName}" allows ${quotaValue}: delete one, or ask for a higher quota`, { quotaName, quotaValue });
}
