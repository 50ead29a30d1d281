import {
  App, Aws, CfnCondition, CfnDynamicReference, CfnDynamicReferenceService, CfnMapping, CfnParameter, Fn, NestedStack, ScopedAws,
  SecretValue, Stack, Stage, Token,
} from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as er from 'aws-cdk-lib/aws-entityresolution';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import * as mapping from '../../../src';
import { EMAIL_RULE, givenApp, givenFields, givenInput, givenMatchingWorkflow, givenSchema, givenStack } from '../../entity-resolution/given';
import { isDueAfter, runProperties } from '../given';

const { IdMappingTechnique, InputSource } = mapping;

/** What is told of the first ID mapping job of a stack. */
function definitionIn(stack: Stack): Record<string, Record<string, unknown>[]> {
  return runProperties(stack, 'ID_MAPPING').Run.definition as unknown as Record<string, Record<string, unknown>[]>;
}

function workflow(scope: Construct, props: Partial<mapping.IdMappingWorkflowProps> = {}): mapping.IdMappingWorkflow {
  return new mapping.IdMappingWorkflow(scope, 'Workflow', {
    sources: [InputSource.idNamespace(mapping.IdNamespace.fromIdNamespaceName(scope, 'Crm', 'crm'))],
    target: InputSource.idNamespace(mapping.IdNamespace.fromIdNamespaceName(scope, 'Members', 'members')),
    technique: IdMappingTechnique.ruleBased(),
    writesOutput: false,
    ...props,
  });
}

/** A job of a workflow with one Glue table as its source. */
function givenJob(table: (stack: Stack) => glue.CfnTableProps, schema: (stack: Stack) => mapping.ISchemaMapping = givenSchema): Stack {
  const stack = givenStack();
  const source = InputSource.glueTable(new glue.CfnTable(stack, 'Table', table(stack)), { schema: schema(stack), bucket: s3.Bucket.fromBucketName(stack, 'Data', 'data') });
  new mapping.IdMappingJob(stack, 'Job', { workflow: workflow(stack, { sources: [source] }) });
  return stack;
}

