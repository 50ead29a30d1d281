/** No step waits longer than this before it looks again. */
const LONGEST_WAIT_SECONDS = 60;

/**
 * Whole seconds to wait before the nth repeat: half as long again each time, up to a minute.
 *
 * @param jitter 0 to 1; spreads the repeats of many runs over the last half of the wait
 */
export function growingWait(firstSeconds: number, repeat: number, jitter: number = Math.random()): number {
  const wait = Math.min(LONGEST_WAIT_SECONDS, firstSeconds * 1.5 ** (repeat - 1));
  return Math.max(1, Math.round(wait * (0.5 + 0.5 * jitter)));
}
