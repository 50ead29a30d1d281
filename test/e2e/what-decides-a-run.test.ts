import {
  App, Aws, CfnCondition, CfnDynamicReference, CfnDynamicReferenceService, CfnMapping, CfnOutput, CfnParameter, CfnResource, Duration,
  Environment, Fn, NestedStack,
  Stack, Token,
} from 'aws-cdk-lib';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { Deployments } from './deployments';
import * as mapping from '../../src';

const { InputSource, IdMappingTechnique, IdNamespaceType } = mapping;

let deployments: Deployments;

beforeAll(async () => {
  deployments = await Deployments.start();
  // Jobs that wait for each other are not what this is about.
  await deployments.entityResolution.planFaults({ whenBusy: 'QUEUED' });
});

afterAll(async () => {
  await deployments?.stop();
});

/** What a test says of a Glue table. */
interface TableProps {
  readonly name?: string;
  readonly database?: string;
  readonly input?: Partial<glue.CfnTable.TableInputProperty>;
  readonly schema?: er.ISchemaMappingRef;
}

function glueTable(scope: Construct, id: string, props: TableProps = {}): glue.CfnTable {
  // The names of databases are the account's.
  const name = props.database ?? `${Stack.of(scope).node.path.toLowerCase().replaceAll('/', '-')}-${id}`;
  const catalogId = Stack.of(scope).account;
  const database = new glue.CfnDatabase(scope, `${id}-database`, { catalogId, databaseName: name, databaseInput: { name } });
  return new glue.CfnTable(scope, `${id}-table`, { catalogId, databaseName: database.ref, tableInput: { name: props.name ?? id, ...props.input } });
}

function schemaMapping(scope: Construct, id: string): mapping.SchemaMapping {
  return new mapping.SchemaMapping(scope, id, {
    mappedInputFields: [
      mapping.SchemaInputAttribute.uniqueId('id'),
      ...['email', 'phone', 'birth'].map((field) => mapping.SchemaInputAttribute.string(field, { matchKey: field })),
    ],
  });
}

function input(scope: Construct, id: string, props: TableProps = {}): mapping.GlueTableInputSource {
  const schema = props.schema ?? schemaMapping(scope, `${id}Schema`);
  return InputSource.glueTable(glueTable(scope, id, props), { schema, bucket: s3.Bucket.fromBucketName(scope, `${id}Data`, 'data') });
}

const RULES = [{ ruleName: 'email', matchingKeys: ['email'] }];
const OPTIONS = { pollInterval: Duration.seconds(1) };

/** All kinds of runs, and what they run. */
function everything(stack: Stack): void {
  const loyalty = new mapping.MatchingWorkflow(stack, 'Loyalty', { inputSources: [input(stack, 'loyalty')], technique: mapping.ResolutionTechnique.ruleBased({ rules: RULES }) });
  const crm = input(stack, 'crm');
  new mapping.MatchingJob(stack, 'Matching', { workflow: loyalty, ...OPTIONS });
  new mapping.IdMappingJob(stack, 'Mapping', {
    ...OPTIONS,
    workflow: new mapping.IdMappingWorkflow(stack, 'CrmToLoyalty', {
      sources: [crm], target: InputSource.matchingWorkflow(loyalty), technique: IdMappingTechnique.ruleBased({ rules: RULES }),
    }),
  });
  const membership = new mapping.Membership(stack, 'Membership', {
    collaboration: new mapping.Collaboration(stack, 'Collaboration', { collaborationName: 'one', description: 'Of one member', creatorDisplayName: 'Advertiser' }),
  });
  const namespace = (type: mapping.IdNamespaceType, source: mapping.InputSource) => {
    const idNamespace = new mapping.IdNamespace(stack, `Namespace-${type}`, { type, inputSources: [source] });
    new mapping.IdNamespaceAssociation(stack, `Association-${type}`, { membership, idNamespace });
    return InputSource.idNamespace(idNamespace);
  };
  new mapping.IdMappingTable(stack, 'Table', {
    membership,
    workflow: new mapping.IdMappingWorkflow(stack, 'TableWorkflow', {
      sources: [namespace(IdNamespaceType.SOURCE, crm)],
      target: namespace(IdNamespaceType.TARGET, InputSource.matchingWorkflow(loyalty)),
      technique: IdMappingTechnique.ruleBased(),
      writesOutput: false,
    }),
  }).populateOnDeploy('Population', OPTIONS);
}

