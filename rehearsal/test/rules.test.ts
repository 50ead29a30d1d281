import { checkMatchKeys, mappingRules, RuleOwner } from '../src/rules';

const rule = (ruleName: string, ...matchingKeys: string[]) => ({ ruleName, matchingKeys });
const owner = (rules: RuleOwner['rules'], ...inputs: RuleOwner[]): RuleOwner => ({ rules, inputs });
const TABLE = owner([]);
const WORKFLOW = owner([rule('of the workflow', 'email')], TABLE);

test.each<[string, RuleOwner['rules'], string | undefined, RuleOwner[], RuleOwner[], string[]]>([
  ['its own', [rule('own', 'email')], 'TARGET', [WORKFLOW], [WORKFLOW], ['own']],
  ['those of its sources', [], 'SOURCE', [WORKFLOW, TABLE], [owner([rule('other', 'email')])], ['of the workflow']],
  ['those of its sources when it names no side', [], undefined, [WORKFLOW], [TABLE], ['of the workflow']],
  ['those of its target', [], 'TARGET', [TABLE], [WORKFLOW], ['of the workflow']],
  ['those of an ID namespace', [], 'TARGET', [TABLE], [owner([rule('of the namespace', 'email')], WORKFLOW)], ['of the namespace']],
  ['those of the matching workflows of an ID namespace', [], 'TARGET', [TABLE], [owner([], WORKFLOW, WORKFLOW)], ['of the workflow', 'of the workflow']],
  ['none', [], 'SOURCE', [TABLE], [WORKFLOW], []],
])('an ID mapping has %s', (_, own, ruleDefinitionType, sources, targets, expected) => {
  expect(mappingRules(own, ruleDefinitionType, (side) => (side === 'SOURCE' ? sources : targets)).map(({ ruleName }) => ruleName)).toEqual(expected);
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
