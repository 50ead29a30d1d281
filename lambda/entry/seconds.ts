/** The bounds of a time, in seconds. */
export interface Bounds {
  readonly shortest: number;
  readonly longest: number;

  /** What is taken for a text that is none. */
  readonly otherwise: number;
}

const SECONDS = { milli: 0.001, second: 1, minute: 60, hour: 60 * 60, day: 24 * 60 * 60 };

/**
 * The whole seconds of a time with its unit, such as `55 minutes`, within bounds. Its number may have come from a parameter: anything is possible.
 */
export function seconds(time: string, { shortest, longest, otherwise }: Bounds): number {
  const [, amount, unit] = /^\s*(-?[\d.]+)\s*(milli|second|minute|hour|day)s?\s*$/.exec(time) ?? [];
  const value = Math.round(Number(amount) * SECONDS[unit as keyof typeof SECONDS]);
  return Number.isFinite(value) ? Math.min(longest, Math.max(shortest, value)) : otherwise;
}
