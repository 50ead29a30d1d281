import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  CreateIdMappingTableInput, DeleteIdMappingTableInput, GetIdMappingTableInput, IdMappingTableInputSource, ListIdMappingTablesInput,
  PopulateIdMappingTableInput, UpdateIdMappingTableInput,
} from '@aws-sdk/client-cleanrooms';
import { GetIdMappingWorkflowOutput } from '@aws-sdk/client-entityresolution';
import { Context } from './context';
import { conflict, denied, invalid, notFound, quotaExceeded } from './errors';
import { associationsIn } from './id-namespace-associations';
import { addManagedStatement, callEntityResolution, CLEAN_ROOMS, deleteManagedStatement } from './managed-policies';
import { activeMembershipOf, membershipOf } from './memberships';
import { IdMappingTable, IdNamespaceAssociation, Membership, newEntity } from './store';
import { Valid } from '../rest-json/api-model';
import { parseArn } from '../rest-json/arn';
import { ServiceError } from '../rest-json/errors';
import { page } from '../rest-json/page';

const QUOTA = 5;

export const idMappingTableOperations = {
  async CreateIdMappingTable(members: Valid<CreateIdMappingTableInput>, context: Context) {
    const { store, account, region } = context;
    const { inputReferenceConfig: { inputReferenceArn, manageResourcePolicies }, name } = members;
    const membership = activeMembershipOf(members.membershipIdentifier, context);
    const tables = [...store.idMappingTables.values()];
    if (tables.some((table) => table.membership.collaboration === membership.collaboration && table.members.name === name)) {
      throw conflict('ALREADY_EXISTS', `the collaboration has a table "${name}" already`);
    }
    if (tables.filter((table) => table.membership === membership).length >= QUOTA) {
      throw quotaExceeded('ID mapping tables per membership', QUOTA);
    }
    const table: IdMappingTable = {
      ...newEntity(account, region, `membership/${membership.id}/idmappingtable/`, members.tags),
      members,
      membership,
      inputReferenceProperties: { idMappingTableInputSource: await inputSources(inputReferenceArn, membership, context) },
    };
    if (manageResourcePolicies) {
      await addManagedStatement(inputReferenceArn, table, {
        action: ['entityresolution:GetIdMappingWorkflow', 'entityresolution:StartIdMappingJob'],
        accounts: [account],
      }, context);
    }
    store.idMappingTables.set(table.id, table);
    return { idMappingTable: describe(table) };
  },

  GetIdMappingTable(input: Valid<GetIdMappingTableInput>, context: Context) {
    return { idMappingTable: describe(tableOf(input, context)) };
  },

  UpdateIdMappingTable(input: Valid<UpdateIdMappingTableInput>, context: Context) {
    const table = tableOf(input, context);
    const { membershipIdentifier, idMappingTableIdentifier, ...changes } = input;
    table.members = { ...table.members, ...changes };
    table.updateTime = new Date();
    return { idMappingTable: describe(table) };
  },

  async DeleteIdMappingTable(input: Valid<DeleteIdMappingTableInput>, context: Context) {
    const table = tableOf(input, context);
    const { inputReferenceArn, manageResourcePolicies } = table.members.inputReferenceConfig;
    if (manageResourcePolicies) {
      await deleteManagedStatement(inputReferenceArn, table, context);
    }
    context.store.idMappingTables.delete(table.id);
    return {};
  },

  ListIdMappingTables(input: Valid<ListIdMappingTablesInput>, context: Context) {
    const membership = membershipOf(input.membershipIdentifier, context);
    const { items, nextToken } = page(
      [...context.store.idMappingTables.values()].filter((table) => table.membership === membership), ({ key }) => key, input);
    return { idMappingTableSummaries: items.map(describe), nextToken };
  },

  /** What the table holds stays as it is until the job has made the new mapping. */
  async PopulateIdMappingTable(input: Valid<PopulateIdMappingTableInput>, context: Context) {
    const { entityResolution, region, plannedJob } = context;
    activeMembershipOf(input.membershipIdentifier, context);
    const table = tableOf(input, context);
    const { inputReferenceArn } = table.members.inputReferenceConfig;
    checkReferences(table, context);
    checkAccess('entityresolution:StartIdMappingJob', inputReferenceArn, 'let the table manage the workflow\'s policy', context);
    for (const { members } of associationsOf(table, context)) {
      checkAccess('entityresolution:GetIdNamespace', members.inputReferenceConfig.inputReferenceArn,
        'let its association manage the namespace\'s policy', context);
    }
    await checkFirstPopulation(table, input, context);
    const jobId = await startJob(() => entityResolution.startIdMappingJob(
      { workflowName: inputReferenceArn, jobType: input.jobType }, { accessKeyId: parseArn(inputReferenceArn).account, region }, plannedJob,
      async (file) => { table.rows = parseRows(await readFile(file, 'utf8')); table.updateTime = new Date(); },
    ));
    return { idMappingJobId: context.behaviour.idMappingJobId === 'JOB' ? hyphenated(jobId) : randomUUID() };
  },
};

function tableOf(input: { membershipIdentifier: string; idMappingTableIdentifier: string }, context: Context): IdMappingTable {
  const membership = membershipOf(input.membershipIdentifier, context);
  const id = input.idMappingTableIdentifier;
  const table = context.store.idMappingTables.get(id);
  if (table?.membership !== membership) {
    throw notFound('MEMBERSHIP', id, `the membership has no ID mapping table ${id}`);
  }
  return table;
}

