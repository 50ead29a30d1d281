import { createHash } from 'node:crypto';
import {
  CreateMatchingWorkflowCommand, CreateMatchingWorkflowCommandInput, DeleteMatchingWorkflowCommand, GetMatchingJobCommand,
  GetMatchingJobCommandOutput, ListMatchingJobsCommand, paginateListMatchingJobs, StartMatchingJobCommand,
} from '@aws-sdk/client-entityresolution';
import { TestAws } from './test-aws';
import { errorOf, matchingWorkflow, tableArn } from './test-server';
import { ControlClient } from '../../src/rest-json/control-client';

let aws: TestAws;

beforeAll(async () => {
  aws = await TestAws.start();
  await aws.createTable('loyalty');
  await aws.putObject('loyalty/1.csv', [
    'id,email,name', 'l1,ann@example.com,Ann Lee', 'l2,ANN@example.com,', 'l3,,Bob Ox', 'l4,bob@example.com,bob ox', 'l5,,ann lee', 'l 6,,', '',
  ].join('\n'));
});

afterEach(async () => {
  await aws.client.send(new DeleteMatchingWorkflowCommand({ workflowName: 'loyalty' }));
});

afterAll(async () => {
  await aws.stop();
});

const RULES = [{ ruleName: 'by email', matchingKeys: ['email'] }, { ruleName: 'by name', matchingKeys: ['name'] }];

async function create(overrides: Partial<CreateMatchingWorkflowCommandInput> = {}): Promise<void> {
  await aws.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow({
    outputSourceConfig: [{ outputS3Path: 's3://output/matching', output: [{ name: 'ID' }, { name: 'name', hashed: true }] }],
    resolutionTechniques: {
      resolutionType: 'RULE_MATCHING', ruleBasedProperties: { rules: RULES, attributeMatchingModel: 'MANY_TO_MANY' },
    },
    ...overrides,
  })));
}

async function start(): Promise<string> {
  return (await aws.client.send(new StartMatchingJobCommand({ workflowName: 'loyalty' }))).jobId!;
}

