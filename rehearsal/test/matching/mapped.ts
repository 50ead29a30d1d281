import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSet } from '../../src/matching/data-set';
import { inDatabase } from '../../src/matching/database';
import { IdMapping, IdMappingCounts } from '../../src/matching/id-mapping';
import { MapIdsOptions, mapIds } from '../../src/matching/map-ids';
import { MapWithStateOptions, mapWithState } from '../../src/matching/map-with-state';

/** A data set whose files are given by their content. */
export interface TestDataSet extends Omit<DataSet, 'name' | 'files' | 'separator'> {
  readonly name?: string;
  readonly files: readonly (string | Buffer)[];
  readonly separator?: string;
  /** How the files' names end. @default .csv */
  readonly ending?: string;
}

/** What is mapped, with the files' content in the place of their paths. */
export interface TestMapping extends Omit<IdMapping, 'sources' | 'targets'> {
  readonly sources: readonly TestDataSet[];
  readonly targets: readonly TestDataSet[];
}

/** What came out: the counts and the lines of both files without their headers, those of the mapping sorted. */
export interface Mapped {
  readonly counts: IdMappingCounts;
  readonly pairs: string[];
  readonly rejected: string[];
}

/** Runs the engine. */
export async function mapped(mapping: TestMapping, signal: AbortSignal = new AbortController().signal): Promise<Mapped> {
  return runEngine(mapping, (files, options) => mapIds(files, { ...options, signal }));
}

/** Runs the engine on the state of the last run. */
export async function mappedWithState(mapping: TestMapping, run: Pick<MapWithStateOptions, 'jobType' | 'stateFile'> & { deliver?: () => Promise<void> }) {
  return runEngine(mapping, (files, options) => mapWithState(files, { deliver: async () => {}, ...options, ...run }));
}

async function runEngine<C>(mapping: TestMapping, map: (mapping: IdMapping, options: MapIdsOptions) => Promise<C>) {
  // The names show that paths are quoted in SQL and are no patterns.
  const folder = await mkdtemp(join(tmpdir(), "mapped-'"));
  const write = async (side: string, dataSets: readonly TestDataSet[]) => Promise.all(dataSets.map(async (dataSet, index) => ({
    name: `${side}${index}`,
    separator: ',',
    ...dataSet,
    files: await Promise.all(dataSet.files.map(async (content, n) => {
      const file = join(folder, `${side}-[${index}]*-${n}${dataSet.ending ?? '.csv'}`);
      await writeFile(file, content);
      return file;
    })),
  })));
  try {
    const [mappingFile, rejectedFile] = ['mapping.csv', 'rejected.csv'].map((name) => join(folder, name));
    const counts = await map(
      { ...mapping, sources: await write('source', mapping.sources), targets: await write('target', mapping.targets) },
      { workFolder: folder, mappingFile, rejectedFile, signal: new AbortController().signal },
    );
    return { counts, pairs: (await lines(mappingFile)).sort(), rejected: await lines(rejectedFile) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A Parquet file's content. @param query gives its rows */
export async function parquet(query: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'parquet-'));
  const file = join(folder, 'content.parquet');
  try {
    await inDatabase({ workFolder: folder, signal: new AbortController().signal }, async (database) => {
      await database.execute(`COPY (${query}) TO '${file}'`);
    });
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function lines(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8')).trimEnd().split('\n').slice(1);
}
