import { CleanRoomsClient } from '@aws-sdk/client-cleanrooms';
import { EntityResolutionClient } from '@aws-sdk/client-entityresolution';
import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { dependenciesOf, givenMapping, givenSource, givenTableOf, givenTarget, resourcesOf, statementsOfRunRole } from './given';
import { runProperties, whatIsRun } from '../../lambda/entry/custom-resource-request';
import { isDue } from '../../lambda/entry/is-due';
import { pollJob } from '../../lambda/worker/poll-job';
import { JobRun } from '../../lambda/worker/start-job';
import * as mapping from '../../src';
import { DecidedRun, RunRequests } from '../../src/runs/private/run-protocol';
import { givenMembership, TABLE_ARN } from '../clean-rooms/given';
import { EMAIL_RULE, EMAIL_TECHNIQUE, givenInput, givenMatchingWorkflow, givenStack, statementsOf, warningsAt } from '../entity-resolution/given';

const { IdMappingWorkflowProperties, IdNamespaceType, InputSource, JobType } = mapping;

// Each group is a row of docs/live-review.md.

describe('service 1: an ID namespace says what workflows may use it', () => {
  const propertiesOf = (stack: Stack) => Object.values(resourcesOf(stack, 'AWS::EntityResolution::IdNamespace'))[0].Properties;
  const anything = {
    RuleDefinitionTypes: ['SOURCE', 'TARGET'], RecordMatchingModels: ['ONE_SOURCE_TO_ONE_TARGET', 'MANY_SOURCE_TO_ONE_TARGET'],
  };

  test('a source allows everything and has no rules, unless told otherwise', () => {
    const stack = givenStack();
    givenSource(stack);

    expect(propertiesOf(stack).IdMappingWorkflowProperties).toEqual([{
      IdMappingType: 'RULE_BASED', RuleBasedProperties: { ...anything, AttributeMatchingModel: 'MANY_TO_MANY' },
    }]);
  });

  test('a target has the rules of its matching workflow, and compares as that does', () => {
    const stack = givenStack();
    givenTarget(stack, new mapping.MatchingWorkflow(stack, 'Members', {
      inputSources: [givenInput(stack, 'members')],
      technique: mapping.ResolutionTechnique.ruleBased({ rules: [EMAIL_RULE], attributeMatchingModel: mapping.AttributeMatchingModel.ONE_TO_ONE }),
    }));

    expect(propertiesOf(stack).IdMappingWorkflowProperties).toEqual([{
      IdMappingType: 'RULE_BASED',
      RuleBasedProperties: { ...anything, AttributeMatchingModel: 'ONE_TO_ONE', Rules: [{ RuleName: 'email', MatchingKeys: ['email'] }] },
    }]);
  });

  test('what is given of the limits stands, the rest is said all the same', () => {
    const stack = givenStack();
    new mapping.IdNamespace(stack, 'Target', {
      type: IdNamespaceType.TARGET,
      inputSources: [InputSource.matchingWorkflow(givenMatchingWorkflow(stack))],
      idMappingWorkflowProperties: IdMappingWorkflowProperties.ruleBased({ ruleDefinitionTypes: [mapping.RuleDefinitionType.TARGET] }),
    });

    expect(propertiesOf(stack).IdMappingWorkflowProperties).toEqual([{
      IdMappingType: 'RULE_BASED',
      RuleBasedProperties: {
        ...anything, RuleDefinitionTypes: ['TARGET'], AttributeMatchingModel: 'MANY_TO_MANY', Rules: [{ RuleName: 'email', MatchingKeys: ['email'] }],
      },
    }]);
  });

  test('the rules of a target must be given when its matching workflow is not defined in this app', () => {
    const stack = givenStack();
    const loyalty = mapping.MatchingWorkflow.fromMatchingWorkflowName(stack, 'Loyalty', 'loyalty');
    const target = (id: string, properties?: mapping.IdMappingWorkflowProperties) => new mapping.IdNamespace(stack, id, {
      type: IdNamespaceType.TARGET, inputSources: [InputSource.matchingWorkflow(loyalty)], idMappingWorkflowProperties: properties,
    });

    expect(() => target('Bare')).toThrow("[Stack/Bare] 'rules' of a target of rule-based workflows must be given when its matching workflow is not defined in this app");
    expect(() => target('Told', IdMappingWorkflowProperties.ruleBased({ rules: [EMAIL_RULE] }))).not.toThrow();
  });
});

