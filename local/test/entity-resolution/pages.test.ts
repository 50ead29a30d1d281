import {
  CreateIdMappingWorkflowCommand, CreateIdNamespaceCommand, CreateMatchingWorkflowCommand, CreateSchemaMappingCommand, DeleteIdMappingWorkflowCommand,
  DeleteIdNamespaceCommand, DeleteMatchingWorkflowCommand, DeleteSchemaMappingCommand, ListIdMappingWorkflowsCommand, ListIdNamespacesCommand,
  ListMatchingWorkflowsCommand, ListSchemaMappingsCommand,
} from '@aws-sdk/client-entityresolution';
import { errorOf, idMappingWorkflow, idNamespace, matchingWorkflow, schema, startServer, TestServer } from './test-server';

let local: TestServer;

beforeEach(async () => {
  local = await startServer();
  await local.client.send(new CreateSchemaMappingCommand(schema()));
  await local.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow()));
});

afterEach(async () => {
  await local.server.close();
});

interface List {
  create(name: string): Promise<unknown>;
  remove(name: string): Promise<unknown>;
  page(nextToken: string | undefined): Promise<{ names: string[]; nextToken?: string }>;
}

const LISTS: Readonly<Record<string, () => List>> = {
  schemaMappings: () => ({
    create: async (schemaName) => local.client.send(new CreateSchemaMappingCommand(schema({ schemaName }))),
    remove: async (schemaName) => local.client.send(new DeleteSchemaMappingCommand({ schemaName })),
    page: async (token) => {
      const { schemaList, nextToken } = await local.client.send(new ListSchemaMappingsCommand({ maxResults: 2, nextToken: token }));
      return { names: schemaList!.map(({ schemaName }) => schemaName!), nextToken };
    },
  }),
  matchingWorkflows: () => ({
    create: async (workflowName) => local.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow({ workflowName }))),
    remove: async (workflowName) => local.client.send(new DeleteMatchingWorkflowCommand({ workflowName })),
    page: async (token) => {
      const { workflowSummaries, nextToken } = await local.client.send(new ListMatchingWorkflowsCommand({ maxResults: 2, nextToken: token }));
      return { names: workflowSummaries!.map(({ workflowName }) => workflowName!), nextToken };
    },
  }),
  idNamespaces: () => ({
    create: async (idNamespaceName) => local.client.send(new CreateIdNamespaceCommand(idNamespace({ idNamespaceName }))),
    remove: async (idNamespaceName) => local.client.send(new DeleteIdNamespaceCommand({ idNamespaceName })),
    page: async (token) => {
      const { idNamespaceSummaries, nextToken } = await local.client.send(new ListIdNamespacesCommand({ maxResults: 2, nextToken: token }));
      return { names: idNamespaceSummaries!.map(({ idNamespaceName }) => idNamespaceName!), nextToken };
    },
  }),
  idMappingWorkflows: () => ({
    create: async (workflowName) => local.client.send(new CreateIdMappingWorkflowCommand(idMappingWorkflow({ workflowName }))),
    remove: async (workflowName) => local.client.send(new DeleteIdMappingWorkflowCommand({ workflowName })),
    page: async (token) => {
      const { workflowSummaries, nextToken } = await local.client.send(new ListIdMappingWorkflowsCommand({ maxResults: 2, nextToken: token }));
      return { names: workflowSummaries!.map(({ workflowName }) => workflowName!), nextToken };
    },
  }),
};

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
/** Those that the others need. */
const KEPT = ['people', 'loyalty'];

async function walk(list: List, onPage: (names: string[]) => Promise<void>): Promise<string[]> {
  const seen: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await list.page(nextToken);
    const names = page.names.filter((name) => !KEPT.includes(name));
    seen.push(...names);
    await onPage(names);
    ({ nextToken } = page);
  } while (nextToken !== undefined);
  return seen;
}

describe.each(Object.entries(LISTS))('the list of %s', (_, listOf) => {
  test('goes on when each page deletes what it lists', async () => {
    const list = listOf();
    for (const name of NAMES) await list.create(name);

    expect(await walk(list, async (names) => { for (const name of names) await list.remove(name); })).toEqual(NAMES);
    expect(await walk(list, async () => {})).toEqual([]);
  });

  test('lists once what was there all the time, whatever comes between two pages', async () => {
    const list = listOf();
    for (const name of ['b', 'd', 'f', 'h']) await list.create(name);
    let made = 0;
    const seen = await walk(list, async () => { if (made < 3) await list.create(`a${made++}`); });

    expect(seen.filter((name) => name.length === 1)).toEqual(['b', 'd', 'f', 'h']);
  });
});

test.each(['x', 'bm9uZQ', Buffer.from('["00000000","a"]').toString('base64url')])('the nextToken %s is none of the list', async (nextToken) => {
  expect(await errorOf(local.client.send(new ListSchemaMappingsCommand({ nextToken })))).toEqual({
    name: 'ValidationException', status: 400, message: 'the nextToken is not one of this list: start again without it',
  });
});
