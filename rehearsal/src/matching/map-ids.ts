import { applyRules } from './apply-rules';
import { columnsOf } from './comparison';
import { DatabaseOptions, inDatabase } from './database';
import { IdMapping, IdMappingCounts } from './id-mapping';
import { readRecords } from './read-records';
import { COUNT_RECORDS, writeRejected } from './record-statements';
import { countMapping, writeMapping } from './rule-statements';

/** Files of one run, and its limits. */
export interface MapIdsOptions extends DatabaseOptions {
  /** Where to write the mapping: CSV with the columns `sourceId`, `targetId`, `ruleName`. */
  readonly mappingFile: string;
  /** Where to write the rejected records: CSV with the columns `inputSource`, `uniqueId`, `cause`. */
  readonly rejectedFile: string;
}

/**
 * Maps the records of the sources to those of the targets.
 * @throws InputError when a file can't be read as its data set says
 */
export async function mapIds(mapping: IdMapping, options: MapIdsOptions): Promise<IdMappingCounts> {
  return inDatabase(options, async (database) => {
    const dataSets = [...mapping.sources, ...mapping.targets];
    const columns = columnsOf(mapping);
    await readRecords(database, dataSets, columns);
    const [input, rejected, deleted] = await database.numbers(COUNT_RECORDS);
    await database.execute(writeRejected(dataSets, options.rejectedFile));

    await applyRules(database, mapping, columns);
    const [mapped, mappedTargets] = await database.numbers(countMapping(input));
    await database.execute(writeMapping(mapping, options.mappingFile));
    return { input, rejected, deleted, mapped, mappedTargets };
  });
}
