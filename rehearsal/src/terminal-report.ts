import Table from 'cli-table3';
import { printable } from './printable';
import { Change, InputReport, Rehearsal } from './rehearsal';

const NARROWEST_COLUMN = 12;

/** What a cell has beside its text: a blank on each side and a border. */
const CELL_EXTRAS = 3;

/** In USD. */
const CENT = 0.01;

/** The report as text. @param width of the terminal, in characters */
export function terminalReport(rehearsal: Rehearsal, width: number): string {
  const parts = [inputs(rehearsal), rules(rehearsal), outcome(rehearsal), ...rehearsal.difference ? [difference(rehearsal.difference)] : []];
  return [
    printable(`${rehearsal.name}, ${rehearsal.recordMatchingModel}`),
    ...parts.map((part) => rendered(part, width)),
    ...rehearsal.warnings.map((warning) => printable(`Warning: ${warning}`)),
    priceLine(rehearsal),
  ].join('\n\n') + '\n';
}

/** A share from 0 to 1 in percent; what is not all is never rounded to 100 %, nor what is something to 0 %. */
export function percent(share: number): string {
  const rounded = share > 0 && share < 1 ? Math.min(99.9, Math.max(0.1, share * 100)) : share * 100;
  return `${rounded.toFixed(1)} %`;
}

/** A number of records. */
export function count(number: number): string {
  return number.toLocaleString('en-US');
}

/** What a run would cost, in words. */
export function priceLine({ price: { records, per1000, estimate, date } }: Rehearsal): string {
  const dollars = (amount: number) => amount.toLocaleString('en-US', { style: 'currency', currency: 'USD' });
  const about = estimate > 0 && estimate < CENT ? `less than ${dollars(CENT)}` : `about ${dollars(estimate)}`;
  return `A run costs ${about}: an estimate of ${date},\n${count(records)} records at ${per1000} USD per 1,000`;
}

/** Columns that are not right-aligned have texts, which may go on in the next line. */
interface TextTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly rightAligned: readonly number[];
}

function inputs(rehearsal: Rehearsal): TextTable {
  return {
    head: ['input', 'side', 'records', 'rejected', 'marked\nDELETE'],
    rows: rehearsal.inputs.map((input) => [input.name, input.side, count(input.records), rejected(input), count(input.deleted)]),
    rightAligned: [2, 4],
  };
}

function rejected({ rejected: causes }: InputReport): string {
  return causes.map(({ cause, records }) => `${count(records)}: ${cause}`).join('\n') || '0';
}

function rules({ rules: all }: Rehearsal): TextTable {
  const truth = all.some((rule) => rule.truth);
  return {
    head: ['rule', 'match keys', 'finds\nalone', 'maps in\nits turn', ...truth ? ['precision', 'recall\nso far'] : []],
    rows: all.map((rule) => [
      rule.ruleName, rule.matchingKeys.join(' + '), count(rule.alone), count(rule.mapped),
      ...rule.truth ? [rule.mapped === 0 ? '' : percent(rule.truth.precision), percent(rule.truth.recall)] : [],
    ]),
    rightAligned: [2, 3, 4, 5],
  };
}

function outcome(rehearsal: Rehearsal): TextTable {
  const { conflicts, truth } = rehearsal;
  return {
    head: [],
    rows: [
      ['source records', count(rehearsal.sourceRecords)],
      ['mapped', `${count(rehearsal.mapped)} (${percent(rehearsal.mappedShare)})`],
      ['… that several rules find', count(rehearsal.mappedBySeveralRules)],
      ['… conflicts resolved: one of several targets chosen', count(conflicts.severalTargets)],
      ['unmapped', count(rehearsal.unmapped)],
      ['… conflicts resolved: all its targets given to others', count(conflicts.targetTaken)],
      ['target records in a pair', count(rehearsal.mappedTargets)],
      ...truth ? [
        ['true pairs found', `${count(truth.found)} of ${count(truth.pairs)}`],
        ['… precision', percent(truth.precision)],
        ['… recall', percent(truth.recall)],
      ] : [],
    ],
    rightAligned: [1],
  };
}

function difference(changes: NonNullable<Rehearsal['difference']>): TextTable {
  const examples = (change: Change) => change.examples
    .map(({ sourceId, before, after }) => `${sourceId}: ${[before, after].map((pair) => (pair ? `${pair.targetId} (${pair.ruleName})` : 'unmapped')).join(' → ')}`)
    .join('\n');
  return {
    head: ['since the\nearlier report', 'source\nrecords', 'such as'],
    rows: (['gained', 'lost', 'moved'] as const).map((kind) => [kind, count(changes[kind].records), examples(changes[kind])]),
    rightAligned: [1],
  };
}

function rendered({ head, rows, rightAligned }: TextTable, width: number): string {
  const cells = rows.map((row) => row.map(printable));
  const columns = cells[0].map((_, column) => column);
  const widths = columns.map((column) => Math.max(...[head[column] ?? '', ...cells.map((row) => row[column])].flatMap((text) => text.split('\n')).map((line) => line.length)));
  const texts = columns.filter((column) => !rightAligned.includes(column));
  for (let over = sum(widths) + CELL_EXTRAS * columns.length + 1 - width; over > 0; over--) {
    const widest = texts.reduce((a, b) => (widths[b] > widths[a] ? b : a));
    widths[widest] = Math.max(NARROWEST_COLUMN, widths[widest] - 1);
  }
  const table = new Table({
    head: [...head],
    colAligns: columns.map((column) => (rightAligned.includes(column) ? 'right' : 'left')),
    colWidths: widths.map((columnWidth) => columnWidth + CELL_EXTRAS - 1),
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
  table.push(...cells.map((row) => row.map((text, column) => brokenWords(text, widths[column]))));
  return table.toString();
}

/** The table would cut words that are wider than their column. */
function brokenWords(text: string, width: number): string {
  return text.replace(new RegExp(`\\S{${width}}(?=\\S)`, 'g'), '$&\n');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
