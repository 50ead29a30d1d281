import { parse, View } from 'vega';
import { compile, Config, TopLevelSpec } from 'vega-lite';

/** A size of a chart: the report shows the one that fits. Widths are in pixels. */
interface Size {
  readonly name: string;
  readonly width: number;
  /** Characters in each of the two lines of a label. */
  readonly labelLength: number;
  /** What is left free after the longest bar for its number, as a share of it. */
  readonly numberRoom: number;
}

const SIZES: readonly Size[] = [
  { name: 'wide', width: 718, labelLength: 20, numberRoom: 0.1 },
  { name: 'narrow', width: 320, labelLength: 14, numberRoom: 0.3 },
];

const BAR_STEP = 32;
const FONT_SIZE = 12;

/** What vega reckons with for a character, as it can't measure one without a browser. */
const CHARACTER_WIDTH = FONT_SIZE * 0.8;

/** A horizontal bar chart. */
export interface BarChart {
  /** For those who can't see it. */
  readonly description: string;
  /** One bar per `label`, or one part of it per `kind`. */
  readonly bars: readonly { readonly label: string; readonly kind: string; readonly records: number }[];
  /** The kinds in their order, with their colours in CSS. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Parts of a bar one after the other, or one bar each, with its number. */
  readonly layout: 'STACKED' | 'SIDE_BY_SIDE';
}

// Colours are the page's, so that they follow its light and dark.
const CONFIG: Config = {
  background: undefined,
  font: 'inherit',
  view: { stroke: null },
  axis: { labelColor: 'currentColor', labelFontSize: FONT_SIZE, gridColor: 'var(--line)', domainColor: 'var(--line)', tickColor: 'var(--line)' },
  legend: { labelColor: 'currentColor', labelFontSize: FONT_SIZE, orient: 'top', title: null, labelLimit: 0 },
  text: { color: 'currentColor', fontSize: FONT_SIZE, align: 'left', dx: 5 },
};

/** The chart as SVG for a page's and for a phone's width. */
export async function chart(bars: BarChart): Promise<string> {
  const made = await Promise.all(SIZES.map(async (size) => {
    const svg = await new View(parse(compile(specification(bars, size)).spec), { renderer: 'none' }).toSVG();
    return svg.replace('<svg ', `<svg data-size="${size.name}" `);
  }));
  return made.join('');
}

function specification({ description, bars, kinds, layout }: BarChart, size: Size): TopLevelSpec {
  const names = Object.keys(kinds);
  const labels = [...new Set(bars.map(({ label }) => label))];
  const ofKinds = { field: 'kind', type: 'nominal', scale: { domain: names, range: Object.values(kinds) } } as const;
  const separate = layout === 'SIDE_BY_SIDE';
  const numberRoom = separate ? size.numberRoom : 0;
  const labelWidth = size.labelLength * CHARACTER_WIDTH;
  return {
    description,
    width: size.width,
    autosize: { type: 'fit-x', contains: 'padding' },
    height: labels.length * BAR_STEP * (separate ? Math.sqrt(names.length) : 1),
    padding: 4,
    data: {
      values: bars.map((bar) => ({ ...bar, order: names.indexOf(bar.kind), number: bar.records.toLocaleString('en-US') })),
    },
    encoding: {
      y: {
        field: 'label',
        type: 'nominal',
        sort: labels,
        title: null,
        axis: {
          ticks: false,
          domain: false,
          labelPadding: 8,
          labelLimit: 0,
          minExtent: labelWidth,
          maxExtent: labelWidth,
          labelExpr: `${JSON.stringify(labels.map((label) => twoLines(label, size.labelLength)))}[indexof(${JSON.stringify(labels)}, datum.value)]`,
        },
      },
      x: {
        field: 'records',
        type: 'quantitative',
        title: null,
        stack: !separate,
        scale: { domainMax: Math.max(1, ...totals(bars, separate)) * (1 + numberRoom), nice: false },
        axis: { tickCount: size.width / 120, labelExpr: 'datum.value === 0 ? "0" : format(datum.value, "~s")' },
      },
      ...separate && names.length > 1 && { yOffset: { field: 'kind', sort: names } },
    },
    layer: [
      {
        mark: { type: 'bar', cornerRadius: 2 },
        encoding: {
          color: { ...ofKinds, legend: names.length === 1 ? null : { columns: names.join('').length * CHARACTER_WIDTH + labelWidth < size.width ? names.length : 1 } },
          order: { field: 'order' },
        },
      },
      ...separate ? [{ mark: 'text', encoding: { text: { field: 'number' } } } as const] : [],
    ],
    config: CONFIG,
  };
}

/** The lengths of the bars. */
function totals(bars: BarChart['bars'], separate: boolean): number[] {
  const byLabel = new Map<string, number>();
  for (const { label, records } of bars) {
    byLabel.set(label, separate ? Math.max(byLabel.get(label) ?? 0, records) : (byLabel.get(label) ?? 0) + records);
  }
  return [...byLabel.values()];
}

/** Breaks a label after the last blank that fits, and cuts what the second line has no room for. */
function twoLines(label: string, length: number): string[] {
  if (label.length <= length) {
    return [label];
  }
  const blank = label.lastIndexOf(' ', length);
  const end = blank > 0 ? blank : length;
  const rest = label.slice(end).trim();
  return [label.slice(0, end), rest.length > length ? `${rest.slice(0, length - 1)}…` : rest];
}