/** A table that holds nothing yet has nothing that a job could change. */
async function checkFirstPopulation(table: IdMappingTable, { jobType }: Valid<PopulateIdMappingTableInput>, context: Context): Promise<void> {
  if (table.rows || jobType === 'BATCH' || context.behaviour.firstPopulation === 'TAKEN') {
    return;
  }
  const { resourceName: workflowName } = parseArn(table.members.inputReferenceConfig.inputReferenceArn);
  const { incrementalRunConfig } = await callEntityResolution('GetIdMappingWorkflow', { workflowName }, context) as GetIdMappingWorkflowOutput;
  if (incrementalRunConfig) {
    throw invalid(`the ID mapping table ${table.id} was never populated: populate it with the jobType BATCH first; given: ${jobType ?? 'none, which is INCREMENTAL'}`);
  }
}

/** What the table was made of may have gone since then. */
function checkReferences(table: IdMappingTable, context: Context): void {
  const { inputReferenceArn } = table.members.inputReferenceConfig;
  if (!context.entityResolution.has(inputReferenceArn)) {
    throw invalid(`the ID mapping workflow ${inputReferenceArn} of the ID mapping table ${table.id} is deleted: make the workflow again, ` +
      'or make a table of another workflow');
  }
  const gone = inputSourcesOf(table).filter(({ idNamespaceAssociationId }) => !context.store.idNamespaceAssociations.has(idNamespaceAssociationId!));
  if (gone.length > 0) {
    throw invalid(`the ID mapping table ${table.id} has no ID namespace association for its ${gone.map(({ type }) => type).join(' and its ')} any more: ` +
      `${gone.map(({ idNamespaceAssociationId }) => idNamespaceAssociationId).join(' and ')} is deleted; associate the ID namespace, then make the table again`);
  }
}

function associationsOf(table: IdMappingTable, { store }: Context): IdNamespaceAssociation[] {
  return inputSourcesOf(table).map(({ idNamespaceAssociationId }) => store.idNamespaceAssociations.get(idNamespaceAssociationId!)!);
}

function inputSourcesOf({ inputReferenceProperties }: IdMappingTable): IdMappingTableInputSource[] {
  return inputReferenceProperties.idMappingTableInputSource ?? [];
}

/** Refuses what the policy of a resource does not let Clean Rooms do for the account. */
function checkAccess(action: string, resourceArn: string, advice: string, { entityResolution, account }: Context): void {
  if (!entityResolution.allows({ action, principal: CLEAN_ROOMS, resource: resourceArn, context: { 'aws:SourceAccount': account } })) {
    throw denied(`Clean Rooms is not authorized to perform: ${action} on resource: ${resourceArn}: ${advice} (manageResourcePolicies), ` +
      `or add a statement to it that allows ${CLEAN_ROOMS} for the account ${account}`);
  }
}

/** The associations of the workflow's ID namespaces: one of a source, one of a target. */
async function inputSources(workflowArn: string, membership: Membership, context: Context): Promise<IdMappingTableInputSource[]> {
  const { account, resourceName } = parseArn(workflowArn);
  if (account !== context.account) {
    throw invalid(`the ID mapping workflow ${workflowArn} belongs to another account: a member makes a table of its own workflow`);
  }
  const { inputSourceConfig } =
    await callEntityResolution('GetIdMappingWorkflow', { workflowName: resourceName }, context) as Valid<GetIdMappingWorkflowOutput>;
  const associations = associationsIn(membership.collaboration.id, context);
  const sources = inputSourceConfig.map(({ inputSourceARN }) => {
    const association = associations.find(({ members }) => members.inputReferenceConfig.inputReferenceArn === inputSourceARN);
    if (!association) {
      throw invalid(`the input source ${inputSourceARN} of the ID mapping workflow is not an ID namespace that is associated with the collaboration: ` +
        'its owner has to associate it first');
    }
    return { idNamespaceAssociationId: association.id, type: association.inputReferenceProperties.idNamespaceType };
  });
  if (sources.length !== 2 || sources[0].type === sources[1].type) {
    throw invalid(`the ID mapping workflow ${workflowArn} needs one ID namespace of type SOURCE and one of type TARGET as inputs; ` +
      `given: ${sources.map(({ type }) => type).join(', ')}`);
  }
  return sources;
}

/** Starts a job at Entity Resolution, whose errors are told in the terms of Clean Rooms. */
async function startJob(start: () => Promise<string>): Promise<string> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof ServiceError)) {
      throw error;
    }
    switch (error.name) {
      case 'AccessDeniedException': throw denied(error.message);
      case 'ConflictException': throw conflict('INVALID_STATE', error.message);
      case 'ExceedsLimitException': throw quotaExceeded(String(error.members.quotaName), Number(error.members.quotaValue));
      case 'ValidationException': throw invalid(error.message);
      default: throw error;
    }
  }
}

/** The ids have neither commas nor quotes. */
function parseRows(csv: string) {
  return csv.trim().split('\n').slice(1).map((line) => {
    const [sourceId, targetId] = line.split(',');
    return { sourceId, targetId };
  });
}

function hyphenated(jobId: string): string {
  return jobId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function describe({ members, membership, id, arn, createTime, updateTime, inputReferenceProperties }: IdMappingTable) {
  const { collaboration } = membership;
  return {
    ...members,
    id,
    arn,
    createTime,
    updateTime,
    inputReferenceProperties,
    membershipId: membership.id,
    membershipArn: membership.arn,
    collaborationId: collaboration.id,
    collaborationArn: collaboration.arn,
  };
}
