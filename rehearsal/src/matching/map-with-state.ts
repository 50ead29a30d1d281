import { existsSync } from 'node:fs';
import { applyRules } from './apply-rules';
import { ComparedColumn, columnsOf } from './comparison';
import { DataSet } from './data-set';
import { Database, inDatabase } from './database';
import { FileChanges, fileChanges, FilePlace, UNKNOWN_FINGERPRINT } from './file-places';
import { IdMapping, IdMappingCounts } from './id-mapping';
import { MapIdsOptions } from './map-ids';
import { NORMALIZATION_MACROS } from './normalization';
import { readFields, readRecords } from './read-records';
import { COUNT_RECORDS, createRecords, insertRecords, REJECT_REPEATED_IDS, writeRejected } from './record-statements';
import { CREATE_MAPPING } from './rule-statements';
import { literal } from './sql';
import { finish, removeState, unfinished } from './state-file';
import {
  addedColumns, COUNT_CHANGED, COUNT_LOADED, COUNT_PAIR_CHANGES, countFound, CREATE_COMPARED, CREATE_FIRST_RECORD, createDeleted,
  createDirty, createLoaded, createPairs, createReplaced, createState, insertCompared, insertGone, KEEP_DIRTY_ONLY, RunState, saveState,
  SELECT_DIRTY, SELECT_REST, selectAdded, selectAffectedSources, selectAffectedTargets, selectMoved, selectRejected, stateColumns,
  takeRecords, writeWholeMapping,
} from './state-statements';

/** All records, those that are new or have changed since the last run, or those only that are marked for deletion since. */
export type JobType = 'BATCH' | 'INCREMENTAL' | 'DELETE_ONLY';

/** Files of one run, its limits, and what it builds upon. */
export interface MapWithStateOptions extends MapIdsOptions {
  readonly jobType: JobType;
  /** Where the state of the last run is, and that of this run afterwards. A run without one, or with one of another mapping, processes all records. */
  readonly stateFile: string;
  /** Hands over the files that were written. The state is that of the last run until it has returned. */
  readonly deliver: (counts: ChangeCounts) => Promise<void>;
}

/** Numbers of records. `input`, `rejected` and `deleted` are those of the records that the run has processed. */
export interface ChangeCounts extends IdMappingCounts {
  /** Records that are rejected in all. */
  readonly allRejected: number;
  /** Records loaded by this or an earlier run, each unique id counted once. */
  readonly loaded: number;
  /** Of those, the ones that no earlier run has loaded. */
  readonly newlyLoaded: number;
  readonly added: PairCounts;
  readonly removed: PairCounts;
}

/** Pairs, and source and target records in pairs, that only one of two runs has. */
export interface PairCounts {
  readonly mapped: number;
  readonly mappedSources: number;
  readonly mappedTargets: number;
}

/** There is no state of a last run from which anything could be deleted. */
export class NoStateError extends Error {}

type ProcessedCounts = Pick<IdMappingCounts, 'input' | 'rejected' | 'deleted'>;

interface Run {
  readonly database: Database;
  readonly mapping: IdMapping;
  readonly dataSets: readonly DataSet[];
  readonly columns: readonly ComparedColumn[];
  readonly jobType: JobType;
}

/**
 * Maps the records of the sources to those of the targets, as far as something has changed since the last run: the mapping is that of a BATCH run over
 * the same records. DELETE_ONLY takes records out of the last run's mapping and makes no new pair.
 * @throws InputError when a file can't be read as its data set says
 * @throws NoStateError when DELETE_ONLY has no last run to delete from
 */
