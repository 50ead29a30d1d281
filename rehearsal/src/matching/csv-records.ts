// What is looked up for each byte is neither global nor of another module, which would take twenty times as long.
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const BLANK = 0x20;

/** Whether the number of quotes is odd after a chunk, given whether it is before; undefined when it is at a line's end. */
export function parityOfQuotes(chunk: Buffer, before: boolean): boolean | undefined {
  let [isOdd, atLineEnd] = [before ? 1 : 0, 0];
  // Without a branch, and by index: a fifth of the time.
  for (let at = 0; at < chunk.length; at++) {
    const byte = chunk[at];
    isOdd = byte === QUOTE ? 1 - isOdd : isOdd;
    atLineEnd += byte === LINE_FEED || byte === CARRIAGE_RETURN ? isOdd : 0;
  }
  return atLineEnd > 0 ? undefined : isOdd === 1;
}

/** Where in a record a byte is. */
enum Place { VALUE_START, UNQUOTED, QUOTED, AFTER_QUOTE }

/** Walks through the records of a CSV file, byte by byte, by the grammar of DuckDB: blanks may stand before a quote, and a quote inside of an unquoted value is a part of it. */
export class CsvRecords {
  /** Whether a quoted value has a line break. */
  public hasQuotedLineBreaks = false;
  /** The number of the first line that ends otherwise than the first one: with LF, CR LF or CR, outside of quotes. */
  public unevenLine?: number;
  /** The length of the longest record so far, in bytes, and the number of the line that it begins in. */
  public longest = 0;
  public longestLine = 1;
  private readonly separator: Buffer;
  private place = Place.VALUE_START;
  private firstEnd?: string;
  private afterReturn = false;
  /** How many bytes of the separator have been met. */
  private separatorBytes = 0;
  private line = 1;
  private recordLine = 1;
  private recordLength = 0;

  constructor(separator: string) {
    this.separator = Buffer.from(separator);
  }

  /** Walks on. */
  public take(chunk: Buffer): void {
    // By index: it takes half the time.
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.afterReturn) {
        this.afterReturn = false;
        this.endRecord(byte === LINE_FEED ? 'CR LF' : 'CR');
        if (byte === LINE_FEED) {
          this.line++;
          this.recordLine = this.line;
          continue;
        }
      }
      this.recordLength++;
      if (this.place === Place.QUOTED) {
        if (byte === QUOTE) {
          this.place = Place.AFTER_QUOTE;
        } else if (byte === LINE_FEED || byte === CARRIAGE_RETURN) {
          this.hasQuotedLineBreaks = true;
          this.line += byte === LINE_FEED ? 1 : 0;
        }
      } else {
        this.takeUnquoted(byte);
      }
    }
  }

  /**
   * Ends the walk.
   * @returns the number of the line in which the last record begins, when a quote in it is not closed
   */
  public end(): number | undefined {
    this.measure();
    return this.place === Place.QUOTED ? this.recordLine : undefined;
  }

  private takeUnquoted(byte: number): void {
    const { separator } = this;
    this.separatorBytes = byte === separator[this.separatorBytes] ? this.separatorBytes + 1 : byte === separator[0] ? 1 : 0;
    if (this.separatorBytes === separator.length) {
      this.separatorBytes = 0;
      this.place = Place.VALUE_START;
    } else if (byte === LINE_FEED) {
      this.endRecord('LF');
      this.line++;
      this.recordLine = this.line;
    } else if (byte === CARRIAGE_RETURN) {
      this.afterReturn = true;
    } else if (byte === QUOTE && this.place !== Place.UNQUOTED) {
      // After a quote it is an escaped one.
      this.place = Place.QUOTED;
    } else if (byte !== BLANK) {
      this.place = Place.UNQUOTED;
    }
  }

  private endRecord(end: string): void {
    this.firstEnd ??= end;
    if (end !== this.firstEnd) {
      this.unevenLine ??= this.line;
    }
    this.measure();
    this.place = Place.VALUE_START;
    this.separatorBytes = 0;
    this.recordLength = 0;
  }

  private measure(): void {
    if (this.recordLength > this.longest) {
      this.longest = this.recordLength;
      this.longestLine = this.recordLine;
    }
  }
}

export { LINE_FEED, QUOTE };
