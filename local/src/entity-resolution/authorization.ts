import { AccountRegion } from './account-region';
import { Operation } from './api-model';
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

const RESOURCE_TYPES: Readonly<Record<string, string>> = {
  idmappingworkflows: 'idmappingworkflow',
  matchingworkflows: 'matchingworkflow',
  schemas: 'schemamapping',
};

/** The permissions that a call needs: for its operation, and for the roles that it hands to the service. */
export function requiredPermissions(
  operation: Operation, labels: Readonly<Record<string, string>>, input: object, accountRegion: AccountRegion,
): Permission[] {
  return [
    { action: `entityresolution:${operation.name}`, resourceArn: resourceArn(operation, labels, accountRegion), context: {} },
    ...passedRoles(operation, input, accountRegion).map(roleArn =>
      ({ action: 'iam:PassRole', resourceArn: roleArn, context: { 'iam:PassedToService': 'entityresolution.amazonaws.com' } })),
  ];
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

function resourceArn({ http }: Operation, labels: Readonly<Record<string, string>>, { account, region }: AccountRegion): string {
  const [name] = Object.values(labels);
  const prefix = `arn:aws:entityresolution:${region}:${account}:`;
  if (name === undefined) {
    return `${prefix}*`;
  }
  return name.startsWith('arn:') ? name : `${prefix}${RESOURCE_TYPES[http.requestUri.split('/')[1]]}/${name}`;
}

function passedRoles({ name }: Operation, input: object, accountRegion: AccountRegion): string[] {
  const { roleArn, outputSourceConfig, workflowName } =
    input as { roleArn?: string; outputSourceConfig?: { roleArn?: string }[]; workflowName?: string };
  const workflow = name === 'StartIdMappingJob' ? accountRegion.idMappingWorkflows.find(workflowName!.split('/').pop()!) : undefined;
  return [roleArn, workflow?.members.roleArn, ...(outputSourceConfig ?? []).map(output => output.roleArn)].filter(arn => arn !== undefined && arn !== '')
    .map(String);
}
