import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BarChart, chart } from './chart';
import { html, Markup } from './markup';
import { SHARED_BY_MANY } from './masked';
import { Change, Rehearsal, RuleReport } from './rehearsal';
import { count, percent, priceLine } from './terminal-report';

const LARGEST_OVERLAPS = 10;

/** The report as one HTML file that loads nothing. */
export async function htmlReport(rehearsal: Rehearsal): Promise<string> {
  const css = await readFile(join(__dirname, 'report.css'), 'utf8');
  const body = [
    summary(rehearsal),
    await funnel(rehearsal),
    await rules(rehearsal),
    ...rehearsal.difference ? [difference(rehearsal.difference)] : [],
    await overlaps(rehearsal),
    await coverage(rehearsal),
    repeatedValues(rehearsal),
    samples(rehearsal),
    inputs(rehearsal),
    NOTES,
  ];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${rehearsal.name}: ${percent(rehearsal.mappedShare)} mapped</title>
<style>${new Markup(css)}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.text;
}

const NOTES = html`<footer>
<p>A rehearsal by an emulation of AWS Entity Resolution: what it shows is no proof of what the service does. Where AWS's documentation is silent, it has chosen:
rules are a waterfall, a source record has one target record at most; of several it is the first by unique id; values that are empty after normalization match nothing;
phone prefixes are left as they are; a unique id that is repeated in its table rejects each of its records.</p>
<p>“Found” and “finds alone” count the source records that a rule finds a target record for, whatever the other rules do, and whether or not that target is taken.
A value is unusable when nothing is left of it after normalization.
The price counts every record of every input; which price a run is billed at is for AWS to say.</p>
</footer>`;

function summary(rehearsal: Rehearsal): Markup {
  const { truth } = rehearsal;
  return html`<header>
<h1>${rehearsal.name}</h1>
<p class="share">${percent(rehearsal.mappedShare)}</p>
<p>${count(rehearsal.mapped)} of ${count(rehearsal.sourceRecords)} source records are mapped, to ${count(rehearsal.mappedTargets)} target records
(${rehearsal.recordMatchingModel}).</p>
<dl class="facts">
${fact('unmapped', count(rehearsal.unmapped))}
${fact('mapped, found by several rules', count(rehearsal.mappedBySeveralRules))}
${fact('mapped, with several targets to choose from', count(rehearsal.conflicts.severalTargets))}
${fact('unmapped, targets taken by others', count(rehearsal.conflicts.targetTaken))}
${truth ? [fact('precision', percent(truth.precision)), fact(`recall, of ${count(truth.pairs)} true pairs`, percent(truth.recall))] : []}
</dl>
<p class="muted">${priceLine(rehearsal)}.</p>
</header>`;
}

function fact(term: string, value: string): Markup {
  return html`<div><dt>${term}</dt><dd>${value}</dd></div>`;
}

async function funnel(rehearsal: Rehearsal): Promise<Markup> {
  const read = rehearsal.inputs.filter(({ side }) => side === 'SOURCE').reduce((sum, { records }) => sum + records, 0);
  const found = rehearsal.overlaps.reduce((sum, { records }) => sum + records, 0);
  const stages = [['read', read], ['usable', rehearsal.sourceRecords], ['found', found], ['mapped', rehearsal.mapped]] as const;
  return html`<section>
<h2>From records to pairs</h2>
${await figure({
  description: `Source records: ${stages.map(([stage, records]) => `${count(records)} ${stage}`).join(', ')}`,
  bars: stages.map(([label, records]) => ({ label, kind: 'source records', records })),
  kinds: { 'source records': 'var(--strong)' },
  layout: 'STACKED',
})}
${table(['source records', '# records', '# of those read'], stages.map(([stage, records]) => [stage, count(records), read === 0 ? '' : percent(records / read)]))}
</section>`;
}

async function rules({ rules: all }: Rehearsal): Promise<Markup> {
  const truth = all.some(rule => rule.truth);
  const cells = (rule: RuleReport, index: number) => [
    `${index + 1}. ${rule.ruleName}`, rule.matchingKeys.join(' + '), count(rule.alone), count(rule.mapped),
    ...rule.truth ? [percent(rule.truth.precision), percent(rule.truth.recall)] : [],
  ];
  return html`<section>
<h2>What each rule adds</h2>
${await figure({
  description: `For each rule, source records: ${all.map(({ ruleName, alone, mapped }) => `${ruleName} finds ${count(alone)} alone, maps ${count(mapped)}`).join('; ')}`,
  bars: all.flatMap(({ ruleName, alone, mapped }, index) => [
    { label: `${index + 1}. ${ruleName}`, kind: 'finds alone', records: alone },
    { label: `${index + 1}. ${ruleName}`, kind: 'maps in its turn', records: mapped },
  ]),
  kinds: { 'finds alone': 'var(--soft)', 'maps in its turn': 'var(--strong)' },
  layout: 'SIDE_BY_SIDE',
})}
${table(['rule', 'match keys', '# finds alone', '# maps in its turn', ...truth ? ['# precision', '# recall so far'] : []], all.map(cells))}
</section>`;
}

