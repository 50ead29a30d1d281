import { Field } from './data-set';
import { literal } from './sql';

/** Words of an address and what they become: words, directions and numbers, as AWS Entity Resolution's glossary lists them. */
const ADDRESS_WORDS: Readonly<Record<string, string>> = {
  avenue: 'ave',
  bouled: 'blvd',
  circle: 'cir',
  circles: 'cirs',
  court: 'ct',
  centre: 'ctr',
  center: 'ctr',
  drive: 'dr',
  freeway: 'fwy',
  frwy: 'fwy',
  highway: 'hwy',
  lane: 'ln',
  parks: 'park',
  parkways: 'pkwy',
  pky: 'pkwy',
  pkway: 'pkwy',
  pkwys: 'pkwy',
  parkway: 'pkwy',
  parkwy: 'pkwy',
  place: 'pl',
  plaza: 'plz',
  plza: 'plz',
  road: 'rd',
  square: 'sq',
  squ: 'sq',
  sqr: 'sq',
  street: 'st',
  str: 'st',
  east: 'e',
  north: 'n',
  south: 's',
  west: 'w',
  northeast: 'ne',
  northwest: 'nw',
  southeast: 'se',
  southwest: 'sw',
  numero: 'number',
  no: 'number',
  num: 'number',
};

const addressWordMap = `MAP {${Object.entries(ADDRESS_WORDS).map(([word, short]) => `${literal(word)}: ${literal(short)}`).join(', ')}}`;

/**
 * SQL macros that normalize a value as AWS Entity Resolution documents it (docs/decisions/local-matching.md has the reasons).
 * They give NULL for a value that is empty afterwards: such a value never matches.
 */
export const NORMALIZATION_MACROS: readonly string[] = [
  // Trimming takes three times as long as finding out that there is nothing to trim.
  `CREATE MACRO trimmed(value) AS
    CASE WHEN regexp_full_match(value, '[!-~](?:.*[!-~])?', 's') THEN value ELSE nullif(trim(value, E' \\t\\r\\n'), '') END`,
  'CREATE MACRO unaccented(value) AS strip_accents(lower(value))',
  // Half the time of trimming every value.
  "CREATE MACRO as_given(value) AS CASE WHEN NOT regexp_full_match(value, '[ \\t\\r\\n]*') THEN value END",
  "CREATE MACRO normalized_name(value) AS nullif(regexp_replace(unaccented(value), '[^a-z]+', '', 'g'), '')",
  "CREATE MACRO email_user(value) AS replace(split_part(split_part(value, '@', 1), '+', 1), '.', '')",
  "CREATE MACRO email_domain(value) AS coalesce(substr(value, nullif(instr(value, '@'), 0)), '')",
  `CREATE MACRO known_domain(domain) AS
    CASE WHEN starts_with(domain, '@googlemail.com') THEN regexp_replace(domain, '^@googlemail\\.com\\s*$', '@gmail.com') ELSE domain END`,
  `CREATE MACRO normalized_email(value) AS
    nullif(regexp_replace(email_user(unaccented(value)) || known_domain(email_domain(unaccented(value))), '[^a-z0-9.@-]+', '', 'g'), '')`,
  "CREATE MACRO normalized_phone(value) AS nullif(ltrim(regexp_replace(value, '[^0-9]+', '', 'g'), '0'), '')",
  // "str." is a word of its own; all other words are found after the delimiters have become blanks.
  `CREATE MACRO address_words(value) AS string_split_regex(
    replace(regexp_replace(regexp_replace(value, '\\bstr\\.', 'strasse', 'g'), '[],.[/-]', ' ', 'g'), '#', ' number '), '\\s+')`,
  `CREATE MACRO renamed_address(value) AS
    list_aggregate(list_transform(address_words(value), lambda word: coalesce(${addressWordMap}[word], word)), 'string_agg', ' ')`,
  `CREATE MACRO normalized_address(value) AS
    trimmed(replace(replace(replace(renamed_address(unaccented(value)), 'ß', 'ss'), 'ø', 'o'), 'æ', 'ae'))`,
];

const GROUP_PARTS: Readonly<Record<string, readonly string[]>> = {
  NAME: ['NAME', 'NAME_FIRST', 'NAME_MIDDLE', 'NAME_LAST'],
  // A country code is written before the number.
  PHONE: ['PHONE', 'PHONE_COUNTRYCODE', 'PHONE_NUMBER'],
  ADDRESS: [
    'ADDRESS', 'ADDRESS_STREET1', 'ADDRESS_STREET2', 'ADDRESS_STREET3', 'ADDRESS_CITY', 'ADDRESS_STATE', 'ADDRESS_COUNTRY',
    'ADDRESS_POSTALCODE',
  ],
};

const MACRO_OF_TYPE: Readonly<Record<string, string>> = {
  NAME: 'normalized_name',
  PHONE: 'normalized_phone',
  ADDRESS: 'normalized_address',
  EMAIL_ADDRESS: 'normalized_email',
  UNIQUE_ID: 'trimmed',
  PROVIDER_ID: 'trimmed',
};

/** The type of the group that the field is concatenated into: NAME, PHONE or ADDRESS; nothing for a field on its own. */
export function groupType({ type, groupName }: Field): string | undefined {
  return groupName ? Object.keys(GROUP_PARTS).find((group) => GROUP_PARTS[group].includes(type)) : undefined;
}

/** The SQL of the normalized value of a field that is not grouped. @param column the SQL of the value as the file has it */
export function normalizedField({ type, hashed }: Field, column: string): string {
  return `${hashed ? 'trimmed' : MACRO_OF_TYPE[type] ?? 'as_given'}(${column})`;
}

/** The SQL of a group's fields, concatenated. @param column gives the SQL of a field's value as the file has it */
export function concatenatedGroup(fields: readonly Field[], column: (field: Field) => string): string {
  const order = GROUP_PARTS[groupType(fields[0])!];
  const parts = [...fields].sort((a, b) => order.indexOf(a.type) - order.indexOf(b.type));
  return `concat_ws(' ', ${parts.map((part) => `trimmed(${column(part)})`).join(', ')})`;
}

/** The SQL of the normalized value of a group. @param column gives the SQL of a field's value as the file has it */
export function normalizedGroup(fields: readonly Field[], column: (field: Field) => string): string {
  const concatenated = concatenatedGroup(fields, column);
  const number = fields.find(({ type }) => type === 'PHONE_NUMBER');
  return normalizedField(
    { fieldName: '', type: groupType(fields[0])!, hashed: fields.some(({ hashed }) => hashed) },
    // A country code alone is nobody's phone.
    number ? `CASE WHEN trimmed(${column(number)}) IS NOT NULL THEN ${concatenated} END` : concatenated,
  );
}
