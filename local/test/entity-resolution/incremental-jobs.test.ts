import {
  BatchDeleteUniqueIdCommand, DeleteIdMappingWorkflowCommand, DeleteMatchingWorkflowCommand, IdMappingJobMetrics, JobType,
  UpdateIdMappingWorkflowCommand,
} from '@aws-sdk/client-entityresolution';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { TestAws } from './test-aws';
import { errorOf, idMappingWorkflow, tableArn } from './test-server';

let aws: TestAws;

beforeAll(async () => {
  aws = await TestAws.start();
  await aws.createTable('loyalty');
  await aws.createTable('crm');
});

afterAll(async () => {
  await aws.stop();
});

const WORKFLOW = idMappingWorkflow({ workflowName: 'w', incrementalRunConfig: { incrementalRunType: 'ON_DEMAND' } });

beforeEach(async () => {
  await aws.putObject('loyalty/1.csv', 'id,email,name\nl1,ann@example.com,\nl2,bob@example.com,\nl3,cy@example.com,\n');
  await aws.putObject('crm/1.csv', 'id,email,name\nc1,ann@example.com,\nc2,bob@example.com,\nc 3,,\n');
  await aws.createWorkflows(WORKFLOW);
  await aws.index('loyalty');
});

afterEach(async () => {
  await aws.client.send(new DeleteIdMappingWorkflowCommand({ workflowName: 'w' }));
  await aws.client.send(new DeleteMatchingWorkflowCommand({ workflowName: 'loyalty' }));
  await aws.s3.send(new DeleteObjectCommand({ Bucket: 'data', Key: 'crm/2.csv' }));
});

async function run(jobType?: JobType): Promise<{ pairs: string[]; metrics: IdMappingJobMetrics }> {
  const { jobId, errorDetails, metrics } = await aws.run({ workflowName: 'w', jobType });
  expect(errorDetails).toBeUndefined();
  return { pairs: await aws.pairs('w', jobId), metrics: metrics! };
}

async function deleteIds(uniqueIds: string[], inputSource?: string) {
  const { $metadata, ...answer } = await aws.client.send(new BatchDeleteUniqueIdCommand({ workflowName: 'loyalty', uniqueIds, inputSource }));
  return answer;
}

test('a job of type INCREMENTAL writes the whole mapping and counts what has changed since the last one', async () => {
  await run();
  await aws.putObject('crm/1.csv', 'id,email,name\nc1,bob@example.com,\nc2,bob@example.com,\nc 3,,\n');
  await aws.putObject('crm/2.csv', 'id,email,name\nc4,cy@example.com,\n,,\n');

  const { jobId, metrics, jobType } = await aws.run({ workflowName: 'w' });
  expect(jobType).toBe('INCREMENTAL');
  expect(await aws.pairs('w', jobId)).toEqual(['c1,l2,by email', 'c4,l3,by email']);
  expect(await aws.output(`mapping/w/${jobId}/error/part-00000.csv`)).toBe(`inputSource,uniqueId,cause
${tableArn('crm')},c 3,"the unique id has characters other than a-z, A-Z, 0-9, _ and -"
${tableArn('crm')},,the unique id is missing
`);
  expect(metrics).toEqual({
    inputRecords: 3,
    totalRecordsProcessed: 2,
    recordsNotProcessed: 1,
    deleteRecordsProcessed: 0,
    totalMappedRecords: 2,
    totalMappedSourceRecords: 2,
    totalMappedTargetRecords: 2,
    uniqueRecordsLoaded: 6,
    newMappedRecords: 2,
    newMappedSourceRecords: 1,
    newMappedTargetRecords: 1,
    newUniqueRecordsLoaded: 1,
    mappedRecordsRemoved: 2,
    mappedSourceRecordsRemoved: 1,
    mappedTargetRecordsRemoved: 1,
  });
});

test('a job of type BATCH counts what is new against the last one too', async () => {
  await run();
  const { metrics } = await run('BATCH');

  expect(metrics).toMatchObject({ inputRecords: 6, totalMappedRecords: 2, newMappedRecords: 0, newUniqueRecordsLoaded: 0, uniqueRecordsLoaded: 5 });
});

