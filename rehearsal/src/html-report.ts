import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BarChart, chart } from './chart';
import { Footnotes } from './footnotes';
import { html, Markup } from './markup';
import { SHARED_BY_MANY } from './masked';
import { Change, Rehearsal, RuleReport } from './rehearsal';
import { count, percent, priceLine } from './terminal-report';

const LARGEST_OVERLAPS = 10;

/** The report as one HTML file that loads nothing. */
export async function htmlReport(rehearsal: Rehearsal): Promise<string> {
  const css = await readFile(join(__dirname, 'report.css'), 'utf8');
  const notes = new Footnotes();
  const header = summary(rehearsal, notes);
  const sections = [
    await funnel(rehearsal, notes),
    await rules(rehearsal, notes),
    ...rehearsal.difference ? [difference(rehearsal.difference)] : [],
    await overlaps(rehearsal),
    await coverage(rehearsal, notes),
    repeatedValues(rehearsal, notes),
    samples(rehearsal),
    inputs(rehearsal, notes),
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
${header}
<main>
${sections}
</main>
<footer>
<h2>Notes</h2>
${notes.list()}
</footer>
</body>
</html>
`.text;
}

function summary(rehearsal: Rehearsal, notes: Footnotes): Markup {
  const { truth } = rehearsal;
  return html`<header>
<h1>${rehearsal.name}</h1>
<p class="share">${percent(rehearsal.mappedShare)}</p>
<p>${count(rehearsal.mapped)} of ${count(rehearsal.sourceRecords)} source records are mapped, to ${count(rehearsal.mappedTargets)} target records${notes.refer('emulation')}
(<span class="model">${rehearsal.recordMatchingModel}</span>).</p>
<dl class="facts">
${fact('unmapped', count(rehearsal.unmapped))}
${fact('mapped, found by several rules', count(rehearsal.mappedBySeveralRules))}
${fact('mapped, one of several targets chosen', count(rehearsal.conflicts.severalTargets), notes.refer('choice'))}
${fact('unmapped, all its targets given to others', count(rehearsal.conflicts.targetTaken))}
${truth ? [fact('precision', percent(truth.precision)), fact(`recall, of ${count(truth.pairs)} true pairs`, percent(truth.recall))] : []}
</dl>
${rehearsal.warnings.map((warning) => html`<p><strong>Warning:</strong> ${warning}</p>`)}
<p class="muted">${priceLine(rehearsal)}.${notes.refer('price')}</p>
</header>`;
}

function fact(term: string, value: string, note: Markup | readonly Markup[] = []): Markup {
  return html`<div><dt>${term}${note}</dt><dd>${value}</dd></div>`;
}

async function funnel(rehearsal: Rehearsal, notes: Footnotes): Promise<Markup> {
  const read = rehearsal.inputs.filter(({ side }) => side === 'SOURCE').reduce((sum, { records }) => sum + records, 0);
  const found = rehearsal.overlaps.reduce((sum, { records }) => sum + records, 0);
  const stages = [
    { stage: 'read', meaning: 'in the files of the sources', records: read },
    { stage: 'usable', meaning: html`not rejected${notes.refer('ids')}, not marked DELETE`, records: rehearsal.sourceRecords },
    { stage: 'found', meaning: 'a rule finds a target record', records: found },
    { stage: 'mapped', meaning: 'in a pair', records: rehearsal.mapped },
  ];
  const caption = 'Source records from step to step';
  return section('From records to pairs', [
    await figure({
      description: `${caption}: ${stages.map(({ stage, records }) => `${count(records)} ${stage}`).join(', ')}`,
      bars: stages.map(({ stage, records }) => ({ label: stage, kind: 'source records', records })),
      kinds: { 'source records': 'var(--strong)' },
      layout: 'SIDE_BY_SIDE',
    }),
    table(caption, ['source records', number('records'), number('lost here'), number('of those read')], stages.map(({ stage, meaning, records }, index) => [
      html`${stage} <span class="muted">${meaning}</span>`, count(records), index === 0 ? '' : count(stages[index - 1].records - records), read === 0 ? '' : percent(records / read),
    ])),
  ]);
}

async function rules({ rules: all, sourceRecords }: Rehearsal, notes: Footnotes): Promise<Markup> {
  const truth = all.some((rule) => rule.truth);
  let mappedSoFar = 0;
  const cells = (rule: RuleReport, index: number) => {
    mappedSoFar += rule.mapped;
    return [
      numbered(rule, index), rule.matchingKeys.join(' + '), count(rule.alone), count(rule.mapped), percent(sourceRecords === 0 ? 0 : mappedSoFar / sourceRecords),
      ...rule.truth ? [rule.mapped === 0 ? '' : percent(rule.truth.precision), percent(rule.truth.recall)] : [],
    ];
  };
  return section('What each rule adds', [
    await figure({
      description: `For each rule, source records: ${all.map(({ ruleName, alone, mapped }) => `${ruleName} finds ${count(alone)} alone, maps ${count(mapped)} after those before it`).join('; ')}`,
      bars: all.flatMap((rule, index) => [
        { label: numbered(rule, index), kind: 'finds alone', records: rule.alone },
        { label: numbered(rule, index), kind: 'maps after those before it', records: rule.mapped },
      ]),
      kinds: { 'finds alone': 'var(--soft)', 'maps after those before it': 'var(--strong)' },
      layout: 'SIDE_BY_SIDE',
    }),
    table('Source records by rule', [
      'rule', html`match keys${notes.refer('models')}`, number(html`finds alone${notes.refer('alone')}`), number(html`maps in its turn${notes.refer('waterfall')}`),
      number('mapped so far'), ...truth ? [number('precision'), number('recall so far')] : [],
    ], all.map(cells)),
  ]);
}

function numbered({ ruleName }: RuleReport, index: number): string {
  return `${index + 1}. ${ruleName}`;
}

async function overlaps({ overlaps: all, rules: ofAll }: Rehearsal): Promise<Markup> {
  if (all.length === 0) {
    return html``;
  }
  const numberOf = new Map(ofAll.map(({ ruleName }, index) => [ruleName, index + 1]));
  const largest = [...all].sort((a, b) => b.records - a.records).slice(0, LARGEST_OVERLAPS)
    .map(({ ruleNames, records }) => ({ label: ruleNames.map((name) => numberOf.get(name)).join(' + '), ruleNames, records }));
  return section('Which rules find the same records', [
    await figure({
      description: `Source records by the rules that find a target for them: ${largest.map(({ ruleNames, records }) => `${count(records)} by ${ruleNames.join(' + ')}`).join('; ')}`,
      bars: largest.map(({ label, records }) => ({ label, kind: 'source records', records })),
      kinds: { 'source records': 'var(--strong)' },
      layout: 'SIDE_BY_SIDE',
    }),
    table('Source records by the rules that find a target for them', ['rules', 'found by all of these, and by no other', number('source records')],
      largest.map(({ label, ruleNames, records }) => [label, ruleNames.join(' + '), count(records)])),
  ]);
}

async function coverage({ matchKeys }: Rehearsal, notes: Footnotes): Promise<Markup> {
  const rows = matchKeys.flatMap(({ matchKey, coverage: inputsOf }) => inputsOf.map(({ input, ...records }) => ({ label: `${matchKey} · ${input}`, ...records })));
  return section('What the match keys have to go on', [
    await figure({
      description: `Records by match key and input: ${rows.map(({ label, usable, unusable, missing }) =>
        `${label}: ${count(usable)} usable, ${count(unusable)} unusable, ${count(missing)} missing`).join('; ')}`,
      bars: rows.flatMap(({ label, usable, unusable, missing }) => [
        { label, kind: 'usable', records: usable }, { label, kind: 'unusable', records: unusable }, { label, kind: 'missing', records: missing },
      ]),
      kinds: { usable: 'var(--strong)', unusable: 'var(--warn)', missing: 'var(--none)' },
      layout: 'STACKED',
    }),
    table('Records by match key and input', ['match key · input', number(html`usable${notes.refer('normalization')}`), number(html`unusable${notes.refer('unusable')}`), number('missing')],
      rows.map(({ label, usable, unusable, missing }) => [label, count(usable), count(unusable), count(missing)])),
  ]);
}

function repeatedValues({ matchKeys }: Rehearsal, notes: Footnotes): Markup {
  const rows = matchKeys.flatMap(({ matchKey, repeatedValues: values }) => values.map(({ value, sourceRecords, targetRecords }) =>
    [matchKey, value, sharedBy(sourceRecords), sharedBy(targetRecords), count(sourceRecords * targetRecords)]));
  return rows.length === 0 ? html`` : section('Values that many records share', [
    html`<p class="muted">A value that stands for “none” or for an office makes pairs of people who have nothing else in common.</p>`,
    table('The most repeated values of each match key',
      ['match key', html`value${notes.refer('masked')}`, number('source records'), number('target records'), number('possible pairs')], rows),
  ]);
}

function sharedBy(records: number): Markup {
  return records >= SHARED_BY_MANY ? html`<strong class="many">${count(records)}</strong>` : html`${count(records)}`;
}

function samples({ rules: all }: Rehearsal): Markup {
  const withSamples = all.filter((rule) => rule.samples.length > 0);
  return withSamples.length === 0 ? html`` : section('Pairs, side by side', withSamples.map((rule) => html`<h3>${rule.ruleName}</h3>
<div class="scroll" tabindex="0" role="group" aria-label="Pairs of ${rule.ruleName}"><table class="pairs">
<caption>Pairs of ${rule.ruleName}</caption>
<thead><tr><th scope="col">record</th><th scope="col">unique id</th>${rule.matchingKeys.map((key) => html`<th scope="col">${key}</th>`)}</tr></thead>
${rule.samples.map(({ sourceId, targetId, values }) => html`<tbody>
<tr><th scope="row">source</th><td>${sourceId}</td>${values.map(({ source }) => html`<td>${source}</td>`)}</tr>
<tr><th scope="row">target</th><td>${targetId}</td>${values.map(({ target }) => html`<td>${target}</td>`)}</tr>
</tbody>`)}
</table></div>`));
}

function difference(changes: NonNullable<Rehearsal['difference']>): Markup {
  const rows = (change: Change) => change.examples.map(({ sourceId, before, after }) =>
    [sourceId, ...[before, after].map((pair) => (pair ? `${pair.targetId} (${pair.ruleName})` : 'unmapped'))]);
  return section('Since the earlier report', (['gained', 'lost', 'moved'] as const).map((kind) => html`<h3>${kind}: ${count(changes[kind].records)} source records</h3>
${changes[kind].records === 0 ? [] : [table(`Some of the source records ${kind}`, ['source record', 'before', 'now'], rows(changes[kind]))]}`));
}

function inputs({ inputs: all }: Rehearsal, notes: Footnotes): Markup {
  return section('Inputs', [
    table('Records by input', ['input', 'side', number('records'), number('rejected'), html`causes${notes.refer('ids')}`, number('marked DELETE')],
      all.map(({ name, side, records: read, rejected, deleted }) => [
        name, side, count(read), count(rejected.reduce((sum, { records: rejects }) => sum + rejects, 0)),
        rejected.map(({ cause, records: rejects }) => `${count(rejects)}: ${cause}`).join('; '), count(deleted),
      ])),
  ]);
}

function section(title: string, content: readonly Markup[]): Markup {
  const id = title.toLowerCase().replace(/[^a-z]+/g, '-');
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${content}
</section>`;
}

async function figure(bars: BarChart): Promise<Markup> {
  return html`<figure role="img" aria-label="${bars.description}">${new Markup(await chart(bars))}</figure>`;
}

/** A column of numbers. */
interface NumberColumn {
  readonly number: string | Markup;
}

function number(head: string | Markup): NumberColumn {
  return { number: head };
}

/** A table whose rows begin with their names. @param caption for those who can't see the title above it */
function table(caption: string, head: readonly (string | Markup | NumberColumn)[], rows: readonly (readonly (string | Markup)[])[]): Markup {
  const classOf = (column: number) => (isNumber(head[column]) ? html` class="number"` : html``);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((cell, column) => html`<th scope="col"${classOf(column)}>${isNumber(cell) ? cell.number : cell}</th>`)}</tr></thead>
<tbody>${rows.map(([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map((cell, index) => html`<td${classOf(index + 1)}>${cell}</td>`)}</tr>`)}</tbody>
</table></div>`;
}

function isNumber(column: string | Markup | NumberColumn): column is NumberColumn {
  return typeof column === 'object' && 'number' in column;
}
