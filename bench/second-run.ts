import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobType, mapWithState } from 'id-mapping-rehearsal';
import { benchMapping } from './mapping';

/** Maps once, on the state of the last run, in a process of its own: `second-run.ts BATCH|INCREMENTAL <state> <source> <target> <mapping>`. Prints as `contender.ts`. */
async function main([jobType, stateFile, source, target, mappingFile]: string[]): Promise<void> {
  const workFolder = await mkdtemp(join(tmpdir(), 'bench-'));
  const start = performance.now();
  await mapWithState(benchMapping(source, target), {
    jobType: jobType as JobType,
    stateFile,
    deliver: async () => {},
    workFolder,
    mappingFile,
    rejectedFile: join(workFolder, 'rejected.csv'),
    signal: new AbortController().signal,
  });
  console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, peak: process.resourceUsage().maxRSS / 1024 }));
  await rm(workFolder, { recursive: true });
}

void main(process.argv.slice(2));
