import * as fc from 'fast-check';
import { LIFE, Lives } from './sequences';

test('whatever CloudFormation asks for in whatever order and whatever goes wrong: no job too many, one answer to each request', async () => {
  const lives = await Lives.start();
  try {
    await fc.assert(fc.asyncProperty(LIFE, (plot) => lives.play(plot)), { numRuns: 500, seed: 20_261_122 });
  } finally {
    await lives.close();
  }
});
