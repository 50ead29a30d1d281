import { Rule } from '../src/matching/id-mapping';
import { checkMatchKeys, mappingRules } from '../src/rules';

const rule = (ruleName: string, ...matchingKeys: string[]) => ({ ruleName, matchingKeys });

test.each<[string, Rule[], string | undefined, string]>([
  ['its own', [rule('own', 'email')], 'TARGET', 'own'],
  ['those of its sources', [], 'SOURCE', 'of the source'],
  ['those of its sources when it names no side', [], undefined, 'of the source'],
  ['those of its target', [], 'TARGET', 'of the target'],
])('an ID mapping has %s', (_, own, ruleDefinitionType, expected) => {
  const rules = mappingRules(own, ruleDefinitionType, (side) => [rule(side === 'SOURCE' ? 'of the source' : 'of the target', 'email')]);

  expect(rules.map(({ ruleName }) => ruleName)).toEqual([expected]);
});

const INPUTS = [{ fields: [{}, { matchKey: 'name' }] }, { fields: [{ matchKey: 'email' }] }];

test('match keys of any input are good', () => {
  expect(() => checkMatchKeys([rule('r', 'email', 'name')], INPUTS)).not.toThrow();
});

test.each([
  [rule('r'), 'the rule "r" has no match keys: give 1 to 15'],
  [rule('r', 'email', 'phone'), 'the rule "r" names the match key "phone", which no field of the schema mappings has; they have: email, name'],
])('%j is refused', (bad, message) => {
  expect(() => checkMatchKeys([bad], INPUTS)).toThrow(message);
});