export async function mapWithState(mapping: IdMapping, options: MapWithStateOptions): Promise<ChangeCounts> {
  return inDatabase(options, async (database) => {
    // Written much faster, and read again faster, than what is compressed.
    await database.execute("SET force_compression = 'uncompressed'");
    // What a run has changed stands in the log beside the file, and goes into the file when the log has grown.
    await database.execute('PRAGMA disable_checkpoint_on_shutdown');
    const run: Run = { database, mapping, dataSets: [...mapping.sources, ...mapping.targets], columns: columnsOf(mapping), jobType: options.jobType };
    const last = await lastRun(run, options.stateFile);
    if (!last && options.jobType === 'DELETE_ONLY') {
      throw new NoStateError('there is no last run of this mapping whose records could be deleted: run BATCH or INCREMENTAL first');
    }
    const readsAll = options.jobType === 'BATCH' || !last;
    const files = await fileChanges(run.dataSets, readsAll ? [] : last.files);
    const processed = await (readsAll ? readAll(run, files, !last) : readChanges(run, files));
    await all(database, [...createLoaded(readsAll), CREATE_FIRST_RECORD]);
    const [newlyLoaded, loadedNow, went] = await database.numbers(COUNT_LOADED);
    const settles = options.jobType !== 'DELETE_ONLY';
    const isWhole = readsAll || (settles && mapping.recordMatchingModel === 'ONE_SOURCE_TO_ONE_TARGET');
    if (!readsAll && settles) {
      await takeAffected(run);
    }
    await (settles ? applyRules(database, mapping, run.columns) : database.execute(CREATE_MAPPING));

    await all(database, createPairs(isWhole, settles));
    const [newPairs, newSources, newTargets, lostPairs, lostSources, lostTargets, mapped] = await database.numbers(COUNT_PAIR_CHANGES);
    const rejected = selectRejected(isWhole);
    const [allRejected] = await database.numbers(`SELECT count(cause) FROM ${rejected}`);
    const counts = {
      ...processed,
      mapped,
      mappedTargets: (last?.mappedTargets ?? 0) + newTargets - lostTargets,
      allRejected,
      loaded: loadedNow + went,
      newlyLoaded,
      added: { mapped: newPairs, mappedSources: newSources, mappedTargets: newTargets },
      removed: { mapped: lostPairs, mappedSources: lostSources, mappedTargets: lostTargets },
    };
    await all(database, [writeRejected(run.dataSets, options.rejectedFile, rejected), writeWholeMapping(mapping, options.mappingFile)]);
    await options.deliver(counts);
    const state = {
      definition: definitionOf(mapping),
      deletedIds: deletedIds(run.dataSets),
      files: filesAfter(run, files, last),
      mappedTargets: counts.mappedTargets,
    };
    await all(database, saveState(mapping, run.columns, state, isWhole, settles));
    if (!last) {
      await database.execute('DETACH state');
      finish(options.stateFile);
    }
    return counts;
  });
}

/** What is known of the last run; nothing when there was none, or when it was another mapping. Attaches its state, or else the one that is to be made. */
async function lastRun({ database, mapping, dataSets }: Run, stateFile: string): Promise<RunState | undefined> {
  if (existsSync(stateFile)) {
    await database.execute(`ATTACH ${literal(stateFile)} AS state`);
    const [[definition, ids, mappedTargets]] = (await database.execute('SELECT * FROM state.run')).getRowsJson();
    const lastIds = JSON.parse(String(ids)) as string[][];
    if (definition === definitionOf(mapping) && lastIds.every((known, index) => known.every((id) => deletedIds(dataSets)[index].includes(id)))) {
      const files = (await database.execute('SELECT place, data_set, fingerprint FROM state.files ORDER BY place')).getRowsJson();
      return {
        definition,
        deletedIds: lastIds,
        files: files.map(([place, dataSet, fingerprint]) => ({ place: Number(place), dataSet: Number(dataSet), fingerprint: String(fingerprint) })),
        mappedTargets: Number(mappedTargets),
      };
    }
    await database.execute('DETACH state');
  }
  removeState(unfinished(stateFile));
  await database.execute(`ATTACH ${literal(unfinished(stateFile))} AS state`);
  return undefined;
}

