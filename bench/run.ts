import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import Table from 'cli-table3';
import { Bar, barTable } from './bar';
import { Contender, makeVenv, Measured } from './contenders';
import { incrementalRuns } from './incremental';
import { writePeople } from './people';
import { fastest, highest, SideBySide, sideBySide } from './side-by-side';

const MILLION = 1_000_000;
const MAX_PEAK = 2.5 * 1024;

/** `run.ts [people in each table]...`: all bars of each size, then how time grows from the first size to the last. The fastest round counts. */
async function main(args: readonly string[]): Promise<void> {
  const sizes = args.length > 0 ? args.map(Number) : [MILLION, 10 * MILLION];
  await makeVenv();
  const bars: Bar[] = [];
  const seconds: number[] = [];
  for (const people of sizes) {
    const { measured, differences, incremental } = await measure(people);
    const engine = fastest(measured.engine);
    const size = `${people.toLocaleString('en-US')} people`;
    seconds.push(engine);
    bars.push(
      { what: `${size}: the engine's time, of hand-written SQL's`, measured: engine / fastest(measured['hand-written']), limit: 1.1 },
      { what: `${size}: the engine's time, of Splink's`, measured: engine / fastest(measured.splink), limit: 0.65 },
      { what: `${size}: other pairs than Splink's`, measured: differences, limit: 0, unit: 'pairs' },
      { what: `${size}: the engine's peak memory`, measured: highest(measured.engine), limit: MAX_PEAK, unit: 'MiB' },
      { what: `${size}: INCREMENTAL with 1 % changed, of the engine's time`, measured: fastest(incremental) / engine, limit: people > MILLION ? 0.2 : undefined },
    );
  }
  if (sizes.length > 1) {
    const rows = sizes.at(-1)! / sizes[0];
    bars.push({ what: `${rows} x as many people: time`, measured: seconds.at(-1)! / seconds[0], limit: rows * 1.2 });
  }
  console.log(barTable(bars));
}

async function measure(people: number): Promise<SideBySide & { readonly incremental: readonly Measured[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const [source, target] = ['source.csv', 'target.csv'].map((name) => join(folder, name));
  try {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await writePeople(connection, people, { source, target });
    const result = await sideBySide(source, target, people > MILLION ? 2 : 3, folder);
    console.log(`${people.toLocaleString('en-US')} people in each table, ${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}\n${contenderTable(result)}`);
    const incremental = await incrementalRuns(connection, people, { source, target }, folder);
    instance.closeSync();
    return { ...result, incremental };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function contenderTable({ measured }: SideBySide): string {
  const table = new Table({ head: ['contender', 'seconds, round by round', 'peak MiB'], style: { head: [], border: [] } });
  for (const name of Object.keys(measured) as Contender[]) {
    table.push([name, measured[name].map(({ seconds }) => seconds.toFixed(1)).join(', '), highest(measured[name]).toFixed(0)]);
  }
  return table.toString();
}

void main(process.argv.slice(2));
