import { randomUUID } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** What DuckDB takes for a pattern, or for a compressed file. */
const NOT_PLAIN = /[*?[\\]|\.zst$/i;

/** A path of a file that DuckDB takes as it is: its own, or that of a link. @param folder where the link is made */
export async function plainPath(file: string, folder: string): Promise<string> {
  if (!NOT_PLAIN.test(file)) {
    return file;
  }
  const link = join(folder, `${randomUUID()}${file.endsWith('.gz') ? '.gz' : ''}`);
  await symlink(resolve(file), link);
  return link;
}
