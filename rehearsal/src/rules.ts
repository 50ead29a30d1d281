import { Rule } from './matching/id-mapping';
import { UsageError } from './matching/usage-error';

/** What a workflow has as an input: a Glue table, or what has inputs itself, as matching workflows and ID namespaces have. */
export interface RuleOwner {
  readonly rules: readonly Rule[];
  readonly inputs: readonly RuleOwner[];
}

/** The rules of an ID mapping workflow: its own, or else those of the inputs on the side that its `ruleDefinitionType` names. */
export function mappingRules(
  own: readonly Rule[], ruleDefinitionType: unknown, inputsOf: (side: 'SOURCE' | 'TARGET') => readonly RuleOwner[],
): readonly Rule[] {
  return own.length > 0 ? own : inputsOf(ruleDefinitionType === 'TARGET' ? 'TARGET' : 'SOURCE').flatMap(rulesOf);
}

/** An ID namespace without rules has those of its matching workflows. */
function rulesOf({ rules, inputs }: RuleOwner): readonly Rule[] {
  return rules.length > 0 ? rules : inputs.flatMap(rulesOf);
}

/**
 * Refuses rules without match keys, and match keys that no field has.
 * @param inputs all that the rules are applied to
 * @throws UsageError
 */
export function checkMatchKeys(rules: readonly Rule[], inputs: readonly { readonly fields: readonly { readonly matchKey?: string }[] }[]): void {
  const matchKeys = new Set(inputs.flatMap(({ fields }) => fields.flatMap(({ matchKey }) => matchKey ?? [])));
  for (const { ruleName, matchingKeys } of rules) {
    if (matchingKeys.length === 0) {
      throw new UsageError(`the rule "${ruleName}" has no match keys: give 1 to 15`);
    }
    const unknown = matchingKeys.find((key) => !matchKeys.has(key));
    if (unknown !== undefined) {
      throw new UsageError(`the rule "${ruleName}" names the match key "${unknown}", which no field of the schema mappings has; ` +
        `they have: ${[...matchKeys].sort().join(', ') || 'none'}`);
    }
  }
}
