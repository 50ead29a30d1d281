import {
  CreateSchemaMappingCommand, GetSchemaMappingCommand, ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand,
} from '@aws-sdk/client-entityresolution';
import { ENTITY_RESOLUTION_ARN, errorOf, schema, startServer, TestServer } from './test-server';

let local: TestServer;

beforeAll(async () => {
  local = await startServer();
  await local.client.send(new CreateSchemaMappingCommand(schema({ tags: { team: 'crm', stage: 'test' } })));
});

afterAll(async () => {
  await local.server.close();
});

test('tags are listed, added, replaced and removed', async () => {
  const resourceArn = `${ENTITY_RESOLUTION_ARN}:schemamapping/people`;
  await local.client.send(new TagResourceCommand({ resourceArn, tags: { stage: 'live', cost: '7' } }));
  await local.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team', 'none'] }));

  expect((await local.client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ stage: 'live', cost: '7' });
  expect((await local.client.send(new GetSchemaMappingCommand({ schemaName: 'people' }))).tags).toEqual({ stage: 'live', cost: '7' });
});

test.each([
  [`${ENTITY_RESOLUTION_ARN}:matchingworkflow/people`, 'there is no matching workflow "people" in this account and Region'],
  [`${ENTITY_RESOLUTION_ARN}:idnamespace/people`, 'there is no ID namespace "people" in this account and Region'],
  ['arn:aws:entityresolution:us-east-1:111111111111:schemamapping/people',
    'there is no resource arn:aws:entityresolution:us-east-1:111111111111:schemamapping/people in this account and Region'],
])('the tags of %s are a 404 ResourceNotFoundException', async (resourceArn, message) => {
  expect(await errorOf(local.client.send(new ListTagsForResourceCommand({ resourceArn }))))
    .toEqual({ name: 'ResourceNotFoundException', status: 404, message });
});

test('a resource has 200 tags at most, and can still be read', async () => {
  const tags = (from: number, count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${from + index}`, 'x']));
  const { schemaArn } = await local.client.send(new CreateSchemaMappingCommand(schema({ schemaName: 'many', tags: tags(0, 150) })));
  await local.client.send(new TagResourceCommand({ resourceArn: schemaArn, tags: tags(150, 50) }));

  expect(await errorOf(local.client.send(new TagResourceCommand({ resourceArn: schemaArn, tags: tags(200, 1) })))).toEqual({
    name: 'ValidationException', status: 400, message: 'the resource would have 201 tags: it may have 200; untag it first',
  });
  await local.client.send(new TagResourceCommand({ resourceArn: schemaArn, tags: tags(0, 200) }));
  expect(Object.keys((await local.client.send(new GetSchemaMappingCommand({ schemaName: 'many' }))).tags!)).toHaveLength(200);
});
