import {
  CreateSchemaMappingInput, DeleteSchemaMappingInput, GetSchemaMappingInput, ListSchemaMappingsInput, SchemaInputAttribute,
  UpdateSchemaMappingInput,
} from '@aws-sdk/client-entityresolution';
import { AccountRegion, SchemaMapping } from './account-region';
import { Context } from './context';
import { Resource } from './resource-table';
import { Valid } from '../rest-json/api-model';
import { ConflictError, ValidationError } from '../rest-json/errors';
import { page } from '../rest-json/page';

export const schemaMappingOperations = {
  CreateSchemaMapping({ tags, ...members }: Valid<CreateSchemaMappingInput>, { accountRegion }: Context) {
    checkUniqueId(members.mappedInputFields);
    // Of all answers about schema mappings this one has to have a description.
    return { description: '', ...describe(accountRegion.schemaMappings.create(members.schemaName, members, tags), accountRegion) };
  },

  GetSchemaMapping({ schemaName }: Valid<GetSchemaMappingInput>, { accountRegion }: Context) {
    return describe(accountRegion.schemaMappings.get(schemaName), accountRegion);
  },

  UpdateSchemaMapping(members: Valid<UpdateSchemaMappingInput>, { accountRegion }: Context) {
    checkUniqueId(members.mappedInputFields);
    checkUnused(accountRegion, members.schemaName);
    return describe(accountRegion.schemaMappings.update(members.schemaName, members), accountRegion);
  },

  DeleteSchemaMapping({ schemaName }: Valid<DeleteSchemaMappingInput>, { accountRegion }: Context) {
    checkUnused(accountRegion, schemaName);
    accountRegion.schemaMappings.delete(schemaName);
    return { message: `the schema mapping "${schemaName}" is deleted` };
  },

  ListSchemaMappings(input: Valid<ListSchemaMappingsInput>, { accountRegion }: Context) {
    const { items, nextToken } = page(accountRegion.schemaMappings.list(), ({ name }) => name, input);
    return { schemaList: items.map((schema) => describe(schema, accountRegion)), nextToken };
  },
};

function describe({ members, name, arn, createdAt, updatedAt, tags }: Resource<SchemaMapping>, accountRegion: AccountRegion) {
  return { ...members, schemaArn: arn, createdAt, updatedAt, tags, hasWorkflows: accountRegion.hasWorkflows(name) };
}

function checkUniqueId(fields: readonly Valid<SchemaInputAttribute>[]): void {
  const uniqueIds = fields.filter(({ type }) => type === 'UNIQUE_ID').length;
  if (uniqueIds !== 1) {
    throw new ValidationError(`a schema mapping has exactly one field of type UNIQUE_ID, not ${uniqueIds}`);
  }
}

function checkUnused(accountRegion: AccountRegion, schemaName: string): void {
  accountRegion.schemaMappings.get(schemaName);
  const user = accountRegion.hasWorkflows(schemaName) ? 'workflow' : accountRegion.hasIdNamespaces(schemaName) ? 'ID namespace' : undefined;
  if (user) {
    throw new ConflictError(`the schema mapping "${schemaName}" is used by ${user === 'workflow' ? 'a' : 'an'} ${user} and can't be changed or deleted: ` +
      `make another schema mapping, or delete the ${user} first`);
  }
}
