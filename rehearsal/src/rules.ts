import { Rule } from './matching/id-mapping';
import { UsageError } from './matching/usage-error';

/** The rules of an ID mapping workflow: its own, or else those of the inputs on the side that its `ruleDefinitionType` names. */
export function mappingRules(own: readonly Rule[], ruleDefinitionType: unknown, rulesOf: (side: 'SOURCE' | 'TARGET') => readonly Rule[]): readonly Rule[] {
  return own.length > 0 ? own : rulesOf(ruleDefinitionType === 'TARGET' ? 'TARGET' : 'SOURCE');
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