test('service 2: who populates a table may see its workflow', () => {
  const stack = givenStack();
  givenTableOf(stack, givenSource(stack), givenTarget(stack)).populateOnDeploy('Population');

  expect(statementsOfRunRole(stack, 'Population')).toContainEqual(expect.objectContaining({
    Action: 'entityresolution:GetIdMappingWorkflow',
    Resource: { 'Fn::Join': ['', [expect.stringMatching(/:idmappingworkflow\/$/), { Ref: expect.stringMatching(/^Mapping/) }]] },
  }));
});

test('service 2: where the table tells no workflow, it may be any of the account', () => {
  const stack = givenStack();
  new mapping.IdMappingTablePopulation(stack, 'Population', { table: mapping.IdMappingTable.fromIdMappingTableArn(stack, 'Imported', TABLE_ARN) });

  expect(statementsOfRunRole(stack, 'Population')).toContainEqual(expect.objectContaining({
    Action: 'entityresolution:GetIdMappingWorkflow', Resource: 'arn:aws:entityresolution:eu-west-1:111122223333:idmappingworkflow/*',
  }));
});

describe('service 3: a mapping comes after the job that indexes its target', () => {
  const runOf = (stack: Stack, type: 'IdMappingJob' | 'IdMappingTablePopulation') => Object.values(resourcesOf(stack, `Custom::${type}`))[0];
  const waitsFor = (stack: Stack, type: 'IdMappingJob' | 'IdMappingTablePopulation') =>
    dependenciesOf(runOf(stack, type)).filter((id) => id in resourcesOf(stack, 'Custom::MatchingJob'));

  test('whether that is defined before it or after it', () => {
    const stack = givenStack();
    const loyalty = givenMatchingWorkflow(stack);
    const workflow = givenMapping(stack, loyalty);
    loyalty.runOnDeploy('Before');
    workflow.runOnDeploy('FirstRun');
    loyalty.runOnDeploy('After');

    expect(waitsFor(stack, 'IdMappingJob')).toHaveLength(2);
  });

  test('and after the last wait for that job', () => {
    const stack = givenStack();
    const loyalty = givenMatchingWorkflow(stack);
    loyalty.runOnDeploy('Index', { waitFor: mapping.WaitFor.SUCCEEDED, timeout: Duration.hours(2) });
    givenMapping(stack, loyalty).runOnDeploy('FirstRun');

    const waits = Object.keys(resourcesOf(stack, 'Custom::IdMappingRunWait'));
    expect(waits).toHaveLength(2);
    expect(dependenciesOf(runOf(stack, 'IdMappingJob'))).toEqual(expect.arrayContaining(waits));
  });

  test('also through ID namespaces and a table', () => {
    const stack = givenStack();
    const loyalty = givenMatchingWorkflow(stack);
    givenTableOf(stack, givenSource(stack), givenTarget(stack, loyalty)).populateOnDeploy('Population');
    loyalty.runOnDeploy('Index');

    expect(waitsFor(stack, 'IdMappingTablePopulation')).toHaveLength(1);
  });

  test('a job of another matching workflow is not waited for', () => {
    const stack = givenStack();
    givenMapping(stack, givenMatchingWorkflow(stack)).runOnDeploy('FirstRun');
    new mapping.MatchingWorkflow(stack, 'Other', { inputSources: [givenInput(stack, 'other')], technique: EMAIL_TECHNIQUE }).runOnDeploy('Index');

    expect(waitsFor(stack, 'IdMappingJob')).toEqual([]);
  });

  test('new data of the target, told by the trigger of its job, run the mapping again', () => {
    const run = (runTrigger: string) => {
      const stack = givenStack();
      const loyalty = givenMatchingWorkflow(stack);
      loyalty.runOnDeploy('Index', { runTrigger });
      givenMapping(stack, loyalty).runOnDeploy('FirstRun');
      return runOf(stack, 'IdMappingJob').Properties.Run as DecidedRun;
    };

    expect(isDue(run('data of 2026-12'), run('data of 2026-11'))).toBe(true);
    expect(isDue(run('data of 2026-11'), run('data of 2026-11'))).toBe(false);
  });

  test('a target that nothing in the app runs is warned of', () => {
    const stack = givenStack();
    givenMapping(stack, givenMatchingWorkflow(stack));

    expect(warningsAt(stack, 'Stack/CrmToLoyalty')).toEqual([expect.stringMatching(/^nothing in this app runs the matching workflow Stack\/Loyalty, which is an input/)]);
  });

  test.each([
    ['a job of it is run', (loyalty: mapping.MatchingWorkflow) => loyalty.runOnDeploy('Index')],
    ['a MatchingJob runs it', (loyalty: mapping.MatchingWorkflow) => new mapping.MatchingJob(loyalty.stack, 'Index', { workflow: loyalty })],
  ])('but not when %s', (_when, index) => {
    const stack = givenStack();
    const loyalty = givenMatchingWorkflow(stack);
    givenMapping(stack, loyalty);
    index(loyalty);

    expect(warningsAt(stack, 'Stack/CrmToLoyalty')).toEqual([]);
  });

  test('nor when it is imported, or processes what is new by itself', () => {
    const stack = givenStack();
    givenMapping(stack, mapping.MatchingWorkflow.fromMatchingWorkflowName(stack, 'Loyalty', 'loyalty'));
    const incremental = givenStack();
    givenMapping(incremental, new mapping.MatchingWorkflow(incremental, 'Loyalty', {
      inputSources: [givenInput(incremental, 'loyalty')], technique: EMAIL_TECHNIQUE, incrementalRun: true,
    }));

    for (const each of [stack, incremental]) expect(warningsAt(each, 'Stack/CrmToLoyalty')).toEqual([]);
  });
});

