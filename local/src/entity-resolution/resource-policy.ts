import { ValidationError } from '../rest-json/errors';

/** What the owner of a resource lets others do with it. */
export interface ResourcePolicy {
  /** Names this revision. */
  readonly token: string;
  readonly statements: readonly PolicyStatement[];
}

/** A statement of a resource's policy, in IAM's terms. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Condition;
}

/** Operators, then condition keys, then the values of which one has to hold. */
type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Somebody who wants to use a resource of another account. */
export interface Access {
  readonly action: string;
  /** An account id, or a service that acts for one. */
  readonly principal: string;
  /** Condition keys and their values. */
  readonly context: Readonly<Record<string, string>>;
}

const OPERATORS: Readonly<Record<string, (given: string, expected: string) => boolean>> = {
  StringEquals: (given, expected) => given === expected,
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
};

/** Whether a policy allows the access, by a statement that does and none that denies it. */
export function allows(statements: readonly PolicyStatement[], access: Access): boolean {
  const effects = statements.filter(statement => applies(statement, access)).map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

/**
 * Reads the text of a policy.
 * @throws ValidationError when it is not one
 */
export function parsePolicy(policy: string): PolicyStatement[] {
  const { Statement } = parseObject(policy, 'policy') as { Statement?: PolicyStatement | PolicyStatement[] };
  const statements = [Statement ?? []].flat();
  for (const { Effect, Principal, Action, Condition: condition } of statements) {
    if ((Effect !== 'Allow' && Effect !== 'Deny') || !Principal || !Action) {
      throw new ValidationError('a statement of the policy lacks an Effect (Allow or Deny), a Principal or an Action');
    }
    checkCondition(condition ?? {});
  }
  return statements;
}

/**
 * Reads the text of a statement's condition.
 * @throws ValidationError when it is not one
 */
export function parseCondition(text: string): Condition {
  const condition = parseObject(text, 'condition') as Condition;
  checkCondition(condition);
  return condition;
}

function parseObject(text: string, member: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value;
    }
  } catch {
    // Answered below, like JSON that is not an object.
  }
  throw new ValidationError(`the ${member} is not a JSON object`);
}

function checkCondition(condition: Condition): void {
  for (const operator of Object.keys(condition)) {
    if (!OPERATORS[operator]) {
      throw new ValidationError(`the condition operator "${operator}" is not known to the local AWS; it knows: ${Object.keys(OPERATORS).join(', ')}`);
    }
  }
}

function applies({ Principal, Action, Condition: condition = {} }: PolicyStatement, { action, principal, context }: Access): boolean {
  const principals = Principal === '*' ? ['*'] : Object.values(Principal).flat();
  return principals.some(candidate => candidate === '*' || candidate === principal || candidate === `arn:aws:iam::${principal}:root`)
    && [Action].flat().some(pattern => like(action, String(pattern)))
    && Object.entries(condition).every(([operator, keys]) => Object.entries(keys).every(([key, values]) =>
      context[key] !== undefined && [values].flat().some(value => OPERATORS[operator](context[key], String(value)))));
}

/** @param pattern with `*` for any characters and `?` for any one */
function like(given: string, pattern: string): boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(given);
}
