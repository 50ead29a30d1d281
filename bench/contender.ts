import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { mapIds } from 'id-mapping-rehearsal';
import { mapByHand } from './hand-written';
import { benchMapping } from './mapping';

/** What the engine's database may take, in MiB: the bar is 3 GiB for all of the process. */
const MEMORY_LIMIT = 2560;

/** Maps once, in a process of its own: `contender.ts engine|hand-written <source> <target> <mapping>`. Prints seconds and peak memory in MiB as JSON. */
async function main([name, source, target, mapping]: string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const start = performance.now();
  if (name === 'engine') {
    await mapIds(benchMapping(source, target), {
      workFolder: folder, memoryLimit: MEMORY_LIMIT, mappingFile: mapping, rejectedFile: join(folder, 'rejected.csv'), signal: new AbortController().signal,
    });
  } else {
    const instance = await DuckDBInstance.create(':memory:', { threads: '2', preserve_insertion_order: 'false', temp_directory: folder });
    await mapByHand(await instance.connect(), { source, target, mapping });
  }
  console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, peak: process.resourceUsage().maxRSS / 1024 }));
  await rm(folder, { recursive: true });
}

void main(process.argv.slice(2));