async function overlaps({ overlaps: all, rules: ofAll }: Rehearsal): Promise<Markup> {
  if (all.length === 0) {
    return html``;
  }
  const numberOf = new Map(ofAll.map(({ ruleName }, index) => [ruleName, index + 1]));
  const largest = [...all].sort((a, b) => b.records - a.records).slice(0, LARGEST_OVERLAPS)
    .map(({ ruleNames, records }) => ({ label: ruleNames.map(name => numberOf.get(name)).join(' + '), ruleNames, records }));
  return html`<section>
<h2>Which rules find the same records</h2>
${await figure({
  description: `Source records by the rules that find a target for them: ${largest.map(({ ruleNames, records }) => `${count(records)} by ${ruleNames.join(' + ')}`).join('; ')}`,
  bars: largest.map(({ label, records }) => ({ label, kind: 'source records', records })),
  kinds: { 'source records': 'var(--strong)' },
  layout: 'STACKED',
})}
${table(['rules', 'found by all of these, and by no other', '# source records'],
  largest.map(({ label, ruleNames, records }) => [label, ruleNames.join(' + '), count(records)]))}
</section>`;
}

async function coverage({ matchKeys }: Rehearsal): Promise<Markup> {
  const rows = matchKeys.flatMap(({ matchKey, coverage: inputsOf }) => inputsOf.map(({ input, ...records }) => ({ label: `${matchKey} · ${input}`, ...records })));
  return html`<section>
<h2>What the match keys have to go on</h2>
${await figure({
  description: `Records by match key and input: ${rows.map(({ label, usable, unusable, missing }) =>
    `${label}: ${count(usable)} usable, ${count(unusable)} unusable, ${count(missing)} missing`).join('; ')}`,
  bars: rows.flatMap(({ label, usable, unusable, missing }) => [
    { label, kind: 'usable', records: usable }, { label, kind: 'unusable', records: unusable }, { label, kind: 'missing', records: missing },
  ]),
  kinds: { usable: 'var(--strong)', unusable: 'var(--warn)', missing: 'var(--none)' },
  layout: 'STACKED',
})}
${table(['match key · input', '# usable', '# unusable', '# missing'], rows.map(({ label, usable, unusable, missing }) => [label, count(usable), count(unusable), count(missing)]))}
</section>`;
}

function repeatedValues({ matchKeys }: Rehearsal): Markup {
  const rows = matchKeys.flatMap(({ matchKey, repeatedValues: values }) => values.map(({ value, sourceRecords, targetRecords }) => html`<tr>
<td>${matchKey}</td><td>${value}</td>${sharedBy(sourceRecords)}${sharedBy(targetRecords)}</tr>`));
  return rows.length === 0 ? html`` : html`<section>
<h2>Values that many records share</h2>
<p class="muted">A value that stands for “none” or for an office makes pairs of people who have nothing else in common. Values that fewer than ${SHARED_BY_MANY} records share are masked.</p>
<div class="scroll"><table>
<thead><tr><th>match key</th><th>value</th><th class="number">source records</th><th class="number">target records</th></tr></thead>
<tbody>${rows}</tbody>
</table></div>
</section>`;
}

function sharedBy(records: number): Markup {
  return html`<td class="number${records >= SHARED_BY_MANY ? ' many' : ''}">${count(records)}</td>`;
}

function samples({ rules: all }: Rehearsal): Markup {
  const withSamples = all.filter(rule => rule.samples.length > 0);
  return withSamples.length === 0 ? html`` : html`<section>
<h2>Pairs, side by side</h2>
${withSamples.map(rule => html`<h3>${rule.ruleName}</h3>
${table(['', 'unique id', ...rule.matchingKeys], rule.samples.flatMap(({ sourceId, targetId, values }) => [
  ['source', sourceId, ...values.map(({ source }) => source)],
  ['target', targetId, ...values.map(({ target }) => target)],
]))}`)}
</section>`;
}

function difference(changes: NonNullable<Rehearsal['difference']>): Markup {
  const rows = (change: Change) => change.examples.map(({ sourceId, before, after }) =>
    [sourceId, ...[before, after].map(pair => (pair ? `${pair.targetId} (${pair.ruleName})` : 'unmapped'))]);
  return html`<section>
<h2>Since the earlier report</h2>
${(['gained', 'lost', 'moved'] as const).map(kind => html`<h3>${kind}: ${count(changes[kind].records)} source records</h3>
${changes[kind].records === 0 ? [] : [table(['source record', 'before', 'now'], rows(changes[kind]))]}`)}
</section>`;
}

function inputs({ inputs: all }: Rehearsal): Markup {
  return html`<section>
<h2>Inputs</h2>
${table(['input', 'side', '# records', '# rejected', 'causes', '# marked DELETE'], all.map(({ name, side, records: read, rejected, deleted }) => [
  name, side, count(read), count(rejected.reduce((sum, { records: rejects }) => sum + rejects, 0)),
  rejected.map(({ cause, records: rejects }) => `${count(rejects)}: ${cause}`).join('; '), count(deleted),
]))}
</section>`;
}

async function figure(bars: BarChart): Promise<Markup> {
  return html`<figure role="group" aria-label="${bars.description}">${new Markup(await chart(bars))}</figure>`;
}

/** A table; a column whose head begins with # has numbers. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): Markup {
  const cell = (tag: 'th' | 'td') => (text: string, column: number) => (head[column].startsWith('#')
    ? html`<${new Markup(tag)} class="number">${text.replace(/^# ?/, '')}</${new Markup(tag)}>`
    : html`<${new Markup(tag)}>${text}</${new Markup(tag)}>`);
  return html`<div class="scroll"><table>
<thead><tr>${head.map(cell('th'))}</tr></thead>
<tbody>${rows.map(row => html`<tr>${row.map(cell('td'))}</tr>`)}</tbody>
</table></div>`;
}
