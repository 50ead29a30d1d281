import { z, ZodType } from 'zod';
import { ValidationError } from '../rest-json/errors';

/** What the owner of a resource lets others do with it. */
export interface ResourcePolicy {
  /** Names this revision. */
  readonly token: string;
  readonly statements: readonly PolicyStatement[];
}

const ONE_OR_MORE = z.union([z.string().min(1), z.array(z.string().min(1)).nonempty()]);
const CONDITION_VALUE = z.union([z.string(), z.number(), z.boolean()]);
const OPERATOR_NAMES = ['StringEquals', 'StringLike', 'ArnEquals', 'ArnLike'] as const;

/** Operators, then condition keys, then the values of which one has to hold. */
const CONDITION = z.partialRecord(
  z.enum(OPERATOR_NAMES), z.record(z.string(), z.union([CONDITION_VALUE, z.array(CONDITION_VALUE)])));

/** A statement of a resource's policy, in IAM's terms. */
const STATEMENT = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.partialRecord(z.enum(['AWS', 'Service', 'Federated', 'CanonicalUser']), ONE_OR_MORE)]),
  Action: ONE_OR_MORE,
  Resource: ONE_OR_MORE.optional(),
  Condition: CONDITION.optional(),
});

const POLICY = z.strictObject({
  Version: z.enum(['2008-10-17', '2012-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.union([STATEMENT, z.array(STATEMENT)]),
});

export type PolicyStatement = z.infer<typeof STATEMENT>;
type Condition = z.infer<typeof CONDITION>;

/** Somebody who wants to use a resource of another account. */
export interface Access {
  readonly action: string;
  /** An account id, or a service that acts for one. */
  readonly principal: string;
  /** ARN of the resource. */
  readonly resource: string;
  /** Condition keys and their values. */
  readonly context: Readonly<Record<string, string>>;
}

const OPERATORS: Readonly<Record<typeof OPERATOR_NAMES[number], (given: string, expected: string) => boolean>> = {
  StringEquals: (given, expected) => given === expected,
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
};

/** Whether a policy allows the access, by a statement that does and none that denies it. */
export function allows(statements: readonly PolicyStatement[], access: Access): boolean {
  const effects = statements.filter((statement) => applies(statement, access)).map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

/**
 * Reads the text of a policy.
 * @throws ValidationError when it is not one that the local AWS can apply
 */
export function parsePolicy(text: string): PolicyStatement[] {
  return [parse(POLICY, text, 'policy').Statement].flat();
}

/**
 * Reads the text of a statement's condition.
 * @throws ValidationError when it is not one that the local AWS can apply
 */
export function parseCondition(text: string): Condition {
  return parse(CONDITION, text, 'condition');
}

function parse<T>(schema: ZodType<T>, text: string, member: string): T {
  const { data, error } = schema.safeParse(parseJson(text, member));
  if (error) {
    throw new ValidationError(`the ${member} is none that the local AWS can apply: ${z.prettifyError(error)}`);
  }
  return data;
}

function parseJson(text: string, member: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ValidationError(`the ${member} is not JSON`);
  }
}

function applies(statement: PolicyStatement, { action, principal, resource, context }: Access): boolean {
  const { Principal, Action, Resource = '*', Condition: condition = {} } = statement;
  const principals = Principal === '*' ? ['*'] : Object.values(Principal).flat();
  const given = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return principals.some((candidate) => candidate === '*' || candidate === principal || candidate === `arn:aws:iam::${principal}:root`)
    && [Action].flat().some((pattern) => like(action.toLowerCase(), pattern.toLowerCase()))
    && [Resource].flat().some((pattern) => like(resource, pattern))
    && OPERATOR_NAMES.every((operator) => Object.entries(condition[operator] ?? {}).every(([key, values]) => {
      const value = given.get(key.toLowerCase());
      return value !== undefined && [values].flat().some((expected) => OPERATORS[operator](value, String(expected)));
    }));
}

/** @param pattern with `*` for any characters and `?` for any one */
function like(given: string, pattern: string): boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(given);
}
