import { isUtf8 } from 'node:buffer';
import { content, GZIP_MARK, MAX_LINE_BYTES, NOT_UTF8, OVERLONG_LINE } from './csv-file';
import { LINE_FEED } from './csv-records';
import { InputError } from './input-error';

const NOT_TEXT = 'line 1: the file is not UTF-8 but UTF-16 or binary: convert it to UTF-8';

const compressed = (how: string) => `the file is compressed with ${how}: CSV may be plain, or compressed with gzip`;

/** What a file of another format begins with, and what is wrong with it. */
const OTHER_FORMATS: readonly (readonly [Buffer, string])[] = [
  [Buffer.from([0xff, 0xfe]), NOT_TEXT],
  [Buffer.from([0xfe, 0xff]), NOT_TEXT],
  [GZIP_MARK, 'the file is compressed with gzip: its name has to end with .gz'],
  [Buffer.from('PAR1'), 'the file is Parquet, not CSV: its name has to end with .parquet, or its table has to be one of Parquet'],
  [Buffer.from('PK\x03\x04'), 'the file is a ZIP archive or a spreadsheet: export it as CSV; CSV may be compressed with gzip'],
  [Buffer.from('BZh'), compressed('bzip2')],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), compressed('Zstandard')],
  [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]), compressed('xz')],
  [Buffer.from([0x04, 0x22, 0x4d, 0x18]), compressed('LZ4')],
  [Buffer.from('\xff\x06\0\0sNaPpY', 'latin1'), compressed('Snappy')],
  [Buffer.from([0x1f, 0x9d]), compressed('compress')],
  [Buffer.from([0x89, 0x4c, 0x5a, 0x4f]), compressed('LZO')],
  [Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'), compressed('7-Zip')],
  [Buffer.from('Rar!\x1a\x07', 'latin1'), compressed('RAR')],
  [Buffer.from('ORC'), 'the file is ORC: CSV and Parquet are read'],
  [Buffer.from('Obj\x01', 'latin1'), 'the file is Avro: CSV and Parquet are read'],
  [Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), 'the file is a spreadsheet or another document of Microsoft Office: export it as CSV'],
  [Buffer.from('{"'), 'the file is JSON: CSV and Parquet are read'],
  [Buffer.from('[{'), 'the file is JSON: CSV and Parquet are read'],
];

/** @throws InputError when a file that begins with this line is no CSV */
export function checkFormat(file: string, line: Buffer): void {
  const [, message] = OTHER_FORMATS.find(([mark]) => line.subarray(0, mark.length).equals(mark)) ?? [];
  if (message !== undefined) {
    throw new InputError(file, message);
  }
}

/**
 * The names of the columns in a CSV file's first line.
 * @throws InputError when the line can't be one of column names
 */
export function csvHeader(file: string, line: Buffer, separator: string): string[] {
  if (line.includes(0)) {
    throw new InputError(file, NOT_TEXT);
  }
  if (!isUtf8(line)) {
    throw new InputError(file, `line 1: ${NOT_UTF8}`);
  }
  const text = line.toString('utf8').replace(/\r$/, '');
  if (/\r/.test(text.replace(/"[^"]*"/g, ''))) {
    throw new InputError(file, 'line 1: it has a carriage return (CR) in its midst: lines have to end with LF or CR LF');
  }
  const { names, closed } = splitLine(text, separator);
  if (!closed) {
    throw new InputError(file, 'line 1: the quoted name of a column is not closed in the line');
  }
  if (names.every((name) => name === '')) {
    throw new InputError(file, 'line 1: it is blank: it has to name the columns');
  }
  return names;
}

/** Whether a line is one of column names, in any case. */
export function isHeader(line: Buffer, columns: readonly string[], separator: string): boolean {
  const { names } = splitLine(line.toString('utf8').replace(/\r$/, ''), separator);
  return names.length === columns.length && names.every((name, index) => name.toLowerCase() === columns[index].toLowerCase());
}

/** The first line of a CSV file, nothing when the file is empty. */
export async function firstLine(file: string): Promise<Buffer | undefined> {
  const bytes: Buffer[] = [];
  let length = 0;
  for await (const chunk of content(file)) {
    const end = chunk.indexOf(LINE_FEED);
    bytes.push(Buffer.from(end < 0 ? chunk : chunk.subarray(0, end)));
    length += chunk.length;
    if (end >= 0) {
      break;
    }
    if (length > MAX_LINE_BYTES) {
      throw new InputError(file, `line 1: ${OVERLONG_LINE}`);
    }
  }
  return length === 0 ? undefined : Buffer.concat(bytes);
}

/** Names are trimmed, which takes a byte order mark away too. */
function splitLine(line: string, separator: string): { names: string[]; closed: boolean } {
  const names: string[] = [];
  let name = '';
  let quoted = false;
  for (const character of line) {
    if (character === '"') {
      quoted = !quoted;
    } else if (character === separator && !quoted) {
      names.push(name.trim());
      name = '';
    } else {
      name += character;
    }
  }
  return { names: [...names, name.trim()], closed: !quoted };
}
