import { isUtf8 } from 'node:buffer';
import { content, GZIP_MARK, LINE_FEED, MAX_LINE_BYTES, NOT_UTF8, OVERLONG_LINE } from './csv-file';
import { InputError } from './input-error';

const NOT_TEXT = 'line 1: the file is not UTF-8 but UTF-16 or binary: convert it to UTF-8';

/** What a file of another format begins with, and what is wrong with it. */
const OTHER_FORMATS: readonly (readonly [Buffer, string])[] = [
  [Buffer.from([0xff, 0xfe]), NOT_TEXT],
  [Buffer.from([0xfe, 0xff]), NOT_TEXT],
  [GZIP_MARK, 'the file is compressed with gzip: its name has to end with .gz'],
  [Buffer.from('PAR1'), 'the file is Parquet, not CSV: its name has to end with .parquet, or its table has to be one of Parquet'],
  [Buffer.from('PK\x03\x04'), 'the file is a ZIP archive or a spreadsheet: export it as CSV; CSV may be compressed with gzip'],
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
  if (names.every(name => name === '')) {
    throw new InputError(file, 'line 1: it is blank: it has to name the columns');
  }
  return names;
}

/** The first line of a CSV file, nothing when the file is empty. */
export async function firstLine(file: string): Promise<Buffer | undefined> {
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
