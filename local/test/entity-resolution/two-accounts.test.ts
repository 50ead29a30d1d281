import {
  AddPolicyStatementCommand, CreateIdMappingWorkflowCommand, CreateIdNamespaceCommand, CreateMatchingWorkflowCommand,
  DeletePolicyStatementCommand, StartIdMappingJobCommand, UpdateIdMappingWorkflowCommand,
} from '@aws-sdk/client-entityresolution';
import { TestAws } from './test-aws';
import { errorOf, idMappingWorkflow, matchingWorkflow, RULE_BASED_USE } from './test-server';

const PUBLISHER = '111111111111';
const NAMESPACE = `arn:aws:entityresolution:us-east-1:${PUBLISHER}:idnamespace/members`;
const ROLE_NAME = 'entityresolution-members';

const READ = [
  { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: [`arn:aws:s3:::data-${PUBLISHER}`, `arn:aws:s3:::data-${PUBLISHER}/*`] },
  {
    Effect: 'Allow',
    Action: 'glue:GetTable',
    Resource: ['catalog', 'database/crm', 'table/crm/*'].map((part) => `arn:aws:glue:us-east-1:${PUBLISHER}:${part}`),
  },
];
const WRITE = { Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::data-${PUBLISHER}/out/*` };
const READ_AND_WRITE = [
  { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket', 's3:PutObject'], Resource: ['data', 'data/*', 'output/*'].map((part) => `arn:aws:s3:::${part}`) },
  { Effect: 'Allow', Action: 'glue:GetTable', Resource: '*' },
];

let advertiser: TestAws;
let publisher: TestAws;

beforeAll(async () => {
  advertiser = await TestAws.start({ enforceIam: true });
  await advertiser.createTable('crm');
  await advertiser.putObject('crm/1.csv', 'id,email,name\nc1,ANN@example.com,\nc2,bob@example.com,\n');
  await advertiser.createStack(roleStack('entityresolution-job', READ_AND_WRITE));

  publisher = await advertiser.otherAccount(PUBLISHER);
  await publisher.createTable('loyalty');
  await publisher.putObject('loyalty/1.csv', 'id,email,name\nl1,ann@example.com,\nl2,cy@example.com,\n');
  await publisher.createStack(roleStack(ROLE_NAME, READ));
  await publisher.createStack(roleStack('entityresolution-indexer', [...READ, WRITE]), 'indexer');
  const inputSourceConfig = [{ inputSourceARN: `arn:aws:glue:us-east-1:${PUBLISHER}:table/crm/loyalty`, schemaName: 'people' }];
  await publisher.client.send(new CreateMatchingWorkflowCommand(matchingWorkflow({
    inputSourceConfig, roleArn: `arn:aws:iam::${PUBLISHER}:role/entityresolution-indexer`, outputSourceConfig: [{ outputS3Path: `s3://data-${PUBLISHER}/out/`, output: [{ name: 'id' }] }],
  })));
  await publisher.client.send(new CreateIdNamespaceCommand({
    idNamespaceName: 'members',
    type: 'TARGET',
    roleArn: `arn:aws:iam::${PUBLISHER}:role/${ROLE_NAME}`,
    inputSourceConfig: [{ inputSourceARN: `arn:aws:entityresolution:us-east-1:${PUBLISHER}:matchingworkflow/loyalty` }],
    idMappingWorkflowProperties: RULE_BASED_USE,
  }));
  await publisher.index('loyalty');
});

afterAll(async () => {
  await advertiser.stop();
});

function roleStack(RoleName: string, Statement: readonly object[]): object {
  const trust = { Effect: 'Allow', Principal: { Service: 'entityresolution.amazonaws.com' }, Action: 'sts:AssumeRole' };
  return {
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName,
          AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] },
          Policies: [{ PolicyName: 'all', PolicyDocument: { Version: '2012-10-17', Statement } }],
        },
      },
    },
    Outputs: { none: { Value: 'none' } },
  };
}

const [SOURCE] = idMappingWorkflow().inputSourceConfig!;
const WORKFLOW = idMappingWorkflow({ inputSourceConfig: [SOURCE, { inputSourceARN: NAMESPACE, type: 'TARGET' }] });
const START = new StartIdMappingJobCommand({ workflowName: 'crm-to-loyalty' });
const REFUSAL = {
  name: 'AccessDeniedException',
  status: 403,
  message: `the account 000000000000 is not authorized to perform: entityresolution:UseIdNamespace on resource: ${NAMESPACE}, ` +
    `because no resource-based policy allows it: the account ${PUBLISHER} has to add a statement that does`,
};

test('a workflow with the ID namespace of another account needs a policy of that account, from its creation to each of its jobs', async () => {
  expect(await errorOf(advertiser.client.send(new CreateIdMappingWorkflowCommand(WORKFLOW)))).toEqual(REFUSAL);

  await publisher.client.send(new AddPolicyStatementCommand({
    arn: NAMESPACE, statementId: 'Use', effect: 'Allow', action: ['entityresolution:UseIdNamespace'], principal: ['000000000000'],
  }));
  await advertiser.client.send(new CreateIdMappingWorkflowCommand(WORKFLOW));
  const job = await advertiser.run({ workflowName: 'crm-to-loyalty' });
  expect(job).toMatchObject({ status: 'SUCCEEDED', metrics: { inputRecords: 4, totalMappedRecords: 1 } });
  expect(await advertiser.pairs('crm-to-loyalty', job.jobId)).toEqual(['c1,l1,by email']);

  await publisher.client.send(new DeletePolicyStatementCommand({ arn: NAMESPACE, statementId: 'Use' }));
  expect(await errorOf(advertiser.client.send(START))).toEqual(REFUSAL);
  expect(await errorOf(advertiser.client.send(new UpdateIdMappingWorkflowCommand(WORKFLOW)))).toEqual(REFUSAL);
});

test('the data of an ID namespace is read by its own role, which its account may take the permissions from', async () => {
  await publisher.client.send(new AddPolicyStatementCommand({
    arn: NAMESPACE, statementId: 'UseAgain', effect: 'Allow', action: ['entityresolution:UseIdNamespace'], principal: ['000000000000'],
  }));
  await advertiser.client.send(new CreateIdMappingWorkflowCommand({ ...WORKFLOW, workflowName: 'again' }));
  await publisher.updateStack(roleStack(ROLE_NAME, [READ[1]]));

  expect(await advertiser.run({ workflowName: 'again' })).toMatchObject({
    status: 'FAILED', errorDetails: { errorMessage: expect.stringMatching(`^can't list the objects under s3://data-${PUBLISHER}/loyalty/: AccessDenied: `) },
  });
});
