import { Caller } from './caller';
import { AccessDeniedError } from './errors';

/** Something that a caller must be allowed to do. */
export interface Permission {
  readonly action: string;
  readonly resourceArn: string;
  /** Condition keys and their values. */
  readonly context: Readonly<Record<string, string>>;
}

interface Decision {
  readonly allowed: boolean;
  readonly reason?: string;
}

/**
 * Asks whether the caller has all of the permissions.
 * @param authorizeUrl answers `{ allowed, reason }`
 * @throws AccessDeniedError for the first that it has not
 */
export async function authorize(authorizeUrl: string, { accessKeyId }: Caller, permissions: readonly Permission[]): Promise<void> {
  for (const permission of permissions) {
    const response = await fetch(authorizeUrl, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ accessKeyId, ...permission }),
    });
    if (!response.ok) {
      throw new Error(`${authorizeUrl} answered ${response.status}: ${await response.text()}`);
    }
    const { allowed, reason } = await response.json() as Decision;
    if (!allowed) {
      throw new AccessDeniedError(reason ?? `not authorized to perform ${permission.action} on ${permission.resourceArn}`);
    }
  }
}