test('a job that fails to write leaves the state as it was', async () => {
  await run();
  await aws.putObject('crm/1.csv', 'id,email,name\nc1,cy@example.com,\n');
  const { status } = await aws.run({ workflowName: 'w', outputSourceConfig: [{ roleArn: WORKFLOW.roleArn, outputS3Path: 's3://no-such-bucket/x' }] });

  expect(status).toBe('FAILED');
  expect((await run()).metrics).toMatchObject({ inputRecords: 1, newMappedRecords: 1, mappedRecordsRemoved: 2 });
});

test('a job processes all records when the workflow has been changed or made again', async () => {
  await run();
  const technique = WORKFLOW.idMappingTechniques!;
  await aws.client.send(new UpdateIdMappingWorkflowCommand({
    ...WORKFLOW, idMappingTechniques: { ...technique, ruleBasedProperties: { ...technique.ruleBasedProperties!, recordMatchingModel: 'MANY_SOURCE_TO_ONE_TARGET' } },
  }));
  expect((await run()).metrics).toMatchObject({ inputRecords: 6, newMappedRecords: 2 });
  expect((await run()).metrics).toMatchObject({ inputRecords: 0, newMappedRecords: 0 });

  await aws.client.send(new DeleteIdMappingWorkflowCommand({ workflowName: 'w' }));
  await aws.createWorkflow(WORKFLOW);
  expect((await run()).metrics).toMatchObject({ inputRecords: 6, newMappedRecords: 2 });
});

test('a job of type DELETE_ONLY takes out the records that were deleted, and leaves other changes to the next job', async () => {
  await run();
  await aws.putObject('crm/1.csv', 'id,email,name\nc1,ann@example.com,\nc2,bob@example.com,\nc4,cy@example.com,\n');
  expect(await deleteIds(['l1', 'not,an,id', 'l1'])).toEqual({
    status: 'COMPLETED',
    deleted: [{ uniqueId: 'l1' }],
    errors: [{ uniqueId: 'not,an,id', errorType: 'VALIDATION_ERROR' }],
    disconnectedUniqueIds: [],
  });

  expect(await run('DELETE_ONLY')).toMatchObject({
    pairs: ['c2,l2,by email'],
    metrics: {
      inputRecords: 1, deleteRecordsProcessed: 1, totalMappedRecords: 1, newMappedRecords: 0, mappedRecordsRemoved: 1, mappedTargetRecordsRemoved: 1,
    },
  });
  expect((await run('INCREMENTAL')).pairs).toEqual(['c2,l2,by email', 'c4,l3,by email']);
  expect((await run('BATCH')).pairs).toEqual(['c2,l2,by email', 'c4,l3,by email']);
});

test('a job of type DELETE_ONLY fails when there was no other before', async () => {
  expect((await aws.run({ workflowName: 'w', jobType: 'DELETE_ONLY' })).errorDetails?.errorMessage).toBe(
    'there is no last run of this mapping whose records could be deleted: run BATCH or INCREMENTAL first');
});

test('unique ids are deleted from one table of a matching workflow, or from all', async () => {
  await deleteIds(['l1'], tableArn('loyalty'));
  expect((await run()).pairs).toEqual(['c2,l2,by email']);
  await deleteIds(['l2']);
  expect((await run()).pairs).toEqual([]);
});

test('unique ids of what is no input of the matching workflow are refused', async () => {
  expect(await errorOf(deleteIds(['l1'], tableArn('crm')))).toEqual({
    name: 'ValidationException',
    status: 400,
    message: `the inputSource ${tableArn('crm')} is no input of the matching workflow "loyalty"; its inputs are: ${tableArn('loyalty')}`,
  });
});

test('deletions are gone with the matching workflow', async () => {
  await run();
  await deleteIds(['l1']);
  expect((await run()).pairs).toEqual(['c2,l2,by email']);
  await aws.client.send(new DeleteIdMappingWorkflowCommand({ workflowName: 'w' }));
  await aws.client.send(new DeleteMatchingWorkflowCommand({ workflowName: 'loyalty' }));
  await aws.createWorkflows(WORKFLOW);
  await aws.index('loyalty');

  expect((await run()).pairs).toEqual(['c1,l1,by email', 'c2,l2,by email']);
});
