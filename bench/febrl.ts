import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DataSet, Field, IdMapping, Rehearsal, rehearse, RehearsedMapping, Rule } from 'id-mapping-rehearsal';
import { febrl, FebrlSet, truePairs } from '../examples/febrl';

const run = promisify(execFile);

const SETS: readonly FebrlSet[] = [1, 2, 3, 4];

const FIELDS: readonly Field[] = [
  { fieldName: 'rec_id', type: 'UNIQUE_ID' },
  { fieldName: 'given_name', type: 'NAME_FIRST', groupName: 'name', matchKey: 'name' },
  { fieldName: 'surname', type: 'NAME_LAST', groupName: 'name', matchKey: 'name' },
  { fieldName: 'address_1', type: 'ADDRESS_STREET1', groupName: 'address', matchKey: 'address' },
  { fieldName: 'suburb', type: 'ADDRESS_CITY', groupName: 'address', matchKey: 'address' },
  { fieldName: 'postcode', type: 'STRING', matchKey: 'postcode' },
  { fieldName: 'date_of_birth', type: 'DATE', matchKey: 'birth' },
  { fieldName: 'soc_sec_id', type: 'STRING', matchKey: 'ssn' },
];

const SEVERAL_RULES = { goBy: 'number, then name with birth or address', rules: rules(['ssn'], ['name', 'birth'], ['name', 'address']) };

/** What is tried on each data set; each rule is named after its match keys. */
const ATTEMPTS: readonly Attempt[] = [
  { goBy: 'number', rules: rules(['ssn']), recordMatchingModel: 'MANY_SOURCE_TO_ONE_TARGET' },
  { ...SEVERAL_RULES, recordMatchingModel: 'MANY_SOURCE_TO_ONE_TARGET' },
  { ...SEVERAL_RULES, recordMatchingModel: 'ONE_SOURCE_TO_ONE_TARGET' },
  {
    goBy: 'name, birth, address, postcode by twos',
    rules: rules(['name', 'birth'], ['name', 'address'], ['address', 'birth'], ['name', 'postcode'], ['postcode', 'birth']),
    recordMatchingModel: 'MANY_SOURCE_TO_ONE_TARGET',
  },
  { goBy: 'name', rules: rules(['name']), recordMatchingModel: 'MANY_SOURCE_TO_ONE_TARGET' },
];

interface Attempt extends Pick<IdMapping, 'rules' | 'recordMatchingModel'> {
  readonly goBy: string;
}

/** What came of one data set and one attempt: CSV lines of the pairs, by the engine and by the reference. */
export interface FebrlRun {
  readonly name: string;
  readonly rehearsal: Rehearsal;
  readonly pairs: readonly string[];
  readonly referencePairs: readonly string[];
}

/** Maps the duplicates of each FEBRL data set to the originals, with the engine and with `febrl_reference.py`, which has nothing of it. */
export async function febrlRuns(): Promise<FebrlRun[]> {
  const folder = await mkdtemp(join(tmpdir(), 'febrl-'));
  try {
    const runs: FebrlRun[] = [];
    for (const set of SETS) {
      const data = await febrl(set);
      const write = async (name: string, text: string) => {
        const file = join(folder, `${set}-${name}.csv`);
        await writeFile(file, text);
        return file;
      };
      const [source, target, truthFile] = await Promise.all([write('source', data.duplicates), write('target', data.originals), write('truth', truePairs(data))]);
      const mappings = ATTEMPTS.map((attempt): RehearsedMapping => ({
        ...attempt,
        name: `${set} | ${attempt.goBy} | ${attempt.recordMatchingModel}`,
        sources: [dataSet('duplicates', source)],
        targets: [dataSet('originals', target)],
        attributeMatchingModel: 'ONE_TO_ONE',
      }));
      const referencePairs = await reference(mappings, source, target);
      for (const [index, mapping] of mappings.entries()) {
        const pairsFile = join(folder, 'pairs.csv');
        const rehearsal = await rehearse(mapping, {
          pricePer1000: 0, showValues: false, workFolder: folder, signal: new AbortController().signal, pairsFile, truthFile, onStage: () => {},
        });
        const [, ...pairs] = (await readFile(pairsFile, 'utf8')).trimEnd().split('\n');
        runs.push({ name: mapping.name, rehearsal, pairs, referencePairs: referencePairs[index] });
      }
    }
    return runs;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The table of docs/febrl.md. */
export function febrlTable(runs: readonly FebrlRun[]): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const number = (count: number) => count.toLocaleString('en-US');
  return [
    '| set | rules go by | record matching model | true pairs | mapped | right | precision | recall |',
    '|---|---|---|---:|---:|---:|---:|---:|',
    ...runs.map(({ name, rehearsal: { mapped, truth } }) =>
      `| ${name} | ${[number(truth!.pairs), number(mapped), number(truth!.found), percent(truth!.precision), percent(truth!.recall)].join(' | ')} |`),
  ].join('\n');
}

function rules(...all: string[][]): Rule[] {
  return all.map((matchingKeys) => ({ ruleName: matchingKeys.join(' '), matchingKeys }));
}

function dataSet(name: string, file: string): DataSet {
  return { name, files: [file], separator: ',', fields: FIELDS };
}

async function reference(mappings: readonly IdMapping[], source: string, target: string): Promise<string[][]> {
  const { stdout } = await run(process.env.PYTHON ?? 'python3', [join(__dirname, 'febrl_reference.py'), JSON.stringify({ source, target, fields: FIELDS, mappings })]);
  return JSON.parse(stdout) as string[][];
}

/** Writes the table into docs/febrl.md. */
async function main(): Promise<void> {
  const file = join(__dirname, '..', 'docs', 'febrl.md');
  const table = febrlTable(await febrlRuns());
  await writeFile(file, (await readFile(file, 'utf8')).replace(/\| set \|[^]*?(?=\n\n)/, table));
}

if (require.main === module) {
  void main();
}
