import Table from 'cli-table3';
import { Change, InputReport, Rehearsal } from './rehearsal';

/** The report as text for a terminal. */
export function terminalReport(rehearsal: Rehearsal): string {
  return [
    `${rehearsal.name}, ${rehearsal.recordMatchingModel}`,
    inputs(rehearsal),
    rules(rehearsal),
    outcome(rehearsal),
    ...rehearsal.difference ? [difference(rehearsal.difference)] : [],
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
  return `A run costs about ${estimate.toLocaleString('en-US', { style: 'currency', currency: 'USD' })}: an estimate of ${date}, ` +
    `${count(records)} records at ${per1000} USD per 1,000`;
}

function inputs(rehearsal: Rehearsal): string {
  const rows = rehearsal.inputs.map(input => [input.name, input.side, count(input.records), rejected(input), count(input.deleted)]);
  return table(['input', 'side', 'records', 'rejected', 'marked DELETE'], rows, [2, 4]);
}

function rejected({ rejected: causes }: InputReport): string {
  return causes.map(({ cause, records }) => `${count(records)}: ${cause}`).join('\n') || '0';
}

function rules({ rules: all }: Rehearsal): string {
  const truth = all.some(rule => rule.truth);
  const rows = all.map(rule => [
    rule.ruleName, rule.matchingKeys.join(' + '), count(rule.alone), count(rule.mapped),
    ...rule.truth ? [percent(rule.truth.precision), percent(rule.truth.recall)] : [],
  ]);
  return table(['rule', 'match keys', 'finds alone', 'maps in its turn', ...truth ? ['precision', 'recall so far'] : []], rows, [2, 3, 4, 5]);
}

function outcome(rehearsal: Rehearsal): string {
  const { conflicts, truth } = rehearsal;
  const rows = [
    ['source records', count(rehearsal.sourceRecords)],
    ['mapped', `${count(rehearsal.mapped)} (${percent(rehearsal.mappedShare)})`],
    ['… that several rules find', count(rehearsal.mappedBySeveralRules)],
    ['… that had several targets to choose from', count(conflicts.severalTargets)],
    ['unmapped', count(rehearsal.unmapped)],
    ['… because their targets were taken', count(conflicts.targetTaken)],
    ['target records in a pair', count(rehearsal.mappedTargets)],
    ...truth ? [['true pairs found', `${count(truth.found)} of ${count(truth.pairs)} (precision ${percent(truth.precision)}, recall ${percent(truth.recall)})`]] : [],
  ];
  return table([], rows, [1]);
}

function difference(changes: NonNullable<Rehearsal['difference']>): string {
  const examples = (change: Change) => change.examples
    .map(({ sourceId, before, after }) => `${sourceId}: ${[before, after].map(pair => (pair ? `${pair.targetId} (${pair.ruleName})` : 'unmapped')).join(' → ')}`)
    .join('\n');
  const rows = (['gained', 'lost', 'moved'] as const).map(kind => [kind, count(changes[kind].records), examples(changes[kind])]);
  return table(['since the earlier report', 'source records', 'such as'], rows, [1]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[], rightAligned: readonly number[]): string {
  const made = new Table({
    head: [...head],
    colAligns: Array.from({ length: Math.max(head.length, rows[0].length) }, (_, column) => (rightAligned.includes(column) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  // A name from a file must not steer the terminal.
  made.push(...rows.map(row => row.map(cell => cell.replace(/[\p{Cc}]/gu, character => (character === '\n' ? character : '�')))));
  return made.toString();
}
