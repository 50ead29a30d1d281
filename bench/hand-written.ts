import { DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../rehearsal/src/matching/sql';

/** The SQL that somebody would write by hand for just this mapping: no checks of ids, no order of rules to choose, no report. */
export async function mapByHand(
  connection: DuckDBConnection, files: { readonly source: string; readonly target: string; readonly mapping: string },
): Promise<void> {
  const statements = [
    `CREATE TABLE source AS ${normalized(files.source)}`,
    `CREATE TABLE target AS ${normalized(files.target)}`,
    'CREATE TABLE mapping AS SELECT source.id AS sourceId, min(target.id) AS targetId, \'e-mail\' AS ruleName FROM source JOIN target USING (email) GROUP BY source.id',
    `INSERT INTO mapping SELECT source.id, min(target.id), 'phone + last name' FROM source JOIN target USING (phone, last_name)
      WHERE source.id NOT IN (SELECT sourceId FROM mapping) GROUP BY source.id`,
    `INSERT INTO mapping SELECT source.id, min(target.id), 'full name + date of birth' FROM source JOIN target USING (first_name, last_name, birth)
      WHERE source.id NOT IN (SELECT sourceId FROM mapping) GROUP BY source.id`,
    `COPY mapping TO ${literal(files.mapping)} (HEADER)`,
  ];
  for (const statement of statements) {
    await connection.run(statement);
  }
}

function normalized(file: string): string {
  const columns = ['id', 'email', 'phone', 'first_name', 'last_name', 'birth'].map((column) => `${column}: 'VARCHAR'`).join(', ');
  const letters = (column: string) => `nullif(regexp_replace(strip_accents(lower(${column})), '[^a-z]', '', 'g'), '') AS ${column}`;
  return `SELECT id, birth, ${letters('first_name')}, ${letters('last_name')},
      nullif(ltrim(regexp_replace(phone, '[^0-9]', '', 'g'), '0'), '') AS phone,
      nullif(regexp_replace(replace(split_part(split_part(plain, '@', 1), '+', 1), '.', '') || '@' || domain, '[^a-z0-9.@-]', '', 'g'), '@') AS email
    FROM (SELECT *, strip_accents(lower(trim(email))) AS plain, CASE split_part(plain, '@', 2) WHEN 'googlemail.com' THEN 'gmail.com' ELSE split_part(plain, '@', 2) END AS domain
      FROM read_csv(${literal(file)}, auto_detect = false, header = true, columns = {${columns}}))`;
}
