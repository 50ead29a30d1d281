import { html, Markup } from './markup';

/** What the emulation has chosen where AWS's documentation is silent, and how the report counts. */
const NOTES = {
  emulation: 'This is a rehearsal by an emulation of AWS Entity Resolution: what it shows is no proof of what the service does.',
  waterfall: 'Rules are a waterfall: a rule looks at the source records that none before it has mapped. A target record stays open for others with ' +
    'MANY_SOURCE_TO_ONE_TARGET, and is taken with ONE_SOURCE_TO_ONE_TARGET.',
  choice: 'A source record has one target record at most. Of several, MANY_SOURCE_TO_ONE_TARGET takes the first by unique id; ONE_SOURCE_TO_ONE_TARGET maps the first ' +
    'source record to the first target record with the same values, the second to the second, and so on.',
  alone: '“Finds alone” counts the source records that a rule finds a target record for, whatever the other rules do, and whether or not that target is taken.',
  models: 'With MANY_TO_MANY each value of a match key is compared with every other; with ONE_TO_ONE only those of fields with the same sub-type or, without sub-types, the same ' +
    'name, unless there is nothing to tell apart.',
  normalization: 'Values are compared after normalization: names, addresses, phone numbers and e-mail addresses by AWS’s published lists; phone prefixes are left as they are, of ' +
    'e-mail domains only googlemail.com is known as gmail.com, and digits of addresses stay. Hashed values are trimmed; dates and texts are compared as they are.',
  unusable: 'A value is unusable when nothing is left of it after normalization. Missing and unusable values match nothing.',
  masked: 'Repeated values are shown as they are compared, and masked unless --show-values is given or ten or more records of one side share them.',
  ids: 'A unique id that is missing, longer than 257 characters or with other characters than a-z, A-Z, 0-9, _ and - rejects its record; one that is repeated in its table rejects ' +
    'all of its records, for none is known to be the right one. Records whose field DELETE says true are left out.',
  price: 'The price counts every record of every input, the rejected ones too. Which price a run is billed at is for AWS to say.',
} as const;

/** Numbers notes in the order in which a page refers to them. */
export class Footnotes {
  private readonly used: (keyof typeof NOTES)[] = [];

  /** A link to a note. */
  public refer(note: keyof typeof NOTES): Markup {
    if (!this.used.includes(note)) {
      this.used.push(note);
    }
    const number = this.used.indexOf(note) + 1;
    return html`<sup><a href="#note-${number}" aria-label="note ${number}">${number}</a></sup>`;
  }

  /** The notes that were referred to. */
  public list(): Markup {
    return html`<ol>${this.used.map((note, index) => html`<li id="note-${index + 1}">${NOTES[note]}</li>`)}</ol>`;
  }
}
