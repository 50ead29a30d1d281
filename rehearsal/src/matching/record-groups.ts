import { candidates, MatchedColumns, matchedColumns, valueNames } from './candidates';
import { AttributeMatchingModel, comparedColumns, fieldColumn, RecordColumn } from './comparison';
import { DataSet, isNamed } from './data-set';
import { Database, DatabaseOptions, inDatabase } from './database';
import { Rule } from './id-mapping';
import { readRecords } from './read-records';
import { COUNT_RECORDS, writeRejected } from './record-statements';
import { isApplicable } from './rule-statements';
import { identifier, list, literal } from './sql';
import { UsageError } from './usage-error';

/** Which records are one: those that match by a rule, be it through others. */
export interface RecordGrouping {
  readonly dataSets: readonly DataSet[];
  /** A waterfall: a record that one rule has grouped is not looked at by the next. */
  readonly rules: readonly Rule[];
  readonly attributeMatchingModel: AttributeMatchingModel;
  /** The fields to write, and whether as SHA-256 hashes. */
  readonly output: readonly { readonly name: string; readonly hashed?: boolean }[];
}

/** Files of one run, and its limits. */
export interface GroupRecordsOptions extends DatabaseOptions {
  /** Where to write the records: CSV with the columns `InputSourceARN`, those of the output, `MatchID`, `MatchRule`. */
  readonly groupsFile: string;
  /** Where to write the rejected records: CSV with the columns `inputSource`, `uniqueId`, `cause`. */
  readonly rejectedFile: string;
}

/** Numbers of records, and of the groups that they make; a record that is like no other is a group too. */
export interface RecordGroupCounts {
  readonly input: number;
  readonly rejected: number;
  readonly deleted: number;
  readonly groups: number;
}

/**
 * Groups records.
 * @throws InputError when a file can't be read as its data set says
 * @throws UsageError when the output names a field that no data set has
 */
export async function groupRecords(grouping: RecordGrouping, options: GroupRecordsOptions): Promise<RecordGroupCounts> {
  const { dataSets, rules, attributeMatchingModel } = grouping;
  const matchKeys = [...new Set(rules.flatMap(({ matchingKeys }) => matchingKeys))];
  const columns = comparedColumns(dataSets, matchKeys, attributeMatchingModel);
  const outputColumns = outputColumnsOf(grouping);
  return inDatabase(options, async (database) => {
    await readRecords(database, dataSets, [...columns, ...outputColumns]);
    await database.execute(writeRejected(dataSets, options.rejectedFile));
    await database.execute('CREATE TABLE grouped (record BIGINT, label BIGINT, rule UTINYINT)');
    for (const [index, rule] of rules.entries()) {
      if (isApplicable(rule, columns)) {
        await applyRule(database, matchedColumns(rule, columns), index);
      }
    }
    await database.execute(`INSERT INTO grouped SELECT rowid, rowid, NULL FROM records WHERE ${USABLE} AND rowid NOT IN (SELECT record FROM grouped)`);
    await database.execute(writeGroups(grouping, outputColumns, options.groupsFile));
    const [input, rejected, deleted] = await database.numbers(COUNT_RECORDS);
    const [groups] = await database.numbers('SELECT count(DISTINCT label) FROM grouped');
    return { input, rejected, deleted, groups };
  });
}

const USABLE = 'cause IS NULL AND NOT deleted';

function outputColumnsOf({ dataSets, output }: RecordGrouping): RecordColumn[] {
  return output.map(({ name, hashed }, index) => {
    const expressions = dataSets.map(({ fields }) => {
      const field = fields.findIndex((candidate) => isNamed(candidate, name));
      return field < 0 ? 'NULL' : hashed ? `sha256(${fieldColumn(field)})` : fieldColumn(field);
    });
    if (expressions.every((expression) => expression === 'NULL')) {
      throw new UsageError(`the output names "${name}", which is a field of no schema mapping of the workflow`);
    }
    return { name: `output${index}`, expressions };
  });
}

/** Labels records that share values with the least label among them, until no label changes: chains of records become one group. */
async function applyRule(database: Database, keys: MatchedColumns, rule: number): Promise<void> {
  const values = valueNames(keys);
  await database.execute(`CREATE OR REPLACE TABLE candidates AS
    SELECT DISTINCT record, ${values} FROM (${candidates(keys, 'rowid NOT IN (SELECT record FROM grouped)', 'NULL')})`);
  await database.execute('CREATE OR REPLACE TABLE labels AS SELECT DISTINCT record, record AS label FROM candidates');
  const relabel = `UPDATE labels SET label = least.label FROM (
      SELECT record, min(shared.label) AS label FROM candidates JOIN (
        SELECT ${values}, min(label) AS label FROM candidates JOIN labels USING (record) GROUP BY ALL
      ) AS shared USING (${values}) GROUP BY record
    ) AS least WHERE labels.record = least.record AND least.label < labels.label`;
  let { rowsChanged } = await database.execute(relabel);
  while (rowsChanged > 0) {
    ({ rowsChanged } = await database.execute(relabel));
  }
  await database.execute(`INSERT INTO grouped SELECT record, label, ${rule} FROM labels
    WHERE label IN (SELECT label FROM labels GROUP BY label HAVING count(*) > 1)`);
}

/** The id of a group is made from its first record: it stays the same from run to run. */
function writeGroups({ dataSets, rules, output }: RecordGrouping, outputColumns: readonly RecordColumn[], file: string): string {
  const sources = list(dataSets.map(({ name }) => literal(name)));
  const names = list(rules.map(({ ruleName }) => literal(ruleName)));
  const fields = outputColumns.map(({ name }, index) => `${name} AS ${identifier(output[index].name)}`).join(', ');
  return `COPY (SELECT InputSourceARN, ${fields && `${fields}, `}
      md5(min(InputSourceARN || ' ' || id) OVER (PARTITION BY label)) AS MatchID, ${names}[rule + 1] AS MatchRule
    FROM (SELECT *, ${sources}[data_set + 1] AS InputSourceARN FROM grouped JOIN records ON grouped.record = records.rowid)
    ORDER BY InputSourceARN, id) TO ${literal(file)} (FORMAT csv, HEADER)`;
}