describe('service 3: a mapping of nothing is no success that goes by unseen', () => {
  const mapped = async (metrics: object) => {
    const entityResolution = new EntityResolutionClient({ region: 'eu-west-1' });
    jest.spyOn(entityResolution, 'send').mockImplementation(async () => ({ status: 'SUCCEEDED', metrics }));
    const run: JobRun = {
      run: { jobKind: 'ID_MAPPING', request: { workflowName: 'crm' } },
      settings: {},
      askedAt: '2026-11-26T00:00:00Z',
      startedAt: '2026-11-26T00:00:00Z',
      next: 'POLL',
      waitSeconds: 0,
      jobId: '0123456789abcdef0123456789abcdef',
    };
    return pollJob(run, { entityResolution, cleanRooms: new CleanRoomsClient({ region: 'eu-west-1' }) }, 60);
  };

  test('0 mapped records have a reason that says what to look at', async () => {
    expect(await mapped({ inputRecords: 5_000, totalMappedRecords: 0 })).toMatchObject({
      outcome: 'SUCCEEDED', reason: expect.stringMatching(/^the job has succeeded, but has mapped 0 records: has a job of the matching workflow behind the target succeeded/),
    });
  });

  test('any other number has none', async () => {
    expect(await mapped({ inputRecords: 5_000, totalMappedRecords: 1 })).toMatchObject({ outcome: 'SUCCEEDED', reason: undefined });
  });
});

const KEY_ACTIONS = ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];

describe('service 4: who starts a job may use the key of the output', () => {
  test.each(['Index', 'FirstRun'])('%s', (id) => {
    const stack = givenStack();
    const loyalty = givenMatchingWorkflow(stack);
    loyalty.runOnDeploy('Index');
    givenMapping(stack, loyalty).runOnDeploy('FirstRun');

    expect(statementsOfRunRole(stack, id)).toContainEqual(expect.objectContaining({
      Action: KEY_ACTIONS,
      Resource: { 'Fn::GetAtt': [expect.stringContaining('OutputKey'), 'Arn'] },
      Condition: { StringEquals: { 'kms:ViaService': 'entityresolution.eu-west-1.amazonaws.com' } },
    }));
  });
});

describe('service 4, the kind: whatever a run passes or uses may be passed and used', () => {
  test('the role and the key of an output of its own', () => {
    const stack = givenStack();
    const workflow = givenMapping(stack, mapping.MatchingWorkflow.fromMatchingWorkflowName(stack, 'Loyalty', 'loyalty'));
    const role = new iam.Role(stack, 'OwnRole', { assumedBy: new iam.ServicePrincipal('entityresolution.amazonaws.com') });
    workflow.runOnDeploy('FirstRun', { output: { role, bucket: s3.Bucket.fromBucketName(stack, 'Own', 'own'), key: new kms.Key(stack, 'OwnKey') } });

    const resource = (id: string) => ({ 'Fn::GetAtt': [expect.stringMatching(new RegExp(`^${id}[0-9A-F]{8}$`)), 'Arn'] });
    expect(statementsOfRunRole(stack, 'FirstRun')).toEqual(expect.arrayContaining([
      expect.objectContaining({ Action: 'iam:PassRole', Resource: resource('OwnRole') }),
      expect.objectContaining({ Action: KEY_ACTIONS, Resource: resource('OwnKey') }),
    ]));
  });

  test('a workflow that tells no role is warned of', () => {
    const stack = givenStack();
    new mapping.IdMappingJob(stack, 'Job', { workflow: mapping.IdMappingWorkflow.fromIdMappingWorkflowName(stack, 'Crm', 'crm') });
    new mapping.MatchingJob(stack, 'Index', { workflow: mapping.MatchingWorkflow.fromMatchingWorkflowName(stack, 'Loyalty', 'loyalty') });

    expect([...warningsAt(stack, 'Stack/Job'), ...warningsAt(stack, 'Stack/Index')]).toEqual([
      expect.stringMatching(/^nothing is known of the role and the output key of Stack\/Crm: /),
      expect.stringMatching(/^nothing is known of the role and the output key of Stack\/Loyalty: /),
    ]);
  });

  test('but not one that does', () => {
    const stack = givenStack();
    const role = iam.Role.fromRoleName(stack, 'Role', 'jobs');
    new mapping.MatchingJob(stack, 'Index', {
      workflow: mapping.MatchingWorkflow.fromMatchingWorkflowAttributes(stack, 'Loyalty', {
        workflowArn: 'arn:aws:entityresolution:eu-west-1:111122223333:matchingworkflow/loyalty', role,
      }),
    });

    expect(warningsAt(stack, 'Stack/Index')).toEqual([]);
  });
});