async function ended(jobId: string): Promise<GetMatchingJobCommandOutput> {
  for (;;) {
    const job = await aws.client.send(new GetMatchingJobCommand({ workflowName: 'loyalty', jobId }));
    if (job.endTime) {
      return job;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The rows of a job's output, without the header and the table. */
async function rows(jobId: string): Promise<string[][]> {
  const [header, ...lines] = (await aws.output(`matching/loyalty/${jobId}/success/part-00000.csv`)).trim().split('\n').map((line) => line.split(','));
  expect(header).toEqual(['InputSourceARN', 'ID', 'name', 'MatchID', 'MatchRule']);
  expect(new Set(lines.map(([arn]) => arn))).toEqual(new Set([tableArn('loyalty')]));
  return lines.map(([, ...values]) => values);
}

test('a job groups the records by the rules in their order, and gives the same ids in each run', async () => {
  await create();
  const job = await ended(await start());

  expect(job).toMatchObject({
    status: 'SUCCEEDED',
    metrics: { inputRecords: 6, totalRecordsProcessed: 5, recordsNotProcessed: 1, deleteRecordsProcessed: 0, matchIDs: 3 },
  });
  const records = await rows(job.jobId!);
  const [ann, , bob] = records.map(([, , matchId]) => matchId);
  expect(records.map(([id, , matchId, rule]) => [id, matchId, rule])).toEqual([
    ['l1', ann, 'by email'], ['l2', ann, 'by email'], ['l3', bob, 'by name'], ['l4', bob, 'by name'], ['l5', expect.not.stringMatching(`${ann}|${bob}`), ''],
  ]);
  expect(records[2][1]).toBe(createHash('sha256').update('Bob Ox').digest('hex'));
  expect(await rows((await ended(await start())).jobId!)).toEqual(records);
  expect(await aws.output(`matching/loyalty/${job.jobId}/error/part-00000.csv`)).toContain('l 6');
});

test('records that match through others are one group', async () => {
  await aws.createTable('chain');
  await aws.putObject('chain/1.csv', 'id,email,name\n1,a@x.example,b@x.example\n2,b@x.example,c@x.example\n3,c@x.example,d@x.example\n4,e@x.example,\n');
  await aws.createSchema('chain', [
    { fieldName: 'id', type: 'UNIQUE_ID' },
    { fieldName: 'email', type: 'EMAIL_ADDRESS', matchKey: 'email' },
    { fieldName: 'name', type: 'EMAIL_ADDRESS', matchKey: 'email' },
  ]);
  await create({
    inputSourceConfig: [{ inputSourceARN: tableArn('chain'), schemaName: 'chain' }],
    resolutionTechniques: {
      resolutionType: 'RULE_MATCHING', ruleBasedProperties: { rules: [RULES[0]], attributeMatchingModel: 'MANY_TO_MANY' },
    },
  });
  const { metrics, errorDetails } = await ended(await start());

  expect(errorDetails).toBeUndefined();
  expect(metrics?.matchIDs).toBe(2);
});

test.each<[string, CreateMatchingWorkflowCommandInput['resolutionTechniques']]>([
  ['ML_MATCHING', { resolutionType: 'ML_MATCHING' }],
  ['PROVIDER', {
    resolutionType: 'PROVIDER', providerProperties: { providerServiceArn: 'arn:aws:entityresolution:us-east-1::providerservice/provider/service' },
  }],
  ['rule conditions', {
    resolutionType: 'RULE_MATCHING', ruleConditionProperties: { rules: [{ ruleName: 'r', condition: 'Exact(email)' }] },
  }],
])('a job that matches by %s fails, and says that it can not be had', async (kind, resolutionTechniques) => {
  await create({ resolutionTechniques });

  expect(await ended(await start())).toMatchObject({
    status: 'FAILED',
    errorDetails: {
      errorMessage: `matching by ${kind} can't be had on the local AWS: ` +
        'it runs matching workflows of the resolutionType RULE_MATCHING with ruleBasedProperties only',
    },
  });
});

test('a job whose output names an unknown field fails', async () => {
  await create({ outputSourceConfig: [{ outputS3Path: 's3://output/matching', output: [{ name: 'phone' }] }] });

  expect((await ended(await start())).errorDetails).toEqual({
    errorMessage: 'the output names "phone", which is a field of no schema mapping of the workflow',
  });
});

test('a second job is a 400 ConflictException, and the workflow can not be deleted, while one runs', async () => {
  await create();
  const control = new ControlClient(aws.local.entityResolutionUrl);
  await control.planFaults({ faults: [{ operation: 'StartMatchingJob', job: { holdRunning: 'job', failure: 'as planned' } }] });
  const jobId = await start();

  expect(await errorOf(start())).toEqual({
    name: 'ConflictException',
    status: 400,
    message: 'a workflow is currently running: one matching job runs at a time in an account and Region; ' +
      'wait until it has ended, then start this one again',
  });
  expect(await errorOf(aws.client.send(new DeleteMatchingWorkflowCommand({ workflowName: 'loyalty' })))).toEqual({
    name: 'ConflictException', status: 400, message: 'the matching workflow "loyalty" is currently running: wait until its job has ended',
  });
  await control.release('job');
  expect(await ended(jobId)).toMatchObject({ status: 'FAILED', errorDetails: { errorMessage: 'as planned' } });
});

test('jobs are listed newest first, in pages', async () => {
  await create();
  const jobIds: string[] = [];
  for (let index = 0; index < 3; index++) {
    const jobId = await start();
    await ended(jobId);
    jobIds.unshift(jobId);
  }

  const pages: (string | undefined)[][] = [];
  for await (const { jobs } of paginateListMatchingJobs({ client: aws.client, pageSize: 2 }, { workflowName: 'loyalty' })) {
    pages.push(jobs!.map(({ jobId }) => jobId));
  }
  expect(pages).toEqual([jobIds.slice(0, 2), jobIds.slice(2)]);
});

test('jobs of a workflow that does not exist, and a job that does not exist, are a 404 ResourceNotFoundException', async () => {
  await create();
  const jobId = '0'.repeat(32);

  expect(await errorOf(aws.client.send(new ListMatchingJobsCommand({ workflowName: 'none' })))).toEqual({
    name: 'ResourceNotFoundException', status: 404, message: 'there is no matching workflow "none" in this account and Region',
  });
  expect(await errorOf(aws.client.send(new GetMatchingJobCommand({ workflowName: 'loyalty', jobId })))).toEqual({
    name: 'ResourceNotFoundException', status: 404, message: `the matching workflow "loyalty" has no job ${jobId}`,
  });
});
