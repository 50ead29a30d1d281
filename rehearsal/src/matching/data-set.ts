/** One field of a data set, in the terms of AWS Entity Resolution's schema mappings. */
export interface Field {
  readonly fieldName: string;
  /** The attribute type, such as `NAME_FIRST`, `EMAIL_ADDRESS`; exactly one field of a data set is the `UNIQUE_ID`. */
  readonly type: string;
  readonly matchKey?: string;
  readonly groupName?: string;
  readonly subType?: string;
  /** @default false */
  readonly hashed?: boolean;
}

/** Files with the same fields. */
export interface DataSet {
  /** Stands for the data set in the file of rejected records. */
  readonly name: string;
  /** CSV files that end with `.gz` are compressed. A field without a column is taken from a folder of the path, such as `country=de`. */
  readonly files: readonly string[];
  /** @default - CSV: UTF-8, double quotes around values that need them */
  readonly format?: 'PARQUET';
  /** The character between two values of a CSV file. */
  readonly separator: string;
  /** The columns of CSV files that have no header line. @default - the first line of each file names its columns */
  readonly columns?: readonly string[];
  readonly fields: readonly Field[];
  /** Unique ids of records to leave out as if a field named DELETE said so. @default - none */
  readonly deletedIds?: readonly string[];
}

/** Whether a name is that of a field: Glue writes all its column names in lower case, headers do not. */
export function isNamed({ fieldName }: Field, name: string): boolean {
  return fieldName.toLowerCase() === name.toLowerCase();
}

/** The field that identifies a record. */
export function uniqueIdField(dataSet: DataSet): Field {
  return dataSet.fields.find(({ type }) => type === 'UNIQUE_ID')!;
}