describe('service 6: nobody changes the policy of a namespace or a workflow while somebody else does', () => {
  test('statements come one after the other', () => {
    const stack = givenStack();
    const source = givenSource(stack);
    source.grants.use('444455556666');
    source.grants.use('777788889999');
    source.grants.cleanRooms();

    const statements = Object.entries(resourcesOf(stack, 'AWS::EntityResolution::PolicyStatement'));
    const predecessors = statements.map(([, statement]) => dependenciesOf(statement).filter((id) => statements.some(([other]) => other === id)));
    expect(predecessors.map(({ length }) => length).sort()).toEqual([0, 1, 1]);
    expect(new Set(predecessors.flat()).size).toBe(2);
  });

  test('an association comes after them, also after those that are added later', () => {
    const stack = givenStack();
    const source = givenSource(stack);
    source.grants.use('444455556666');
    new mapping.IdNamespaceAssociation(stack, 'Association', { membership: givenMembership(stack), idNamespace: source });
    source.grants.use('777788889999');

    const [association] = Object.values(resourcesOf(stack, 'AWS::CleanRooms::IdNamespaceAssociation'));
    expect(dependenciesOf(association)).toEqual(expect.arrayContaining(Object.keys(resourcesOf(stack, 'AWS::EntityResolution::PolicyStatement'))));
  });

  test('a table comes after those of its workflow', () => {
    const stack = givenStack();
    const table = givenTableOf(stack, givenSource(stack), givenTarget(stack), { manageResourcePolicies: false });
    mapping.IdMappingWorkflowGrants.fromIdMappingWorkflow(table.workflow!).cleanRooms();

    const [resource] = Object.values(resourcesOf(stack, 'AWS::CleanRooms::IdMappingTable'));
    expect(dependenciesOf(resource)).toEqual(expect.arrayContaining(Object.keys(resourcesOf(stack, 'AWS::EntityResolution::PolicyStatement'))));
  });
});

describe('service 8: a new table is populated as a whole', () => {
  /** What the custom resource of a population asks for, when it is created or after another version of it. */
  const requestOf = (props: mapping.IdMappingTablePopulationOptions, isNew: boolean): RunRequests['ID_MAPPING_TABLE_POPULATION'] => {
    const stack = givenStack();
    givenTableOf(stack, givenSource(stack), givenTarget(stack)).populateOnDeploy('Population', props);
    const { Run } = runProperties(Object.values(resourcesOf(stack, 'Custom::IdMappingTablePopulation'))[0].Properties as Parameters<typeof runProperties>[0]);
    return whatIsRun(Run, isNew ? undefined : Run).request as RunRequests['ID_MAPPING_TABLE_POPULATION'];
  };

  test('by a batch when it is created', () => {
    expect(requestOf({}, true)).toMatchObject({ jobType: 'BATCH' });
  });

  test('as the service does by default afterwards', () => {
    expect(requestOf({}, false).jobType).toBeUndefined();
  });

  test('or as it is told', () => {
    expect(requestOf({ jobType: JobType.DELETE_ONLY }, true)).toMatchObject({ jobType: 'DELETE_ONLY' });
  });
});

