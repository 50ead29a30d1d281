import Table from 'cli-table3';

/** What the engine promises to be no worse than. */
export interface Bar {
  readonly what: string;
  readonly measured: number;
  /** @default - none was promised, it is only shown */
  readonly limit?: number;
  /** @default - times */
  readonly unit?: 'MiB' | 'pairs';
}

/** The bars as a table. */
export function barTable(bars: readonly Bar[]): string {
  const table = new Table({ head: ['bar', 'measured', 'at most', ''], style: { head: [], border: [] } });
  for (const { what, measured, limit, unit } of bars) {
    const text = (value: number) => unit ? `${value.toFixed(0)} ${unit}` : `${value.toFixed(2)} x`;
    table.push([what, text(measured), ...limit === undefined ? ['', ''] : [text(limit), measured <= limit ? 'met' : 'MISSED']]);
  }
  return table.toString();
}
