import { Duration } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { seconds } from '../../../lambda/entry/seconds';

const BOUNDS = { shortest: 60, longest: 3_300, otherwise: 3_000 };

test.each<[string, number]>([
  ['90 seconds', 90],
  ['55 minutes', 3_300],
  ['1 minute', 60],
  ['0.5 hours', 1_800],
  ['90000 millis', 90],
  ['2.5 minutes', 150],
  ['61.4 seconds', 61],
  ['61.6 seconds', 62],
  [' 90  seconds ', 90],
  ['90seconds', 90],
  ['90 minutes', 3_300],
  ['2 hours', 3_300],
  ['1 days', 3_300],
  ['0 minutes', 60],
  ['-1 minutes', 60],
  ['1 seconds', 60],
  ['9999999999999999999999 days', 3_300],
  ['', 3_000],
  ['minutes', 3_000],
  ['55', 3_000],
  ['an hour', 3_000],
  ['1.2.3 minutes', 3_000],
  ['. minutes', 3_000],
  ['1e3 seconds', 3_000],
  ['NaN minutes', 3_000],
  ['5 fortnights', 3_000],
  ['5 minutes 30 seconds', 3_000],
  ['5 toString', 3_000],
  [undefined as unknown as string, 3_000],
])('%j is %i seconds', (time, expected) => {
  expect(seconds(time, BOUNDS)).toBe(expected);
});

test.each([
  [Duration.millis(90_000), 90], [Duration.seconds(90), 90], [Duration.minutes(2), 120], [Duration.hours(0.5), 1_800], [Duration.days(0.01), 864],
])('a time is read as the CDK writes it: %s', (duration, expected) => {
  expect(seconds(duration.formatTokenToNumber(), BOUNDS)).toBe(expected);
});

test('whatever a parameter says is a whole number within bounds', () => {
  const times = fc.oneof(fc.string(), fc.tuple(fc.double(), fc.constantFrom('millis', 'seconds', 'minutes', 'hours', 'days')).map(([amount, unit]) => `${amount} ${unit}`));

  fc.assert(fc.property(times, (time) => {
    const is = seconds(time, BOUNDS);
    expect(Number.isInteger(is) && is >= BOUNDS.shortest && is <= BOUNDS.longest).toBe(true);
  }), { numRuns: 1_000, seed: 20_261_124 });
});
