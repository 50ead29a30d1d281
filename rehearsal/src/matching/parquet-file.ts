import { Field, isNamed } from './data-set';
import { Database } from './database';
import { FileColumn } from './file-group';
import { InputError } from './input-error';
import { identifier, literal } from './sql';

/** The text of a value, by its column's type. */
interface Text {
  readonly expression: string;
  /** The SQL condition for a value that would not survive. @default - each does */
  readonly lossy?: string;
  /** What such values are. */
  readonly flaw?: string;
}

/** Types whose values DuckDB writes as texts that other readers write, too. */
const PLAIN_TYPES = /^(VARCHAR|JSON|UUID|BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DATE|TIME(_NS)?|TIMESTAMP(_S|_MS|_NS)?|INTERVAL|ENUM\(.*|TIME(STAMP)?(_NS)? WITH TIME ZONE)$/;

/** The largest whole numbers that floating-point numbers tell from the next one. */
const EXACT: Readonly<Record<string, number>> = { FLOAT: 2 ** 24 - 1, DOUBLE: 2 ** 53 - 1 };

/**
 * The columns of a Parquet file. What its folders are named does not matter.
 * @param path of the file, as DuckDB takes it
 * @throws InputError when it can't be read, or has a field in a column whose values are no texts
 */
export async function parquetColumns(file: string, path: string, fields: readonly Field[], database: Database): Promise<FileColumn[]> {
  const from = `read_parquet(${literal(path)}, hive_partitioning = false)`;
  const rowsOf = async (query: string) => (await database.execute(query).catch(() => {
    throw new InputError(file, 'the file is not Parquet, or it is cut off');
  })).getRowsJson();
  const described = await rowsOf(`DESCRIBE FROM ${from}`);
  const nodes = await rowsOf(`SELECT name, num_children FROM parquet_schema(${literal(path)})`);
  const given = topLevel(nodes.map(([name, children]) => ({ name: String(name), children: Number(children ?? 0) })));
  const columns: FileColumn[] = [];
  for (const [index, [column, type]] of described.map((row) => row.map(String)).entries()) {
    const name = given[index];
    const text = textOf(identifier(column), type);
    if (fields.some((field) => isNamed(field, name))) {
      if (text === undefined) {
        throw new InputError(file, `the column "${name}" is of the type ${type}: a field has to be of a type with single values`);
      }
      if (text.lossy !== undefined && await isTrue(`SELECT bool_or(${text.lossy}) FROM ${from}`, file, database)) {
        throw new InputError(file, `the column "${name}" is of the type ${type} and has ${text.flaw}: write it as text`);
      }
    }
    columns.push({ name, expression: text?.expression ?? 'NULL' });
  }
  return columns;
}

/** DuckDB gives other names to columns whose names are there already: the true ones are in the schema, a list of all nodes of the tree. */
function topLevel(nodes: readonly { readonly name: string; readonly children: number }[]): string[] {
  const after = (index: number): number => Array.from({ length: nodes[index].children }).reduce<number>((next) => after(next), index + 1);
  const names: string[] = [];
  for (let index = 1; index < nodes.length; index = after(index)) {
    names.push(nodes[index].name);
  }
  return names;
}

function textOf(column: string, type: string): Text | undefined {
  const text = `CAST(${column} AS VARCHAR)`;
  if (type in EXACT) {
    return {
      // Numbers that are missing are written as no number, and whole numbers beside missing ones as fractions.
      expression: `CASE WHEN isnan(${column}) THEN NULL WHEN ${column} = trunc(${column}) THEN CAST(CAST(${column} AS BIGINT) AS VARCHAR) ELSE ${text} END`,
      lossy: `NOT isnan(${column}) AND abs(${column}) > ${EXACT[type]}`,
      flaw: `numbers over ${EXACT[type]}, which such a column holds only about`,
    };
  }
  if (type.startsWith('DECIMAL')) {
    return { expression: `regexp_replace(${text}, '\\.0+$', '')` };
  }
  if (type === 'BLOB') {
    return { expression: `decode(${column})`, lossy: `${column} IS NOT NULL AND TRY(decode(${column})) IS NULL`, flaw: 'bytes that are no UTF-8' };
  }
  return PLAIN_TYPES.test(type) ? { expression: text } : undefined;
}

async function isTrue(query: string, file: string, database: Database): Promise<boolean> {
  const [[found]] = (await database.execute(query).catch(() => {
    throw new InputError(file, DAMAGED);
  })).getRowsJson();
  return found === true;
}

/** What is wrong with a file of which DuckDB can read the columns' names only. */
export const DAMAGED = 'the file is damaged: it can\'t be read as Parquet to its end';
