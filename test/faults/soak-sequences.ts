import * as fc from 'fast-check';
import { LIFE, Lives } from './sequences';

/** Plays as many lives as the argument says, other ones in each process. */
async function play(sequences: number): Promise<void> {
  const lives = await Lives.start();
  try {
    let played = 0;
    await fc.assert(fc.asyncProperty(LIFE, async (plot) => {
      await lives.play(plot);
      played += 1;
      if (played % 1_000 === 0) console.log(`${played} of ${sequences} sequences`);
    }), { numRuns: sequences });
  } finally {
    await lives.close();
  }
}

play(Number(process.argv[2])).catch((error: Error) => {
  // What did not hold is the cause; the message says how to play it again.
  console.error(error.message, error.cause);
  process.exitCode = 1;
});