test.each([
  ['a folder', 'crm/', ['/crm/*', '/crm', '/crm_$folder$']],
  ['any other prefix', 'crm', ['/crm*']],
  ['a whole bucket', undefined, ['/*']],
])('service 10: a role that reads %s may look for it as Hadoop does', (_what, prefix, paths) => {
  const stack = givenStack();
  new mapping.MatchingWorkflow(stack, 'Crm', {
    inputSources: [InputSource.glueTableFromAttributes({ databaseName: 'customers', tableName: 'crm' }, {
      schema: mapping.SchemaMapping.fromSchemaMappingName(stack, 'Schema', 'people'),
      bucket: s3.Bucket.fromBucketName(stack, 'Data', 'data'),
      prefix,
    })],
    technique: EMAIL_TECHNIQUE,
  });

  const [read] = statementsOf(Template.fromStack(stack), 'Crm').filter(({ Action }) => Action === 's3:GetObject');
  expect([read.Resource].flat()).toEqual(paths.map((path) => `arn:aws:s3:::data${path}`));
});

test('service 12: each member has a list of abilities, even if it is empty', () => {
  const stack = givenStack();
  new mapping.Collaboration(stack, 'Campaign', {
    collaborationName: 'Campaign', description: 'Campaign', creatorDisplayName: 'We', members: [{ accountId: '444455556666', displayName: 'They' }],
  });

  expect(Object.values(resourcesOf(stack, 'AWS::CleanRooms::Collaboration'))[0].Properties).toMatchObject({
    CreatorMemberAbilities: [], Members: [{ MemberAbilities: [] }],
  });
});

test('service 13: a role that writes under a key may decrypt, too, as uploads in parts need it', () => {
  const stack = givenStack();
  givenMatchingWorkflow(stack);

  expect(statementsOf(Template.fromStack(stack), 'Loyalty')).toContainEqual(expect.objectContaining({ Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'] }));
});

describe('service 14: the target of a rule-based mapping is a matching workflow', () => {
  test.each([
    ['a Glue table', (stack: Stack) => [givenInput(stack, 'loyalty')]],
    ['a Glue table beside a matching workflow', (stack: Stack) => [InputSource.matchingWorkflow(givenMatchingWorkflow(stack)), givenInput(stack, 'more')]],
    ['nothing', () => []],
  ])('a namespace over %s is refused', (_what, inputs) => {
    const stack = givenStack();

    expect(() => new mapping.IdNamespace(stack, 'Target', { type: IdNamespaceType.TARGET, inputSources: inputs(stack) }))
      .toThrow("[Stack/Target] 'inputSources' of a target of rule-based workflows must be matching workflows");
  });
});

test('service 15: who reads a table may read its schema, which is asked for on the configured tables, too', () => {
  const stack = givenStack();
  givenTableOf(stack, givenSource(stack), givenTarget(stack)).populateOnDeploy('Population');

  const [{ Resource }] = statementsOfRunRole(stack, 'Population').filter(({ Action }) => Action === 'cleanrooms:GetSchema');
  expect(Resource).toEqual([
    { 'Fn::GetAtt': [expect.stringMatching(/^Table/), 'CollaborationArn'] },
    'arn:aws:cleanrooms:eu-west-1:111122223333:membership/22222222-2222-2222-2222-222222222222/configuredtableassociation/*',
  ]);
});

describe('what CloudFormation replaces has another generated name', () => {
  const nameOf = (type: string, define: (stack: Stack) => void) => {
    const stack = givenStack();
    define(stack);
    const [{ Properties }] = Object.values(resourcesOf(stack, `AWS::EntityResolution::${type}`));
    return Properties.SchemaName ?? Properties.WorkflowName;
  };

  test('a schema mapping with its description, which can be changed no more than its fields once it is used', () => {
    const name = (description?: string) => nameOf('SchemaMapping', (stack) => new mapping.SchemaMapping(stack, 'Schema', {
      description, mappedInputFields: [mapping.SchemaInputAttribute.uniqueId('id'), mapping.SchemaInputAttribute.emailAddress('email')],
    }));

    expect(name('People')).not.toBe(name('Persons'));
    expect(name('People')).toBe(name('People'));
  });

  test('a matching workflow with the switch for real time', () => {
    const names = [undefined, false, true].map((enableRealTimeMatching) => nameOf('MatchingWorkflow', (stack) => new mapping.MatchingWorkflow(stack, 'People', {
      inputSources: [givenInput(stack, 'crm')],
      technique: mapping.ResolutionTechnique.ruleConditions({ rules: [{ ruleName: 'alike', condition: 'Exact(email)' }], enableRealTimeMatching }),
    })));

    expect(new Set(names).size).toBe(3);
  });
});
