import { createHash } from 'node:crypto';
import { DataSet, Field } from './data-set';
import { chunksOf } from './file-chunks';
import { partitionValue } from './partitions';

/** A place for the records of one file in the state of a run: what tells whether they have to be read again. */
export interface FilePlace {
  readonly place: number;
  /** The index of the file's data set. */
  readonly dataSet: number;
  readonly fingerprint: string;
}

/** What has become of the files since the last run. */
export interface FileChanges {
  /** A place for each file. */
  readonly places: readonly FilePlace[];
  /** For each data set, the places of the files to read, by the files' paths. */
  readonly toRead: readonly ReadonlyMap<string, number>[];
  /** Places whose file is there no more. */
  readonly gone: readonly number[];
}

/** The fingerprint of a file that has to be read whatever it holds. */
export const UNKNOWN_FINGERPRINT = '';

/** Finds a place for each file: that of a file with the same content, or else one whose file is gone, so that their records can be compared. */
export async function fileChanges(dataSets: readonly DataSet[], last: readonly FilePlace[]): Promise<FileChanges> {
  let next = Math.max(-1, ...last.map(({ place }) => place)) + 1;
  const places: FilePlace[] = [];
  const toRead: Map<string, number>[] = [];
  const gone: number[] = [];
  for (const [dataSet, { files, fields }] of dataSets.entries()) {
    const free = last.filter((place) => place.dataSet === dataSet);
    const changed: { path: string; fingerprint: string }[] = [];
    for (const path of files) {
      const fingerprint = await fingerprintOf(path, fields);
      const same = free.findIndex((place) => place.fingerprint === fingerprint);
      if (same >= 0) {
        places.push(...free.splice(same, 1));
      } else {
        changed.push({ path, fingerprint });
      }
    }
    toRead.push(new Map(changed.map(({ path, fingerprint }) => {
      const place = free.shift()?.place ?? next++;
      places.push({ place, dataSet, fingerprint });
      return [path, place];
    })));
    gone.push(...free.map(({ place }) => place));
  }
  return { places, toRead, gone };
}

/** Of all that the file's records depend on: its content, and what its folders say. */
async function fingerprintOf(path: string, fields: readonly Field[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(fields.map((field) => partitionValue(path, field))));
  for await (const chunk of chunksOf(path)) {
    hash.update(chunk);
  }
  return hash.digest('base64');
}
