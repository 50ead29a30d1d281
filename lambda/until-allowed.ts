import { setTimeout as wait } from 'node:timers/promises';
import { outcomeOfError } from './service-error';

/**
 * Repeats what is refused for want of a permission, as one that was just made is not visible everywhere at once, or because there are too many calls.
 *
 * @param patienceMs for how long
 * @param waitMs how long from one attempt to the next
 */
export async function untilAllowed<T>(action: () => Promise<T>, patienceMs = 120_000, waitMs = 5_000): Promise<T> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    try {
      return await action();
    } catch (error) {
      const outcome = outcomeOfError(error);
      if ((outcome !== 'NOT_YET_ALLOWED' && outcome !== 'THROTTLED') || Date.now() + waitMs > giveUpAt) throw error;
      await wait(waitMs);
    }
  }
}
