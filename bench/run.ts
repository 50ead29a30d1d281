import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import Table from 'cli-table3';
import { writePeople } from './people';

const run = promisify(execFile);

const VENV = join(__dirname, '.venv');
const PYTHON = join(VENV, 'bin', 'python');
const REPEATS = 3;
const BARS: Readonly<Record<string, number>> = { 'hand-written': 1.25, 'splink': 0.9 };

interface Measured {
  readonly seconds: number;
  /** In MiB. */
  readonly peak: number;
}

/** `run.ts [people in each table]`: each contender in turn, several times over; the fastest time of each counts. */
async function main([people = '1000000']: string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const [source, target] = ['source.csv', 'target.csv'].map(name => join(folder, name));
  try {
    const instance = await DuckDBInstance.create(':memory:');
    await writePeople(await instance.connect(), Number(people), { source, target });
    instance.closeSync();
    await makeVenv();
    const measured: Record<string, Measured[]> = { 'engine': [], 'hand-written': [], 'splink': [] };
    for (let round = 0; round < REPEATS; round++) {
      for (const [name, all] of Object.entries(measured)) {
        const pairs = join(folder, `${name}.csv`);
        all.push(name === 'splink' ? await python(source, target, pairs) : await contender(name, source, target, pairs));
      }
    }
    const fastest = (name: string) => Math.min(...measured[name].map(({ seconds }) => seconds));
    const table = new Table({ head: ['contender', 'seconds', 'peak MiB', "the engine's time", 'bar'], style: { head: [], border: [] } });
    for (const [name, all] of Object.entries(measured)) {
      table.push([
        name, all.map(({ seconds }) => seconds.toFixed(1)).join(', '), Math.max(...all.map(({ peak }) => peak)).toFixed(0),
        name in BARS ? `${(fastest('engine') / fastest(name)).toFixed(2)} x` : '', name in BARS ? `<= ${BARS[name]} x` : '',
      ]);
    }
    console.log(`${people} x ${people} records, ${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}, ${REPEATS} rounds in turn\n${table.toString()}`);
    console.log(await samePairs(join(folder, 'engine.csv'), join(folder, 'splink.csv')));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function contender(...args: string[]): Promise<Measured> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', join(__dirname, 'contender.ts'), ...args]);
  return JSON.parse(stdout) as Measured;
}

async function python(...args: string[]): Promise<Measured> {
  const { stdout } = await run(PYTHON, [join(__dirname, 'deterministic_link.py'), ...args]);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Measured;
}

async function makeVenv(): Promise<void> {
  if (!existsSync(PYTHON)) {
    await run('python3', ['-m', 'venv', VENV]);
    await run(PYTHON, ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--requirement', join(__dirname, 'requirements.txt')]);
  }
}

/** Splink gives all pairs, the engine one for each source record: the first target record of the first rule that finds one. */
async function samePairs(engine: string, splink: string): Promise<string> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const linked = `SELECT id_l AS sourceId, arg_min(id_r, (match_key::INTEGER, id_r)) AS targetId FROM '${splink}' GROUP BY id_l`;
  const [[pairs, others]] = (await connection.runAndReadAll(
    `SELECT count(*), count(*) FILTER (engine.targetId IS DISTINCT FROM splink.targetId) FROM '${engine}' AS engine FULL JOIN (${linked}) AS splink USING (sourceId)`,
  )).getRowsJson();
  instance.closeSync();
  return `${String(pairs)} pairs, ${String(others)} of them not the same as Splink's`;
}

void main(process.argv.slice(2));
