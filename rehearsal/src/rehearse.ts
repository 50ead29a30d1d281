import { masked, SHARED_BY_MANY, shortened } from './masked';
import { applyRules } from './matching/apply-rules';
import { ComparedColumn, columnsOf, fieldColumn } from './matching/comparison';
import { DataSet } from './matching/data-set';
import { Database, DatabaseOptions, inDatabase } from './matching/database';
import { readFields, readRecords } from './matching/read-records';
import { countMapping, isApplicable, writeMapping } from './matching/rule-statements';
import { Change, Difference, InputReport, MatchKeyReport, PriceEstimate, Rehearsal, RuleReport, RuleTruth, Sample } from './rehearsal';
import {
  changes, COUNT_CHOICES, COUNT_INPUTS, COUNT_REACH, COUNT_RULES, countTrue, coverage, CREATE_REACH, createChanges, givenColumns, insertReach,
  repeatedValues, samples,
} from './rehearsal-statements';
import { RehearsedMapping } from './rehearsed-mapping';

/** How to rehearse. */
export interface RehearseOptions extends DatabaseOptions {
  /** The price of 1,000 records, in USD. */
  readonly pricePer1000: number;
  /** Whether values are shown as they are. */
  readonly showValues: boolean;
  /** Where to write all pairs: CSV with the columns `sourceId`, `targetId`, `ruleName`. @default - nowhere */
  readonly pairsFile?: string;
  /** CSV with the columns `sourceId`, `targetId`: the pairs that should be found. @default - not known */
  readonly truthFile?: string;
  /** The pairs of an earlier rehearsal. @default - nothing is compared */
  readonly earlierPairsFile?: string;
  /** Is told of each stage when it begins, with what tells how much of it is done (0 to 1). */
  readonly onStage: (stage: string, progress: () => number) => void;
}

interface Rehearsed {
  readonly database: Database;
  readonly mapping: RehearsedMapping;
  readonly columns: readonly ComparedColumn[];
  readonly options: RehearseOptions;
}

type Row = readonly unknown[];

/**
 * Maps the records as a run would, and looks into how it went.
 * @throws InputError when a file can't be read as its data set says
 */
export async function rehearse(mapping: RehearsedMapping, options: RehearseOptions): Promise<Rehearsal> {
  const warnings: string[] = [];
  const onWarning = (file: string, message: string) => { warnings.push(`${file}: ${message}`); };
  return inDatabase({ ...options, onWarning }, async (database) => {
    const columns = columnsOf(mapping);
    const rehearsed = { database, mapping, columns, options };
    const stage = (name: string) => { options.onStage(name, database.progress); };
    await readRecords(database, [...mapping.sources, ...mapping.targets], [...columns, ...givenColumns(columns)], ({ name }) => { stage(`read ${name}`); });
    await applyRules(database, mapping, columns, ({ ruleName }) => { stage(`apply ${ruleName}`); });
    stage('look at the rules');
    const reach = await reachOf(rehearsed);
    const inputs = await inputReports(rehearsed);
    const ruleReports = await rules(rehearsed, reach);
    stage('look at the match keys');
    const matchKeys = await matchKeyReports(rehearsed);
    stage('compare');
    const truth = options.truthFile === undefined ? undefined : await compareWithTruth(rehearsed, options.truthFile);
    const difference = options.earlierPairsFile === undefined ? undefined : await compareWithEarlier(rehearsed, options.earlierPairsFile);
    if (options.pairsFile !== undefined) {
      // So that people and tools find the pairs of two rehearsals side by side.
      await database.execute(writeMapping(mapping, options.pairsFile, 'ORDER BY data_set, sourceId'));
    }
    const [mapped, mappedTargets] = await database.numbers(countMapping(sum(inputs.map(({ records }) => records))));
    const [severalTargets] = await database.numbers(COUNT_CHOICES);
    const sourceRecords = sum(inputs.filter(({ side }) => side === 'SOURCE').map(usable));
    return {
      name: mapping.name,
      recordMatchingModel: mapping.recordMatchingModel,
      inputs,
      warnings,
      sourceRecords,
      mapped,
      mappedShare: sourceRecords === 0 ? 0 : mapped / sourceRecords,
      mappedTargets,
      mappedBySeveralRules: sum(reach.filter(({ rules: found }) => found.length > 1).map(({ mapped: records }) => records)),
      unmapped: sourceRecords - mapped,
      conflicts: { severalTargets, targetTaken: sum(reach.map(({ records }) => records)) - mapped },
      rules: ruleReports.map((rule, index) => ({ ...rule, ...truth && { truth: truth.rules[index] } })),
      overlaps: reach.map(({ rules: found, records }) => ({ ruleNames: found.map((index) => mapping.rules[index].ruleName), records })),
      matchKeys,
      price: priceOf(sum(inputs.map(({ records }) => records)), options.pricePer1000),
      ...truth && { truth: truth.all },
      ...difference && { difference },
    };
  });
}

/** Source records by the rules that find a target for them. */
interface Reach {
  readonly rules: readonly number[];
  readonly records: number;
  readonly mapped: number;
}

async function reachOf({ database, mapping, columns }: Rehearsed): Promise<Reach[]> {
  await database.execute(CREATE_REACH);
  for (const [index, rule] of mapping.rules.entries()) {
    if (isApplicable(rule, columns)) {
      await database.execute(insertReach(mapping, index, columns));
    }
  }
  return (await rows(database, COUNT_REACH)).map(([found, records, mapped]) => ({
    rules: (found as unknown[]).map(Number),
    records: Number(records),
    mapped: Number(mapped),
  }));
}

