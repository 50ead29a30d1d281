import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Contender, CONTENDERS, Measured } from './contenders';

/** What the contenders have taken for one pair of tables. */
export interface SideBySide {
  /** For each contender what it took, round by round. */
  readonly measured: Readonly<Record<Contender, readonly Measured[]>>;
  /** Source records that the engine has in another pair than Splink, or only one of them in any. */
  readonly differences: number;
}

/** Lets each contender map in turn, several times over. @param folder for the pairs that they find */
export async function sideBySide(source: string, target: string, rounds: number, folder: string): Promise<SideBySide> {
  const measured: Record<Contender, Measured[]> = { 'engine': [], 'hand-written': [], 'splink': [] };
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(measured) as Contender[]) {
      measured[name].push(await CONTENDERS[name](source, target, join(folder, `${name}.csv`)));
    }
  }
  return { measured, differences: await countDifferences(join(folder, 'engine.csv'), join(folder, 'splink.csv')) };
}

/** The shortest of a contender's times. */
export function fastest(measured: readonly Measured[]): number {
  return Math.min(...measured.map(({ seconds }) => seconds));
}

/** The most memory, in MiB. */
export function highest(measured: readonly Measured[]): number {
  return Math.max(...measured.map(({ peak }) => peak));
}

/** Splink gives all pairs, the engine one for each source record: the first target record of the first rule that finds one. */
async function countDifferences(engine: string, splink: string): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const linked = `SELECT id_l AS sourceId, arg_min(id_r, (match_key::INTEGER, id_r)) AS targetId FROM '${splink}' GROUP BY id_l`;
  const [[differences]] = (await connection.runAndReadAll(
    `SELECT count(*) FILTER (engine.targetId IS DISTINCT FROM splink.targetId) FROM '${engine}' AS engine FULL JOIN (${linked}) AS splink USING (sourceId)`,
  )).getRowsJson();
  instance.closeSync();
  return Number(differences);
}
