import { gzipSync } from 'node:zlib';
import { mapped, parquet, TestDataSet, TestMapping } from './mapped';
import { Field } from '../../src/matching/data-set';

const ID: Field = { fieldName: 'id', type: 'UNIQUE_ID' };
const KEY: Field = { fieldName: 'key', type: 'STRING', matchKey: 'key' };

/** A table with an id and the fields, its lines given without the header. */
function table(fields: readonly Field[], ...lines: string[]): TestDataSet {
  return { fields: [ID, ...fields], files: [[['id', ...fields.map(({ fieldName }) => fieldName)].join(','), ...lines, ''].join('\n')] };
}

/** A mapping whose only rule compares the match key `key`, unless said otherwise. */
function mappingOf(source: TestDataSet, target: TestDataSet, overrides: Partial<TestMapping> = {}): TestMapping {
  return {
    sources: [source],
    targets: [target],
    rules: [{ ruleName: 'key', matchingKeys: ['key'] }],
    attributeMatchingModel: 'MANY_TO_MANY',
    recordMatchingModel: 'MANY_SOURCE_TO_ONE_TARGET',
    ...overrides,
  };
}

describe('rules', () => {
  const FIELDS = ['email', 'name', 'city'].map((matchKey): Field => ({ fieldName: matchKey, type: 'STRING', matchKey }));

  test('a rule matches when all of its match keys do', async () => {
    const { pairs } = await mapped(mappingOf(table(FIELDS, 's1,e,n,c', 's2,e,n,x'), table(FIELDS, 't1,,n,c'), {
      rules: [{ ruleName: 'both', matchingKeys: ['name', 'city'] }],
    }));

    expect(pairs).toEqual(['s1,t1,both']);
  });

  test('a rule sees only the source records that no earlier rule has mapped', async () => {
    const { pairs } = await mapped(mappingOf(table(FIELDS, 's1,e,n,', 's2,,n,'), table(FIELDS, 't1,,n,', 't2,e,,'), {
      rules: [{ ruleName: 'email', matchingKeys: ['email'] }, { ruleName: 'name', matchingKeys: ['name'] }],
    }));

    expect(pairs).toEqual(['s1,t2,email', 's2,t1,name']);
  });

  test('a rule of MANY_SOURCE_TO_ONE_TARGET may use a target record that an earlier rule has mapped', async () => {
    const { pairs } = await mapped(mappingOf(table(FIELDS, 's1,e,,', 's2,,n,'), table(FIELDS, 't1,e,n,'), {
      rules: [{ ruleName: 'email', matchingKeys: ['email'] }, { ruleName: 'name', matchingKeys: ['name'] }],
    }));

    expect(pairs).toEqual(['s1,t1,email', 's2,t1,name']);
  });

  test('a rule of ONE_SOURCE_TO_ONE_TARGET may not', async () => {
    const { pairs } = await mapped(mappingOf(table(FIELDS, 's1,e,,', 's2,,n,'), table(FIELDS, 't1,e,n,'), {
      rules: [{ ruleName: 'email', matchingKeys: ['email'] }, { ruleName: 'name', matchingKeys: ['name'] }],
      recordMatchingModel: 'ONE_SOURCE_TO_ONE_TARGET',
    }));

    expect(pairs).toEqual(['s1,t1,email']);
  });

  test('a rule with a match key that one side has no field for matches nothing, and the next rule has its turn', async () => {
    const { pairs } = await mapped(mappingOf(table([FIELDS[0]], 's1,e'), table(FIELDS, 't1,e,n,'), {
      rules: [{ ruleName: 'name', matchingKeys: ['email', 'name'] }, { ruleName: "it's, \"email\"", matchingKeys: ['email'] }],
    }));

    expect(pairs).toEqual(["s1,t1,\"it's, \"\"email\"\"\""]);
  });

  test('a match key that no field has matches nothing', async () => {
    const { pairs } = await mapped(mappingOf(table(FIELDS, 's1,e,n,c'), table(FIELDS, 't1,e,n,c'), {
      rules: [{ ruleName: 'none', matchingKeys: ['phone'] }],
    }));

    expect(pairs).toEqual([]);
  });

  test.each(['', ' ', '"  "'])('the value %j matches nothing', async (value) => {
    const { pairs } = await mapped(mappingOf(table([KEY], `s1,${value}`), table([KEY], `t1,${value}`)));

    expect(pairs).toEqual([]);
  });
});

