import { tmpdir } from 'node:os';
import { inDatabase } from '../../src/matching/database';

test('an abort ends the work in the midst of a statement', async () => {
  const abort = new AbortController();
  const work = inDatabase({ workFolder: tmpdir(), signal: abort.signal }, async (database) => {
    const endless = database.execute('SELECT count(*) FROM range(1_000_000_000_000) AS a, range(1_000_000_000_000) AS b WHERE hash(a.range) = hash(b.range)');
    abort.abort();
    await endless;
  });

  await expect(work).rejects.toThrow('Interrupted!');
});

test('the progress of a statement moves', async () => {
  const abort = new AbortController();
  const seen = new Set<number>();
  const work = inDatabase({ workFolder: tmpdir(), signal: abort.signal }, async (database) => {
    await database.execute('CREATE TABLE numbers AS SELECT range AS number FROM range(2_000_000)');
    const look = setInterval(() => {
      seen.add(database.progress());
      if (seen.size >= 5) {
        abort.abort();
      }
    }, 1);
    try {
      for (;;) {
        await database.execute('SELECT max(md5(number::VARCHAR)) FROM numbers');
      }
    } finally {
      clearInterval(look);
    }
  });

  await expect(work).rejects.toThrow(/Interrupted|aborted/);
  expect([...seen].every((progress) => progress >= 0 && progress <= 1)).toBe(true);
});

test('nothing begins after an abort', async () => {
  const abort = new AbortController();
  const work = inDatabase({ workFolder: tmpdir(), signal: abort.signal }, async (database) => {
    abort.abort(new Error('enough'));
    await database.execute('SELECT 1');
  });

  await expect(work).rejects.toThrow('enough');
});