describe('an app of all kinds of runs', () => {
  const deploy = (env?: Environment, context?: Record<string, unknown>) => deployments.deploy((app: App) => {
    everything(new Stack(app, 'Everything', { env }));
  }, { context });
  const ENV = { account: '000000000000', region: 'us-east-1' };

  test('runs nothing and replaces nothing when its environment becomes explicit, and then its partition', async () => {
    await deploy();
    const before = [await deployments.starts(), await deployments.physicalIds('Everything')];
    expect(before[0]).toBe(3);

    await deploy(ENV);
    await deploy(ENV, { '@aws-cdk/core:enablePartitionLiterals': true });
    await deploy();

    expect([await deployments.starts(), await deployments.physicalIds('Everything')]).toEqual(before);
  });
});

/** Picks what there is before the change, or after it. */
type Pick = <T>(before: T, after: T) => T;

/** A small workflow and a job of it. */
function job(
  scope: Construct, workflow: Partial<mapping.IdMappingWorkflowProps> = {}, run: Partial<mapping.IdMappingJobProps> = {},
): mapping.IdMappingJob {
  return new mapping.IdMappingJob(scope, 'Job', { ...OPTIONS, workflow: smallWorkflow(scope, workflow), ...run });
}

/** A matching workflow that nothing runs: what it has found decides nothing. */
function members(scope: Construct): mapping.InputSource {
  return InputSource.matchingWorkflow(new mapping.MatchingWorkflow(scope, 'Loyalty', {
    inputSources: [input(scope, 'members')], technique: mapping.ResolutionTechnique.ruleBased({ rules: RULES }),
  }));
}

function smallWorkflow(scope: Construct, props: Partial<mapping.IdMappingWorkflowProps> = {}): mapping.IdMappingWorkflow {
  return new mapping.IdMappingWorkflow(scope, 'Workflow', {
    sources: props.sources ?? [input(scope, 'crm')],
    target: InputSource.idNamespace(new mapping.IdNamespace(scope, 'Members', { type: IdNamespaceType.TARGET, inputSources: [members(scope)] })),
    technique: IdMappingTechnique.ruleBased({ rules: RULES }),
    outputBucket: new s3.Bucket(scope, 'Output'),
    ...props,
  });
}

const byKey = (...matchingKeys: string[]) => ({ technique: IdMappingTechnique.ruleBased({ rules: [{ ruleName: 'rule', matchingKeys }] }) });
const parameter = (scope: Construct) => new CfnParameter(scope, 'Value').valueAsString;

/** The job of a small workflow whose source is the Glue table with these properties. */
function jobOfTable(
  scope: Construct, table: { readonly name?: string; readonly database?: string; readonly input?: Partial<glue.CfnTable.TableInputProperty> },
): void {
  job(scope, { sources: [input(scope, 'crm', table)] });
}

type Row = [what: string, define: (stack: Stack, pick: Pick) => void, value?: [before: string, after: string]];

