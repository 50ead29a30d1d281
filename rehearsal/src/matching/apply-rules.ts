import { ComparedColumn } from './comparison';
import { Database } from './database';
import { IdMapping, Rule } from './id-mapping';
import { applyRule, CREATE_MAPPING, isApplicable, needsPasses } from './rule-statements';

/**
 * Makes the table of pairs from the table of records.
 * @param onRule is told of each rule before it is applied
 */
export async function applyRules(
  database: Database, mapping: IdMapping, columns: readonly ComparedColumn[], onRule: (rule: Rule) => void = () => {},
): Promise<void> {
  await database.execute(CREATE_MAPPING);
  for (const [index, rule] of mapping.rules.entries()) {
    if (!isApplicable(rule, columns)) {
      continue;
    }
    onRule(rule);
    const pass = applyRule(mapping, index, columns);
    let { rowsChanged } = await database.execute(pass);
    while (rowsChanged > 0 && needsPasses(mapping, rule, columns)) {
      ({ rowsChanged } = await database.execute(pass));
    }
  }
}
