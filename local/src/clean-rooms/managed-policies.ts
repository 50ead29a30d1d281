import { Context } from './context';
import { denied, invalid } from './errors';
import { Entity } from './store';
import { AccessDeniedError, ResourceNotFoundError } from '../rest-json/errors';

export const CLEAN_ROOMS = 'cleanrooms.amazonaws.com';

/** What a statement that Clean Rooms manages lets Clean Rooms do with a resource of Entity Resolution. */
export interface ManagedStatement {
  readonly action: readonly string[];
  /** For whom it does that. */
  readonly accounts: readonly string[];
}

/** Calls Entity Resolution with the caller's credentials, for a resource that the caller's own one refers to. */
export async function callEntityResolution(operation: string, input: object, { entityResolution, caller }: Context): Promise<object> {
  try {
    return await entityResolution.call(operation, input, caller);
  } catch (error) {
    if (error instanceof ResourceNotFoundError) {
      throw invalid(error.message);
    }
    throw error instanceof AccessDeniedError ? denied(error.message) : error;
  }
}

/** Adds the statement of a new resource to the policy of what it refers to. */
export async function addManagedStatement(arn: string, { id }: Entity, { action, accounts }: ManagedStatement, context: Context): Promise<void> {
  const condition = JSON.stringify({ StringEquals: { 'aws:SourceAccount': accounts } });
  await callEntityResolution('AddPolicyStatement', {
    arn, statementId: statementId(id), effect: 'Allow', action, principal: [CLEAN_ROOMS], condition,
  }, context);
}

/** Removes it again, if it is still there. */
export async function deleteManagedStatement(arn: string, { id }: Entity, context: Context): Promise<void> {
  try {
    await context.entityResolution.call('DeletePolicyStatement', { arn, statementId: statementId(id) }, context.caller);
  } catch (error) {
    if (!(error instanceof ResourceNotFoundError)) {
      throw error;
    }
  }
}

/** Letters and digits only. */
function statementId(id: string): string {
  return `CleanRooms${id.replaceAll('-', '')}`;
}