describe('records', () => {
  const TWO = [{ ...KEY, fieldName: 'key' }, { ...KEY, fieldName: 'other' }];

  test('MANY_SOURCE_TO_ONE_TARGET maps each source record to the first of its target records', async () => {
    const { pairs, counts } = await mapped(mappingOf(table([KEY], 's2,a', 's1,a', 's3,b'), table([KEY], 't2,a', 't1,a', 't3,b')));

    expect(pairs).toEqual(['s1,t1,key', 's2,t1,key', 's3,t3,key']);
    expect(counts).toEqual({ input: 6, rejected: 0, deleted: 0, mapped: 3, mappedTargets: 2 });
  });

  test('ONE_SOURCE_TO_ONE_TARGET maps the first to the first, the second to the second, and leaves the rest', async () => {
    const { pairs, counts } = await mapped(mappingOf(
      table([KEY], 's2,a', 's1,a', 's3,a', 's4,b'), table([KEY], 't2,a', 't1,a', 't4,b', 't5,b'),
      { recordMatchingModel: 'ONE_SOURCE_TO_ONE_TARGET' },
    ));

    expect(pairs).toEqual(['s1,t1,key', 's2,t2,key', 's4,t4,key']);
    expect(counts).toMatchObject({ mapped: 3, mappedTargets: 3 });
  });

  test('ONE_SOURCE_TO_ONE_TARGET finds another target for a record whose first one is taken through another value', async () => {
    const { pairs } = await mapped(mappingOf(
      table(TWO, 's1,a,b', 's2,b,c', 's3,c,d'), table(TWO, 't1,b,', 't2,c,', 't3,d,'), { recordMatchingModel: 'ONE_SOURCE_TO_ONE_TARGET' },
    ));

    expect(pairs).toEqual(['s1,t1,key', 's2,t2,key', 's3,t3,key']);
  });

  test('ONE_SOURCE_TO_ONE_TARGET counts a record once that has the same value twice', async () => {
    const { pairs } = await mapped(mappingOf(
      table(TWO, 's1,a,a', 's2,a,'), table(TWO, 't1,a,', 't2,a,', 't3,a,'), { recordMatchingModel: 'ONE_SOURCE_TO_ONE_TARGET' }));

    expect(pairs).toEqual(['s1,t1,key', 's2,t2,key']);
  });

  test('several sources are mapped together, in their order, and may share ids', async () => {
    const { pairs } = await mapped(mappingOf(table([], 'unused'), table([KEY], 't1,a', 't2,a', 't3,b'), {
      sources: [table([KEY], 'r2,a'), table([KEY], 'r1,a', 'r2,b')],
      recordMatchingModel: 'ONE_SOURCE_TO_ONE_TARGET',
    }));

    expect(pairs).toEqual(['r1,t2,key', 'r2,t1,key', 'r2,t3,key']);
  });

  test('several targets are one', async () => {
    const { pairs } = await mapped(mappingOf(table([KEY], 's1,a', 's2,b'), table([], 'unused'), {
      targets: [table([KEY], 't1,a'), table([KEY], 't2,b')],
    }));

    expect(pairs).toEqual(['s1,t1,key', 's2,t2,key']);
  });

  test('nineteen sources are taken', async () => {
    const { pairs } = await mapped(mappingOf(table([], 'unused'), table([KEY], 't,a'), {
      sources: Array.from({ length: 19 }, (_, index) => table([KEY], `s${index},a`)),
    }));

    expect(pairs).toEqual(Array.from({ length: 19 }, (_, index) => `s${index},t,key`).sort());
  });

  test('a record whose field DELETE says true is left out', async () => {
    const MARKED: Field[] = [KEY, { fieldName: 'DELETE', type: 'STRING' }];
    const { pairs, counts } = await mapped(mappingOf(
      table(MARKED, 's1,a,true', 's2,a,false', 's3,a,', 's4,a, TRUE'), table(MARKED, 't1,a,true', 't2,a,')));

    expect(pairs).toEqual(['s2,t2,key', 's3,t2,key']);
    expect(counts).toMatchObject({ input: 6, deleted: 3, rejected: 0 });
  });

  test('a field DELETE with a match key marks nothing', async () => {
    const field: Field = { fieldName: 'DELETE', type: 'STRING', matchKey: 'key' };
    const { pairs } = await mapped(mappingOf(table([field], 's1,true'), table([field], 't1,true')));

    expect(pairs).toEqual(['s1,t1,key']);
  });
});