const DUE: Row[] = [
  ['a match key from a parameter', (stack) => job(stack, byKey('email', parameter(stack))), ['phone', 'birth']],
  ['match keys from a parameter that is a list', (stack) =>
    job(stack, byKey(...[new CfnParameter(stack, 'Value', { type: 'CommaDelimitedList' }).valueAsList].flatMap((list) => [Fn.select(0, list), Fn.select(1, list)]))), ['email,phone', 'email,birth']],
  ['a list of match keys that is one parameter', (stack) => job(stack, {
    technique: IdMappingTechnique.ruleBased({ rules: [{ ruleName: 'rule', matchingKeys: new CfnParameter(stack, 'Value', { type: 'CommaDelimitedList' }).valueAsList }] }),
  }), ['email,phone', 'email']],
  ['a rule from a parameter', (stack) => job(stack, { technique: IdMappingTechnique.ruleBased({ rules: [{ ruleName: parameter(stack), matchingKeys: ['email'] }] }) }), ['one', 'two']],
  ['the prefix of the output from a parameter', (stack) => job(stack, { outputPrefix: parameter(stack) }), ['one/', 'two/']],
  ["the prefix of the job's own output from a parameter", (stack) => job(stack, {}, {
    output: { role: new iam.Role(stack, 'Writer', { assumedBy: new iam.ServicePrincipal('entityresolution.amazonaws.com') }), bucket: s3.Bucket.fromBucketName(stack, 'Elsewhere', 'elsewhere'), prefix: parameter(stack) },
  }), ['one/', 'two/']],
  ['a mapping by a parameter', (stack) => job(stack, byKey(
    new CfnMapping(stack, 'Keys', { mapping: { one: { key: 'email' }, two: { key: 'phone' } } }).findInMap(parameter(stack), 'key'))), ['one', 'two']],
  ['what a mapping says', (stack, pick) => job(stack, byKey(
    new CfnMapping(stack, 'Keys', { mapping: { 'us-east-1': { key: pick('email', 'phone') } } }).findInMap(Aws.REGION, 'key')))],
  ['a condition on a parameter', (stack) => {
    const is = new CfnCondition(stack, 'Is', { expression: Fn.conditionEquals(parameter(stack), 'one') });
    job(stack, byKey(Token.asString(Fn.conditionIf(is.logicalId, 'email', 'phone'))));
  }, ['one', 'two']],
  ['a rule by an override on the L1', (stack, pick) => {
    const workflow = job(stack, byKey('email')).node.scope!.node.findChild('Workflow').node.defaultChild as CfnResource;
    workflow.addPropertyOverride('IdMappingTechniques.RuleBasedProperties.Rules.0.MatchingKeys.0', pick('phone', 'birth'));
  }],
  ['the location of a Glue table', (stack, pick) => jobOfTable(stack, { input: { storageDescriptor: { location: pick('s3://data/one/', 's3://data/two/') } } })],
  ['the location of a Glue table, in a bucket that is replaced', (stack, pick) => jobOfTable(stack, {
    input: { storageDescriptor: { location: `s3://${new s3.Bucket(stack, 'Source', { bucketName: pick('source-one', 'source-two') }).bucketName}/` } },
  })],
  ['the header of a Glue table', (stack, pick) => jobOfTable(stack, { input: { parameters: pick({}, { 'skip.header.line.count': '1' }) } })],
  ['the separator of a Glue table', (stack, pick) => jobOfTable(stack, { input: { storageDescriptor: { serdeInfo: { parameters: { separatorChar: pick(',', ';') } } } } })],
  ['the name of the database that a Glue table refers to', (stack, pick) => jobOfTable(stack, { database: pick('database-one', 'database-two') })],
  ['the name of a Glue table', (stack, pick) => jobOfTable(stack, { name: pick('one', 'two') })],
  ['the name of the output bucket', (stack, pick) => job(stack, { outputBucket: new s3.Bucket(stack, 'Results', { bucketName: pick('results-one', 'results-two') }) })],
  ["a CfnSchemaMapping of the app's own", (stack, pick) => {
    const fields = [{ fieldName: 'id', type: 'UNIQUE_ID' }, { fieldName: 'email', type: pick('EMAIL_ADDRESS', 'STRING'), matchKey: 'email' }];
    const schema = new er.CfnSchemaMapping(stack, 'Schema', { schemaName: `own-${pick('one', 'two')}`, mappedInputFields: fields });
    job(stack, { sources: [input(stack, 'crm', { schema })] });
  }],
  ['the schemas of two inputs, swapped', (stack, pick) => {
    const [one, two] = ['id', 'key'].map((uniqueId) => new mapping.SchemaMapping(stack, `Schema-${uniqueId}`, {
      mappedInputFields: [mapping.SchemaInputAttribute.uniqueId(uniqueId), mapping.SchemaInputAttribute.emailAddress('email', { matchKey: 'email' })],
    }));
    job(stack, { sources: [input(stack, 'crm', { schema: pick(one, two) }), input(stack, 'shop', { schema: pick(two, one) })] });
  }],
  ["a workflow of the app's own L1s", (stack, pick) => {
    const table = glueTable(stack, 'crm');
    const source = `arn:aws:glue:us-east-1:${stack.account}:table/${table.databaseName}/${table.ref}`;
    const idMappingWorkflowProperties = [{
      idMappingType: 'RULE_BASED', ruleBasedProperties: { ruleDefinitionTypes: ['SOURCE'], attributeMatchingModel: 'MANY_TO_MANY', recordMatchingModels: ['MANY_SOURCE_TO_ONE_TARGET'] },
    }];
    const target = new er.CfnIdNamespace(stack, 'Target', { idNamespaceName: 'target', type: 'TARGET', idMappingWorkflowProperties });
    const workflow = new er.CfnIdMappingWorkflow(stack, 'Workflow', {
      workflowName: 'own-l1',
      roleArn: new iam.Role(stack, 'Role', {
        assumedBy: new iam.ServicePrincipal('entityresolution.amazonaws.com'),
        inlinePolicies: { See: new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ actions: ['glue:GetTable'], resources: ['*'] })] }) },
      }).roleArn,
      inputSourceConfig: [
        { inputSourceArn: source, schemaArn: schemaMapping(stack, 'Schema').schemaArn, type: 'SOURCE' }, { inputSourceArn: target.attrIdNamespaceArn, type: 'TARGET' },
      ],
      idMappingTechniques: {
        idMappingType: 'RULE_BASED',
        ruleBasedProperties: {
          rules: [{ ruleName: 'rule', matchingKeys: [pick('email', 'phone')] }], attributeMatchingModel: 'MANY_TO_MANY', recordMatchingModel: 'MANY_SOURCE_TO_ONE_TARGET', ruleDefinitionType: 'SOURCE',
        },
      },
    });
    new mapping.IdMappingJob(stack, 'Job', { workflow, ...OPTIONS });
  }],
  ['the type of the job', (stack, pick) => job(stack, { incrementalRun: true }, { jobType: pick(mapping.JobType.INCREMENTAL, mapping.JobType.BATCH) })],
  ['the trigger from a parameter', (stack) => job(stack, {}, { runTrigger: parameter(stack) }), ['one', 'two']],
  ['nothing, when every deployment runs the job', (stack) => job(stack, {}, { runWhen: mapping.RunWhen.EVERY_DEPLOY })],
  ['a rule of a matching workflow from a parameter', (stack) => {
    const workflow = new mapping.MatchingWorkflow(stack, 'Matching', {
      inputSources: [input(stack, 'crm')], technique: mapping.ResolutionTechnique.ruleBased({ rules: [{ ruleName: parameter(stack), matchingKeys: ['email'] }] }),
    });
    new mapping.MatchingJob(stack, 'Job', { workflow, ...OPTIONS });
  }, ['one', 'two']],
  ['a rule of the matching workflow that is the target', (stack, pick) => {
    const target = new mapping.MatchingWorkflow(stack, 'Matching', {
      inputSources: [input(stack, 'loyalty')], technique: mapping.ResolutionTechnique.ruleBased({ rules: [{ ruleName: pick('one', 'two'), matchingKeys: ['email'] }] }),
    });
    job(stack, { target: InputSource.matchingWorkflow(target) });
  }],
  ['the name of an ID mapping table, which makes another one', (stack, pick) => populatedTable(stack, { idMappingTableName: pick('one', 'two') })],
  ['the location behind the matching workflow that is the target', (stack, pick) => {
    const loyalty = input(stack, 'loyalty', { input: { storageDescriptor: { location: pick('s3://data/one/', 's3://data/two/') } } });
    const target = new mapping.MatchingWorkflow(stack, 'Matching', { inputSources: [loyalty], technique: mapping.ResolutionTechnique.ruleBased({ rules: RULES }) });
    job(stack, { target: InputSource.matchingWorkflow(target) });
  }],
  ['the rules behind an ID mapping table from a parameter', (stack) => populatedTable(stack, {}, byKey(parameter(stack))), ['email', 'phone']],
  ['the location behind an ID namespace of an ID mapping table', (stack, pick) =>
    populatedTable(stack, {}, {}, { input: { storageDescriptor: { location: pick('s3://data/one/', 's3://data/two/') } } })],
  ['a value in a nested stack, for a job outside', (stack) => {
    const nested = new NestedStack(stack, 'Nested');
    new mapping.IdMappingJob(stack, 'Job', { workflow: smallWorkflow(nested, byKey(parameter(stack))), ...OPTIONS });
  }, ['email', 'phone']],
  ['the location of a table in a nested stack, for a job outside', (stack, pick) => {
    const nested = new NestedStack(stack, 'Nested');
    const source = input(nested, 'crm', { input: { storageDescriptor: { location: pick('s3://data/one/', 's3://data/two/') } } });
    new mapping.IdMappingJob(stack, 'Job', { workflow: smallWorkflow(nested, { sources: [source] }), ...OPTIONS });
  }],
  ['a value of what is run, for a job in a nested stack', (stack) => {
    new mapping.IdMappingJob(new NestedStack(stack, 'Nested'), 'Job', { workflow: smallWorkflow(stack, byKey(parameter(stack))), ...OPTIONS });
  }, ['email', 'phone']],
  ['a value in one nested stack, for a job in another one', (stack) => {
    const workflow = smallWorkflow(new NestedStack(stack, 'Definitions'), byKey(parameter(stack)));
    new mapping.IdMappingJob(new NestedStack(stack, 'Runs'), 'Job', { workflow, ...OPTIONS });
  }, ['email', 'phone']],
];

