import { parse, View } from 'vega';
import { compile, Config, TopLevelSpec } from 'vega-lite';

/** A phone's and a page's width, in pixels; the report shows the one that fits. */
const WIDTHS = { narrow: 300, wide: 700 };
const BAR_STEP = 26;

/** A horizontal bar chart. */
export interface BarChart {
  /** For those who can't see it. */
  readonly description: string;
  /** One bar per `label`, or one part of it per `kind`. */
  readonly bars: readonly { readonly label: string; readonly kind: string; readonly records: number }[];
  /** The kinds in their order, with their colours in CSS. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Parts of a bar one after the other, or one bar each. */
  readonly layout: 'STACKED' | 'SIDE_BY_SIDE';
}

// Colours are the page's, so that they follow its light and dark.
const CONFIG: Config = {
  background: undefined,
  font: 'inherit',
  view: { stroke: null },
  axis: { labelColor: 'currentColor', labelFontSize: 12, gridColor: 'var(--line)', domainColor: 'var(--line)', tickColor: 'var(--line)' },
  legend: { labelColor: 'currentColor', labelFontSize: 12, orient: 'top', title: null, labelLimit: 0 },
};

/** The chart as SVG for a page's and for a phone's width. */
export async function chart(bars: BarChart): Promise<string> {
  const svg = async (size: keyof typeof WIDTHS) =>
    (await new View(parse(compile(specification(bars, WIDTHS[size])).spec), { renderer: 'none' }).toSVG())
      .replace('<svg ', `<svg data-size="${size}" `);
  return await svg('wide') + await svg('narrow');
}

function specification({ description, bars, kinds, layout }: BarChart, width: number): TopLevelSpec {
  const labels = [...new Set(bars.map(({ label }) => label))];
  const names = Object.keys(kinds);
  return {
    description,
    // Labels stand beside it.
    width: width * 0.62,
    height: { step: layout === 'STACKED' ? BAR_STEP : BAR_STEP * 0.6 },
    padding: 4,
    data: { values: bars.map(bar => ({ ...bar, order: names.indexOf(bar.kind) })) },
    mark: { type: 'bar', cornerRadius: 2 },
    encoding: {
      y: { field: 'label', type: 'nominal', sort: labels, title: null, axis: { ticks: false, domain: false, labelLimit: width / 3, labelPadding: 8 } },
      x: { field: 'records', type: 'quantitative', title: null, stack: layout === 'STACKED', axis: { tickCount: width / 120, format: '~s' } },
      color: { field: 'kind', type: 'nominal', scale: { domain: names, range: Object.values(kinds) }, legend: names.length === 1 ? null : { columns: Math.floor(width / 230) } },
      order: { field: 'order' },
      ...layout === 'SIDE_BY_SIDE' && { yOffset: { field: 'kind', sort: names } },
    },
    config: CONFIG,
  };
}
