import { randomUUID } from 'node:crypto';
import {
  AddPolicyStatementInput, DeletePolicyStatementInput, GetPolicyInput, PutPolicyInput,
} from '@aws-sdk/client-entityresolution';
import { AccountRegion } from './account-region';
import { Context } from './context';
import { ownResource } from './own-resource';
import { parseCondition, parsePolicy, PolicyStatement } from './resource-policy';
import { Valid } from '../rest-json/api-model';
import { ConflictError, ResourceNotFoundError, ValidationError } from '../rest-json/errors';

/** What the API model lets a policy have, in characters. */
const MAX_POLICY = 40_960;

export const policyOperations = {
  PutPolicy({ arn, token, policy }: Valid<PutPolicyInput>, { accountRegion }: Context) {
    const current = ownResource(arn, accountRegion).resource.policy?.token;
    if (token !== undefined && token !== current) {
      throw new ConflictError(`the token ${token} is not the one of the current policy of ${arn}: get the policy, then put again`);
    }
    return put(arn, parsePolicy(policy), accountRegion);
  },

  GetPolicy({ arn }: Valid<GetPolicyInput>, { accountRegion }: Context) {
    const { policy } = ownResource(arn, accountRegion).resource;
    if (!policy) {
      throw new ResourceNotFoundError(`${arn} has no policy`);
    }
    return describe(arn, policy.token, policy.statements);
  },

  AddPolicyStatement({ arn, statementId, effect, action, principal, condition }: Valid<AddPolicyStatementInput>, { accountRegion }: Context) {
    const statements = statementsOf(arn, accountRegion);
    if (statements.some(({ Sid }) => Sid === statementId)) {
      throw new ConflictError(`the policy of ${arn} has a statement "${statementId}" already: delete it first, or give another statementId`);
    }
    const accounts = principal.filter(isAccount);
    const services = principal.filter((candidate) => !isAccount(candidate));
    return put(arn, [...statements, {
      Sid: statementId,
      Effect: effect,
      Principal: { ...accounts.length > 0 && { AWS: accounts }, ...services.length > 0 && { Service: services } },
      Action: action,
      Resource: arn,
      ...condition !== undefined && { Condition: parseCondition(condition) },
    }], accountRegion);
  },

  DeletePolicyStatement({ arn, statementId }: Valid<DeletePolicyStatementInput>, { accountRegion }: Context) {
    const statements = statementsOf(arn, accountRegion);
    const kept = statements.filter(({ Sid }) => Sid !== statementId);
    if (kept.length === statements.length) {
      throw new ResourceNotFoundError(`the policy of ${arn} has no statement "${statementId}"`);
    }
    return put(arn, kept, accountRegion);
  },
};

function isAccount(principal: string): boolean {
  return /^\d{12}$/.test(principal);
}

function statementsOf(arn: string, accountRegion: AccountRegion): readonly PolicyStatement[] {
  return ownResource(arn, accountRegion).resource.policy?.statements ?? [];
}

/** A policy without statements is none. */
function put(arn: string, statements: readonly PolicyStatement[], accountRegion: AccountRegion) {
  const { length } = [...textOf(statements)];
  if (length > MAX_POLICY) {
    throw new ValidationError(`the policy of ${arn} would have ${length} characters: it may have ${MAX_POLICY}; delete statements first`);
  }
  const { table, name } = ownResource(arn, accountRegion);
  const token = randomUUID();
  table.change(name, { policy: statements.length > 0 ? { token, statements } : undefined });
  return describe(arn, token, statements);
}

function describe(arn: string, token: string, statements: readonly PolicyStatement[]) {
  return { arn, token, policy: statements.length > 0 ? textOf(statements) : undefined };
}

function textOf(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}