describe('attributes', () => {
  const PHONES = ['mobile', 'home'].map((fieldName): Field => ({ fieldName, type: 'PHONE', matchKey: 'key' }));

  test('MANY_TO_MANY compares a value with all the fields of its match key', async () => {
    const { pairs } = await mapped(mappingOf(table(PHONES, 's1,1,2', 's2,,3', 's3,9,9'), table(PHONES, 't1,2,', 't2,3,3', 't3,8,')));

    expect(pairs).toEqual(['s1,t1,key', 's2,t2,key']);
  });

  test('ONE_TO_ONE compares a value with that of the same field', async () => {
    const { pairs } = await mapped(mappingOf(table(PHONES, 's1,1,2', 's2,,3'), table(PHONES, 't1,2,1', 't2,,3'), {
      attributeMatchingModel: 'ONE_TO_ONE',
    }));

    expect(pairs).toEqual(['s2,t2,key']);
  });

  test('ONE_TO_ONE compares fields of the same sub-type, whatever their names and order', async () => {
    const subTyped = (names: readonly [string, string][]) => names.map(([fieldName, subType]): Field => ({ ...KEY, fieldName, subType }));
    const { pairs } = await mapped(mappingOf(
      table(subTyped([['a', 'work'], ['b', 'home']]), 's1,1,2'),
      table(subTyped([['b', 'home'], ['c', 'work']]), 't1,1,3', 't2,3,1'),
      { attributeMatchingModel: 'ONE_TO_ONE' },
    ));

    expect(pairs).toEqual(['s1,t2,key']);
  });

  test('ONE_TO_ONE compares all fields of the same sub-type with each other', async () => {
    const twice = ['a', 'b'].map((fieldName): Field => ({ ...KEY, fieldName, subType: 'work' }));
    const { pairs } = await mapped(mappingOf(table(twice, 's1,1,2'), table(twice, 't1,2,'), { attributeMatchingModel: 'ONE_TO_ONE' }));

    expect(pairs).toEqual(['s1,t1,key']);
  });

  test('ONE_TO_ONE compares the only field of a match key with the only one of the other side, whatever their names', async () => {
    const { pairs } = await mapped(mappingOf(
      table([{ ...KEY, fieldName: 'mail' }], 's1,a'), table([{ ...KEY, fieldName: 'email' }], 't1,a'), { attributeMatchingModel: 'ONE_TO_ONE' }));

    expect(pairs).toEqual(['s1,t1,key']);
  });

  test('a group is compared as one value with a field of its type', async () => {
    const parts: Field[] = [
      { fieldName: 'last', type: 'NAME_LAST', groupName: 'name', matchKey: 'key' },
      { fieldName: 'first', type: 'NAME_FIRST', groupName: 'name', matchKey: 'key' },
    ];
    const { pairs } = await mapped(mappingOf(
      table(parts, 's1,Lee,Ann', 's2,Ann,Lee'), table([{ fieldName: 'name', type: 'NAME', matchKey: 'key' }], 't1,ann LEE')));

    expect(pairs).toEqual(['s1,t1,key']);
  });

  test('two match keys of several fields each are combined', async () => {
    const fields = ['key', 'other'].flatMap((matchKey) => ['1', '2'].map((n): Field => ({ fieldName: matchKey + n, type: 'STRING', matchKey })));
    const { pairs } = await mapped(mappingOf(table(fields, 's1,a,b,c,d', 's2,a,b,x,y'), table(fields, 't1,,b,,c'), {
      rules: [{ ruleName: 'both', matchingKeys: ['key', 'other'] }],
    }));

    expect(pairs).toEqual(['s1,t1,both']);
  });
});

