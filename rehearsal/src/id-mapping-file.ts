import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { DataSet, Field } from './matching/data-set';
import { IdMapping, Rule } from './matching/id-mapping';
import { UsageError } from './matching/usage-error';
import { RehearsedMapping } from './rehearsed-mapping';

type Members = Readonly<Record<string, unknown>>;

const FIELD_MEMBERS = ['fieldName', 'type', 'matchKey', 'groupName', 'subType', 'hashed'];
const INPUT_MEMBERS = ['name', 'files', 'format', 'separator', 'columns', 'mappedInputFields'];
const MAPPING_MEMBERS = ['name', 'attributeMatchingModel', 'recordMatchingModel', 'rules', 'sources', 'targets'];

/**
 * Reads an ID mapping from a YAML file in the terms of the service's API. Files of inputs are relative to it.
 * @throws UsageError with the place in the file
 */
export async function readIdMappingFile(file: string): Promise<RehearsedMapping> {
  const mapping = members(parsed(file, await readFile(file, 'utf8')), file, MAPPING_MEMBERS);
  const inputs = (member: string) => list(mapping[member], `${file}: ${member}`).map((input, index) => dataSet(input, `${file}: ${member}[${index}]`, dirname(file)));
  return {
    name: mapping.name === undefined ? basename(file).replace(/\.ya?ml$/, '') : text(mapping.name, `${file}: name`),
    sources: inputs('sources'),
    targets: inputs('targets'),
    rules: list(mapping.rules, `${file}: rules`).map((item, index) => rule(item, `${file}: rules[${index}]`)),
    attributeMatchingModel: text(mapping.attributeMatchingModel ?? 'MANY_TO_MANY', `${file}: attributeMatchingModel`) as IdMapping['attributeMatchingModel'],
    recordMatchingModel: text(mapping.recordMatchingModel, `${file}: recordMatchingModel`) as IdMapping['recordMatchingModel'],
  };
}

function parsed(file: string, content: string): unknown {
  try {
    return parse(content);
  } catch (error) {
    throw error instanceof YAMLParseError ? new UsageError(`${file}: ${error.message.split('\n')[0].replace(/:$/, '')}`) : error;
  }
}

function rule(item: unknown, place: string): Rule {
  const { ruleName, matchingKeys } = members(item, place, ['ruleName', 'matchingKeys']);
  return {
    ruleName: text(ruleName, `${place}.ruleName`),
    matchingKeys: list(matchingKeys, `${place}.matchingKeys`).map((key, index) => text(key, `${place}.matchingKeys[${index}]`)),
  };
}

function dataSet(item: unknown, place: string, folder: string): DataSet {
  const input = members(item, place, INPUT_MEMBERS);
  const format = input.format === undefined ? 'CSV' : text(input.format, `${place}.format`);
  if (format !== 'CSV' && format !== 'PARQUET') {
    throw new UsageError(`${place}.format is ${format}: allowed are CSV, PARQUET`);
  }
  const texts = (member: string) => list(input[member], `${place}.${member}`).map((value, index) => text(value, `${place}.${member}[${index}]`));
  return {
    name: text(input.name, `${place}.name`),
    files: input.files === undefined ? [] : texts('files').map((file) => resolve(folder, file)),
    separator: input.separator === undefined ? ',' : text(input.separator, `${place}.separator`),
    ...format === 'PARQUET' && { format },
    ...input.columns !== undefined && { columns: texts('columns') },
    fields: list(input.mappedInputFields, `${place}.mappedInputFields`).map((value, index) => field(value, `${place}.mappedInputFields[${index}]`)),
  };
}

function field(item: unknown, place: string): Field {
  const given = members(item, place, FIELD_MEMBERS);
  const optional = (member: string) => given[member] !== undefined && { [member]: text(given[member], `${place}.${member}`) };
  if (given.hashed !== undefined && typeof given.hashed !== 'boolean') {
    throw new UsageError(`${place}.hashed is ${JSON.stringify(given.hashed)}: allowed are true, false`);
  }
  return {
    fieldName: text(given.fieldName, `${place}.fieldName`),
    type: text(given.type, `${place}.type`),
    ...optional('matchKey'),
    ...optional('groupName'),
    ...optional('subType'),
    ...given.hashed !== undefined && { hashed: given.hashed },
  };
}

function members(item: unknown, place: string, allowed: readonly string[]): Members {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    throw new UsageError(`${place} must have members: ${allowed.join(', ')}`);
  }
  const unknown = Object.keys(item).find((member) => !allowed.includes(member));
  if (unknown !== undefined) {
    throw new UsageError(`${place} has the member "${unknown}": allowed are ${allowed.join(', ')}`);
  }
  return item as Members;
}

function list(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new UsageError(`${place} must be a list`);
  }
  return value;
}

function text(value: unknown, place: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new UsageError(`${place} must be a text${value === undefined ? ': it is missing' : `, not ${JSON.stringify(value)}`}`);
  }
  return value;
}
