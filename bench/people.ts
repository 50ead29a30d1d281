import { DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../rehearsal/src/matching/sql';

const MACROS = [
  'CREATE OR REPLACE MACRO pick(items, n, what) AS items[(hash(n, what) % len(items))::INT + 1]',
  `CREATE OR REPLACE MACRO first_name(n) AS pick(['Ann', 'José', 'Zoë', 'Marie', 'Ian', 'Noah', 'Mia', 'Lucas', 'Émile', 'Olga'], n, 'first')
    || pick(['', 'lyn', 'bel', 'ra', 'tje'], n, 'ending')`,
  `CREATE OR REPLACE MACRO last_name(n) AS pick(['O''Brien', 'Smith', 'García', 'Kowalski', 'Müller', 'White', 'Nguyen', 'Lee'], n, 'last')
    || pick(['', 'son', 'mann', 'ova', '-Jones'], n, 'suffix') || chr((97 + hash(n, 'letter') % 26)::INT)`,
  "CREATE OR REPLACE MACRO birth(n) AS strftime(DATE '1940-01-01' + (hash(n, 'birth') % 25000)::INT, '%Y-%m-%d')",
];

/**
 * Writes two CSV tables with the columns id, email, phone, first_name, last_name, birth. Each person of the source is in the target, in
 * another spelling; six in ten have the e-mail address in common, eight in ten the phone, all of them name and date of birth.
 * @param count of people in each table
 * @param changed share of the source's people that are replaced by others, who are in no target
 */
export async function writePeople(
  connection: DuckDBConnection, count: number, files: { readonly source: string; readonly target: string }, changed = 0,
): Promise<void> {
  for (const macro of MACROS) {
    await connection.run(macro);
  }
  const write = async (columns: string, people: string, file: string) => {
    await connection.run(`COPY (SELECT ${columns} FROM (${people})) TO ${literal(file)} (HEADER)`);
  };
  await write(
    `'T' || n AS id, 'Person.' || n || '@Example.com' AS email, '+44 20 ' || (7000000000 + n) AS phone,
      first_name(n) AS first_name, last_name(n) AS last_name, birth(n) AS birth`,
    `SELECT range AS n FROM range(${count})`, files.target);
  await write(
    `'S' || row AS id, CASE WHEN n % 10 < 6 THEN 'person' || n || '+news@example.com' ELSE 'other' || n || '@example.org' END AS email,
      CASE WHEN n % 10 < 8 THEN '0044 (20) ' || (7000000000 + n) END AS phone,
      upper(first_name(n)) AS first_name, ' ' || last_name(n) AS last_name, birth(n) AS birth`,
    `SELECT range AS row, CASE WHEN hash(range, 'changed') % 1000 < ${changed * 1000} THEN range + ${count} ELSE range END AS n FROM range(${count})`,
    files.source);
}