/** All that the records' values and the pairs depend on, but for the records. */
function definitionOf({ sources, targets, rules, attributeMatchingModel, recordMatchingModel }: IdMapping): string {
  const fixed = (dataSets: readonly DataSet[]) => dataSets.map(({ files, deletedIds: ids, ...dataSet }) => dataSet);
  return JSON.stringify({ sources: fixed(sources), targets: fixed(targets), rules, attributeMatchingModel, recordMatchingModel });
}

function deletedIds(dataSets: readonly DataSet[]): readonly (readonly string[])[] {
  return dataSets.map((dataSet) => dataSet.deletedIds ?? []);
}

async function readAll({ database, mapping, dataSets, columns }: Run, { toRead }: FileChanges, isFirst: boolean): Promise<ProcessedCounts> {
  await readRecords(database, dataSets, [...columns, ...stateColumns(dataSets, toRead)]);
  if (isFirst) {
    await all(database, createState(mapping, columns));
  }
  const [input, rejected, deleted] = await database.numbers(COUNT_RECORDS);
  return { input, rejected, deleted };
}

/** Fills the table of records with those that are not as they were, as far as the job processes them. */
async function readChanges({ database, dataSets, columns, jobType }: Run, { toRead, gone }: FileChanges): Promise<ProcessedCounts> {
  const added = [...columns, ...addedColumns(dataSets)];
  await all(database, [...NORMALIZATION_MACROS, ...createRecords(added), CREATE_COMPARED]);
  for (const [index, dataSet] of dataSets.entries()) {
    if (toRead[index].size > 0) {
      // DuckDB does not know how many records a file has: it would keep their fields in memory to look them up, and not the hashes of the state.
      await database.execute("SET disabled_optimizers = 'build_side_probe_side'");
      await readFields(database, { ...dataSet, files: [...toRead[index].keys()] }, (fields) => insertCompared(dataSet, toRead[index], fields));
      await database.execute('RESET disabled_optimizers');
      if (toRead[index].size > 1) {
        await database.execute(insertGone(toRead[index]));
      }
      await database.execute(insertRecords(dataSet, index, added, selectAdded(dataSet, toRead[index])));
    }
  }
  const changed = toRead.flatMap((places) => [...places.values()]);
  await database.execute(createReplaced(changed, gone));
  const [found, times] = await database.numbers(countFound(changed));
  await all(database, [
    ...takeRecords(selectMoved(times > found), dataSets, columns),
    // Its memory is wanted for the state.
    'DROP TABLE compared',
    ...jobType === 'DELETE_ONLY' ? [createDeleted(dataSets), ...KEEP_DIRTY_ONLY] : [createDirty(dataSets)],
    ...takeRecords(SELECT_DIRTY, dataSets, columns),
    REJECT_REPEATED_IDS,
  ]);
  const [input, rejected, deleted] = await database.numbers(COUNT_CHANGED);
  return { input, rejected, deleted };
}

/** Adds the records that the changed ones may have to be mapped with, or that have to be mapped anew because of them. */
async function takeAffected({ database, mapping, dataSets, columns }: Run): Promise<void> {
  const queries = mapping.recordMatchingModel === 'ONE_SOURCE_TO_ONE_TARGET'
    ? [SELECT_REST]
    : [selectAffectedSources(mapping, columns), selectAffectedTargets(mapping, columns)];
  for (const query of queries) {
    await all(database, takeRecords(query, dataSets, columns));
  }
}

/** DELETE_ONLY leaves changes for a later run: it has to look at the files again. */
function filesAfter({ jobType }: Run, { places, toRead, gone }: FileChanges, last: RunState | undefined): readonly FilePlace[] {
  if (jobType !== 'DELETE_ONLY') {
    return places;
  }
  const changed = toRead.flatMap((read) => [...read.values()]);
  return [
    ...places.map((file) => changed.includes(file.place) ? { ...file, fingerprint: UNKNOWN_FINGERPRINT } : file),
    ...last!.files.filter(({ place }) => gone.includes(place)).map((file) => ({ ...file, fingerprint: UNKNOWN_FINGERPRINT })),
  ];
}

async function all(database: Database, statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    await database.execute(statement);
  }
}
