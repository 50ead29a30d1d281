import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FebrlRun, febrlRuns, febrlTable } from '../../bench/febrl';

let runs: FebrlRun[];

beforeAll(async () => {
  runs = await febrlRuns();
});

test('the engine makes the same pairs of the FEBRL data sets as a reference without it', () => {
  expect(runs.map(({ name, pairs }) => ({ name, pairs }))).toEqual(runs.map(({ name, referencePairs }) => ({ name, pairs: referencePairs })));
});

test('a rehearsal counts what is in the pairs', () => {
  const isTrue = (pair: string) => /^rec-(\d+)-dup-\d+,rec-\1-org,/.test(pair);
  for (const { name, rehearsal: { mapped, truth, rules }, referencePairs } of runs) {
    const ofRule = (ruleName: string) => referencePairs.filter((pair) => pair.endsWith(`,${ruleName}`));

    expect({ name, mapped, found: truth!.found, rules: rules.map((rule) => [rule.ruleName, rule.mapped, rule.truth!.found]) }).toEqual({
      name,
      mapped: referencePairs.length,
      found: referencePairs.filter(isTrue).length,
      rules: rules.map(({ ruleName }) => [ruleName, ofRule(ruleName).length, ofRule(ruleName).filter(isTrue).length]),
    });
  }
});

test('docs/febrl.md tells what the rules do on the FEBRL data sets; `npm run febrl` writes it', async () => {
  expect(await readFile(join(__dirname, '..', '..', 'docs', 'febrl.md'), 'utf8')).toContain(`\n\n${febrlTable(runs)}\n\n`);
});
