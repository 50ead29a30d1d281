import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from './input-error';

/** The longest line, in bytes, that is read. */
export const MAX_LINE_BYTES = 2_000_000;

/** What is wrong with a line over that. */
export const OVERLONG_LINE = `the line is longer than ${MAX_LINE_BYTES.toLocaleString('en-US')} bytes`;

/** A line of more than two such blocks holds one of them whole; DuckDB loses lines of 32 MB. */
const BLOCK_BYTES = 8 * MAX_LINE_BYTES;

const LINE_FEED = 0x0a;

/** The first line of a CSV file, nothing when the file is empty. */
export async function firstLine(file: string): Promise<string | undefined> {
  const bytes: Buffer[] = [];
  let length = 0;
  for await (const chunk of content(file)) {
    const end = chunk.indexOf(LINE_FEED);
    bytes.push(end < 0 ? chunk : chunk.subarray(0, end));
    length += chunk.length;
    if (end >= 0) {
      break;
    }
    if (length > MAX_LINE_BYTES) {
      throw new InputError(file, `line 1: ${OVERLONG_LINE}`);
    }
  }
  return length === 0 ? undefined : Buffer.concat(bytes).toString('utf8');
}

/** The names in a header line, trimmed, which takes a byte order mark and a carriage return away too. */
export function splitLine(line: string, separator: string): string[] {
  const columns: string[] = [];
  let column = '';
  let quoted = false;
  for (const character of line) {
    if (character === '"') {
      quoted = !quoted;
    } else if (character === separator && !quoted) {
      columns.push(column.trim());
      column = '';
    } else {
      column += character;
    }
  }
  return [...columns, column.trim()];
}

/**
 * Refuses a file with a line that is so long that DuckDB would lose it without a word: looks into each block until its first line end.
 * @throws InputError with the number of the line
 */
export async function checkLineLengths(file: string): Promise<void> {
  const { size } = await stat(file);
  for (let start = 0; start + BLOCK_BYTES <= size; start += BLOCK_BYTES) {
    if (!await hasLineEnd(file, start)) {
      throw new InputError(file, `line ${await countLineEnds(file, start) + 1}: ${OVERLONG_LINE}`);
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

async function countLineEnds(file: string, end: number): Promise<number> {
  let count = 0;
  for await (const chunk of createReadStream(file, { end: end - 1 }) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) {
      count++;
    }
  }
  return count;
}

async function* content(file: string): AsyncGenerator<Buffer> {
  const bytes = createReadStream(file);
  try {
    // What goes wrong is told by the reading end.
    yield* (isCompressed(file) ? pipeline(bytes, createGunzip(), () => {}) as Readable : bytes) as AsyncIterable<Buffer>;
  } catch (error) {
    throw isCompressed(file) && (error as NodeJS.ErrnoException).code === 'Z_DATA_ERROR'
      ? new InputError(file, 'the file is not compressed with gzip, though its name ends with .gz')
      : error;
  } finally {
    bytes.destroy();
  }
}

function isCompressed(file: string): boolean {
  return file.endsWith('.gz');
}