const NOT_DUE: Row[] = [
  ['the description of the workflow', (stack, pick) => job(stack, { description: pick('one', 'two') })],
  ['tags', (stack, pick) => job(stack, { tags: [{ key: 'team', value: pick('one', 'two') }] })],
  ['the description of a Glue table', (stack, pick) => jobOfTable(stack, { input: { description: pick('one', 'two') } })],
  ['a value that comes from a parameter from now on', (stack, pick) => {
    const key = parameter(stack);
    job(stack, byKey(pick('email', key)));
  }, ['email', 'email']],
  ['a value that a mapping says from now on', (stack, pick) => job(stack, byKey(
    pick('email', new CfnMapping(stack, 'Keys', { mapping: { 'us-east-1': { key: 'email' } } }).findInMap(Aws.REGION, 'key'))))],
  ['the role of the workflow', (stack, pick) => job(stack, {
    role: new iam.Role(stack, pick('One', 'Two'), { assumedBy: new iam.ServicePrincipal('entityresolution.amazonaws.com') }),
  })],
  ['how it is run', (stack, pick) => job(stack, {}, {
    waitFor: pick(mapping.WaitFor.STARTED, mapping.WaitFor.ACCEPTED),
    timeout: Duration.minutes(pick(5, 6)),
    onBusy: pick(mapping.OnBusy.QUEUE, mapping.OnBusy.FAIL),
  })],
  ['a rule of the matching workflow that is the target in what does not decide', (stack, pick) => {
    const target = new mapping.MatchingWorkflow(stack, 'Matching', { inputSources: [input(stack, 'loyalty')], technique: mapping.ResolutionTechnique.ruleBased({ rules: RULES }), outputPrefix: pick('one/', 'two/') });
    job(stack, { target: InputSource.matchingWorkflow(target) });
  }],
  ['the description of an ID mapping table', (stack, pick) => populatedTable(stack, { description: pick('one', 'two') })],
  ['everything, when it never runs on an update', (stack, pick) => job(stack, byKey(pick('email', 'phone')), { runWhen: mapping.RunWhen.NEVER_ON_UPDATE })],
  ['the id of a job that does not run when it is created', (stack, pick) => {
    const wrapper = new Construct(stack, pick('One', 'Two'));
    new mapping.IdMappingJob(wrapper, 'Job', { ...OPTIONS, workflow: smallWorkflow(stack), runWhen: pick(mapping.RunWhen.ON_CHANGE, mapping.RunWhen.NEVER_ON_CREATE) });
  }],
];