describe('unique ids', () => {
  test.each([
    ['', 'source0,,the unique id is missing'],
    ['  ', 'source0,,the unique id is missing'],
    ['a b', 'source0,a b,"the unique id has characters other than a-z, A-Z, 0-9, _ and -"'],
    ['ä', 'source0,ä,"the unique id has characters other than a-z, A-Z, 0-9, _ and -"'],
    ['x'.repeat(258), `source0,${'x'.repeat(258)},the unique id is longer than 257 characters`],
  ])('the id %j is rejected', async (id, rejection) => {
    const { pairs, rejected, counts } = await mapped(mappingOf(table([KEY], `${id},a`), table([KEY], 't1,a')));

    expect(rejected).toEqual([rejection]);
    expect(pairs).toEqual([]);
    expect(counts).toMatchObject({ input: 2, rejected: 1 });
  });

  test.each(['x', 'x'.repeat(257), 'aZ09_-'])('the id %j is taken', async (id) => {
    const { pairs, rejected } = await mapped(mappingOf(table([KEY], `${id},a`), table([KEY], 't1,a')));

    expect(pairs).toEqual([`${id},t1,key`]);
    expect(rejected).toEqual([]);
  });

  test('an id that is repeated in its table is rejected each time, on both sides', async () => {
    const { pairs, rejected } = await mapped(mappingOf(table([KEY], 's1,a', 's2,a', ' s1,b'), table([KEY], 't1,a', 's2,a', 't1,b')));

    expect(pairs).toEqual(['s2,s2,key']);
    expect(rejected).toEqual([
      'source0,s1,the unique id is repeated in its table',
      'source0,s1,the unique id is repeated in its table',
      'target0,t1,the unique id is repeated in its table',
      'target0,t1,the unique id is repeated in its table',
    ]);
  });
});