describe('of a Glue table', () => {
  const PROPS: glue.CfnTableProps & { readonly tableInput: glue.CfnTable.TableInputProperty } = {
    catalogId: '111122223333', databaseName: 'customers', tableInput: { name: 'crm', partitionKeys: [{ name: 'country', type: 'string' }] },
  };
  const STORAGE: glue.CfnTable.StorageDescriptorProperty = {
    location: 's3://data/crm/', columns: ['id', 'email'].map((name) => ({ name, type: 'string' })), serdeInfo: { parameters: { separatorChar: ',' } },
  };
  const withInput = (input: glue.CfnTable.TableInputProperty) => givenJob(() => ({ ...PROPS, tableInput: { ...PROPS.tableInput, ...input } }));
  const withStorage = (storage: glue.CfnTable.StorageDescriptorProperty) => withInput({ storageDescriptor: { ...STORAGE, ...storage } });

  test.each<[string, Stack]>([
    ['the location', withStorage({ location: 's3://data/other/' })],
    ['the separator', withStorage({ serdeInfo: { parameters: { separatorChar: ';' } } })],
    ['the header', withInput({ storageDescriptor: STORAGE, parameters: { 'skip.header.line.count': '1' } })],
    ['a partition', withInput({ storageDescriptor: STORAGE, parameters: { aerPushDownPredicateString: "country='de'" } })],
    ['a partition key', withInput({ storageDescriptor: STORAGE, partitionKeys: [{ name: 'state', type: 'string' }] })],
    ['a column', withStorage({ columns: ['id', 'email', 'other'].map((name) => ({ name, type: 'string' })) })],
    ['the format', withStorage({ inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat' })],
    ['the name', givenJob(() => ({ ...PROPS, tableInput: { ...PROPS.tableInput, name: 'renamed', storageDescriptor: STORAGE } }))],
    ['the database', givenJob(() => ({ ...PROPS, databaseName: 'other', tableInput: { ...PROPS.tableInput, storageDescriptor: STORAGE } }))],
  ])('%s makes a job run', (_what, after) => {
    expect(isDueAfter(withStorage({}), after, 'ID_MAPPING')).toBe(true);
  });

  test.each<[string, Stack]>([
    ['nothing', withStorage({})],
    ['the description', withInput({ storageDescriptor: STORAGE, description: 'described' })],
    ['the owner', withInput({ storageDescriptor: STORAGE, owner: 'crm' })],
    ['the comment of a column', withStorage({ columns: [{ name: 'id', type: 'string', comment: 'a key' }, { name: 'email', type: 'string' }] })],
  ])('%s makes none run', (_what, after) => {
    expect(isDueAfter(withStorage({}), after, 'ID_MAPPING')).toBe(false);
  });

  test('that is what an L2 has as its default child, everything is told, and each table once', () => {
    class Table extends Construct implements glue.ITableRef {
      public readonly tableRef: glue.TableReference;
      public readonly env = { account: '111122223333', region: 'eu-west-1' };

      constructor(scope: Construct, id: string) {
        super(scope, id);
        this.tableRef = new glue.CfnTable(this, 'Resource', { ...PROPS, tableInput: { ...PROPS.tableInput, storageDescriptor: STORAGE } }).tableRef;
      }
    }
    const stack = givenStack();
    const table = new Table(stack, 'Table');
    const input = () => InputSource.glueTable(table, { schema: givenSchema(stack, `Schema${stack.node.children.length}`), bucket: s3.Bucket.fromBucketName(stack, `Data${stack.node.children.length}`, 'data') });
    new mapping.IdMappingJob(stack, 'Job', { workflow: workflow(stack, { sources: [input(), input()] }) });

    expect(definitionIn(stack).Table).toEqual([expect.objectContaining({ DatabaseName: 'customers', Name: 'crm', Location: 's3://data/crm/' })]);
  });

  test('that was imported, its names are told', () => {
    const stack = givenStack();
    const source = InputSource.glueTableFromAttributes({ databaseName: 'customers', tableName: 'crm' }, { schema: givenSchema(stack), bucket: s3.Bucket.fromBucketName(stack, 'Data', 'data') });
    new mapping.IdMappingJob(stack, 'Job', { workflow: workflow(stack, { sources: [source] }) });

    expect(definitionIn(stack).Table).toBeUndefined();
    expect(JSON.stringify(definitionIn(stack).IdMappingWorkflow)).toContain(':table/customers/crm');
  });
});

test('of an ID namespace or a matching workflow that is read, its tables are told', () => {
  const stack = givenStack();
  const crm = new mapping.IdNamespace(stack, 'Namespace', { type: mapping.IdNamespaceType.SOURCE, inputSources: [givenInput(stack, 'crm')] });
  new mapping.IdMappingJob(stack, 'Job', {
    workflow: workflow(stack, { sources: [InputSource.idNamespace(crm)], target: InputSource.matchingWorkflow(givenMatchingWorkflow(stack)) }),
  });

  expect(definitionIn(stack).Table).toMatchObject([{ Name: 'crm' }, { Name: 'loyalty' }]);
});

describe('of schema mappings', () => {
  const withSchemas = (...columns: string[]) => {
    const stack = givenStack();
    const inputs = ['crm', 'shop'].map((tableName, index) => InputSource.glueTableFromAttributes({ databaseName: 'customers', tableName }, {
      schema: new mapping.SchemaMapping(stack, `Schema${index}`, { mappedInputFields: [mapping.SchemaInputAttribute.uniqueId(columns[index]), givenFields()[1]] }),
      bucket: s3.Bucket.fromBucketName(stack, `Data${index}`, 'data'),
    }));
    new mapping.IdMappingJob(stack, 'Job', { workflow: workflow(stack, { sources: inputs }) });
    return stack;
  };

  test('it is told which input has which', () => {
    expect(isDueAfter(withSchemas('id', 'key'), withSchemas('key', 'id'), 'ID_MAPPING')).toBe(true);
    expect(isDueAfter(withSchemas('id', 'key'), withSchemas('id', 'key'), 'ID_MAPPING')).toBe(false);
  });

  test('their own names are not told, those of imported ones are', () => {
    const imported = (schemaName: string) => givenJob(
      () => ({ catalogId: '111122223333', databaseName: 'customers', tableInput: { name: 'crm' } }), (stack) => mapping.SchemaMapping.fromSchemaMappingName(stack, 'Schema', schemaName));
    const named = (schemaName?: string) => givenJob(
      () => ({ catalogId: '111122223333', databaseName: 'customers', tableInput: { name: 'crm' } }), (stack) => new mapping.SchemaMapping(stack, 'Schema', { mappedInputFields: givenFields(), schemaName }));

    expect(isDueAfter(imported('one'), imported('two'), 'ID_MAPPING')).toBe(true);
    expect(isDueAfter(named('one'), named('two'), 'ID_MAPPING')).toBe(false);
  });
});

describe('of L1s', () => {
  test('the overrides are told', () => {
    const stack = givenStack();
    const own = workflow(stack, { technique: IdMappingTechnique.ruleBased({ rules: [EMAIL_RULE] }) });
    (own.node.defaultChild as er.CfnIdMappingWorkflow).addPropertyOverride('IdMappingTechniques.RuleBasedProperties.Rules.0.MatchingKeys.0', 'phone');
    new mapping.IdMappingJob(stack, 'Job', { workflow: own });

    expect(JSON.stringify(definitionIn(stack))).toContain('"MatchingKeys":["phone"]');
  });

  test("everything is told of the app's own, as far as they refer to each other", () => {
    const stack = givenStack();
    const table = new glue.CfnTable(stack, 'Table', { catalogId: '111122223333', databaseName: 'customers', tableInput: { name: 'crm', parameters: { header: 'no' } } });
    const schema = new er.CfnSchemaMapping(stack, 'Schema', { schemaName: 'crm', mappedInputFields: [{ fieldName: 'id', type: 'UNIQUE_ID' }] });
    const own = new er.CfnIdMappingWorkflow(stack, 'Workflow', {
      workflowName: 'crm',
      roleArn: 'arn:aws:iam::111122223333:role/job',
      idMappingTechniques: { idMappingType: 'RULE_BASED' },
      inputSourceConfig: [{ inputSourceArn: `arn:aws:glue:eu-west-1:111122223333:table/customers/${table.ref}`, schemaArn: schema.attrSchemaArn, type: 'SOURCE' }],
    });
    new mapping.IdMappingJob(stack, 'Job', { workflow: own });

    expect(definitionIn(stack)).toMatchObject({
      IdMappingWorkflow: [{ InputSourceConfig: [{ SchemaMapping: 0 }], IdMappingTechniques: { IdMappingType: 'RULE_BASED' } }],
      SchemaMapping: [{ MappedInputFields: [{ FieldName: 'id', Type: 'UNIQUE_ID' }] }],
      Table: [{ Name: 'crm', Parameters: { header: 'no' } }],
    });
    expect(JSON.stringify(definitionIn(stack))).not.toContain('role/job');
  });
});

describe('what stands for a value is told to CloudFormation, which resolves it', () => {
  test.each<[string, (stack: Stack) => string, unknown]>([
    ['a parameter', (stack) => new CfnParameter(stack, 'Key').valueAsString, { Ref: 'Key' }],
    ['an import', () => Fn.importValue('Key'), { 'Fn::ImportValue': 'Key' }],
    ['a mapping', (stack) => new CfnMapping(stack, 'Keys', { mapping: { crm: { key: 'email' } }, lazy: false }).findInMap(Aws.REGION, 'key'),
      { 'Fn::FindInMap': ['Keys', { Ref: 'AWS::Region' }, 'key'] }],
    ['a condition', (stack) => Token.asString(Fn.conditionIf(new CfnCondition(stack, 'Is', { expression: Fn.conditionEquals(Aws.REGION, 'eu-west-1') }).logicalId, 'email', 'phone')),
      { 'Fn::If': ['Is', 'email', 'phone'] }],
    ['the name of the stack', () => Aws.STACK_NAME, { Ref: 'AWS::StackName' }],
    ['a substitution', () => Fn.sub('${AWS::StackName}-key'), { 'Fn::Sub': '${AWS::StackName}-key' }],
    ['an item of a list', (stack) => Fn.select(0, new CfnParameter(stack, 'Keys', { type: 'CommaDelimitedList' }).valueAsList), { 'Fn::Select': [0, { Ref: 'Keys' }] }],
    ['a parameter of SSM', () => new CfnDynamicReference(CfnDynamicReferenceService.SSM, '/keys/crm').toString(), '{{resolve:ssm:/keys/crm}}'],
  ])('%s', (_what, key, told) => {
    const stack = givenStack();
    new mapping.IdMappingJob(stack, 'Job', { workflow: workflow(stack, { technique: IdMappingTechnique.ruleBased({ rules: [{ ruleName: 'one', matchingKeys: ['id', key(stack)] }] }) }) });

    expect(definitionIn(stack).IdMappingWorkflow[0]).toMatchObject({ IdMappingTechniques: { RuleBasedProperties: { Rules: [{ MatchingKeys: ['id', told] }] } } });
  });

  test('a list that is one token', () => {
    const stack = givenStack();
    const keys = new CfnParameter(stack, 'Keys', { type: 'CommaDelimitedList' }).valueAsList;
    new mapping.IdMappingJob(stack, 'Job', { workflow: workflow(stack, { technique: IdMappingTechnique.ruleBased({ rules: [{ ruleName: 'one', matchingKeys: keys }] }) }) });

    expect(definitionIn(stack).IdMappingWorkflow[0]).toMatchObject({ IdMappingTechniques: { RuleBasedProperties: { Rules: [{ MatchingKeys: { Ref: 'Keys' } }] } } });
  });
});

describe('a secret is not told', () => {
  /** What is told of a provider's workflow that has the secret in its configuration. */
  const toldOf = (secret: (stack: Stack) => string, stack = givenStack(), reader = stack) => {
    const technique = IdMappingTechnique.provider(mapping.ProviderService.of('Provider', 'Service'), { providerConfiguration: { id: secret(stack) } });
    new mapping.IdMappingJob(reader, 'Job', { workflow: workflow(stack, { technique }) });
    return JSON.stringify(definitionIn(reader));
  };

  test.each<[string, (stack: Stack) => string]>([
    ['of Secrets Manager', () => SecretValue.secretsManager('api-key').unsafeUnwrap()],
    ['of Secrets Manager, under a name that is a token', (stack) => SecretValue.secretsManager(new CfnParameter(stack, 'Name').valueAsString).unsafeUnwrap()],
    ['of Secrets Manager, in a substitution', () => Fn.sub('{{resolve:secretsmanager:${AWS::StackName}}}')],
    ['of Systems Manager', () => SecretValue.ssmSecure('api-key', '1').unsafeUnwrap()],
  ])('%s', (_what, secret) => {
    for (const told of [toldOf(secret), toldOf(secret, ...otherStacks())]) {
      expect(told).toContain('{{ resolve:');
      expect(told).not.toContain('{{resolve:');
    }
  });

  test('as a parameter that is not to be shown', () => {
    expect(toldOf((stack) => new CfnParameter(stack, 'Key', { noEcho: true }).valueAsString)).toContain('<Stack/Key.Ref>');
  });

  test('nor what another stack has from Systems Manager, which may have no value here', () => {
    expect(toldOf(() => '{{resolve:ssm:/keys/crm}}', ...otherStacks())).not.toContain('{{resolve:');
  });
});

/** A stack that defines, and one that runs. */
function otherStacks(app: App | Stage = givenApp()): [Stack, Stack] {
  return [new Stack(app, 'Definitions', { env: { account: '111122223333', region: 'eu-west-1' } }), new Stack(app, 'Runs', { env: { account: '111122223333', region: 'eu-west-1' } })];
}

describe('of another stack', () => {
  const outputsOf = (stack: Stack) => Object.keys(Template.fromStack(stack).toJSON().Outputs ?? {}).sort();

  /** A workflow that reads a table whose names, location and output come from whatever there is in its stack. */
  function define(stack: Stack, { defaultKey = 'email', bucketName = 'results', databaseName = 'customers' } = {}): mapping.IdMappingWorkflow {
    const database = new glue.CfnDatabase(stack, 'Database', { catalogId: '111122223333', databaseInput: { name: databaseName } });
    const table = new glue.CfnTable(stack, 'Table', {
      catalogId: '111122223333', databaseName: database.ref, tableInput: { name: 'crm', storageDescriptor: { location: `s3://${new s3.Bucket(stack, 'Data').bucketName}/${Aws.STACK_NAME}/` } },
    });
    return workflow(stack, {
      sources: [InputSource.glueTable(table, { schema: givenSchema(stack), bucket: s3.Bucket.fromBucketName(stack, 'Imported', 'data') })],
      target: InputSource.matchingWorkflow(givenMatchingWorkflow(stack)),
      technique: IdMappingTechnique.ruleBased({ rules: [{ ruleName: Fn.importValue('Name'), matchingKeys: [new CfnParameter(stack, 'Key', { default: defaultKey }).valueAsString] }] }),
      writesOutput: true,
      outputBucket: new s3.Bucket(stack, 'Output', { bucketName }),
    });
  }

  test('nothing is exported for what is told: a job needs its workflow, role and key only', () => {
    const [definitions, runs] = otherStacks();
    new mapping.IdMappingJob(runs, 'Job', { workflow: define(definitions) });
    runProperties(runs, 'ID_MAPPING');

    expect(outputsOf(definitions)).toEqual([
      expect.stringMatching(/^ExportsOutputFnGetAttWorkflowOutputKey\w+Arn/),
      expect.stringMatching(/^ExportsOutputFnGetAttWorkflowentityresolutionrole\w+Arn/),
      expect.stringMatching(/^ExportsOutputRefWorkflow/),
    ]);
  });

  test('it is told as a text that changes with what it stands for', () => {
    const told = (props?: Parameters<typeof define>[1]) => {
      const [definitions, runs] = otherStacks();
      new mapping.IdMappingJob(runs, 'Job', { workflow: define(definitions, props) });
      return runs;
    };

    expect(isDueAfter(told(), told(), 'ID_MAPPING')).toBe(false);
    expect(isDueAfter(told(), told({ defaultKey: 'phone' }), 'ID_MAPPING')).toBe(true);
    expect(isDueAfter(told(), told({ bucketName: 'elsewhere' }), 'ID_MAPPING')).toBe(true);
    expect(isDueAfter(told(), told({ databaseName: 'renamed' }), 'ID_MAPPING')).toBe(true);
    expect(JSON.stringify(definitionIn(told()))).not.toMatch(/"(Ref|Fn::\w+)"/);
  });

  test('of the same logical ids, it is told which stack it is', () => {
    const told = (name: string) => {
      const app = givenApp();
      const [definitions, runs] = ['North', 'South'].map((id) => givenStack(app, id)).map((stack) => [stack, new s3.Bucket(stack, 'Data')] as const)
        .filter(([{ node }]) => node.id === name).map(([, bucket]) => [bucket, givenStack(app, 'Runs')] as const)[0];
      const table = new glue.CfnTable(runs, 'Table', { catalogId: '111122223333', databaseName: 'customers', tableInput: { name: 'crm', storageDescriptor: { location: `s3://${definitions.bucketName}/` } } });
      new mapping.IdMappingJob(runs, 'Job', { workflow: workflow(runs, { sources: [InputSource.glueTable(table, { schema: givenSchema(runs), bucket: s3.Bucket.fromBucketName(runs, 'Imported', 'data') })] }) });
      return runs;
    };

    expect(isDueAfter(told('North'), told('South'), 'ID_MAPPING')).toBe(true);
  });

  test('a stack that is nested there is told without a reference to it', () => {
    const [definitions, runs] = otherStacks();
    const nested = new NestedStack(definitions, 'Nested');
    new mapping.IdMappingJob(runs, 'Job', { workflow: define(nested) });

    expect(JSON.stringify(definitionIn(runs))).toMatch(/<Definitions\/NestedNestedStackNestedNestedStackResource\w+\/Output\w+\.Ref=\\"results\\">/);
    expect(JSON.stringify(definitionIn(runs))).not.toMatch(/"(Ref|Fn::\w+)"/);
    expect(outputsOf(definitions)).toHaveLength(3);
  });

  test('in a stage, everything is told as outside of one', () => {
    const app = givenApp();
    const [definitions, runs] = otherStacks(new Stage(app, 'Prod', { env: { account: '111122223333', region: 'eu-west-1' } }));
    new mapping.IdMappingJob(runs, 'Job', { workflow: define(definitions) });

    expect(JSON.stringify(definitionIn(runs))).toContain('<Prod-Definitions/Output');
  });

  test('of another account, what is in an ID namespace is told', () => {
    const app = givenApp();
    const other = givenStack(app, 'Other', '444455556666');
    const stack = givenStack(app);
    const crm = new mapping.IdNamespace(other, 'Crm', {
      type: mapping.IdNamespaceType.SOURCE, idNamespaceName: 'crm', inputSources: [InputSource.matchingWorkflow(givenMatchingWorkflow(other))],
    });
    new mapping.IdMappingJob(stack, 'Job', {
      workflow: workflow(stack, { sources: [InputSource.idNamespace(crm)], target: InputSource.matchingWorkflow(givenMatchingWorkflow(stack)) }),
    });

    expect(definitionIn(stack)).toMatchObject({
      IdNamespace: [{ Type: 'SOURCE' }], SchemaMapping: [expect.objectContaining({}), { MappedInputFields: [{ FieldName: 'id' }, { FieldName: 'email' }] }],
    });
  });

  test('a pseudo parameter of one stack that another one uses is that of the first', () => {
    const [definitions, runs] = otherStacks();
    new mapping.IdMappingJob(runs, 'Job', {
      workflow: workflow(runs, { technique: IdMappingTechnique.ruleBased({ rules: [{ ruleName: new ScopedAws(definitions).stackName, matchingKeys: ['email'] }] }) }),
    });

    expect(JSON.stringify(definitionIn(runs))).toContain('<Definitions/');
  });
});

describe('a stack and one that is nested in it', () => {
  const given = (where: (stack: Stack, nested: NestedStack) => [workflow: Stack, job: Stack]) => {
    const stack = givenStack();
    const nested = new NestedStack(stack, 'Nested');
    const [definitions, runs] = where(stack, nested);
    const rules = [{ ruleName: 'one', matchingKeys: [new CfnParameter(definitions, 'Key', { default: 'email' }).valueAsString] }];
    new mapping.IdMappingJob(runs, 'Job', { workflow: workflow(definitions, { technique: IdMappingTechnique.ruleBased({ rules }) }) });
    return definitionIn(runs).IdMappingWorkflow[0].IdMappingTechniques as { RuleBasedProperties: { Rules: { MatchingKeys: unknown[] }[] } };
  };

  test('tell each other what a value is when they are deployed', () => {
    const [inParent, inNested] = [given((stack, nested) => [nested, stack]), given((stack, nested) => [stack, nested])]
      .map(({ RuleBasedProperties }) => RuleBasedProperties.Rules[0].MatchingKeys[0]);
    expect(inParent).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^NestedNestedStack/), expect.stringMatching(/^Outputs\.StackNestedKey/)] });
    expect(inNested).toEqual({ Ref: expect.stringMatching(/^referencetoStackKey/) });
  });
});