function populatedTable(
  stack: Stack, props: Partial<mapping.IdMappingTableProps>, workflow: Partial<mapping.IdMappingWorkflowProps> = {}, table: TableProps = {},
): void {
  const membership = new mapping.Membership(stack, 'Membership', {
    collaboration: new mapping.Collaboration(stack, 'Collaboration', { collaborationName: 'one', description: 'Of one member', creatorDisplayName: 'Advertiser' }),
  });
  const namespace = (type: mapping.IdNamespaceType, source: mapping.InputSource) => {
    const idNamespace = new mapping.IdNamespace(stack, `Namespace-${type}`, { type, inputSources: [source] });
    new mapping.IdNamespaceAssociation(stack, `Association-${type}`, { membership, idNamespace });
    return InputSource.idNamespace(idNamespace);
  };
  new mapping.IdMappingTable(stack, 'Table', {
    membership,
    workflow: new mapping.IdMappingWorkflow(stack, 'TableWorkflow', {
      sources: [namespace(IdNamespaceType.SOURCE, input(stack, 'crm', table))],
      target: namespace(IdNamespaceType.TARGET, members(stack)),
      technique: IdMappingTechnique.ruleBased({ rules: RULES }),
      writesOutput: false,
      ...workflow,
    }),
    ...props,
  }).populateOnDeploy('Population', OPTIONS);
}

