import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from './input-error';

/** The longest line, in bytes, that is read. */
export const MAX_LINE_BYTES = 2_000_000;

/** What is wrong with a line over that. */
export const OVERLONG_LINE = `the line is longer than ${MAX_LINE_BYTES.toLocaleString('en-US')} bytes`;

/** What is wrong with a line in another encoding. */
export const NOT_UTF8 = 'the line is not UTF-8';

/** What a file that is compressed with gzip begins with. */
export const GZIP_MARK = Buffer.from([0x1f, 0x8b]);

export const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;

/** Three times as fast as with blocks of the default size. */
const GUNZIP = { chunkSize: 256 * 1024 };

/** A line of more than two such blocks holds one of them whole; DuckDB loses lines of 32 MB. */
const BLOCK_BYTES = 8 * MAX_LINE_BYTES;

/**
 * Refuses a file of which DuckDB would lose something without a word: one with a line that is too long for it, a compressed one that is cut off.
 * @throws InputError with the number of the line
 */
export async function checkFile(file: string): Promise<void> {
  await (isCompressed(file) ? checkCompressed(file) : checkLineLengths(file));
}

/** Looks into each block until its first line end. */
async function checkLineLengths(file: string): Promise<void> {
  const { size } = await stat(file);
  for (let start = 0; start + BLOCK_BYTES <= size; start += BLOCK_BYTES) {
    if (!await hasLineEnd(file, start)) {
      throw await overlongLine(file, start);
    }
  }
}

async function hasLineEnd(file: string, start: number): Promise<boolean> {
  const handle = await open(file);
  try {
    const buffer = Buffer.alloc(64 * 1024);
    for (let position = start; position < start + BLOCK_BYTES; position += buffer.length) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
      if (buffer.subarray(0, bytesRead).includes(LINE_FEED)) {
        return true;
      }
    }
    return false;
  } finally {
    await handle.close();
  }
}

/** There is no looking into the midst of a compressed file: all of it is read, which also tells whether it is whole. */
async function checkCompressed(file: string): Promise<void> {
  let [position, lineStart] = [0, 0];
  for await (const chunk of content(file)) {
    const end = chunk.lastIndexOf(LINE_FEED);
    position += chunk.length;
    if (end >= 0) {
      lineStart = position - chunk.length + end + 1;
    }
    if (position - lineStart > MAX_LINE_BYTES) {
      throw await overlongLine(file, lineStart);
    }
  }
}

/** @param position a place in the line, in bytes of the file's content */
async function overlongLine(file: string, position: number): Promise<InputError> {
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
  return new InputError(file, `line ${line}: ${OVERLONG_LINE}`);
}

/** The number of the first line that ends otherwise than the first one, if any does: with LF, CR LF or CR, outside of quotes. */
export async function unevenLine(file: string): Promise<number | undefined> {
  let [line, quoted, previous] = [1, false, 0];
  let firstEnd: string | undefined;
  for await (const chunk of content(file)) {
    for (const byte of chunk) {
      const carriageReturn = previous === CARRIAGE_RETURN;
      if (!quoted && (byte === LINE_FEED || carriageReturn)) {
        const end = `${carriageReturn ? 'CR' : ''}${byte === LINE_FEED ? 'LF' : ''}`;
        firstEnd ??= end;
        if (end !== firstEnd) {
          return line;
        }
      }
      quoted = quoted !== (byte === QUOTE);
      line += Number(byte === LINE_FEED);
      previous = byte;
    }
  }
  return undefined;
}

/** What is in a file, decompressed. */
export async function* content(file: string): AsyncGenerator<Buffer> {
  const bytes = createReadStream(file);
  try {
    yield* (isCompressed(file) ? decompressed(file, bytes) : bytes) as AsyncIterable<Buffer>;
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
