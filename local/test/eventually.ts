import { setTimeout } from 'node:timers/promises';

/** Waits until the condition holds, for as long as the test may take: on a busy machine all takes longer. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!await condition()) {
    await setTimeout(50);
  }
}