let accounts = 100_000_000_000;

/** Deploys a row before and after its change, in an account of its own. @returns how many jobs each deployment has started */
async function startsOf([, define, values = ['', '']]: Row, prepare: (account: Deployments) => Promise<void> = async () => {}): Promise<number[]> {
  const account = deployments.inAccount(String(accounts++));
  await prepare(account);
  const starts = [await deployments.starts()];
  for (const index of [0, 1]) {
    await account.deploy((app) => define(new Stack(app, 'Row'), (...versions) => versions[index]), { parameters: { Value: values[index] } });
    starts.push(await deployments.starts());
  }
  return [starts[1] - starts[0], starts[2] - starts[1]];
}

describe('what has changed is', () => {
  test.each(DUE)('%s: one job', async (...row) => {
    expect(await startsOf(row)).toEqual([1, 1]);
  });

  test.each(NOT_DUE)('%s: no job', async (...row) => {
    expect(await startsOf(row)).toEqual([1, 0]);
  });

  test.each([['/keys/two', 'another value', 1], ['/keys/again', 'the same value', 0]])('the name %s under which Systems Manager has %s: %i jobs', async (name, _value, count) => {
    const row: Row = ['', (stack, pick) => job(stack, byKey(new CfnDynamicReference(CfnDynamicReferenceService.SSM, pick('/keys/one', name)).toString()))];
    expect(await startsOf(row, (account) => account.deploy((app) => {
      const stack = new Stack(app, 'Keys');
      Object.entries({ one: 'email', two: 'phone', again: 'email' }).forEach(([id, value]) => new ssm.CfnParameter(stack, id, { name: `/keys/${id}`, type: 'String', value }));
    }))).toEqual([1, count]);
  });
});

describe('what has changed in another stack', () => {
  interface Version {
    readonly source?: 'North' | 'South';
    readonly location?: string;
    readonly bucketName?: string;
    readonly key?: string;
  }

  /** Two stacks of one class, one that defines a workflow, and one that runs it. */
  function define({ source = 'North', location = 's3://data/', bucketName = 'other-results', key = 'email' }: Version) {
    return (app: App) => {
      const [north, south] = ['North', 'South'].map((id) => {
        const stack = new Stack(app, id);
        const table = glueTable(stack, 'crm', { input: { storageDescriptor: { location } } });
        // What another stack reads can't go away while it does.
        stack.exportValue(table.databaseName);
        return table;
      });
      const definitions = new Stack(app, 'Definitions');
      const workflow = smallWorkflow(definitions, {
        ...byKey(key),
        sources: [InputSource.glueTable(source === 'North' ? north : south, { schema: schemaMapping(definitions, 'Schema'), bucket: s3.Bucket.fromBucketName(definitions, 'Data', 'data') })],
        outputBucket: new s3.Bucket(definitions, 'Results', { bucketName }),
      });
      new mapping.IdMappingJob(new Stack(app, 'Runs'), 'Job', { workflow, ...OPTIONS });
    };
  }

  test('is seen, and can be deployed', async () => {
    const versions: Version[] = [{}, { source: 'South' }, { location: 's3://data/elsewhere/' }, { bucketName: 'new-results' }, { key: 'phone' }];
    const starts = [await deployments.starts()];
    for (const [index] of versions.entries()) {
      await deployments.deploy(define(Object.assign({}, ...versions.slice(0, index + 1))));
      starts.push(await deployments.starts());
    }

    expect(starts.slice(1).map((count, index) => count - starts[index])).toEqual([1, 1, 1, 1, 1]);
  });
});

