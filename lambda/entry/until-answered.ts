import { setTimeout as wait } from 'node:timers/promises';
import { outcomeOfError } from '../aws/service-error';

/**
 * Repeats what may be repeated when it is refused for want of a permission, as one that was just made is not visible everywhere at once, when there are
 * too many calls, or when the answer is lost.
 *
 * @param patienceMs for how long
 * @param waitMs how long from one attempt to the next
 */
export async function untilAnswered<T>(action: () => Promise<T>, patienceMs = 110_000, waitMs = 5_000): Promise<T> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (outcomeOfError(error) === 'FAILED' || Date.now() + waitMs > giveUpAt) throw error;
      await wait(waitMs);
    }
  }
}
