import { BatchGetSchemaInput, GetSchemaInput, ListSchemasInput } from '@aws-sdk/client-cleanrooms';
import { collaborationOf } from './collaborations';
import { Context } from './context';
import { notFound } from './errors';
import { IdMappingTable } from './store';
import { Valid } from '../rest-json/api-model';
import { page } from '../rest-json/page';

/** Schemas are how members see each other's tables: here ID mapping tables only. */
export const schemaOperations = {
  GetSchema({ collaborationIdentifier, name }: Valid<GetSchemaInput>, context: Context) {
    const table = tablesIn(collaborationIdentifier, context).find(({ members }) => members.name === name);
    if (!table) {
      throw notFound('COLLABORATION', name, `there is no schema "${name}" in the collaboration`);
    }
    return { schema: describe(table) };
  },

  BatchGetSchema({ collaborationIdentifier, names }: Valid<BatchGetSchemaInput>, context: Context) {
    const tables = tablesIn(collaborationIdentifier, context);
    const isKnown = (name: string) => tables.some(({ members }) => members.name === name);
    return {
      schemas: tables.filter(({ members }) => names.includes(members.name)).map(describe),
      errors: names.filter((name) => !isKnown(name)).map((name) =>
        ({ name, code: 'ResourceNotFoundException', message: `there is no schema "${name}" in the collaboration` })),
    };
  },

  ListSchemas(input: Valid<ListSchemasInput>, context: Context) {
    const tables = tablesIn(input.collaborationIdentifier, context);
    const { items, nextToken } = page(
      input.schemaType === undefined || input.schemaType === 'ID_MAPPING_TABLE' ? tables : [], ({ key }) => key, input);
    return { schemaSummaries: items.map(describe), nextToken };
  },
};

function tablesIn(collaborationIdentifier: string, context: Context): IdMappingTable[] {
  const collaboration = collaborationOf(collaborationIdentifier, context);
  return [...context.store.idMappingTables.values()].filter(({ membership }) => membership.collaboration === collaboration);
}

function describe({ members, membership, id, arn, account, createTime, updateTime, inputReferenceProperties, rows }: IdMappingTable) {
  const { collaboration } = membership;
  return {
    name: members.name,
    description: members.description ?? '',
    type: 'ID_MAPPING_TABLE',
    columns: ['sourceid', 'targetid'].map((name) => ({ name, type: 'string' })),
    partitionKeys: [],
    analysisRuleTypes: ['ID_MAPPING_TABLE'],
    analysisMethod: 'DIRECT_QUERY',
    creatorAccountId: account,
    collaborationId: collaboration.id,
    collaborationArn: collaboration.arn,
    createTime,
    updateTime,
    resourceArn: arn,
    schemaTypeProperties: { idMappingTable: { ...inputReferenceProperties, idMappingTableId: id } },
    schemaStatusDetails: [{
      analysisType: 'DIRECT_ANALYSIS',
      analysisRuleType: 'ID_MAPPING_TABLE',
      ...rows
        ? { status: 'READY' }
        : { status: 'NOT_READY', reasons: [{ code: 'ID_MAPPING_TABLE_NOT_POPULATED', message: 'the ID mapping table was never populated' }] },
    }],
  };
}