describe('files', () => {
  const TARGET = table([KEY], 't1,a');

  test.each<[string, Partial<TestDataSet>]>([
    ['columns in another order, others beside them', { files: ['x,KEY ,y," id"\n1,a,2,s1\n'] }],
    ['a byte order mark and CR LF', { files: ['\uFEFFid,key\r\ns1,a\r\n'] }],
    ['no header line', { files: ['a,s1\n'], columns: ['key', 'id'] }],
    ['another separator', { files: ["id'key\ns1'a\n"], separator: "'" }],
    ['a tab as separator', { files: ['id\tkey\ns1\ta\n'], separator: '\t' }],
    ['quoted values and names', { files: ['"id","a ""b"", c","key"\n"s1","x\ny, ""z""","a"\n'] }],
    ['no line end at the end', { files: ['id,key\ns1,a'] }],
    ['quotes inside of values that are not quoted', { files: ['id,x,key\ns1,5" pipe "a",a\n'] }],
    ['values of several lines in one of several files', { files: ['id,x,key\ns2,"a\n\ns3,x,y\n""",b\n', 'id,x,key\ns1,,a\n'] }],
    ['a backslash before a closing quote', { files: ['id,x,key\ns1,"a\\",a\n'] }],
    ['a character of several bytes as separator', { files: ['id¦x¦key\ns1¦"ü¦\n"¦a\n'], separator: '¦' }],
    ['blank lines', { files: ['id,key\n\ns1,a\n\n'] }],
    ['a header only, beside a file with records', { files: ['id,key\n', 'id,key\ns1,a\n'] }],
  ])('a table is read with %s', async (_, source) => {
    const { pairs } = await mapped(mappingOf({ fields: [ID, KEY], files: [], ...source }, TARGET));

    expect(pairs).toEqual(['s1,t1,key']);
  });

  test('files of one table may have their columns in different orders', async () => {
    const { pairs } = await mapped(mappingOf({ fields: [ID, KEY], files: ['id,key\ns1,a\n', 'key,id\na,s2\n', 'id,key\ns3,a\n'] }, TARGET));

    expect(pairs).toEqual(['s1,t1,key', 's2,t1,key', 's3,t1,key']);
  });

  test.each<[string, string | Buffer, string]>([
    ['is empty', '', 'the file is empty: it must hold at least a header line, with the column "id" (the unique id)'],
    ['lacks the unique id', 'key,x\na,s1\n', 'the column "id" (the unique id) is missing; the file has the columns: key, x'],
    ['lacks a field', 'id,x\na,s1\n', 'the column "key" is missing; the file has the columns: id, x'],
    ['has a quote that is not closed', 'id,key\ns1,a\ns2,"secret\ns3,a\n', 'line 3: a quoted value is not closed, or goes on after its closing quote'],
    ['has text after a closing quote', 'id,key\ns1,"secret"x\n', 'line 2: a quoted value is not closed, or goes on after its closing quote'],
    ['has a line with a value too few', 'id,key\ns1,a\nsecret\n', 'line 3: the line has fewer values than there are columns'],
    ['has a line with a value too many', 'id,key\ns1,a,secret\n', 'line 2: the line has more values than there are columns'],
    ['is not UTF-8', Buffer.from('id,key\nsecr\xe9t,a\n', 'latin1'), 'line 2: the line is not UTF-8'],
    ['has a column twice', 'id,key,KEY\ns1,a,b\n', 'line 1: the column "key" is there more than once: as columns 2 and 3'],
    ['has another separator', 'id;key\ns1;a\n', 'the column "id" (the unique id) is missing; the file has the columns: id;key; is its separator another one?'],
    ['is UTF-16', Buffer.from('id,key\ns1,a\n', 'utf16le'), 'line 1: the file is not UTF-8 but UTF-16 or binary: convert it to UTF-8'],
    ['is compressed with bzip2', Buffer.from('BZh91AY&SY'), 'the file is compressed with bzip2: CSV may be plain, or compressed with gzip'],
    ['is compressed with Zstandard', Buffer.from('28b52ffd0458', 'hex'), 'the file is compressed with Zstandard: CSV may be plain, or compressed with gzip'],
    ['is compressed with xz', Buffer.from('fd377a585a0000', 'hex'), 'the file is compressed with xz: CSV may be plain, or compressed with gzip'],
    ['is compressed with LZ4', Buffer.from('04224d1864', 'hex'), 'the file is compressed with LZ4: CSV may be plain, or compressed with gzip'],
    ['is compressed with Snappy', Buffer.from('ff060000734e61507059', 'hex'), 'the file is compressed with Snappy: CSV may be plain, or compressed with gzip'],
    ['is compressed with 7-Zip', Buffer.from('377abcaf271c', 'hex'), 'the file is compressed with 7-Zip: CSV may be plain, or compressed with gzip'],
    ['is compressed with gzip, though its name does not say so', gzipSync('id,key\ns1,a\n'), 'the file is compressed with gzip: its name has to end with .gz'],
    ['is a ZIP archive', Buffer.from('PK\x03\x04'), 'the file is a ZIP archive or a spreadsheet: export it as CSV; CSV may be compressed with gzip'],
    ['is ORC', Buffer.from('ORC\x0a'), 'the file is ORC: CSV and Parquet are read'],
    ['is Avro', Buffer.from('Obj\x01\x04'), 'the file is Avro: CSV and Parquet are read'],
    ['is JSON', '{"id": "s1", "key": "a"}\n', 'the file is JSON: CSV and Parquet are read'],
    ['is Parquet', Buffer.from('PAR1\x15'), 'the file is Parquet, not CSV: its name has to end with .parquet, or its table has to be one of Parquet'],
    ['has a blank header line', ' \ns1,a\n', 'line 1: it is blank: it has to name the columns'],
    ['has a header with a quote that is not closed', 'id,"key\ns1,a\n', 'line 1: the quoted name of a column is not closed in the line'],
    ['ends its lines with CR', 'id,key\rs1,a\r', 'line 1: it has a carriage return (CR) in its midst: lines have to end with LF or CR LF'],
    ['ends a line with LF, all others with CR LF', 'id,key\r\ns1,"a\nb"\r\ns2,a\ns3,a\r\n',
      'line 4: it does not end as the first line does, or has a carriage return in its midst: all lines have to end with LF, or all with CR LF'],
    ['has a carriage return in a value', 'id,key\ns1,a\ns2,sec\rret\n',
      'line 3: it does not end as the first line does, or has a carriage return in its midst: all lines have to end with LF, or all with CR LF'],
    ['has more columns than can be told', `${Array.from({ length: 22 }, (_, index) => `c${index}`.padEnd(102, 'x'))}\n`,
      `the column "id" (the unique id) is missing; the file has the columns: ${Array.from({ length: 20 }, (_, index) => `${`c${index}`.padEnd(100, 'x')}…`).join(', ')} and 2 more`],
    ['has an overlong header line', `id,key${'x'.repeat(2_100_000)}\ns1,a\n`, 'line 1: the line is longer than 2,000,000 bytes'],
    ['has a line so long that DuckDB loses it', `id,key\ns1,a\ns2,${'secret '.repeat(6_000_000)}\ns3,a\n`, 'line 3: the line is longer than 2,000,000 bytes'],
    ['has a line with a value too few after values of several lines', 'id,key\ns1,"a\nb\nc"\ns2,"a\n"\nsecret\ns3,a\n', 'line 7: the line has fewer values than there are columns'],
    ['has text after a closing quote, after values of several lines', 'id,key\r\ns1,"a\r\nb\rc"\r\ns2,"a\r\nb"secret\r\n', 'line 4: a quoted value is not closed, or goes on after its closing quote'],
    ['has a quote that is not closed, far from its end', `id,key\ns1,"a\nb"\ns2,"secret\n${'s3,a\n'.repeat(1_000_000)}`, 'line 4: a quoted value is not closed, or goes on after its closing quote'],
    ['has a value of many lines that is too long', `id,key\ns1,a\ns2,"${'secret\n'.repeat(6_000_000)}"\ns3,a\n`, 'line 3: the line is longer than 2,000,000 bytes'],
    ['ends a line with LF after a quote inside of a value, all others with CR LF', 'id,key\r\ns1,5" pipe\r\ns2,a\r\ns3,a\ns4,a\r\n',
      'line 4: it does not end as the first line does, or has a carriage return in its midst: all lines have to end with LF, or all with CR LF'],
    ['has an overlong line', `id,key\ns1,${'secret '.repeat(300_000)}\n`, 'line 2: the line is longer than 2,000,000 bytes'],
  ])('a file that %s is refused', async (_, content, message) => {
    const source = { fields: [ID, KEY], files: ['id,key\ns0,a\n', content] };

    await expect(mapped(mappingOf(source, TARGET))).rejects.toMatchObject({ message, file: expect.stringMatching(/source-\[0\]\*-1\.csv$/) });
  });

  test('a compressed file is read', async () => {
    const { pairs } = await mapped(mappingOf({ fields: [ID, KEY], files: [gzipSync('id,key\ns1,a\n')], ending: '.csv.gz' }, TARGET));

    expect(pairs).toEqual(['s1,t1,key']);
  });

  test('a file that is not compressed, though its name says so, is refused', async () => {
    await expect(mapped(mappingOf({ fields: [ID, KEY], files: ['id,key\ns1,a\n'], ending: '.csv.gz' }, TARGET))).rejects.toThrow(
      'the file is not compressed with gzip, though its name ends with .gz');
  });

  test.each<[string, Buffer, string]>([
    ['is cut off', gzipSync('id,key\ns1,a\n').subarray(0, -4), 'the compressed file is cut off or damaged: it can\'t be read to its end'],
    ['has a line so long that DuckDB loses it', gzipSync(`id,key\ns1,a\ns2,${'x'.repeat(2_000_001)}\ns3,a\n`), 'line 3: the line is longer than 2,000,000 bytes'],
  ])('a compressed file that %s is refused', async (_, content, message) => {
    await expect(mapped(mappingOf({ fields: [ID, KEY], files: [content], ending: '.csv.gz' }, TARGET))).rejects.toThrow(message);
  });

  test('a Parquet file is read, its columns in any order and of any type', async () => {
    const content = await parquet("SELECT DATE '1990-01-02' AS \"Key\", 1 AS x, 's1' AS id");
    const { pairs } = await mapped(mappingOf({ fields: [ID, KEY], files: [content], ending: '.parquet', format: 'PARQUET' }, table([KEY], 't1,1990-01-02')));

    expect(pairs).toEqual(['s1,t1,key']);
  });

  test.each<[string, () => Promise<Buffer>, string]>([
    ['is not Parquet', () => Promise.resolve(Buffer.from('id,key\ns1,a\n')), 'the file is not Parquet, or it is cut off'],
    ['is damaged', async () => (await parquet("SELECT 's' || i AS id, 'a' || i AS key FROM range(1000) t(i)")).fill(0, 100, 2000), 'the file is damaged: it can\'t be read as Parquet to its end'],
    ['has lists in a column', () => parquet("SELECT 's1' AS id, ['a'] AS key"), 'the column "key" is of the type VARCHAR[]: a field has to be of a type with single values'],
    ['has other columns', () => parquet("SELECT 's1' AS id, 1 AS x"), 'the column "key" is missing; the file has the columns: id, x'],
  ])('a Parquet file that %s is refused', async (_, content, message) => {
    await expect(mapped(mappingOf({ fields: [ID, KEY], files: [await content()], ending: '.parquet', format: 'PARQUET' }, TARGET))).rejects.toThrow(message);
  });

  test('an empty file without a header line is refused', async () => {
    const source = { fields: [ID, KEY], files: [''], columns: ['id', 'key'] };

    await expect(mapped(mappingOf(source, TARGET))).rejects.toThrow(
      'the file is empty: it must hold at least one record, with the column "id" (the unique id)');
  });
});

test('a run that is aborted already does not begin', async () => {
  await expect(mapped(mappingOf(table([KEY], 's1,a'), table([KEY], 't1,a')), AbortSignal.abort())).rejects.toThrow('This operation was aborted');
});
