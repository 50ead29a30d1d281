import { checkFields, GlueTable, tableFormat } from '../src/glue-table';

const COLUMNS = [{ Name: 'id' }, { Name: 'mail' }];

test.each<[string, GlueTable, ReturnType<typeof tableFormat>]>([
  ['CSV without a header line', {}, { separator: ',', columns: ['id', 'mail'] }],
  ['CSV with a header line', { Parameters: { 'skip.header.line.count': '1' } }, { separator: ',' }],
  ['CSV with a separator of the SerDe', { StorageDescriptor: { SerdeInfo: { Parameters: { separatorChar: ';' } } } }, { separator: ';', columns: ['id', 'mail'] }],
  ['CSV with a delimiter', { StorageDescriptor: { Parameters: { 'field.delim': '|' } } }, { separator: '|', columns: ['id', 'mail'] }],
  ['CSV as the console makes it', {
    Parameters: { classification: 'csv' },
    StorageDescriptor: {
      InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
      SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.serde2.OpenCSVSerde', Parameters: { quoteChar: '"', escapeChar: '\\' } },
    },
  }, { separator: ',', columns: ['id', 'mail'] }],
  ['CSV as a crawler makes it', { StorageDescriptor: { SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe', Parameters: { 'field.delim': '\t' } } } },
    { separator: '\t', columns: ['id', 'mail'] }],
  ['Parquet by its input format', { StorageDescriptor: { InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat' } }, { separator: ',', format: 'PARQUET' }],
  ['Parquet by its classification', { Parameters: { classification: 'parquet' } }, { separator: ',', format: 'PARQUET' }],
  ['Parquet by its SerDe', { StorageDescriptor: { SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' } } },
    { separator: ',', format: 'PARQUET' }],
])('a table of %s', (_, table, format) => {
  expect(tableFormat({ ...table, StorageDescriptor: { Columns: COLUMNS, ...table.StorageDescriptor } }, 'crm')).toEqual(format);
});

const serde = (SerializationLibrary: string, Parameters: Record<string, string> = {}): GlueTable => ({
  StorageDescriptor: { SerdeInfo: { SerializationLibrary, Parameters } },
});

test.each<[string, GlueTable]>([
  ['org.openx.data.jsonserde.JsonSerDe', serde('org.openx.data.jsonserde.JsonSerDe')],
  ['org.apache.hive.hcatalog.data.JsonSerDe', serde('org.apache.hive.hcatalog.data.JsonSerDe')],
  ['org.apache.hadoop.hive.ql.io.orc.OrcSerde', serde('org.apache.hadoop.hive.ql.io.orc.OrcSerde')],
  ['org.apache.hadoop.hive.serde2.avro.AvroSerDe', serde('org.apache.hadoop.hive.serde2.avro.AvroSerDe')],
  ['org.apache.hadoop.hive.serde2.RegexSerDe', serde('org.apache.hadoop.hive.serde2.RegexSerDe')],
  ['com.amazon.ionhiveserde.IonHiveSerDe', serde('com.amazon.ionhiveserde.IonHiveSerDe')],
  ['org.apache.hadoop.hive.ql.io.orc.OrcInputFormat', { StorageDescriptor: { InputFormat: 'org.apache.hadoop.hive.ql.io.orc.OrcInputFormat' } }],
  ['org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat', { StorageDescriptor: { InputFormat: 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat' } }],
  ['json', { Parameters: { classification: 'json' } }],
  ['orc', { Parameters: { classification: 'orc' } }],
  ['xml', { Parameters: { classification: 'xml' } }],
  ['ICEBERG', { Parameters: { table_type: 'ICEBERG', classification: 'parquet' } }],
  ['delta', { Parameters: { 'spark.sql.sources.provider': 'delta' } }],
])('a table of %s is refused', (format, table) => {
  expect(() => tableFormat(table, 'crm')).toThrow(`the Glue table crm is of ${format}: AWS Entity Resolution reads tables of CSV and Parquet`);
});

test.each<[string, GlueTable, string]>([
  ['two header lines', { Parameters: { 'skip.header.line.count': '2' } }, 'skip.header.line.count 2: 0 or 1 header lines can be read'],
  ['a separator of two characters', serde('', { separatorChar: '||' }), 'the separator "||": give one character other than a quote'],
  ['a separator in words', serde('', { separatorChar: '\\t' }), 'the separator "\\\\t": give one character other than a quote'],
  ['other quotes', serde('', { quoteChar: "'" }), "the quoteChar ': only double quotes can be read"],
])('%s are refused', (_, table, message) => {
  expect(() => tableFormat(table, 'crm')).toThrow(`the Glue table crm has ${message}`);
});

const TABLE: GlueTable = { StorageDescriptor: { Columns: COLUMNS }, PartitionKeys: [{ Name: 'country' }] };

test('fields are columns or partition keys, in any case', () => {
  expect(() => checkFields(TABLE, 'crm', ['ID', 'Mail', 'Country'].map((fieldName) => ({ fieldName, type: 'STRING' })))).not.toThrow();
});

test('a field that is neither is refused', () => {
  expect(() => checkFields(TABLE, 'crm', [{ fieldName: 'phone', type: 'PHONE' }])).toThrow(
    'the Glue table crm has no column "phone", which the schema mapping names; it has the columns: id, mail, country');
});
