import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { checkAttributeName, checkCount, fail } from '../../private/validation';
import { MatchingRule } from '../matching-rule';

/** Refuses rules that the service would refuse. */
export function checkRules(scope: IConstruct, rules: readonly MatchingRule[]): void {
  checkCount(scope, 'rules', rules, 1, 25);
  for (const rule of rules) {
    checkAttributeName(scope, 'ruleName', rule.ruleName);
    checkCount(scope, 'matchingKeys', rule.matchingKeys, 1, 15);
    known(rule.matchingKeys).forEach((key) => checkAttributeName(scope, 'matchingKeys', key));
  }
}

/** The match keys of the inputs; nothing when one of them was not defined in this app. */
export function matchKeysOf(inputs: readonly { matchKeys?: string[] }[]): string[] | undefined {
  if (inputs.some((input) => input.matchKeys === undefined)) return undefined;
  return [...new Set(inputs.flatMap((input) => input.matchKeys ?? []))];
}

/** Refuses a rule whose match key no field of the inputs has: it could never match. */
export function checkMatchKeys(
  scope: IConstruct, property: string, inputs: readonly { matchKeys?: string[] }[], rules: readonly MatchingRule[],
): void {
  const matchKeys = matchKeysOf(inputs);
  if (!matchKeys || matchKeys.some((key) => Token.isUnresolved(key))) return;

  for (const { ruleName, matchingKeys } of rules) {
    const unknown = known(matchingKeys).find((key) => !Token.isUnresolved(key) && !matchKeys.includes(key));
    if (unknown !== undefined) {
      fail(scope, `rule ${JSON.stringify(ruleName)} names the match key ${JSON.stringify(unknown)}, which no field of '${property}' has; `
        + `their match keys are: ${JSON.stringify(matchKeys)}`);
    }
  }
}

/** The items of a list; none of one that is itself a token. */
function known(list: readonly string[]): readonly string[] {
  return Token.isUnresolved(list) ? [] : list;
}
