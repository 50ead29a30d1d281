import { Row } from './reference-mapping';

const GIVEN_NAMES = ['Ann', 'José', 'Zoë', 'Marie-Claire', 'Ian', 'Noah', 'Mia', 'Lucas', "D'Arcy", 'Émile'];
const SURNAMES = ['Lee', 'Nguyen', 'O’Brien', 'Smith', 'García', 'Kowalski', 'Müller', 'White'];
const STREETS = ['North Road', 'Mill Street', 'High Street', 'Park Avenue', 'Rose Place'];
const SUBURBS = ['Perth', 'Cairns', 'Hobart'];
const DOMAINS = ['example.com', 'gmail.com', 'mail.example.org'];

/** Columns of a generated person. */
export const COLUMNS = ['id', 'given', 'surname', 'street', 'suburb', 'birth', 'mobile', 'home', 'email'];

/**
 * Two tables about the same people, in the manner of the FEBRL data sets: the second tells of the same people with other
 * spellings, values lost, values swapped. Few distinct names and numbers, so that a record has several candidates.
 * @param seed the same seed gives the same tables
 */
export function generatedPeople(count: number, seed: number): { originals: Row[]; duplicates: Row[] } {
  const random = randomNumbers(seed);
  const pick = (items: readonly string[]) => items[Math.floor(random() * items.length)];
  const number = (below: number) => String(Math.floor(random() * below));
  const originals: Row[] = [];
  const duplicates: Row[] = [];
  for (let person = 0; person < count; person++) {
    const [given, surname] = [pick(GIVEN_NAMES), pick(SURNAMES)];
    const original = {
      id: `rec-${person}-org`,
      given,
      surname,
      street: `${number(9)} ${pick(STREETS)}`,
      suburb: pick(SUBURBS),
      birth: `19${number(9)}${number(9)}-0${number(9)}-1${number(9)}`,
      mobile: `04${number(count)}`,
      home: `0${number(count)}`,
      email: `${given[0]}.${surname.slice(0, 2)}${number(count)}@${pick(DOMAINS)}`.toLowerCase().replace(/[’']/g, ''),
    };
    originals.push(original);
    if (random() < 0.8) {
      duplicates.push(distorted({ ...original, id: `rec-${person}-dup-0` }, random));
    }
  }
  return { originals, duplicates };
}

function distorted(row: Record<string, string>, random: () => number): Row {
  const changes: readonly (() => void)[] = [
    () => { row.given = row.given.toUpperCase(); },
    () => { row.surname = ` ${row.surname.normalize('NFD')} `; },
    () => { row.street = row.street.replace('Street', 'St.').replace('Road', 'rd').replace('North', 'N'); },
    () => { [row.mobile, row.home] = [row.home, row.mobile]; },
    () => { row.mobile = `+${row.mobile.replace(/^0/, '0 0-')}`; },
    () => { row.email = row.email.replace('@', '+news@').replace('@gmail.com', '@googlemail.com'); },
    () => { row.email = ''; },
    () => { row.birth = '   '; },
    () => { [row.mobile, row.home] = ['', '-']; },
    () => { row.surname = `${row.surname.slice(1)}x`; },
  ];
  for (const change of changes) {
    if (random() < 0.25) {
      change();
    }
  }
  return row;
}

/** Mulberry32: numbers from 0 to 1. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    /* eslint-disable no-bitwise */
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    /* eslint-enable no-bitwise */
  };
}
