import { setTimeout } from 'node:timers/promises';

/** Waits until the condition holds, 5 seconds at most. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100 && !await condition(); attempt++) {
    await setTimeout(50);
  }
  expect(await condition()).toBe(true);
}