async function inputReports({ database, mapping }: Rehearsed): Promise<InputReport[]> {
  const counts = await rows(database, COUNT_INPUTS);
  return [...mapping.sources, ...mapping.targets].map(({ name }, index) => {
    const own = counts.filter(([dataSet]) => Number(dataSet) === index);
    return {
      name,
      side: index < mapping.sources.length ? 'SOURCE' : 'TARGET',
      records: sum(own.map(([, , records]) => Number(records))),
      rejected: own.filter(([, cause]) => cause !== null).map(([, cause, records]) => ({ cause: String(cause), records: Number(records) })),
      deleted: sum(own.map(([, , , deleted]) => Number(deleted))),
    };
  });
}

function usable({ records, rejected, deleted }: InputReport): number {
  return records - deleted - sum(rejected.map(({ records: rejects }) => rejects));
}

async function rules({ database, mapping, columns, options }: Rehearsed, reach: readonly Reach[]): Promise<RuleReport[]> {
  const mapped = new Map((await rows(database, COUNT_RULES)).map(([rule, records]) => [Number(rule), Number(records)]));
  const reports: RuleReport[] = [];
  for (const [index, { ruleName, matchingKeys }] of mapping.rules.entries()) {
    reports.push({
      ruleName,
      matchingKeys,
      alone: sum(reach.filter(({ rules: found }) => found.includes(index)).map(({ records }) => records)),
      mapped: mapped.get(index) ?? 0,
      samples: mapped.has(index) ? (await rows(database, samples(mapping, index, columns))).map((row) => sample(row, matchingKeys, options)) : [],
    });
  }
  return reports;
}

function sample([sourceId, targetId, ...values]: Row, matchingKeys: readonly string[], { showValues }: RehearseOptions): Sample {
  const shown = (value: unknown) => (showValues ? shortened : masked)(String(value));
  return {
    sourceId: shortened(String(sourceId)),
    targetId: shortened(String(targetId)),
    values: matchingKeys.map((matchKey, index) => ({ matchKey, source: shown(values[2 * index]), target: shown(values[2 * index + 1]) })),
  };
}

async function matchKeyReports({ database, mapping, columns, options }: Rehearsed): Promise<MatchKeyReport[]> {
  const inputs = [...mapping.sources, ...mapping.targets];
  const reports: MatchKeyReport[] = [];
  for (const matchKey of new Set(columns.map((column) => column.matchKey))) {
    const own = columns.filter((column) => column.matchKey === matchKey);
    reports.push({
      matchKey,
      coverage: (await rows(database, coverage(own))).map(([index, ...records]) => {
        const [usableRecords, unusable, missing] = records.map(Number);
        return { input: inputs[Number(index)].name, usable: usableRecords, unusable, missing };
      }),
      repeatedValues: (await rows(database, repeatedValues(mapping, own))).map(([value, ...records]) => {
        const [sourceRecords, targetRecords] = records.map(Number);
        const shown = options.showValues || Math.max(sourceRecords, targetRecords) >= SHARED_BY_MANY ? shortened : masked;
        return { value: shown(String(value)), sourceRecords, targetRecords };
      }),
    });
  }
  return reports;
}

async function compareWithTruth({ database, mapping }: Rehearsed, file: string) {
  await readPairs(database, file, 'truth', ['sourceId', 'targetId']);
  const [pairs] = await database.numbers('SELECT count(*) FROM truth');
  const counts = await rows(database, countTrue(mapping));
  const byRule: RuleTruth[] = [];
  let [foundSoFar, made] = [0, 0];
  for (const index of mapping.rules.keys()) {
    const [, ruleMade, found] = counts.find(([rule]) => Number(rule) === index)?.map(Number) ?? [index, 0, 0];
    foundSoFar += found;
    made += ruleMade;
    byRule.push({ found, precision: share(found, ruleMade), recall: share(foundSoFar, pairs) });
  }
  return { rules: byRule, all: { pairs, found: foundSoFar, precision: share(foundSoFar, made), recall: share(foundSoFar, pairs) } };
}

async function compareWithEarlier({ database, mapping }: Rehearsed, file: string): Promise<Difference> {
  await readPairs(database, file, 'earlier', ['sourceId', 'targetId', 'ruleName']);
  await database.execute(createChanges(mapping));
  const change = async (kind: string): Promise<Change> => {
    const found = await rows(database, changes(kind));
    return {
      records: Number(found[0]?.[0] ?? 0),
      examples: found.map(([, sourceId, before, ruleBefore, after, ruleAfter]) => ({
        sourceId: String(sourceId),
        ...before !== null && { before: { targetId: String(before), ruleName: String(ruleBefore) } },
        ...after !== null && { after: { targetId: String(after), ruleName: String(ruleAfter) } },
      })),
    };
  };
  return { gained: await change('gained'), lost: await change('lost'), moved: await change('moved') };
}

async function readPairs(database: Database, file: string, table: string, columns: readonly string[]): Promise<void> {
  const fieldsOf = columns.map((fieldName, index) => ({ fieldName, type: index === 0 ? 'UNIQUE_ID' : 'STRING' }));
  const pairs: DataSet = { name: table, files: [file], separator: ',', fields: fieldsOf };
  await database.execute(`CREATE TABLE ${table} (${columns.map((column) => `${column} VARCHAR`).join(', ')})`);
  const values = columns.map((_, index) => fieldColumn(index)).join(', ');
  await readFields(database, pairs, (fields) => `INSERT INTO ${table} SELECT DISTINCT ${values} FROM (${fields})`);
}

function priceOf(records: number, per1000: number): PriceEstimate {
  return { records, per1000, estimate: records * per1000 / 1000, date: new Date().toISOString().slice(0, 10) };
}

async function rows(database: Database, query: string): Promise<Row[]> {
  return (await database.execute(query)).getRowsJson();
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