describe('what is of another Region or account is not run', () => {
  test.each<[string, (stack: Stack) => void]>([
    ['an ID mapping workflow', (stack) => {
      const workflow = mapping.IdMappingWorkflow.fromIdMappingWorkflowArn(stack, 'Workflow', 'arn:aws:entityresolution:eu-west-1:000000000000:idmappingworkflow/crm');
      new mapping.IdMappingJob(stack, 'Run', { workflow, ...OPTIONS });
    }],
    ['a matching workflow', (stack) => {
      const workflow = mapping.MatchingWorkflow.fromMatchingWorkflowArn(stack, 'Workflow', 'arn:aws:entityresolution:us-east-1:111111111111:matchingworkflow/loyalty');
      new mapping.MatchingJob(stack, 'Run', { workflow, ...OPTIONS });
    }],
    ['an ID mapping table', (stack) => {
      const uuid = '11111111-2222-3333-4444-555555555555';
      const table = mapping.IdMappingTable.fromIdMappingTableArn(stack, 'Table', `arn:aws:cleanrooms:eu-west-1:000000000000:membership/${uuid}/idmappingtable/${uuid}`);
      new mapping.IdMappingTablePopulation(stack, 'Run', { table, ...OPTIONS });
    }],
    ['a workflow whose ARN is a parameter', (stack) => {
      const arn = new CfnParameter(stack, 'Arn', { default: 'arn:aws:entityresolution:eu-west-1:000000000000:idmappingworkflow/crm' }).valueAsString;
      new mapping.IdMappingJob(stack, 'Run', { workflow: mapping.IdMappingWorkflow.fromIdMappingWorkflowArn(stack, 'Workflow', arn), ...OPTIONS });
    }],
  ])('%s', async (what, define) => {
    const before = await deployments.starts();

    const [{ status, reasons }] = await deployments.tryToDeploy((app) => define(new Stack(app, what.replaceAll(/\W/g, ''))));

    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons).toMatch(/it belongs to account \d+, Region [\w-]+, and can be run only there, not in account 000000000000, Region us-east-1/);
    expect(await deployments.starts()).toBe(before);
  });
});

test('an update that runs nothing leaves the outputs as they are, even after another version of the library has told more of what is run', async () => {
  const deploy = (waitFor: mapping.WaitFor, description: string, version?: string) => deployments.deploy((app) => {
    const stack = new Stack(app, 'Outputs');
    const run = job(stack, { description }, { waitFor });
    if (version) (run.node.findChild('Resource').node.defaultChild as CfnResource).addPropertyOverride('Run.definition.version', version);
    new CfnOutput(stack, 'JobId', { value: run.jobId });
    new CfnOutput(stack, 'Status', { value: run.status });
  });
  const before = await deployments.starts();

  await deploy(mapping.WaitFor.STARTED, 'one');
  const { JobId } = await deployments.outputs('Outputs');
  expect(JobId).toMatch(/^[0-9a-f]{32}$/);
  for (const [waitFor, description, version] of [
    [mapping.WaitFor.ACCEPTED, 'two'], [mapping.WaitFor.STARTED, 'three', '2'], [mapping.WaitFor.ACCEPTED, 'four', '2'],
  ] as const) {
    await deploy(waitFor, description, version);
    expect((await deployments.outputs('Outputs')).JobId).toBe(JobId);
  }
  expect(await deployments.starts()).toBe(before + 1);
});
