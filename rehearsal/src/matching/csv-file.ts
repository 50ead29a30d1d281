import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvRecords, LINE_FEED, parityOfQuotes, QUOTE } from './csv-records';
import { chunksOf } from './file-chunks';
import { InputError } from './input-error';

/** The longest line, in bytes, that is read. */
export const MAX_LINE_BYTES = 2_000_000;

/** What is wrong with a line over that. */
export const OVERLONG_LINE = `the line is longer than ${MAX_LINE_BYTES.toLocaleString('en-US')} bytes`;

/** What is wrong with a line in another encoding. */
export const NOT_UTF8 = 'the line is not UTF-8';

/** What a file that is compressed with gzip begins with. */
export const GZIP_MARK = Buffer.from([0x1f, 0x8b]);

/** What is wrong with a quoted value that never ends. */
export const OPEN_QUOTE = 'a quoted value is not closed, or goes on after its closing quote';

/** Three times as fast as with blocks of the default size. */
const GUNZIP = { chunkSize: 256 * 1024 };

/**
 * Looks through a file for what DuckDB would lose or misread without a word: a line or record that is too long for it, a quote that is never closed, a
 * compressed file that is cut off.
 * @returns whether a quoted value has a line break: then DuckDB has to read the file from its beginning to its end, for a thread that begins in its midst may
 *   take the inside of a value for a record
 * @throws InputError with the number of the line
 */
export async function hasQuotedLineBreaks(file: string, separator: string, signal: AbortSignal): Promise<boolean> {
  // What is compressed takes much longer to decompress than to walk through.
  if (!isCompressed(file) && !await mayHaveQuotedLineBreaks(file, signal)) {
    return false;
  }
  const records = new CsvRecords(separator);
  for await (const chunk of content(file)) {
    signal.throwIfAborted();
    records.take(chunk);
  }
  const openQuote = records.end();
  if (openQuote !== undefined) {
    throw new InputError(file, `line ${openQuote}: ${OPEN_QUOTE}`);
  }
  if (records.longest > MAX_LINE_BYTES) {
    throw new InputError(file, `line ${records.longestLine}: ${OVERLONG_LINE}`);
  }
  return records.hasQuotedLineBreaks;
}

/** A quick look, which needs no more than the number of quotes: it is odd in the first line of a record that goes on in another line. */
async function mayHaveQuotedLineBreaks(file: string, signal: AbortSignal): Promise<boolean> {
  let [isOdd, position, lineStart] = [false, 0, 0];
  for await (const chunk of chunksOf(file)) {
    signal.throwIfAborted();
    const parity = isOdd || chunk.includes(QUOTE) ? parityOfQuotes(chunk, isOdd) : false;
    if (parity === undefined) {
      return true;
    }
    isOdd = parity;
    const end = chunk.lastIndexOf(LINE_FEED);
    if (end >= 0) {
      lineStart = position + end + 1;
    }
    position += chunk.length;
    // DuckDB loses lines of 32 MB; shorter ones it names itself.
    if (position - lineStart > MAX_LINE_BYTES) {
      return true;
    }
  }
  return isOdd;
}

/** The number of the first line that ends otherwise than the first one, if any does: with LF, CR LF or CR, outside of quotes. */
export async function unevenLine(file: string, separator: string): Promise<number | undefined> {
  const records = new CsvRecords(separator);
  for await (const chunk of content(file)) {
    records.take(chunk);
    if (records.unevenLine !== undefined) {
      break;
    }
  }
  return records.unevenLine;
}

/** The number of the line that a place in the file's content is in. @param position in bytes */
export async function lineAt(file: string, position: number): Promise<number> {
  let [line, start] = [1, 0];
  for await (const chunk of content(file)) {
    for (let at = chunk.indexOf(LINE_FEED); at >= 0 && start + at < position; at = chunk.indexOf(LINE_FEED, at + 1)) {
      line++;
    }
    start += chunk.length;
    if (start >= position) {
      break;
    }
  }
  return line;
}

/** What is in a file, decompressed. A chunk is good until the next one is asked for. */
export async function* content(file: string): AsyncGenerator<Buffer> {
  if (!isCompressed(file)) {
    yield* chunksOf(file);
    return;
  }
  const bytes = createReadStream(file);
  try {
    yield* decompressed(file, bytes);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('Z_')) {
      throw error;
    }
    // A second part may lack a header, too.
    throw new InputError(file, message === 'incorrect header check' && !await beginsAsGzip(file)
      ? 'the file is not compressed with gzip, though its name ends with .gz'
      : 'the compressed file is cut off or damaged: it can\'t be read to its end');
  } finally {
    bytes.destroy();
  }
}

/** @throws what zlib says, or InputError when there are zeros after the end, which zlib passes over and DuckDB does not. */
async function* decompressed(file: string, bytes: Readable): AsyncGenerator<Buffer> {
  const gunzip = createGunzip(GUNZIP);
  // What goes wrong is told by the reading end.
  yield* pipeline(bytes, gunzip, () => {}) as AsyncIterable<Buffer>;
  if (gunzip.bytesWritten < (await stat(file)).size) {
    throw new InputError(file, 'the compressed file goes on with zeros after its end: compress it anew');
  }
}

async function beginsAsGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(GZIP_MARK.length), 0, GZIP_MARK.length, 0);
    return buffer.equals(GZIP_MARK);
  } finally {
    await handle.close();
  }
}

function isCompressed(file: string): boolean {
  return file.endsWith('.gz');
}
