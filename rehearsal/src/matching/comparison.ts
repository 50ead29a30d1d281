import { DataSet, Field } from './data-set';
import { IdMapping } from './id-mapping';
import { concatenatedGroup, groupType, normalizedField, normalizedGroup } from './normalization';

/** Whether the fields of a match key are compared each with its counterpart, or all with all. */
export type AttributeMatchingModel = 'ONE_TO_ONE' | 'MANY_TO_MANY';

/** A column of the table of records. */
export interface RecordColumn {
  readonly name: string;
  /** Of SQL. @default VARCHAR */
  readonly type?: string;
  /** For each data set the SQL of the value, over columns named by `fieldColumn`; NULL where the data set has none. */
  readonly expressions: readonly string[];
}

/** A value that a match key compares. */
export interface ComparedColumn extends RecordColumn {
  readonly matchKey: string;
  /** Only values of the same slot are compared with each other. */
  readonly slot: number;
  /** For each data set the SQL of the value as the files have it. */
  readonly givenExpressions: readonly string[];
}

/** A field, or a group of fields, as a match key compares it. */
interface Attribute {
  readonly matchKey: string;
  readonly name: string;
  readonly subType?: string;
  readonly expression: string;
  readonly givenExpression: string;
}

/** The SQL name of a data set's field. @param index of the field */
export function fieldColumn(index: number): string {
  return `field${index}`;
}

/** The columns that the rules of an ID mapping compare. */
export function columnsOf({ sources, targets, rules, attributeMatchingModel }: IdMapping): ComparedColumn[] {
  return comparedColumns([...sources, ...targets], [...new Set(rules.flatMap(({ matchingKeys }) => matchingKeys))], attributeMatchingModel);
}

/** The columns that the match keys compare, for all data sets alike. */
export function comparedColumns(
  dataSets: readonly DataSet[], matchKeys: readonly string[], model: AttributeMatchingModel,
): ComparedColumn[] {
  const attributes = dataSets.map(({ fields }) => attributesOf(fields));
  return matchKeys.flatMap((matchKey, keyIndex) => {
    const compared = attributes.map((all) => all.filter((attribute) => attribute.matchKey === matchKey));
    const slotOf = model === 'MANY_TO_MANY' ? () => '' : counterpart(compared);
    const slots = [...new Set(compared.flat().map(slotOf))];
    return slots.flatMap((slot, slotIndex) => {
      const ofSlot = compared.map((all) => all.filter((attribute) => slotOf(attribute) === slot));
      const width = Math.max(...ofSlot.map(({ length }) => length));
      return Array.from({ length: width }, (_, n) => ({
        name: `key${keyIndex}_${slotIndex}_${n}`,
        matchKey,
        slot: slotIndex,
        expressions: ofSlot.map((all) => all[n]?.expression ?? 'NULL'),
        givenExpressions: ofSlot.map((all) => all[n]?.givenExpression ?? 'NULL'),
      }));
    });
  });
}

/**
 * How ONE_TO_ONE tells counterparts: by sub-type; those without, by name. When no data set has more than one without a
 * sub-type there is no choice: tables whose columns are named differently match too.
 */
function counterpart(compared: readonly (readonly Attribute[])[]): (attribute: Attribute) => string {
  const noChoice = compared.every((all) => all.filter(({ subType }) => !subType).length <= 1);
  return ({ name, subType }) => subType ? `sub-type ${subType}` : noChoice ? '' : `name ${name}`;
}

function attributesOf(fields: readonly Field[]): Attribute[] {
  const columns = new Map(fields.map((field, index) => [field, fieldColumn(index)]));
  const columnOf = (field: Field) => columns.get(field)!;
  const groups = new Map<string, Field[]>();
  const attributes: Attribute[] = [];
  for (const field of fields) {
    const type = groupType(field);
    if (type) {
      const key = `${type} ${field.groupName}`;
      groups.set(key, [...groups.get(key) ?? [], field]);
    } else if (field.matchKey) {
      attributes.push({
        ...field,
        matchKey: field.matchKey,
        name: field.fieldName,
        expression: normalizedField(field, columnOf(field)),
        givenExpression: columnOf(field),
      });
    }
  }
  for (const group of groups.values()) {
    for (const matchKey of new Set(group.flatMap((field) => field.matchKey || []))) {
      attributes.push({
        matchKey,
        name: group[0].groupName!,
        subType: group.find(({ subType }) => subType)?.subType,
        expression: normalizedGroup(group, columnOf),
        givenExpression: concatenatedGroup(group, columnOf),
      });
    }
  }
  return attributes;
}
