import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { febrl } from './febrl';

/** Writes the data of all examples into a folder, as they have to be in the bucket: the people of the FEBRL data sets. */
async function main(folder: string): Promise<void> {
  const { originals, duplicates } = await febrl();
  const write = async (name: string, text: string) => {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, 'people.csv'), text);
  };
  await Promise.all([write('crm', duplicates), write('customers', duplicates), write('loyalty', originals), write('audience', originals)]);

  const connection = await (await DuckDBInstance.create()).connect();
  for (const state of ['nsw', 'vic']) {
    const partition = join(folder, 'archive', `state=${state}`);
    await mkdir(partition, { recursive: true });
    const file = join(partition, 'people.parquet');
    await rm(file, { force: true });
    const people = `read_csv('${join(folder, 'crm', 'people.csv')}', all_varchar = true)`;
    await connection.run(`COPY (SELECT rec_id, soc_sec_id FROM ${people} WHERE state = '${state}') TO '${file}' (FORMAT parquet)`);
  }
}

main(process.argv[2]).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
