import { dirname, sep } from 'node:path';
import { fieldColumn } from './comparison';
import { Field } from './data-set';
import { FILE } from './record-statements';
import { literal } from './sql';

/** What Hive writes for a value that is missing. */
const MISSING = '__HIVE_DEFAULT_PARTITION__';

/** The name of a folder that gives its files' records a value, as Hive, Spark and AWS Glue name them. */
export function partitionFolder(key: string, value: string): string {
  return `${key}=${encodeURIComponent(value)}`;
}

/** The value that a folder of the path, such as `country=de`, gives a field: null when it says that it is missing, undefined when no folder names the field. */
export function partitionValue(path: string, { fieldName }: Field): string | null | undefined {
  const start = `${fieldName.toLowerCase()}=`;
  const folder = dirname(path).split(sep).reverse().find((name) => name.toLowerCase().startsWith(start));
  const value = folder?.slice(start.length);
  return value === MISSING ? null : value?.replace(/(%[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString());
}

/** Takes fields from the folders of their records' files. @param fields SQL of all fields @param partitioned the indices of those fields */
export function withPartitionValues(fields: string, files: readonly string[], all: readonly Field[], partitioned: readonly number[]): string {
  if (partitioned.length === 0) {
    return fields;
  }
  const values = partitioned.map((index) => {
    const byFile = files.map((file) => {
      const value = partitionValue(file, all[index]);
      return `${literal(file)}: ${value === null || value === undefined ? 'NULL' : literal(value)}`;
    });
    return `MAP {${byFile.join(', ')}}[${FILE}]::VARCHAR AS ${fieldColumn(index)}`;
  });
  return `SELECT * REPLACE (${values.join(', ')}) FROM (${fields})`;
}
