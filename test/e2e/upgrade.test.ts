import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnResource, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Deployments } from './deployments';
import * as mapping from '../../src';
import { DEFINITION_VERSION } from '../../src/runs/private/run-protocol';

/** The templates that versions of the library have made of one app, each as long as it tells another definition of what is run. */
const RECORDED = join(__dirname, 'recorded-templates');
const recorded = (version: string) => join(RECORDED, `definition-${version}.json`);

const RULES = [{ ruleName: 'email', matchingKeys: ['email'] }];

/** An app with a job of each kind of workflow. It never changes. */
function define(app: App, { matchingKeys = ['email'] } = {}): Stack {
  const stack = new Stack(app, 'Upgraded');
  const schema = new mapping.SchemaMapping(stack, 'Schema', {
    mappedInputFields: [
      mapping.SchemaInputAttribute.uniqueId('id'),
      mapping.SchemaInputAttribute.emailAddress('email', { matchKey: 'email' }),
      mapping.SchemaInputAttribute.phoneNumber('phone', { matchKey: 'phone' }),
    ],
  });
  const database = new glue.CfnDatabase(stack, 'Database', { catalogId: stack.account, databaseInput: { name: 'upgraded' } });
  const input = (name: string) => mapping.InputSource.glueTable(new glue.CfnTable(stack, `Table-${name}`, {
    catalogId: stack.account,
    databaseName: database.ref,
    tableInput: { name, parameters: { 'skip.header.line.count': '1' }, storageDescriptor: { location: `s3://data/${name}/`, columns: ['id', 'email', 'phone'].map((column) => ({ name: column, type: 'string' })) } },
  }), { schema, bucket: s3.Bucket.fromBucketName(stack, `Data-${name}`, 'data') });
  const loyalty = new mapping.MatchingWorkflow(stack, 'Loyalty', {
    inputSources: [input('loyalty')], technique: mapping.ResolutionTechnique.ruleBased({ rules: RULES }), outputBucket: s3.Bucket.fromBucketName(stack, 'Matched', 'matched'),
  });
  const workflow = new mapping.IdMappingWorkflow(stack, 'CrmToLoyalty', {
    sources: [input('crm')],
    target: mapping.InputSource.matchingWorkflow(loyalty),
    technique: mapping.IdMappingTechnique.ruleBased({ rules: [{ ruleName: 'email', matchingKeys }] }),
    outputBucket: s3.Bucket.fromBucketName(stack, 'Mapped', 'mapped'),
  });
  new mapping.MatchingJob(stack, 'Matching', { workflow: loyalty, pollInterval: Duration.seconds(1) });
  new mapping.IdMappingJob(stack, 'Mapping', { workflow, pollInterval: Duration.seconds(1) });
  return stack;
}

/** What a template tells of its runs. */
function runsIn(template: { [section: string]: unknown }): unknown[] {
  const resources = template.Resources as Record<string, { Type: string; Properties: { Run?: unknown } }>;
  return Object.values(resources).filter(({ Type }) => Type.startsWith('Custom::')).map(({ Properties }) => Properties.Run);
}

test('what is told of a run is what was recorded, or has another version', () => {
  const template = Template.fromStack(define(new App())).toJSON();
  if (!existsSync(recorded(DEFINITION_VERSION))) {
    writeFileSync(recorded(DEFINITION_VERSION), `${JSON.stringify(template, null, 1)}\n`);
  }

  expect(runsIn(template)).toEqual(runsIn(JSON.parse(readFileSync(recorded(DEFINITION_VERSION), 'utf8'))));
});

describe('a stack that was deployed by a version of the library', () => {
  let deployments: Deployments;

  beforeAll(async () => {
    deployments = await Deployments.start();
    await deployments.entityResolution.planFaults({ whenBusy: 'QUEUED' });
  });

  afterAll(async () => {
    await deployments?.stop();
  });

  test.each(readdirSync(RECORDED))('%s, runs nothing by an upgrade to one that tells one value more, and then what has changed', async (file) => {
    const account = deployments.inAccount(`20000000000${readdirSync(RECORDED).indexOf(file)}`);
    const steps = [await deployments.starts()];
    const upgrade = (options?: Parameters<typeof define>[1]) => account.deploy((app) => {
      const stack = define(app, options);
      for (const [id, list] of [['Matching', 'MatchingWorkflow'], ['Mapping', 'IdMappingWorkflow']]) {
        const run = stack.node.findChild(id).node.findChild('Resource').node.defaultChild as CfnResource;
        run.addPropertyOverride('Run.definition.version', 'next');
        run.addPropertyOverride(`Run.definition.${list}.0.OneValue`, 'more');
        run.addPropertyOverride('Run.definition.OneList', ['more']);
      }
    });

    await account.deployRecorded('Upgraded', readFileSync(join(RECORDED, file), 'utf8'));
    steps.push(await deployments.starts());
    await account.deploy((app) => { define(app); });
    steps.push(await deployments.starts());
    await upgrade();
    steps.push(await deployments.starts());
    await upgrade({ matchingKeys: ['phone'] });
    steps.push(await deployments.starts());

    expect(steps.slice(1).map((count, index) => count - steps[index])).toEqual([2, 0, 0, 1]);
  });
});
